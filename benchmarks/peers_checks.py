"""The work that every tool does: twelve structural checks and four mission checks, in one common reading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

STICHTAG = date(2022, 6, 30)
LATEST_GOAL = date(2024, 6, 30)  # 24 months after the Stichtag
DEADLINE_MONTHS = 3
TABLES = ("person", "bg", "bg_mitglied", "aenderung", "fall_ende", "integrationsziel", "anspruch", "zustaendigkeit")
CHECKS_FOLDER = Path(__file__).resolve().parent.parent / "checks"


@dataclass(frozen=True)
class Check:
    """One structural check of one column; `values` holds its codes, bounds, pattern or the table referred to."""

    kind: str
    table: str
    column: str
    values: tuple = ()

    @property
    def name(self) -> str:
        return f"{self.table}.{self.column}"


def codes(table: str, column: str) -> tuple[str, ...]:
    """Return the code list of a column as checks/<table>.yaml has it."""
    described = yaml.safe_load((CHECKS_FOLDER / f"{table}.yaml").read_text(encoding="utf-8"))
    field = next(field for field in described["fields"] if field["name"] == column)
    return tuple(field["constraints"]["enum"])


CHECKS = (
    Check("required", "person", "geburtsdatum"),
    Check("codes", "person", "geschlecht", codes("person", "geschlecht")),
    Check("range", "person", "gdb", (0, 100)),
    Check("unique", "person", "kundennr"),
    Check("codes", "bg", "bg_typ", codes("bg", "bg_typ")),
    Check("unique", "bg", "bg_nr"),
    Check("required", "bg_mitglied", "rolle"),
    Check("reference", "bg_mitglied", "bg_nr", ("bg",)),
    Check("codes", "aenderung", "art", codes("aenderung", "art")),
    Check("reference", "aenderung", "kundennr", ("person",)),
    Check("reference", "fall_ende", "bg_nr", ("bg",)),
    Check("pattern", "integrationsziel", "zielberuf_kldb", ("[0-9]{5}",)),
)
RELEVANT = tuple(
    code
    for code in codes("aenderung", "art")
    if code not in ("endgueltige_festsetzung", "bankverbindung", "adresse_intern", "sonstige")
)
MISSIONS = {
    "A-001": "relevant change released after the same day three months later, or not released and that day has passed",
    "F-005": "recorded end of a case without a reason",
    "U-010": "ELB on the Stichtag without a responsible IFK",
    "Z-003": "newest valid goal of an ELB without a date, or with one that has passed or lies beyond 24 months",
}


def checks_of(table: str) -> tuple[Check, ...]:
    """Return the structural checks of one table."""
    return tuple(check for check in CHECKS if check.table == table)


CHECKED_TABLES = tuple(dict.fromkeys(check.table for check in CHECKS))
