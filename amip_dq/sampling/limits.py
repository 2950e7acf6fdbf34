"""Evaluating an attribute sample: exact limits for the number of cases in error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from scipy import stats

from amip_dq.errors import SamplingError
from amip_dq.sampling.answer import Answer, choose
from amip_dq.sampling.chances import first_true, hypergeometric, hypergeometric_exact, within
from amip_dq.sampling.rates import Rate, ceil_percent, count, share


@dataclass(frozen=True)
class AttributeLimits(Answer):
    """Point estimate and limits; counts exist only in a finite population, a side not asked is None."""

    rate: Fraction
    lower_rate: float | Fraction | None
    upper_rate: float | Fraction | None
    lower_count: int | None = None
    upper_count: int | None = None
    upper_rate_percent_ceil_0_1: Decimal | None = None

    @property
    def most_likely_rate(self) -> Fraction:
        """Return errors / sample size."""
        return self.rate


def evaluate_attribute(
    *,
    confidence: Rate,
    sample_size: int,
    errors: int,
    distribution: str = "hypergeometric",
    sided: str = "upper",
    population_size: int | None = None,
) -> AttributeLimits:
    """Return exact limits; `sided` two splits the risk, so its upper limit is the 97,5 % one at 95 %.

    Hypergeometric: largest and smallest K that are not rejected. Binomial: Clopper and Pearson (1934).
    """
    confidence_level = share(confidence, "confidence")
    n, x = count(sample_size, "sample_size", 1), count(errors, "errors")
    if x > n:
        raise SamplingError("Mehr Fehler als geprüfte Fälle.")
    splits = choose(sided, {"upper": 1, "lower": 1, "two": 2, "two_sided": 2, "two-sided": 2}, "Seite")
    risk = (1 - confidence_level) / splits
    limits = choose(distribution, METHODS, "Verteilung")
    lower, upper = limits(n, x, risk, population_size)
    keep_lower, keep_upper = sided != "upper", sided != "lower"
    return _answer(Fraction(x, n), lower if keep_lower else None, upper if keep_upper else None, population_size)


Limit = tuple[float | int, float | int]


def _hypergeometric_limits(n: int, x: int, risk: Fraction, size: int | None) -> Limit:
    if size is None:
        raise SamplingError("population_size fehlt: ohne die Zahl der Fälle gibt es keine endliche Grenze.")
    if n > count(size, "population_size", 1):
        raise SamplingError("Die Stichprobe ist größer als der Bestand.")
    return lower_count(n, x, size, risk), upper_count(n, x, size, risk)


def upper_count(n: int, x: int, size: int, risk: Fraction) -> int:
    """Return the largest number of wrong cases K with P(X ≤ x | K) > risk."""

    def rejected(wrong: int) -> bool:
        return within(hypergeometric(x, size, wrong, n), risk, lambda: hypergeometric_exact(x, size, wrong, n))

    most = size - (n - x)
    first = first_true(x, most, rejected)
    return most if first is None else max(first - 1, x)


def lower_count(n: int, x: int, size: int, risk: Fraction) -> int:
    """Return the smallest number of wrong cases K with P(X ≥ x | K) > risk, by symmetry of right and wrong."""
    return size - upper_count(n, n - x, size, risk)


def _binomial_limits(n: int, x: int, risk: Fraction, size: int | None) -> Limit:
    return clopper_pearson(x, n, float(risk))


def clopper_pearson(x: float, n: float, risk: float) -> tuple[float, float]:
    """Return the limits of a binomial rate, each with this one-sided risk."""
    lower = 0.0 if x <= 0 else float(stats.beta.ppf(risk, x, n - x + 1))
    upper = 1.0 if x >= n else float(stats.beta.ppf(1 - risk, x + 1, n - x))
    return lower, upper


def _poisson_limits(n: int, x: int, risk: Fraction, size: int | None) -> Limit:
    lower = 0.0 if x == 0 else float(stats.gamma.ppf(float(risk), x)) / n
    return lower, float(stats.gamma.ppf(1 - float(risk), x + 1)) / n


METHODS: dict[str, Callable[[int, int, Fraction, int | None], Limit]] = {
    "hypergeometric": _hypergeometric_limits,
    "binomial": _binomial_limits,
    "poisson": _poisson_limits,
}


def _answer(point: Fraction, lower: float | int | None, upper: float | int | None, size: int | None) -> AttributeLimits:
    """Turn counts of a finite population into rates, and round the upper rate up as tables do."""
    whole = isinstance(lower, int) or isinstance(upper, int)
    rates = [None if side is None else Fraction(side, size) if whole else side for side in (lower, upper)]
    counts = (lower, upper) if whole else (None, None)
    rounded = None if rates[1] is None else ceil_percent(float(rates[1]))
    return AttributeLimits(point, rates[0], rates[1], counts[0], counts[1], rounded)
