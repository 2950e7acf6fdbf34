"""Key figures against their targets, with numerator, denominator and the distance to plan."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from amip_dq.model import Direction, FigureResult, KeyFigure
from amip_dq.report.charts import Drawing, variance
from amip_dq.report.german import NOT_APPLICABLE, NOT_CHECKED, NOTHING, dezimal, mit_vorzeichen
from amip_dq.report.site import Site

WHOLE = "gesamt"


@dataclass(frozen=True)
class Goal:
    """One key figure in one slice as a table shows it; `gap` in per cent points, towards the bad side negative."""

    figure: KeyFigure
    slice: str
    value: str
    plan: str
    numerator: int | None
    denominator: int | None
    undetermined: int
    reached: bool | None
    gap: Decimal | None
    bar: Drawing
    change: str
    whole_plan: bool
    state: str


def shown_value(figure: KeyFigure, value: Decimal | None) -> Decimal | None:
    """Return a value in the unit people read: per cent, or the plain ratio."""
    if value is None:
        return None
    return value * 100 if figure.percent else value


def goals(site: Site, team: str | None = None) -> list[Goal]:
    """Return the key figures of a team where they exist, else of the whole, the largest shortfall first."""
    chosen: list[FigureResult] = []
    for figure in site.content.key_figures:
        results = {r.slice: r for r in site.run.figures if r.figure.id == figure.id}
        own = results.get(f"team={team}") if team else None
        result = own or results.get(WHOLE)
        if result:
            chosen.append(result)
    return sorted(make_goals(site, chosen), key=lambda goal: (goal.gap is None, goal.gap or 0, goal.figure.id))


def make_goals(site: Site, results: list[FigureResult]) -> list[Goal]:
    """Return goals drawn to one scale."""
    plans = [plan_of(site, result) for result in results]
    gaps = [
        abs(v - p)
        for r, p in zip(results, plans, strict=True)
        if (v := shown_value(r.figure, r.value)) is not None and p is not None
    ]
    worst = max(gaps, default=Decimal(0))
    return [make_goal(site, result, plan, worst) for result, plan in zip(results, plans, strict=True)]


def plan_of(site: Site, result: FigureResult) -> Decimal | None:
    """Return a slice's own target, else the target of the whole, so that every bar has an axis."""
    if result.target is not None:
        return result.target
    whole = next((r for r in site.run.figures if r.figure.id == result.figure.id and r.slice == WHOLE), None)
    return whole.target if whole else None


def make_goal(site: Site, result: FigureResult, plan: Decimal | None, worst: Decimal) -> Goal:
    """Return one line of the table of goals."""
    figure, value = result.figure, shown_value(result.figure, result.value)
    better = figure.direction is Direction.AT_LEAST
    reached = result.reached if result.target is not None else meets(figure, value, plan)
    gap = None if value is None or plan is None else (value - plan if better else plan - value)
    before = site.history.figures_before.get((figure.id, result.slice))
    change = None if before is None or value is None else value - (shown_value(figure, before) or Decimal(0))
    title = site.texts.plain("ziele.balken", titel=figure.title)
    state = NOT_CHECKED if result.numerator is None else NOT_APPLICABLE if not result.denominator else ""
    return Goal(
        figure,
        result.slice,
        state or dezimal(value, figure.decimals),
        dezimal(plan, figure.decimals),
        result.numerator,
        result.denominator,
        result.undetermined,
        reached,
        gap,
        variance(value, plan, worst, bool(reached), title, figure.decimals),
        mit_vorzeichen(change, figure.decimals),
        result.target is None and plan is not None,
        state,
    )


def meets(figure: KeyFigure, value: Decimal | None, plan: Decimal | None) -> bool | None:
    """Tell whether a value reaches a plan that is not its own; only for the colour of a bar."""
    if value is None or plan is None:
        return None
    return value >= plan if figure.direction is Direction.AT_LEAST else value <= plan


def slice_name(site: Site, slice_: str) -> str:
    """Return `geschaeftsstelle=Nord` as people say it."""
    if slice_ == WHOLE:
        return site.texts.plain("ziele.gesamt")
    column, _, value = slice_.partition("=")
    field = site.column_titles.get(column, column[:1].upper() + column[1:])
    return f"{field}: {value}"


def with_plan(goals_: list[Goal]) -> list[Goal]:
    """Return the key figures that have a target; a page for leading people shows these, or all where there is none."""
    return [goal for goal in goals_ if goal.plan != NOTHING] or goals_


def missed(goals_: list[Goal]) -> list[Goal]:
    """Return the goals that lie below plan."""
    return [goal for goal in goals_ if goal.reached is False]


def slices_of(site: Site, figure: KeyFigure) -> list[Goal]:
    """Return every slice of a key figure, the whole first."""
    results = [r for r in site.run.figures if r.figure.id == figure.id]
    return make_goals(site, sorted(results, key=lambda r: (r.slice != WHOLE, r.slice)))
