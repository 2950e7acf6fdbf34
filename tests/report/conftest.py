"""Fixtures of the report's tests; the invented library itself is report_library.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from report_library import FOLDER, Library, a_gate, fill, judge

from amip_dq.content import load_content
from amip_dq.model import Content, Gate


@pytest.fixture(scope="session")
def library_content() -> Content:
    return load_content(FOLDER)


@pytest.fixture(scope="session")
def make_library(library_content: Content, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Library]:
    """Return a builder: number of readers, a seed, a text that goes into every text cell that may hold one."""

    def build(
        readers: int = 60, seed: int = 1, hostile: str = "", gate: Gate | None = None, forced: bool = False
    ) -> Library:
        path = tmp_path_factory.mktemp("bibliothek") / "arbeit.duckdb"
        fill(path, library_content, readers, seed, hostile)
        return judge(path, library_content, gate or a_gate(hostile), forced, hostile)

    return build


@pytest.fixture(scope="session")
def library(make_library: Callable[..., Library]) -> Library:
    return make_library()


@pytest.fixture
def broken(library: Library) -> Library:
    """A run in which one rule broke."""
    first, *rest = library.run.results
    return replace(library, run=replace(library.run, results=(replace(first, error="Zeit überschritten"), *rest)))
