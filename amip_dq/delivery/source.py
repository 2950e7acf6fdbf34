"""What every file format hands over: a header, and blocks of text rows with their place in the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import pyarrow as pa

BLANKS = " \t\u00a0"


class Unreadable(Exception):
    """A file cannot be read at all; the message is the German reason, without any value from the file."""


@dataclass(frozen=True)
class Rejected:
    """A row that could not become a row of a table."""

    line: int
    reason: str
    raw: str


@dataclass
class Block:
    """Some rows of a file as text under the layout's dialect, their lines, and the rows rejected between them.

    `rows` is None if no column was asked for: then the rows are only counted.
    """

    rows: pa.Table | None
    lines: np.ndarray
    rejected: list[Rejected] = field(default_factory=list)


class SourceFile(Protocol):
    """An opened file of a delivery; `footers` is known once all blocks were read."""

    header: tuple[str, ...]
    header_line: int
    footers: int

    def blocks(self, wanted: Mapping[int, str]) -> Iterator[Block]:
        """Yield the rows; `wanted` maps a position in the header to the column's canonical name."""

    def raw(self, lines: np.ndarray) -> Iterator[tuple[int, str]]:
        """Yield the raw text of the rows that begin in these lines."""


def trim(text: str) -> str:
    """Return a header or cell without the blanks that exports leave around it."""
    return text.strip(BLANKS + "\ufeff")
