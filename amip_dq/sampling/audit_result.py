"""What the auditors found, with its history: sheets taken over one after the other, and what is still open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from amip_dq.errors import SamplingError
from amip_dq.sampling.canonical import digest
from amip_dq.sampling.plan_file import CommittedPlan, PlanFile, restore
from amip_dq.sampling.selection import Draw, Drawn
from amip_dq.sampling.sheet import LOST, WRONG, second_reading
from amip_dq.sampling.sheet_import import Reading, ReadSheet

SCHEMA = "amip-dq/pruefergebnis/1"


@dataclass(frozen=True)
class AuditResult:
    """All readings of a draw so far; `sheets` are the digests of the files they came from."""

    plan: CommittedPlan
    draw: Mapping[str, Any]
    draw_hash: str
    readings: tuple[Reading, ...] = ()
    second: tuple[Reading, ...] = ()
    empty: int = 0
    sheets: tuple[str, ...] = ()
    history: tuple[Mapping[str, str], ...] = ()
    flags: Mapping[str, Sequence[str]] | None = None
    flagged: Mapping[str, int] | None = None
    second_expected: int = 0

    @property
    def open(self) -> Open:
        return still_open(self)


@dataclass(frozen=True)
class Open:
    """What is missing before a rate may be stated."""

    empty: int
    next_units: Mapping[str, tuple[int, int]]  # stratum → (how many more, how many of its reserve are used)
    extension: bool

    @property
    def complete(self) -> bool:
        return not self.empty and not self.next_units


def begin(draw: Draw, flags: Mapping[str, Sequence[str]]) -> AuditResult:
    """Return the empty result of a draw; what the rules had found joins here, after the auditors' work."""
    totals: dict[str, int] = {}
    for rules in flags.values():
        for rule in rules:
            totals[rule] = totals.get(rule, 0) + 1
    drawn = {unit.unit_id for unit in draw.order}
    return AuditResult(
        draw.plan, draw.content, draw.hash,
        flags={unit: rules for unit, rules in sorted(flags.items()) if unit in drawn} or None,
        flagged=dict(sorted(totals.items())) or None,
        second_expected=len(second_reading(draw)),
    )  # fmt: skip


def take_over(before: AuditResult, sheet: ReadSheet, sheet_digest: str) -> AuditResult:
    """Add a worksheet; a verdict that differs from an earlier one stays in the history."""
    if sheet_digest in before.sheets:
        raise SamplingError("Dieser Prüfbogen ist schon übernommen.")
    sheets = (*before.sheets, sheet_digest)
    if sheet.assignment.kind == "zweitlesung":
        if not before.readings:
            raise SamplingError("Die Zweitlesung setzt die Erstprüfung voraus (--previous).")
        return replace(before, second=sheet.readings, sheets=sheets)
    if sheet.assignment.kind == "nachzug":
        if sheet.empty:
            raise SamplingError("Ein Nachzug wird nur vollständig ausgefüllt übernommen.")
        _check_next(before, sheet)
    known = {reading.drawn.unit_id: reading for reading in before.readings}
    changes = [change for reading in sheet.readings for change in _changes(known.get(reading.drawn.unit_id), reading)]
    known |= {reading.drawn.unit_id: reading for reading in sheet.readings}
    readings = tuple(sorted(known.values(), key=lambda r: (r.drawn.stratum, r.drawn.position)))
    empty = sheet.empty
    return replace(before, readings=readings, sheets=sheets, empty=empty, history=(*before.history, *changes))


def _check_next(before: AuditResult, sheet: ReadSheet) -> None:
    """Replacements come in order and only as many as are needed: nobody picks a friendlier case."""
    already = {reading.drawn.unit_id for reading in before.readings}
    if all(reading.drawn.unit_id in already for reading in sheet.readings) and sheet.readings:
        return
    wanted = {(stratum, count, used) for stratum, (count, used) in before.open.next_units.items()}
    if set(sheet.assignment.later) != wanted:
        raise SamplingError(
            "Dieser Nachzug passt nicht zu dem, was offen ist; es zählt nur der jeweils nächste Fall der Reihenfolge."
        )


def _changes(earlier: Reading | None, now: Reading) -> list[Mapping[str, str]]:
    if earlier is None:
        return []
    return [
        {
            "einheit": now.drawn.unit_id,
            "kriterium": name,
            "vorher": earlier.verdicts[name],
            "nachher": verdict,
            "pruefer": now.auditor,
        }
        for name, verdict in now.verdicts.items()
        if earlier.verdicts[name] != verdict
    ]


