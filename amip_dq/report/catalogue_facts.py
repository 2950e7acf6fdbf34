"""What the catalogue derives from the content: values and views behind a rule, controls of a risk, what decides a control."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from amip_dq.content import guard
from amip_dq.content.catalog import as_query
from amip_dq.content.query import Names
from amip_dq.model import Content, KeyFigure, Lifecycle, Parameter, Risk, Rule, View

UNDATED = date(1900, 1, 1)
PREVENTIVE = "praeventiv"


@dataclass(frozen=True)
class Uses:
    """The parameters and views that a query rests on, directly or through other views."""

    parameters: tuple[Parameter, ...]
    views: tuple[View, ...]


def uses_of(item: Rule | KeyFigure, content: Content) -> Uses:
    """Return what a rule's or key figure's query rests on; a key figure also rests on its target."""
    names = Names(content.tables, content.views, content.parameters)
    parameters = set(names.inspect(item.sql).parameters)
    waiting, reached = set(guard.names_read(item.sql)) & set(content.views), set()
    while waiting:
        name = waiting.pop()
        reached.add(name)
        query = as_query(content.views[name])
        parameters |= names.inspect(query).parameters
        waiting |= (guard.names_read(query) & set(content.views)) - reached
    if isinstance(item, KeyFigure):
        parameters |= {name for name in content.parameters if name == item.target or name.startswith(f"{item.target}_")}
    found = tuple(content.parameters[name] for name in sorted(parameters))
    return Uses(found, tuple(content.views[name] for name in sorted(reached)))


# ------------------------------------------------------------------ dated values
@dataclass(frozen=True)
class Span:
    """One value of a parameter and the days of facts it holds for; None is open. `verified` falls back on the parameter's."""

    start: date | None
    end: date | None
    value: Any
    source: str
    verified: bool


def spans(parameter: Parameter) -> tuple[Span, ...]:
    """Return the values of a parameter, oldest first."""
    days = sorted(parameter.values)
    ends = [day - timedelta(1) for day in days[1:]] + [None]
    return tuple(
        Span(
            None if day <= UNDATED else day, end, entry.value, entry.source or parameter.source,
            parameter.verified if entry.verified is None else entry.verified,
        )
        for day, end in zip(days, ends, strict=True) for entry in [parameter.values[day]]
    )  # fmt: skip


@dataclass(frozen=True)
class Turn:
    """A day on which a parameter takes another value; `before` None: it had none."""

    day: date
    parameter: Parameter
    before: Any
    after: Any


def turns(parameters: Iterable[Parameter]) -> list[Turn]:
    """Return every dated change of a value, in order of the days."""
    found = [
        Turn(day, parameter, parameter.value_on(day - timedelta(1)), entry.value)
        for parameter in parameters
        for day, entry in parameter.values.items()
        if day > UNDATED
    ]
    return sorted(found, key=lambda turn: (turn.day, turn.parameter.name))


# ------------------------------------------------------------------ risks and controls
@dataclass(frozen=True)
class RiskLine:
    """A risk, the rules that watch over it, and what leaves it partly open (keys of the texts)."""

    risk: Risk
    controls: tuple[Rule, ...]
    gaps: tuple[str, ...]


def risk_lines(content: Content) -> list[RiskLine]:
    """Return every risk with its controls, by number."""
    return [
        RiskLine(risk, controls, tuple(_gaps(controls)))
        for risk in sorted(content.risks.values(), key=lambda risk: risk.id)
        for controls in [tuple(rule for rule in by_number(content.rules) if rule.control.risk == risk.id)]
    ]


def _gaps(controls: tuple[Rule, ...]) -> Iterator[str]:
    """Yield what the content itself says about the residual risk; judging it is the owner's business."""
    if not controls:
        yield "keine"
        return
    if all(rule.status is not Lifecycle.AKTIV for rule in controls):
        yield "erprobung"
    if all(rule.control.kind != PREVENTIVE for rule in controls):
        yield "nur_aufdeckend"
    if any(rule.open_questions for rule in controls):
        yield "offene_fragen"


def by_number(rules: Iterable[Rule]) -> list[Rule]:
    """Return rules in the order of their control numbers."""
    return sorted(rules, key=lambda rule: (rule.control.id, rule.id))


# ------------------------------------------------------------------ what decides a control
@dataclass(frozen=True)
class ControlLine:
    """One control: the rules and key figures that decide it, what the engine does itself, or why nothing can."""

    id: str
    title: str
    rules: tuple[Rule, ...] = ()
    figures: tuple[KeyFigure, ...] = ()
    engine: tuple[str, ...] = ()
    reason: str = ""
    listed: bool = True

    @property
    def decidable(self) -> bool:
        return not self.reason


def control_lines(content: Content) -> list[ControlLine]:
    """Return every control of the catalogue, and every rule whose number it does not list."""
    figures = {figure.id: figure for figure in content.key_figures}
    rules = {rule.id: rule for rule in content.rules}
    lines = [
        ControlLine(
            entry.id, entry.title,
            tuple(rules[name] for name in entry.deciders if name in rules),
            tuple(figures[name] for name in entry.deciders if name in figures),
            tuple(name.partition(": ")[2] for name in entry.deciders if name not in rules and name not in figures),
            entry.not_decidable,
        )
        for entry in content.catalogue.values()
    ]  # fmt: skip
    unlisted = [rule for rule in content.rules if rule.control.id not in content.catalogue]
    lines += [ControlLine(rule.control.id, rule.title, (rule,), listed=False) for rule in unlisted]
    return sorted(lines, key=lambda line: (line.id, line.title))


def lone_figures(content: Content) -> list[KeyFigure]:
    """Return the key figures that no control of the catalogue names."""
    named = {name for entry in content.catalogue.values() for name in entry.deciders}
    return [figure for figure in content.key_figures if figure.id not in named]
