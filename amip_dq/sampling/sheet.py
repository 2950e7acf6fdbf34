"""The worksheet (Prüfbogen) as a grid of cells: which units, which columns, what is locked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from amip_dq.errors import SamplingError
from amip_dq.sampling.amounts import plain_euros
from amip_dq.sampling.canonical import sha256
from amip_dq.sampling.plan_file import PlanFile
from amip_dq.sampling.selection import Draw, Drawn
from amip_dq.sampling.tickets import ordered

TITLE = "Prüfbogen"
VERDICTS = ("richtig", "falsch", "nicht prüfbar", "nicht anwendbar")
RIGHT, WRONG, LOST, NOT_APPLICABLE = VERDICTS
BEFORE = ("lfd", "einheit", "schicht", "betrag_gezahlt")
AFTER = ("betrag_richtig", "ursache", "rechtsnorm", "bemerkung", "pruefer", "datum", "zweitpruefer")
HIDDEN_STRATUM = "verdeckt"  # whoever knows that a case was flagged looks with other eyes
SECOND_SHARE = 10  # one in ten is read a second time
FORMULA = ("=", "+", "-", "@", "\t", "\r")
HEAD_LINES = 5  # titel, frage, plan_hash, draw_hash, blatt
FIRST_ROW = HEAD_LINES + 2  # 0-based row of the first unit: the head, an empty line, the column names
ASSIGNMENT = re.compile(r"(?P<stratum>[^=;]+)=(?P<count>\d+)@(?P<offset>\d+)")


@dataclass(frozen=True)
class Assignment:
    """Which units a sheet holds: the whole sample, later units of some strata, or the second reading."""

    kind: str = "haupt"  # haupt, nachzug, zweitlesung
    later: tuple[tuple[str, int, int], ...] = ()  # stratum, how many, how many of its reserve are already used

    @property
    def spelled(self) -> str:
        parts = ";".join(f"{stratum}={count}@{offset}" for stratum, count, offset in self.later)
        return f"{self.kind}:{parts}" if parts else self.kind


def parse_assignment(text: str) -> Assignment:
    """Return what a sheet's header says it holds."""
    kind, _, rest = text.strip().partition(":")
    later = []
    for part in filter(None, rest.split(";")):
        match = ASSIGNMENT.fullmatch(part)
        if not match:
            raise SamplingError("die Angabe »blatt« wurde verändert")
        later.append((match["stratum"], int(match["count"]), int(match["offset"])))
    if kind not in ("haupt", "nachzug", "zweitlesung") or bool(later) != (kind == "nachzug"):
        raise SamplingError("die Angabe »blatt« wurde verändert")
    return Assignment(kind, tuple(later))


def assigned(draw: Draw, assignment: Assignment) -> tuple[Drawn, ...]:
    """Return the units of a sheet in ticket order, strata mixed, so that the order tells nothing about a case."""
    if assignment.kind == "haupt":
        return draw.sample
    if assignment.kind == "zweitlesung":
        return second_reading(draw)
    chosen: list[Drawn] = []
    for stratum, count, offset in assignment.later:
        reserve = draw.reserve(stratum)[offset : offset + count]
        if len(reserve) < count:
            raise SamplingError(
                f"In der Schicht »{stratum}« ist die Reihenfolge erschöpft; es gibt keinen Ersatz mehr."
            )
        chosen += reserve
    return tuple(sorted(chosen, key=lambda drawn: (drawn.ticket, drawn.unit_id)))


def second_reading(draw: Draw) -> tuple[Drawn, ...]:
    """Return a random tenth of the sample (rounded up), by tickets of their own."""
    sample = {drawn.unit_id: drawn for drawn in draw.sample}
    chosen = ordered(sample, sha256(f"{draw.seed}|zweitlesung"))[: -(-len(sample) // SECOND_SHARE)]
    return tuple(sample[unit_id] for _, unit_id in chosen)


def columns(plan: PlanFile) -> tuple[str, ...]:
    """Return the column names; a draw by amount adds how often a case was hit."""
    hits = ("treffer",) if plan.verfahren == "mus" else ()
    return (*BEFORE, *hits, *(criterion.id for criterion in plan.fehlerdefinition), *AFTER)


def locked(plan: PlanFile) -> int:
    """Return how many columns from the left may not be changed."""
    return len(BEFORE) + (1 if plan.verfahren == "mus" else 0)


def head(draw: Draw, assignment: Assignment) -> list[tuple[str, str]]:
    """Return the lines above the table; the two hashes bind the sheet to plan and draw."""
    return [
        ("titel", draw.plan.plan.titel),
        ("frage", draw.plan.plan.frage),
        ("plan_hash", draw.plan.hash),
        ("draw_hash", draw.hash),
        ("blatt", assignment.spelled),
    ]


def grid(draw: Draw, assignment: Assignment, numbers: Mapping[str, str]) -> list[list[str]]:
    """Return the whole sheet as text: head, an empty line, column names, one row per unit."""
    plan = draw.plan.plan
    rows = [[name, value] for name, value in head(draw, assignment)]
    rows += [[], list(columns(plan))]
    for place, drawn in enumerate(assigned(draw, assignment), start=1):
        rows.append(_row(plan, place, drawn, numbers))
    return rows


def _row(plan: PlanFile, place: int, drawn: Drawn, numbers: Mapping[str, str]) -> list[str]:
    given = [str(place), number(drawn, numbers), stratum_shown(plan, drawn), plain_euros(drawn.cents)]
    if plan.verfahren == "mus":
        given.append(str(drawn.hits))
    return given + [""] * (len(columns(plan)) - len(given))


def number(drawn: Drawn, numbers: Mapping[str, str]) -> str:
    """Return the number under which the file is found, or the published id where the key is not at hand."""
    return numbers.get(drawn.unit_id, drawn.unit_id)


def stratum_shown(plan: PlanFile, drawn: Drawn) -> str:
    """Return the stratum as the auditor may see it."""
    return HIDDEN_STRATUM if plan.verfahren == "zweiphasen" else drawn.stratum


def harmless(text: str) -> str:
    """Return a cell's text so that a spreadsheet does not take it for a formula."""
    return "'" + text if text.startswith(FORMULA) else text


def unharmed(text: str) -> str:
    """Undo `harmless`."""
    return text[1:] if text[:1] == "'" and text[1:].startswith(FORMULA) else text
