"""Compares the header of a file with what the layout expects; names must be equal, order does not matter."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from difflib import get_close_matches

from amip_dq.model import LayoutTable, Table


@dataclass(frozen=True)
class HeaderMatch:
    """Which column stands where, and what differs from the layout."""

    wanted: dict[int, str]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    repeated: tuple[str, ...]
    reordered: bool
    renamed: dict[str, str]
    required_missing: tuple[str, ...]

    @property
    def problem(self) -> str:
        """Return why no row of the file can be used, or an empty text."""
        if not self.wanted:  # said first: without a header the names are cells of a client
            return "keine der erwarteten Überschriften gefunden (stimmen Kopfzeile, Trennzeichen und Zeichensatz?)"
        if self.repeated:
            return "eine Überschrift steht mehrfach: " + ", ".join(f"»{name}«" for name in self.repeated)
        return ""


def expected_headers(layout_table: LayoutTable, table: Table) -> dict[str, str]:
    """Return header → column for every column that is not a constant of the layout."""
    columns = [name for name in table.column_names if name not in layout_table.constants]
    return {layout_table.columns.get(name, name): name for name in columns}


def match_header(header: tuple[str, ...], layout_table: LayoutTable, table: Table) -> HeaderMatch:
    """Return where the columns stand in this header."""
    expected = expected_headers(layout_table, table)
    places = {place: expected[name] for place, name in enumerate(header) if name in expected}
    found = set(places.values())
    missing = {column: name for name, column in expected.items() if column not in found}
    unknown = tuple(name for name in header if name not in expected)
    order = list(expected.values())
    required = tuple(column for column in missing if is_required(table, column))
    return HeaderMatch(
        places,
        tuple(missing),
        unknown,
        tuple(name for name, count in Counter(header).items() if count > 1 and name),
        list(places.values()) != [column for column in order if column in found],
        _renamed(missing, unknown),
        required,
    )


def is_required(table: Table, column: str) -> bool:
    """Tell whether a table without this column is not delivered."""
    return column in table.primary_key or table.field(column).constraints.required


def _renamed(missing: dict[str, str], unknown: tuple[str, ...]) -> dict[str, str]:
    """Return found header → expected header for names that probably mean the same."""
    folded = {name.casefold(): name for name in missing.values()}
    guesses = {name: get_close_matches(name.casefold(), folded, 1, 0.7) for name in unknown if name}
    return {name: folded[close[0]] for name, close in guesses.items() if close}
