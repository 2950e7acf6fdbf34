"""The oracle: what every rule and key figure must say of an office, read from the rule book alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from . import aenderung, fallabschluss, integrationsziel, unterbrechung
from .aenderung import Verdicts
from .days import deadline
from .kennzahlen import FIGURES, Counts
from .kennzahlen_48a import FIGURES_48A
from .office import Office, Tables

LATE = (
    ("aenderung.verspaetet_angeordnet", "aenderung", "aenderung_id", "wirksam_ab"),
    ("fallabschluss.verspaetet_angeordnet", "fall_ende", "fall_ende_id", "ende"),
)
RULES = {**aenderung.RULES, **unterbrechung.RULES, **fallabschluss.RULES, **integrationsziel.RULES}


def judge(tables: Tables, stichtag: date, parameters: Mapping[str, Any] | None = None) -> dict[str, Verdicts]:
    """Return rule id → (case_id, item) → violated, for exactly the cases in scope."""
    office = Office(tables, stichtag, parameters)
    return {rule_id: decide(office) for rule_id, decide in RULES.items()}


def causes(
    tables: Tables, stichtag: date, judged: Mapping[str, Verdicts], parameters: Mapping[str, Any] | None = None
) -> dict[tuple[str, str, str], str]:
    """Return (rule id, case_id, item) → `ursache` for everything released too late or not at all."""
    office = Office(tables, stichtag, parameters)
    found = {}
    for rule_id, table, key, day in LATE:
        for row in office.standing(table):
            last = deadline(row[day], office.p)
            if last and judged[rule_id].get((row["bg_nr"], row[key])):
                found[rule_id, row["bg_nr"], row[key]] = aenderung.cause(row, last)
    return found


def measure(
    tables: Tables, stichtag: date, judged: dict[str, Verdicts], parameters: Mapping[str, Any] | None = None
) -> Counts:
    """Return (key figure, slice) → (numerator, denominator, undetermined), or None where the value is null."""
    office = Office(tables, stichtag, parameters)
    counts: Counts = {}
    for figure in (*FIGURES, *FIGURES_48A):
        counts.update(figure(office, judged))
    return counts