def replaced(reading: Reading, plan: PlanFile) -> bool:
    """Tell whether the next case takes this one's place."""
    return reading.not_applicable or (reading.lost and plan.nicht_pruefbar == "ersatz")


def is_error(reading: Reading, plan: PlanFile, lost_is_error: bool | None = None) -> bool:
    """Tell whether a case counts as wrong; a file that cannot be examined does, unless the plan says otherwise."""
    lost = plan.nicht_pruefbar == "fehler" if lost_is_error is None else lost_is_error
    bad = {WRONG, LOST} if lost else {WRONG}
    return any(reading.verdicts[c.id] in bad for c in plan.fehlerdefinition if c.art in plan.zaehlt)


def valid(result: AuditResult) -> tuple[Reading, ...]:
    """Return the readings that count, strata in turn, each in the order of drawing."""
    return tuple(reading for reading in result.readings if not replaced(reading, result.plan.plan))


def still_open(result: AuditResult) -> Open:
    """Compare the valid readings of each stratum with what the plan wants there."""
    plan = result.plan
    sizes, stage = plan.sizes["n"], plan.sizes["stage"]
    extension = False
    wanted: dict[str, tuple[int, int]] = {}
    for stratum, n in sizes.items():
        mine = [
            reading
            for reading in result.readings
            if reading.drawn.stratum == stratum and reading.drawn.role != "vollerfassung"
        ]
        good = [reading for reading in mine if not replaced(reading, plan.plan)]
        target = n
        if stage and not result.empty and len(good) >= stage:
            extension = sum(is_error(reading, plan.plan) for reading in good[:stage]) == 1
            target = 2 * stage if extension else stage
        used = sum(reading.drawn.role == "reserve" for reading in mine)
        left = _population(plan, stratum) - len(mine)
        # a draw by amount may hit one case several times, so cases are not counted against hits there
        if plan.plan.verfahren != "mus" and not result.empty and mine:
            lacking = min(target - len(good), left)
            if lacking > 0:
                wanted[stratum] = (lacking, used)
    empty = result.empty if result.readings else max(result.empty, 1)
    return Open(empty, wanted, extension)


def _population(plan: CommittedPlan, stratum: str) -> int:
    known = plan.frame["schichten"]
    return int(known[stratum]["anzahl"]) if stratum in known and len(plan.sizes["n"]) > 1 else int(plan.frame["anzahl"])


def spelled(result: AuditResult) -> dict[str, Any]:
    """Return the result as JSON; cases appear under their published ids only."""
    told = {
        "schema": SCHEMA,
        "plan": result.plan.content,
        "plan_hash": result.plan.hash,
        "draw": dict(result.draw),
        "draw_hash": result.draw_hash,
        "readings": [_spell(reading) for reading in result.readings],
        "second_readings": [_spell(reading) for reading in result.second],
        "second_expected": result.second_expected,
        "empty": result.empty,
        "sheets": list(result.sheets),
        "history": [dict(change) for change in result.history],
        "flags": result.flags,
        "flagged": result.flagged,
    }
    return {**told, "complete": result.open.complete, "digest": digest(told)}


def _spell(reading: Reading) -> dict[str, Any]:
    return {**vars(reading), "drawn": vars(reading.drawn), "verdicts": dict(reading.verdicts)}


def restore_result(told: Any, name: str) -> AuditResult:
    """Return a stored result; raises SamplingError if it was changed by hand."""
    try:
        body = {key: value for key, value in told.items() if key not in ("complete", "digest")}
        if digest(body) != told["digest"]:
            raise SamplingError(f"{name}: das Prüfergebnis wurde nach der Übernahme verändert.")
        plan = restore(told["plan"])
        if (
            plan.hash != told["plan_hash"]
            or digest(told["draw"]) != told["draw_hash"]
            or told["draw"]["plan_hash"] != plan.hash
        ):
            raise SamplingError(f"{name}: Plan nach Ziehung geändert.")
        return AuditResult(
            plan, told["draw"], told["draw_hash"], tuple(map(_reading, told["readings"])),
            tuple(map(_reading, told["second_readings"])), told["empty"], tuple(told["sheets"]),
            tuple(told["history"]), told["flags"], told["flagged"], told["second_expected"],
        )  # fmt: skip
    except (KeyError, TypeError, AttributeError):
        raise SamplingError(f"{name}: kein Prüfergebnis (»sample import« schreibt eines).") from None


def _reading(told: Mapping[str, Any]) -> Reading:
    return Reading(**{**told, "drawn": Drawn(**told["drawn"])})
