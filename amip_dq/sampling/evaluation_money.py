"""The conclusion of a draw by amount: wrong money over and under, top items without uncertainty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from amip_dq.sampling.audit_result import AuditResult, is_error
from amip_dq.sampling.limits import AttributeLimits, evaluate_attribute
from amip_dq.sampling.outcomes import difference
from amip_dq.sampling.plan_sizes import ZERO
from amip_dq.sampling.rates import exact
from amip_dq.sampling.sheet_import import Reading
from amip_dq.sampling.stringer import MoneyLimits, evaluate_stringer


@dataclass(frozen=True)
class MoneyConclusion:
    """Amounts in cents; limits of over- and underpayment each stand alone, only the point estimate is netted."""

    conclusion: str
    book: int
    top_cases: int
    top_over: int
    top_under: int
    hits: int
    sampled_book: int
    over_likely: float
    over_upper: float
    over_lower: float
    under_likely: float
    under_upper: float
    net_likely: float
    tolerable: Fraction
    zero: AttributeLimits | None
    zero_examined: int
    zero_wrong: int


def conclude_money(result: AuditResult, readings: Sequence[Reading]) -> MoneyConclusion:
    """Return the Stringer bound on the sampled part plus the known error of the top items.

    The lower limit is the complement of the bound on the right money; conservative like the bound itself.
    """
    plan = result.plan.plan
    top = [r for r in readings if r.drawn.role == "vollerfassung"]
    sampled = [r for r in readings if r.drawn.role == "stichprobe" and r.drawn.stratum != ZERO]
    wrong = {id(r): difference(r, plan) for r in readings}
    top_over = sum(max(0, wrong[id(r)]) for r in top)
    top_under = sum(max(0, -wrong[id(r)]) for r in top)
    book = _positive_book(result)
    rest = book - sum(r.drawn.cents for r in top)
    bound, low = _bounds(plan.sicherheit, sampled, wrong)
    tolerable = exact(plan.tolerierbar or 0) * book
    over_upper = top_over + bound.upper_rate * rest
    over_lower = top_over + low * rest
    if over_lower > tolerable:
        conclusion = "Überschreitung nachgewiesen"
    else:
        conclusion = "nachgewiesen" if over_upper <= tolerable else "nicht nachgewiesen"
    over, under = top_over + (bound.over_rate or 0) * rest, top_under + (bound.under_rate or 0) * rest
    zero = [r for r in readings if r.drawn.stratum == ZERO]
    zero_wrong = sum(is_error(r, plan) for r in zero)
    return MoneyConclusion(
        conclusion, book, len(top), top_over, top_under, sum(r.drawn.hits for r in sampled), rest, over, over_upper,
        over_lower, under, top_under + (bound.upper_rate_under or 0) * rest, over - under, tolerable,
        _zero_limits(result, len(zero), zero_wrong), len(zero), zero_wrong,
    )  # fmt: skip


def _bounds(confidence: object, sampled: Sequence[Reading], wrong: dict[int, int]) -> tuple[MoneyLimits, float]:
    """Return the bound on wrong money and the lower limit, both as shares of the sampled part."""
    hits = sum(r.drawn.hits for r in sampled)
    if not hits:  # everything was taken out in full
        return MoneyLimits(0.0, 0.0, 0.0, 0.0, 0.0), 0.0
    taints = [min(Fraction(1), Fraction(wrong[id(r)], r.drawn.cents)) for r in sampled for _ in range(r.drawn.hits)]
    found = evaluate_stringer(confidence=confidence, sample_size=hits, taints_nonzero=[t for t in taints if t])
    right = evaluate_stringer(
        confidence=confidence, sample_size=hits, taints_nonzero=[1 - max(t, Fraction(0)) for t in taints]
    )
    return found, max(0.0, 1 - right.upper_rate)


def _positive_book(result: AuditResult) -> int:
    """Return the sum that could be hit, as the plan's sizes and the draw recorded it."""
    return int(result.plan.sizes["book"])


def _zero_limits(result: AuditResult, n: int, errors: int) -> AttributeLimits | None:
    size = result.plan.sizes["zero_cases"]
    if not size or not n:
        return None
    return evaluate_attribute(
        confidence=result.plan.plan.sicherheit, sample_size=n, errors=errors, population_size=size
    )
