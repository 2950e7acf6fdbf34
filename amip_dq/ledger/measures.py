"""Maßnahmen: what was agreed to bring a rule's findings down. Kept in massnahmen.yaml beside the ledger.

They are decisions of this office about its own findings, like waivers, and no part of the rule set: a new measure must
not look like a changed rule (docs/decisions/0011).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb

from amip_dq.content.validate import Problems, validate
from amip_dq.content.yaml_source import read_yaml
from amip_dq.errors import ContentErrors
from amip_dq.ledger.execution import PastRun
from amip_dq.ledger.movement import OPEN_AFTER
from amip_dq.model import STRICT, Content, Measure

FILE_NAME = "massnahmen.yaml"
LONGEST_TEXT = 300
LOOKS_LIKE_A_CASE = re.compile(r"\d{5,}")
DONE_SHOWN = timedelta(365)


@dataclass(frozen=True)
class Agreement:
    """One measure as the file holds it; `owner` is a word of the vocabulary's roles, never a person."""

    id: str
    rule: str
    text: str
    owner: str
    start: date
    due: date
    done_on: date | None = None

    __pydantic_config__ = STRICT

    def status_on(self, day: date) -> str:
        """Return whether the measure is done, past its date or still running."""
        if self.done_on is not None and self.done_on <= day:
            return "erledigt"
        return "ueberfaellig" if self.due < day else "offen"

    def shown_on(self, day: date) -> bool:
        """Tell whether reports of this day name the measure: from its start until a year after it was done."""
        return self.start <= day and (self.done_on is None or day <= self.done_on + DONE_SHOWN)


def measures_file(ledger: Path) -> Path:
    """Return where the measures for a ledger are kept."""
    return ledger.with_name(FILE_NAME)


def load_measures(path: Path, content: Content) -> tuple[Agreement, ...]:
    """Return all measures of the file, none if it does not exist; raises ContentErrors with every mistake."""
    if not path.exists():
        return ()
    source = read_yaml(path)
    if source.data is not None and not isinstance(source.data, dict):
        raise ContentErrors([source.error((), "erwartet werden Einträge der Form »M-0001: {rule: …, text: …}«.")])
    found, problems = [], []
    for name, entry in (source.data or {}).items():
        try:
            data = {**entry, "id": str(name)} if isinstance(entry, dict) else {"id": str(name)}
            agreement = validate(Agreement, data, source, (str(name),), ("id",))
        except Problems as several:
            problems.extend(several.problems)
            continue
        problems.extend(source.error((str(name),), text) for text in mistakes(agreement, content))
        found.append(agreement)
    if problems:
        raise ContentErrors(problems)
    return tuple(found)


def mistakes(agreement: Agreement, content: Content) -> list[str]:
    """Return what is wrong with a measure, one German sentence each."""
    found, roles = [], content.vocabulary.responsible
    if agreement.done_on is None and content.rule(agreement.rule) is None:
        found.append(f"die Regel »{agreement.rule}« gibt es nicht.")
    if roles and agreement.owner not in roles:
        found.append(f"»owner« nennt eine Aufgabe, keine Person; möglich: {', '.join(sorted(roles))}.")
    if not agreement.text.strip() or len(agreement.text) > LONGEST_TEXT:
        found.append(f"»text« hat 1 bis {LONGEST_TEXT} Zeichen.")
    if LOOKS_LIKE_A_CASE.search(agreement.text):
        found.append("»text« enthält eine lange Ziffernfolge; Fallnummern gehören nicht in eine Maßnahme.")
    if agreement.due < agreement.start:
        found.append("der Termin (due) liegt vor dem Beginn (start).")
    if agreement.done_on is not None and agreement.done_on < agreement.start:
        found.append("die Erledigung (done_on) liegt vor dem Beginn (start).")
    return found


def measures_on(
    con: duckdb.DuckDBPyConnection, agreements: Iterable[Agreement], runs: tuple[PastRun, ...], content: Content
) -> tuple[Measure, ...]:
    """Return the measures that reports of the last of `runs` name, the earliest date first."""
    day, nr = runs[-1].stichtag, runs[-1].nr
    found = []
    for agreement in sorted(agreements, key=lambda a: (a.due, a.id)):
        if agreement.shown_on(day):
            first = max((run.nr for run in runs if run.stichtag <= agreement.start), default=runs[0].nr)
            effect = "" if first == nr else _effect(con, agreement.rule, first, nr)
            role = content.vocabulary.title("responsible", agreement.owner)
            status = agreement.status_on(day)
            found.append(Measure(agreement.rule, agreement.text, role, agreement.due, status, effect))
    return tuple(found)


def _effect(con: duckdb.DuckDBPyConnection, rule_id: str, first: int, last: int) -> str:
    """Compare the open findings of a rule after two entries, in a word: the numbers could be small."""
    query = f"SELECT coalesce(sum(findings), 0)::BIGINT FROM flow WHERE nr = $1 AND rule_id = $2 AND {OPEN_AFTER}"
    before, now = (con.execute(query, [nr, rule_id]).fetchall()[0][0] for nr in (first, last))
    return "weniger" if now < before else "mehr" if now > before else "gleich"
