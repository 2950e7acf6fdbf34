"""The shape of the IKS report, independent of HTML and PDF."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Grid:
    """A table; the first `texts` columns are text, the others numbers; the last row is a sum if `total`."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    texts: int = 1
    total: bool = False


@dataclass(frozen=True)
class Section:
    """A numbered section: paragraphs, then tables."""

    title: str
    paragraphs: tuple[str, ...]
    grids: tuple[Grid, ...] = ()


@dataclass(frozen=True)
class Document:
    """The whole report."""

    title: str
    subtitle: str
    summary: tuple[str, ...]
    warnings: tuple[str, ...]
    sections: tuple[Section, ...]
    prepared: str
    reviewed: str
    dated: str
