"""How good an automated rule is: precision and recall from a sample of flagged and of unflagged cases."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from scipy import stats

from amip_dq.sampling.answer import Answer
from amip_dq.sampling.limits import lower_count, upper_count
from amip_dq.sampling.proportion import quantile_grid
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


def evaluate_rule(
    *, confidence: Rate, flagged: tuple[int, int, int], unflagged: tuple[int, int, int]
) -> RuleQuality:
    """Return precision and recall; each group is (cases, drawn, wrong among the drawn).

    Precision: exact hypergeometric. Recall: beta-binomial per group (a = b = ½), and exact with the risk
    divided among both groups. Never to be shown without its interval.
    """
    risk = 1 - share(confidence, "confidence")
    size1, n1, x1 = (count(value, "Gruppe") for value in flagged)
    size0, n0, x0 = (count(value, "Gruppe") for value in unflagged)
    found, missed = Fraction(size1 * x1, n1), Fraction(size0 * x0, n0)
    low, high = _recall_interval(flagged, unflagged, float(risk))
    least1, most1 = lower_count(n1, x1, size1, risk / 4), upper_count(n1, x1, size1, risk / 4)
    least0, most0 = lower_count(n0, x0, size0, risk / 4), upper_count(n0, x0, size0, risk / 4)
    return RuleQuality(
        precision=Fraction(x1, n1),
        precision_lower=Fraction(lower_count(n1, x1, size1, risk / 2), size1),
        precision_upper=Fraction(upper_count(n1, x1, size1, risk / 2), size1),
        recall=found / (found + missed) if found + missed else None,
        recall_lower=low,
        recall_upper=high,
        recall_exact_lower=Fraction(least1, least1 + most0) if least1 + most0 else Fraction(0),
        recall_exact_upper=Fraction(most1, most1 + least0) if most1 + least0 else Fraction(1),
        wrong_total=found + missed,
        undetected_upper=upper_count(n0, x0, size0, risk),
    )


def _recall_interval(flagged: tuple[int, int, int], unflagged: tuple[int, int, int], risk: float) -> tuple[float, float]:
    """Return the equal-tailed interval of K₁ / (K₁ + K₀) with beta-binomial K on quantile grids."""
    first, second = _wrong_cases(*flagged), _wrong_cases(*unflagged)
    total = first[:, None] + second[None, :]
    recall = np.divide(first[:, None], total, out=np.ones_like(total), where=total > 0)
    low, high = np.quantile(recall, [risk / 2, 1 - risk / 2])
    return float(low), float(high)


def _wrong_cases(size: int, n: int, errors: int) -> np.ndarray:
    """Return the distribution of the number of wrong cases in a group, given its sample."""
    rest = size - n
    if rest == 0:
        return np.full(1, float(errors))
    chances = np.cumsum(stats.betabinom.pmf(np.arange(rest + 1), rest, errors + JEFFREYS, n - errors + JEFFREYS))
    return errors + quantile_grid(lambda p: np.searchsorted(chances, p * chances[-1]).astype(float))
