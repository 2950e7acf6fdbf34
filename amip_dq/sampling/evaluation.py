"""The conclusion of an audit: limits, decision, kinds of faults, quality of the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction

from amip_dq.errors import SamplingError
from amip_dq.sampling.answer import Answer
from amip_dq.sampling.audit_result import AuditResult, is_error, valid
from amip_dq.sampling.estimation import stratified_estimate
from amip_dq.sampling.evaluation_money import MoneyConclusion, conclude_money
from amip_dq.sampling.limits import evaluate_attribute
from amip_dq.sampling.outcomes import Agreement, Payments, agreement, outcomes, payments, stratum_sizes
from amip_dq.sampling.plan_sizes import METHODS
from amip_dq.sampling.planning import plan_attribute
from amip_dq.sampling.proportion import Stratum, default_method
from amip_dq.sampling.rates import Rate, exact
from amip_dq.sampling.rule_quality import RuleFigures, rule_figures
from amip_dq.sampling.sheet_import import Reading


class Conclusion(str, Enum):
    """What the sample shows; `not_shown` is no verdict against anybody."""

    SHOWN = "nachgewiesen"
    NOT_SHOWN = "nicht nachgewiesen"
    EXCEEDED = "Überschreitung nachgewiesen"
    NO_TARGET = "ohne Zielwert ausgewertet"
    NOT_PROJECTED = "gezielte Auswahl, nicht hochgerechnet"


EXIT_CODES = {Conclusion.SHOWN: 0, Conclusion.NOT_SHOWN: 1, Conclusion.EXCEEDED: 3,
              Conclusion.NO_TARGET: 0, Conclusion.NOT_PROJECTED: 0}  # fmt: skip


@dataclass(frozen=True)
class Limits:
    """Errors among n of N, one-sided limits for the decision and two-sided ones for information."""

    n: int
    errors: int
    size: int
    rate: Fraction
    upper: Fraction | float
    lower: Fraction | float
    two_lower: Fraction | float
    two_upper: Fraction | float
    upper_count: int | None
    lower_count: int | None
    method: str
    approximate: tuple[float, float] | None = None  # Korn and Graubard, two-sided, for comparison

    @property
    def full(self) -> bool:
        return self.n == self.size


@dataclass(frozen=True)
class Evaluated:
    """Everything the report tells; `limits` is None where nothing may be projected."""

    result: AuditResult
    readings: tuple[Reading, ...]
    conclusion: Conclusion
    errors: int
    limits: Limits | None = None
    strata: tuple[tuple[str, int, int, int], ...] = ()  # name, cases, examined, errors
    outcomes: tuple[tuple[str, str, int, Limits | None], ...] = ()
    lost: int = 0
    lost_right: Limits | None = None
    lost_wrong: Limits | None = None
    payments: tuple[Payments, ...] = ()
    money: MoneyConclusion | None = None
    agreement: Agreement | None = None
    rules: tuple[RuleFigures, ...] = ()
    needed: int | None = None
    stage_rule: str = ""
    replaced: int = 0
    notes: tuple[str, ...] = field(default=())

    @property
    def exit_code(self) -> int:
        return EXIT_CODES[self.conclusion]


def evaluate(result: AuditResult) -> Evaluated:
    """Return the evaluation of a complete result; an incomplete one has no rate (SamplingError)."""
    open_points = result.open
    if not open_points.complete:
        raise SamplingError(_what_is_open(open_points))
    readings, plan = valid(result), result.plan.plan
    wrong = sum(is_error(reading, plan) for reading in readings)
    if plan.verfahren == "risiko_ohne_hochrechnung":
        return _told(result, readings, Conclusion.NOT_PROJECTED, wrong, None)
    if plan.verfahren == "mus":
        money = conclude_money(result, readings)
        return _told(result, readings, Conclusion(money.conclusion), wrong, None, money=money)
    limits = limits_of(result, readings, [is_error(reading, plan) for reading in readings])
    conclusion, stage_rule = _conclude(result, readings, limits)
    needed = _needed(result, limits) if conclusion is Conclusion.NOT_SHOWN and plan.verfahren == "attribut" else None
    return _told(result, readings, conclusion, wrong, limits, needed=needed, stage_rule=stage_rule)


def _what_is_open(points) -> str:
    told = [f"{points.empty} Zeilen sind noch nicht geprüft"] if points.empty else []
    for stratum, (count, _) in points.next_units.items():
        told.append(
            f"in »{stratum}« {'ist' if count == 1 else 'sind'} {count} weitere {'Fall' if count == 1 else 'Fälle'} zu prüfen"
        )
    return "Unvollständig: " + "; ".join(told) + ". Eine Quote wird erst danach genannt (»sample sheet --next«)."


def _told(
    result: AuditResult, readings, conclusion: Conclusion, wrong: int, limits: Limits | None, **more
) -> Evaluated:
    """Add what every evaluation tells: strata, kinds of faults, lost files, payments, second reading, rules."""
    plan, project = result.plan.plan, limits is not None
    lost = sum(reading.lost for reading in readings)
    bounds: list[Limits | None] = [None, None]
    if lost and project:
        bounds = [limits_of(result, readings, [is_error(r, plan, side) for r in readings]) for side in (False, True)]
    kinds = []
    for kind in outcomes(plan):
        marks = [kind.holds(reading) for reading in readings]
        kinds.append((kind.name, kind.title, sum(marks), limits_of(result, readings, marks) if project else None))
    return Evaluated(
        result, tuple(readings), conclusion, wrong, limits,
        strata=_strata(result, readings),
        outcomes=tuple(kinds),
        lost=lost, lost_right=bounds[0], lost_wrong=bounds[1],
        payments=payments(readings, result, project),
        agreement=agreement(result),
        rules=rule_figures(result, readings),
        replaced=len(result.readings) - len(readings),
        **more,
    )  # fmt: skip


def _strata(result: AuditResult, readings: Sequence[Reading]) -> tuple[tuple[str, int, int, int], ...]:
    told = []
    for name, size in stratum_sizes(result).items():
        mine = [reading for reading in readings if reading.drawn.stratum == name]
        told.append((name, size, len(mine), sum(is_error(reading, result.plan.plan) for reading in mine)))
    return tuple(told)


def limits_of(result: AuditResult, readings: Sequence[Reading], marks: Sequence[bool]) -> Limits:
    """Return the limits of the rate of marked cases, by the method that the plan demands."""
    strata = []
    for name, size in stratum_sizes(result).items():
        mine = [mark for reading, mark in zip(readings, marks, strict=False) if reading.drawn.stratum == name]
        if not mine:
            raise SamplingError(
                f"In der Schicht »{name}« wurde kein Fall geprüft; für den Bestand gibt es keine Aussage."
            )
        # a stratum whose last case was examined is known completely, even if some of it did not apply
        known = len(mine) if result_exhausted(result, name, size) else size
        strata.append(Stratum(known, len(mine), sum(mine)))
    if len(strata) == 1:
        return _single(result, strata[0])
    return _stratified(result, strata)


def result_exhausted(result: AuditResult, stratum: str, size: int) -> bool:
    """Tell whether every case of a stratum was looked at."""
    return sum(reading.drawn.stratum == stratum for reading in result.readings) == size


def _single(result: AuditResult, stratum: Stratum) -> Limits:
    plan = result.plan.plan
    told = {"sample_size": stratum.n, "errors": stratum.errors, "population_size": stratum.size,
            "confidence": plan.sicherheit, "distribution": METHODS.get(plan.methode, "hypergeometric")}  # fmt: skip
    upper, lower, two = (evaluate_attribute(sided=side, **told) for side in ("upper", "lower", "two"))
    return Limits(
        stratum.n, stratum.errors, stratum.size, upper.rate, upper.upper_rate, lower.lower_rate, two.lower_rate,
        two.upper_rate, upper.upper_count, lower.lower_count, plan.methode,
    )  # fmt: skip


def _stratified(result: AuditResult, strata: Sequence[Stratum]) -> Limits:
    """Return limits that hold at every true rate; those of Korn and Graubard (down to 90 % instead of 95 %) go beside."""
    confidence = result.plan.plan.sicherheit
    sides = [_estimate(strata, confidence, side, "exact") for side in ("upper", "lower", "two")]
    upper, lower, two = sides
    usual = None
    if default_method(strata) == "korn_graubard":
        beside = _estimate(strata, confidence, "two", "korn_graubard")
        usual = (float(beside["lower_rate"]), float(beside["upper_rate"]))
    total = sum(s.size for s in strata)
    rate = sum((Fraction(s.size * s.errors, s.n) for s in strata), Fraction(0)) / total
    return Limits(
        sum(s.n for s in strata), sum(s.errors for s in strata), total, rate, Fraction(upper["upper_count"], total),
        Fraction(lower["lower_count"], total), Fraction(two["lower_count"], total), Fraction(two["upper_count"], total),
        upper["upper_count"], lower["lower_count"], "exact", usual,
    )  # fmt: skip


def _estimate(strata: Sequence[Stratum], confidence: Rate, side: str, method: str) -> Answer:
    parts = [{"N": s.size, "n": s.n, "errors": s.errors} for s in strata]
    return stratified_estimate(kind="proportion", confidence=confidence, sided=side, method=method, strata=parts)


def _conclude(result: AuditResult, readings: Sequence[Reading], limits: Limits) -> tuple[Conclusion, str]:
    """Compare the one-sided limits with the tolerable rate; a staged plan decides by the rule it declared."""
    plan = result.plan.plan
    if plan.tolerierbar is None:
        return Conclusion.NO_TARGET, ""
    tolerable = exact(plan.tolerierbar)
    if limits.lower > tolerable:
        return Conclusion.EXCEEDED, ""
    if plan.verfahren == "entdeckung":
        return (Conclusion.NOT_SHOWN if limits.errors else Conclusion.SHOWN), ""
    stage = result.plan.sizes["stage"]
    if stage:
        first = sum(is_error(reading, plan) for reading in readings[:stage])
        accepted = first == 0 or (first == 1 and limits.errors == 1)
        rule = f"Stufenplan: {first} Fehler in der ersten Stufe von {stage} Fällen, {limits.errors - first} in der zweiten."
        return (Conclusion.SHOWN if accepted else Conclusion.NOT_SHOWN), rule
    return (Conclusion.SHOWN if limits.upper <= tolerable else Conclusion.NOT_SHOWN), ""


def _needed(result: AuditResult, limits: Limits) -> int | None:
    """Return the size of a new unstratified sample that could show the target with as many errors as now."""
    plan = result.plan.plan
    if plan.schichten:
        return None
    try:
        found = plan_attribute(
            confidence=plan.sicherheit, tolerable_rate=plan.tolerierbar, expected_errors=limits.errors,
            population_size=limits.size, distribution="hypergeometric",
        )  # fmt: skip
    except SamplingError:
        return None
    return found.sample_size
