"""Key figures in the IKS report: parts and whole hidden together, so that neither gives the other away."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from amip_dq.model import FigureResult
from amip_dq.report.german import NOT_APPLICABLE, NOT_CHECKED, NOTHING, SECRET, dezimal, mit_vorzeichen, zahl
from amip_dq.report.iks_counts import suppressed, words
from amip_dq.report.iks_document import Grid
from amip_dq.report.suppression import SMALL, TOTAL, hidden_places

if TYPE_CHECKING:
    from amip_dq.report.iks import Facts

WHOLE = "gesamt"
MOST_PARTS = 100
VERDICT_OF = re.compile(r"urteil\('([^']+)'\)")


def results(facts: Facts) -> tuple[tuple[str, ...], tuple[Grid, ...]]:
    """7: key figures with numerator and denominator, and the movement since the last run."""
    _, below = suppressed(facts)
    rows: list[tuple[str, ...]] = []
    crowded = False
    for figure in facts.content.key_figures:
        measured = [result for result in facts.run.figures if result.figure.id == figure.id]
        slices = sorted(few_parts(measured), key=lambda f: (f.slice != WHOLE, f.slice))
        crowded = crowded or len(slices) < len(measured)
        secret = secret_slices(slices, below)
        rows += [goal_row(result, result.slice in secret) for result in slices]
    heads = (
        words("ziele.spalte"),
        words("ziele.gliederung"),
        words("ziele.zaehler"),
        words("ziele.nenner"),
        words("ziele.ist"),
        words("ziele.plan"),
        words("spalte.ergebnis"),
    )
    said = (words("iks.wesentlichkeit"), *([words("iks.viele_teile", anzahl=MOST_PARTS)] if crowded else ()), movement(facts))
    return said, (Grid(words("iks.kennzahlen"), heads, tuple(rows), 2),)


def few_parts(slices: Sequence[FigureResult]) -> list[FigureResult]:
    """Return the slices without the divisions that have too many parts to be read, or to be kept secret in time."""
    parts = Counter(result.slice.partition("=")[0] for result in slices)
    return [result for result in slices if parts[result.slice.partition("=")[0]] <= MOST_PARTS]


def secret_slices(slices: list[FigureResult], hidden: frozenset) -> frozenset[str]:
    """Return the slices of one key figure whose numbers must not be shown, so that parts and whole do not tell."""
    known = [s for s in slices if s.numerator is not None and s.denominator is not None]
    whole = next((s for s in known if s.slice == WHOLE), None)
    if whole is None:
        return frozenset()
    rules = set(VERDICT_OF.findall(whole.figure.sql))
    mirrors = len(rules) == 1 and any((min(rules), column) in hidden for column in ("ok", "violation"))
    totals = frozenset((TOTAL, column) for column in ("in", "out")) if mirrors else frozenset()
    found: frozenset[str] = frozenset()
    while True:
        parts = [parts_hidden(whole, group, totals) for group in slice_groups(known)]
        places = totals.union(*parts)
        found = frozenset(WHOLE if row == TOTAL else row for row, _ in places)
        again = frozenset(place for place in places if place[0] == TOTAL)
        if again == totals:
            return found
        totals = again


def slice_groups(known: list[FigureResult]) -> list[list[FigureResult]]:
    """Return the slices by the column they divide; a figure that is not divided is one empty group."""
    groups: dict[str, list[FigureResult]] = {}
    for result in known:
        if result.slice != WHOLE:
            groups.setdefault(result.slice.partition("=")[0], []).append(result)
    return list(groups.values()) or [[]]


def parts_hidden(whole: FigureResult, group: list[FigureResult], totals: frozenset) -> frozenset:
    """Return the hidden places of one division: cases in and out of the numerator, with their sums."""
    cells = {}
    for result in group or [whole]:
        inside = result.numerator or 0
        cells[result.slice, "in"] = inside
        cells[result.slice, "out"] = abs((result.denominator or 0) - inside)
    places = hidden_places(cells, sorted({row for row, _ in cells}), ("in", "out"), also=totals)
    return frozenset((TOTAL if row == WHOLE else row, column) for row, column in places)


def goal_row(result: FigureResult, secret: bool) -> tuple[str, ...]:
    """Return one key figure; a secret one shows neither counts nor value, only whether it reaches its target."""
    figure, places = result.figure, result.figure.decimals
    name, plan = result.slice.replace("=", ": "), dezimal(result.target, result.figure.decimals)
    if result.numerator is None or result.denominator is None:
        return figure.title, name, NOT_CHECKED, NOT_CHECKED, NOT_CHECKED, plan, NOT_CHECKED
    verdict = NOTHING if result.reached is None else words("ziele.erreicht" if result.reached else "ziele.verfehlt")
    if secret:
        return figure.title, name, SECRET, SECRET, SECRET, plan, verdict
    value = None if result.value is None else result.value * 100 if figure.percent else result.value
    shown = NOT_APPLICABLE if value is None else dezimal(value, places)
    return figure.title, name, zahl(result.numerator), zahl(result.denominator), shown, plan, verdict


def movement(facts: Facts) -> str:
    """Return the sentence about the last run."""
    moved, before = facts.history.movement(None), facts.history.previous
    if moved is None or before is None:
        return words("leer.bruecke")
    shown = [SECRET if n in SMALL else mit_vorzeichen(n) for n in (moved.new + moved.reopened, -moved.closed)]
    return words("iks.bewegung", tag=before, neu=shown[0], weg=shown[1])
