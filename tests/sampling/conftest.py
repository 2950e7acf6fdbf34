"""Fixtures of the audit sample tests; what they stand for is in audit_office.py."""

from __future__ import annotations

from pathlib import Path

import pytest
from audit_office import Office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Return an empty folder in which an audit can be run."""
    return Office(tmp_path)
