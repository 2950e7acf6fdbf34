"""Many small offices with one Stichtag as one delivery, so that hundreds of them cost a handful of engine runs."""

from __future__ import annotations

from datetime import date
from typing import Any

from .dice import STICHTAGE, Dice
from .random_office import Tables, random_office

NAMES_SOMETHING = {
    "aenderung_id", "bewilligung_id", "bg_nr", "empfaenger", "ersetzt_id", "fall_ende_id", "geschaeftsstelle", "ifk",
    "info_id", "integration_id", "kontakt_id", "kundennr", "minderung_id", "mitarbeiter", "team", "team_leistung",
    "teilnahme_id", "unterbrechung_id", "vv_id", "ziel_id",
}  # fmt: skip


def renamed(row: dict[str, Any], prefix: str) -> dict[str, Any]:
    """Return the row with every key, reference and unit moved into the office's own name space."""
    return {c: prefix + v if c in NAMES_SOMETHING and v is not None else v for c, v in row.items()}


def random_batch(seed: int, size: int) -> tuple[date, list[Tables]]:
    """Return a Stichtag and `size` offices that share no name; seeds of batches never overlap.

    Every other round of seeds takes the Stichtage in turn, so that a few batches already meet the end and the
    beginning of a month, a leap day and a day after holidays.
    """
    turn, place = divmod(seed, len(STICHTAGE))
    stichtag = STICHTAGE[place] if turn % 2 == 0 else Dice(seed).st
    offices = []
    for number in range(size):
        _, tables = random_office(seed * 1000 + number, stichtag)
        prefix = f"{number:02}-"
        offices.append({table: [renamed(row, prefix) for row in rows] for table, rows in tables.items()})
    return stichtag, offices


def merged(offices: list[Tables]) -> Tables:
    """Return all rows of all offices, table by table."""
    tables: Tables = {}
    for office in offices:
        for table, rows in office.items():
            tables.setdefault(table, []).extend(rows)
    return tables
