"""Probabilities of finding at most x errors, compared with a risk without rounding mistakes."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from scipy import stats

# scipy's tails carry about 1e-12 relative error; nearer than this the comparison is decided with integers
NEAR = 1e-8


def hypergeometric(x: int, size: int, wrong: int, n: int) -> float:
    """Return P(at most x errors in n of `size` cases, of which `wrong` are in error)."""
    if x >= min(wrong, n):
        return 1.0
    if x < max(0, n - (size - wrong)):
        return 0.0
    return float(stats.hypergeom.cdf(x, size, wrong, n))


def hypergeometric_exact(x: int, size: int, wrong: int, n: int) -> Fraction:
    """Return the same probability as a fraction of binomial coefficients."""
    ways = sum(math.comb(wrong, i) * math.comb(size - wrong, n - i) for i in range(min(x, n) + 1))
    return Fraction(ways, math.comb(size, n))


def binomial(x: int, n: int, rate: Fraction) -> float:
    """Return P(at most x errors in n independent draws)."""
    return float(stats.binom.cdf(x, n, float(rate)))


def binomial_exact(x: int, n: int, rate: Fraction) -> Fraction:
    """Return the same probability as a fraction."""
    p, q = rate, 1 - rate
    top, bottom = p.numerator, p.denominator
    rest = q.numerator * (bottom // q.denominator)
    ways = sum(math.comb(n, i) * top**i * rest ** (n - i) for i in range(min(x, n) + 1))
    return Fraction(ways, bottom**n)


def within(chance: float, risk: Fraction, exactly: Callable[[], Fraction]) -> bool:
    """Tell whether a probability is at most the risk; a near tie is decided with exact integers."""
    if abs(chance - float(risk)) > NEAR * float(risk):
        return chance < float(risk)
    return exactly() <= risk


def hypergeometric_within(x: int, size: int, wrong: int, n: int, risk: Fraction) -> bool:
    """Tell whether P(at most x errors in n of size, `wrong` of them in error) is at most the risk."""
    return within(hypergeometric(x, size, wrong, n), risk, lambda: hypergeometric_exact(x, size, wrong, n))


def binomial_within(x: int, n: int, rate: Fraction, risk: Fraction) -> bool:
    """Tell whether P(at most x errors in n draws at `rate`) is at most the risk."""
    return within(binomial(x, n, rate), risk, lambda: binomial_exact(x, n, rate))


def first_true(low: int, high: int, test: Callable[[int], bool]) -> int | None:
    """Return the smallest whole number in [low, high] that passes a test which stays true once true."""
    if high < low or not test(high):
        return None
    while low < high:
        middle = (low + high) // 2
        if test(middle):
            high = middle
        else:
            low = middle + 1
    return low
