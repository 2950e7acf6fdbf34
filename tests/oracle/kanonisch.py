"""Writes an office as a delivery in the layout `kanonisch`: one CSV per table, `;`, UTF-8, ISO dates, empty = NULL.

What the rules must read as NULL is often written as something broken, cells are padded, and rows that
must be rejected are added: none of it may change a verdict.
"""

from __future__ import annotations

import csv
import random
from datetime import date
from pathlib import Path
from typing import Any

from amip_dq.model import Content, Field, FieldType, Table

from .random_office import Tables

BROKEN = {
    FieldType.DATE: ("2022-02-30", "31.12.2021", "unsinn", "2022-13-01", "0"),
    FieldType.BOOLEAN: ("ja", "TRUE?", "2"),
    FieldType.INTEGER: ("sechs", "1,5", "99999999999999999999"),
    FieldType.NUMBER: ("1.000,00", "viel", "1e400"),
}
PADDING = ("", "", "", " ", "\t", "\u00a0")


def cell(value: Any, field: Field, rng: random.Random) -> str:
    """Return a typed value as the layout writes it; NULL as an empty cell or as a value that is none."""
    if value is None:
        if field.constraints.enum:
            return rng.choice(("", "KEIN_CODE"))
        return rng.choice(("", *BROKEN.get(field.type, ("",))))
    if isinstance(value, bool):
        text = str(value).lower()
    else:
        text = value.isoformat() if isinstance(value, date) else str(value)
    return rng.choice(PADDING) + text + rng.choice(PADDING)


def write_delivery(content: Content, tables: Tables, folder: Path, seed: int) -> tuple[Path, dict[str, int]]:
    """Write one file per table of the content and return how many rows of each must be rejected."""
    rng = random.Random(seed)
    folder.mkdir()
    rejected = {}
    for table in content.tables.values():
        lines = [[cell(row.get(f.name), f, rng) for f in table.fields] for row in tables.get(table.name, [])]
        bad = unacceptable(table, lines, rng)
        rejected[table.name] = len(bad)
        with (folder / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter=";", lineterminator="\n")
            writer.writerows([table.column_names, *lines, *bad])
    return folder, rejected


def unacceptable(table: Table, lines: list[list[str]], rng: random.Random) -> list[list[str]]:
    """Return rows to append that must be rejected: a repeated key with other contents, no key, too many cells."""
    found = []
    if lines and table.primary_key:
        keys = [table.column_names.index(name) for name in table.primary_key]
        first, other = rng.choice(lines), rng.choice(lines)
        found.append([first[n] if n in keys else other[n] for n in range(len(first))])
        found.append(["" if n in keys else other[n] for n in range(len(other))])
    if lines:
        found.append([*rng.choice(lines), "eine Zelle zu viel"])
    return found
