"""Published tables and the relations between their cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from amip_dq.reconcile.printed import Printed

KINDS = {
    "sum": ("total", "parts"),
    "difference": ("result", "minuend", "subtrahend"),
    "ratio": ("result", "numerator", "denominator"),
    "change": ("result", "new", "old"),
    "share": ("result", "of"),
}
GERMAN = {
    "sum": "Summe der Teile", "difference": "Differenz", "ratio": "Quote",
    "change": "Veränderung in Prozent", "share": "Anteil am Ganzen in Prozent",
}  # fmt: skip


@dataclass(frozen=True)
class Relation:
    """How lines of a table hang together.

    The names are all rows (the relation then holds in every column) or all columns (it holds in every row).
    `only` limits it to some columns or rows; `factor` scales a ratio (100 for per cent); `within` is the whole of a share.
    """

    kind: str
    names: dict[str, tuple[str, ...]]
    factor: int = 100
    only: tuple[str, ...] = ()
    within: str = ""

    @property
    def all_names(self) -> list[str]:
        return [name for names in self.names.values() for name in names]


@dataclass(frozen=True)
class PublishedTable:
    """One table as printed; a cell without a number is None."""

    name: str
    title: str
    source: str
    columns: tuple[str, ...]
    rows: dict[str, tuple[Printed | None, ...]]
    relations: tuple[Relation, ...] = ()

    def cell(self, row: str, column: str) -> Printed | None:
        return self.rows[row][self.columns.index(column)]

    @property
    def cells(self) -> int:
        return sum(value is not None for row in self.rows.values() for value in row)

    def lines(self, relation: Relation) -> Iterator[tuple[bool, str]]:
        """Yield (along rows?, the other coordinate) for every line on which a relation is to hold."""
        along_rows = all(name in self.rows for name in relation.all_names)
        others = self.columns if along_rows else tuple(self.rows)
        for other in others:
            if not relation.only or other in relation.only:
                yield along_rows, other

    def at(self, along_rows: bool, name: str, other: str) -> Printed | None:
        """Return a cell by its name in the relation and the other coordinate."""
        return self.cell(name, other) if along_rows else self.cell(other, name)
