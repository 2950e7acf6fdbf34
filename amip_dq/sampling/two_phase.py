"""How good an automated rule is: precision and recall from a sample of flagged and of unflagged cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from scipy import stats

from amip_dq.sampling.answer import Answer
from amip_dq.sampling.limits import lower_count, upper_count
from amip_dq.sampling.proportion import GRID, quantile_grid, sum_of_grids
from amip_dq.sampling.rates import Rate, count, share

JEFFREYS = 0.5  # both parameters of the beta prior per segment (Webber 2012)


@dataclass(frozen=True)
class RuleQuality(Answer):
    """Rates with two-sided limits; `undetected_upper` is a one-sided count of wrong cases without a flag."""

    precision: Fraction
    precision_lower: Fraction
    precision_upper: Fraction
    recall: Fraction | None
    recall_lower: float
    recall_upper: float
    recall_exact_lower: Fraction
    recall_exact_upper: Fraction
    wrong_total: Fraction
    undetected_upper: int


Group = tuple[int, int, int]  # cases, drawn, wrong among the drawn


def evaluate_rule(*, confidence: Rate, flagged: Group, unflagged: Group, others: Group | None = None) -> RuleQuality:
    """Return precision and recall of a rule from its own hits and from the cases it did not flag.

    `others`: cases that only other rules flagged, where these were sampled apart. Precision: exact
    hypergeometric. Recall: beta-binomial per group (a = b = ½), and exact with the risk divided among the
    groups. Never to be shown without its interval.
    """
    risk = 1 - share(confidence, "confidence")
    size, n, x = (count(value, "Gruppe") for value in flagged)
    missed = [unflagged] + ([others] if others is not None and others[0] else [])
    found = Fraction(size * x, n)
    hidden = sum((Fraction(group[0] * group[2], group[1]) for group in missed), Fraction(0))
    low, high = _recall_interval(flagged, missed, float(risk))
    part = risk / (2 * (len(missed) + 1))
    least, most = lower_count(n, x, size, part), upper_count(n, x, size, part)
    hidden_least = sum(lower_count(g[1], g[2], g[0], part) for g in missed)
    hidden_most = sum(upper_count(g[1], g[2], g[0], part) for g in missed)
    return RuleQuality(
        precision=Fraction(x, n),
        precision_lower=Fraction(lower_count(n, x, size, risk / 2), size),
        precision_upper=Fraction(upper_count(n, x, size, risk / 2), size),
        recall=found / (found + hidden) if found + hidden else None,
        recall_lower=low,
        recall_upper=high,
        recall_exact_lower=Fraction(least, least + hidden_most) if least + hidden_most else Fraction(0),
        recall_exact_upper=Fraction(most, most + hidden_least) if most + hidden_least else Fraction(1),
        wrong_total=found + hidden,
        undetected_upper=sum(upper_count(g[1], g[2], g[0], risk / len(missed)) for g in missed),
    )


def _recall_interval(flagged: Group, missed: Sequence[Group], risk: float) -> tuple[float, float]:
    """Return the equal-tailed interval of K₁ / (K₁ + K₀) with beta-binomial K on quantile grids."""
    first = _wrong_cases(*flagged)
    second = sum_of_grids([_wrong_cases(*group) for group in missed])
    total = first[:, None] + second[None, :]
    recall = np.divide(first[:, None], total, out=np.ones_like(total), where=total > 0)
    low, high = np.quantile(recall, [risk / 2, 1 - risk / 2])
    return float(low), float(high)


def _wrong_cases(size: int, n: int, errors: int) -> np.ndarray:
    """Return the distribution of the number of wrong cases in a group, given its sample."""
    rest = size - n
    if rest == 0:
        return np.full(GRID, float(errors))
    chances = np.cumsum(stats.betabinom.pmf(np.arange(rest + 1), rest, errors + JEFFREYS, n - errors + JEFFREYS))
    return errors + quantile_grid(lambda p: np.searchsorted(chances, p * chances[-1]).astype(float))
