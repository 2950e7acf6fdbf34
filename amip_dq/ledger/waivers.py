"""Ausnahmen: who decided that a finding may stand for a time, and why. Kept in waivers.yaml beside the ledger."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import duckdb

from amip_dq.content.catalog import literal, quoted
from amip_dq.content.validate import Problems, validate
from amip_dq.content.yaml_source import read_yaml
from amip_dq.errors import ContentErrors, LedgerError
from amip_dq.model import STRICT

FILE_NAME = "waivers.yaml"
LONGEST_MONTHS = 12
PATTERN_COLUMNS = ("case_id", "item", "team", "geschaeftsstelle")


@dataclass(frozen=True)
class Pattern:
    """A documented group of findings: wildcards * and ? in the columns, exact values in the evidence."""

    case_id: str | None = None
    item: str | None = None
    team: str | None = None
    geschaeftsstelle: str | None = None
    evidence: Mapping[str, str] = field(default_factory=dict)

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class Exemption:
    """One decision: rule × case (× item), or a pattern; both days belong to it."""

    id: str
    rule: str
    reason: str
    requested_by: str
    approved_by: str
    start: date
    end: date
    case: str | None = None
    item: str | None = None
    pattern: Pattern | None = None
    revoked_on: date | None = None

    __pydantic_config__ = STRICT

    def in_force(self, day: date) -> bool:
        """Tell whether findings are exempt on this day; from the day of its revocation on they are not."""
        return self.start <= day <= self.end and (self.revoked_on is None or day < self.revoked_on)

    def ended_by(self, day: date) -> bool:
        """Tell whether the decision no longer holds on this day."""
        return day > self.end or (self.revoked_on is not None and day >= self.revoked_on)

    def state_on(self, day: date) -> str:
        """Return how the decision stands on a day, in German."""
        if self.ended_by(day):
            return "widerrufen" if self.revoked_on is not None and self.revoked_on <= self.end else "abgelaufen"
        return "gilt" if self.in_force(day) else "künftig"


def waivers_file(ledger: Path) -> Path:
    """Return where the decisions for a ledger are kept."""
    return ledger.with_name(FILE_NAME)


def load_waivers(
    path: Path, known_rules: Collection[str] | None = None, day: date | None = None
) -> tuple[Exemption, ...]:
    """Return all decisions of the file, none if it does not exist; raises ContentErrors with every mistake.

    A decision that has ended by `day` may name a rule that no longer exists.
    """
    if not path.exists():
        return ()
    source = read_yaml(path)
    if source.data is not None and not isinstance(source.data, dict):
        raise ContentErrors([source.error((), "erwartet werden Einträge der Form »A-0001: {rule: …, case: …}«.")])
    found, problems = [], []
    for name, entry in (source.data or {}).items():
        try:
            data = {**entry, "id": str(name)} if isinstance(entry, dict) else {"id": str(name)}
            exemption = validate(Exemption, data, source, (str(name),), ("id",))
        except Problems as several:
            problems.extend(several.problems)
            continue
        known = None if day is not None and exemption.ended_by(day) else known_rules
        problems.extend(source.error((str(name),), text) for text in mistakes(exemption, known))
        found.append(exemption)
    if problems:
        raise ContentErrors(problems)
    return tuple(found)


def mistakes(exemption: Exemption, known_rules: Collection[str] | None = None) -> list[str]:
    """Return what is wrong with a decision, one German sentence each."""
    found = []
    if known_rules is not None and exemption.rule not in known_rules:
        found.append(f"die Regel »{exemption.rule}« gibt es nicht.")
    if (exemption.case is None) == (exemption.pattern is None):
        found.append("entweder »case« oder »pattern« angeben, genau eines von beiden.")
    if exemption.item is not None and exemption.case is None:
        found.append("»item« gehört zu »case«; in einem Muster steht es unter pattern.")
    if exemption.pattern is not None and exemption.pattern == Pattern():
        found.append("das Muster ist leer und träfe jeden Befund der Regel.")
    for key in ("reason", "requested_by", "approved_by"):
        if not getattr(exemption, key).strip():
            found.append(f"»{key}« ist leer.")
    if exemption.requested_by.strip().casefold() == exemption.approved_by.strip().casefold():
        found.append("wer die Ausnahme beantragt, darf sie nicht selbst genehmigen (approved_by).")
    if exemption.end < exemption.start:
        found.append("das Ende liegt vor dem Beginn.")
    if exemption.end > latest_end(exemption.start):
        found.append(
            f"eine Ausnahme gilt höchstens {LONGEST_MONTHS} Monate, "
            f"hier also bis {latest_end(exemption.start):%d.%m.%Y}."
        )
    return found


def latest_end(start: date) -> date:
    """Return the last day that a decision from `start` on may hold: the same day a year later, clamped."""
    day = 28 if (start.month, start.day) == (2, 29) else start.day
    return start.replace(year=start.year + 1, day=day)


def next_id(exemptions: Collection[Exemption]) -> str:
    """Return the next free number A-0001, A-0002 …"""
    numbers = [int(e.id[2:]) for e in exemptions if e.id.startswith("A-") and e.id[2:].isdigit()]
    return f"A-{max(numbers, default=0) + 1:04d}"


def add(path: Path, exemption: Exemption, known_rules: Collection[str] | None = None) -> Exemption:
    """Write a decision into the file under the next number; comments already in the file stay."""
    present = load_waivers(path)
    numbered = replace(exemption, id=next_id(present))
    wrong = mistakes(numbered, known_rules)
    if wrong:
        raise LedgerError("Die Ausnahme ist nicht zulässig: " + " ".join(wrong))
    text = path.read_text(encoding="utf-8-sig") if path.exists() else HEADER
    _replace(path, text.rstrip("\n") + "\n\n" + _as_yaml(numbered))
    return numbered


def revoke(path: Path, waiver_id: str, day: date) -> Exemption:
    """End a decision from this day on; it stays in the file as a record."""
    found = {e.id: e for e in load_waivers(path)}
    if waiver_id not in found:
        raise LedgerError(f"Die Ausnahme »{waiver_id}« gibt es nicht. Vorhanden: {', '.join(found) or 'keine'}.")
    if found[waiver_id].ended_by(day):
        raise LedgerError(f"Die Ausnahme »{waiver_id}« gilt am {day:%d.%m.%Y} schon nicht mehr.")
    text, place = path.read_text(encoding="utf-8-sig"), read_yaml(path).line((waiver_id,))
    lines = text.splitlines(keepends=True)
    end = next((n for n in range(place, len(lines)) if lines[n][:1] not in (" ", "\t", "#", "\n", "\r")), len(lines))
    while end > place and not lines[end - 1].strip():
        end -= 1
    if not lines[end - 1].endswith("\n"):
        lines[end - 1] += "\n"
    if end == place:
        raise LedgerError(f"Die Ausnahme »{waiver_id}« steht in einer Zeile; bitte revoked_on dort von Hand ergänzen.")
    _replace(path, "".join([*lines[:end], f"  revoked_on: {day.isoformat()}\n", *lines[end:]]))
    return {e.id: e for e in load_waivers(path)}[waiver_id]


HEADER = "# Ausnahmen: höchstens 12 Monate, beantragt und genehmigt von verschiedenen Stellen. Enthält Sozialdaten.\n"


def _as_yaml(exemption: Exemption) -> str:
    lines = [f"{exemption.id}:"]
    for key, value in vars(exemption).items():
        if key == "id" or value is None:
            continue
        if isinstance(value, Pattern):
            value = {name: part for name, part in vars(value).items() if part}
        # JSON is YAML: quoted, so that no text can become another type or another key
        shown = value.isoformat() if isinstance(value, date) else json.dumps(value, ensure_ascii=False)
        lines.append(f"  {key}: {shown}")
    return "\n".join(lines) + "\n"


def _replace(path: Path, text: str) -> None:
    fresh = path.with_name(path.name + ".neu")
    fresh.write_text(text, encoding="utf-8")
    try:
        load_waivers(fresh)
    except ContentErrors:
        fresh.unlink()
        raise
    fresh.replace(path)


def exempt_findings(con: duckdb.DuckDBPyConnection, exemptions: Collection[Exemption], day: date, source: str) -> None:
    """Create the temporary table `exempt` (fingerprint, waiver_id, until): violations of `source` under a decision."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE exempt "
        "(rule_id VARCHAR, case_id VARCHAR, item VARCHAR, waiver_id VARCHAR, until DATE)"
    )
    for exemption in exemptions:
        if exemption.in_force(day):
            con.execute(
                f"""INSERT INTO exempt SELECT rule_id, case_id, item, {literal(exemption.id)}, {literal(exemption.end)}
                    FROM {source} WHERE verdict = 'violation' AND {_condition(exemption)}"""
            )


def _condition(exemption: Exemption) -> str:
    terms = [f"rule_id = {literal(exemption.rule)}"]
    if exemption.case is not None:
        terms.append(f"case_id = {literal(exemption.case)}")
    if exemption.item is not None:
        terms.append(f"item = {literal(exemption.item)}")
    if exemption.pattern is not None:
        for column in PATTERN_COLUMNS:
            wanted = getattr(exemption.pattern, column)
            if wanted is not None:
                terms.append(f"{column} GLOB {literal(wanted.replace('[', '[[]'))}")
        for key, value in exemption.pattern.evidence.items():
            path = "$." + quoted(key)
            terms.append(f"(evidence ->> {literal(path)}) = {literal(value)}")
    return " AND ".join(terms)
