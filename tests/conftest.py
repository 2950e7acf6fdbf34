"""What every test may use: the shipped content, another domain's content, and a way to break a copy of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from amip_dq.content import load_content

ROOT = Path(__file__).resolve().parent.parent
OTHER_DOMAIN = Path(__file__).parent / "andere_domaene"


@pytest.fixture(scope="session")
def shipped():
    """The content of the Jobcenter."""
    return load_content(ROOT)


@pytest.fixture(scope="session")
def library():
    """The content of a lending library: nothing to do with a Jobcenter."""
    return load_content(OTHER_DOMAIN)


@pytest.fixture
def library_copy(tmp_path):
    """A copy of the library's content that a test may change."""
    return shutil.copytree(OTHER_DOMAIN, tmp_path / "inhalt")
