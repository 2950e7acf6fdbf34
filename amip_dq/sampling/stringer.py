"""Evaluating a monetary unit sample: upper limits for the share of wrong money, over- and underpaid apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from scipy import stats

from amip_dq.errors import SamplingError
from amip_dq.sampling.answer import Answer, NotOffered, choose, listed
from amip_dq.sampling.rates import Rate, count, exact, share


@dataclass(frozen=True)
class MoneyLimits(Answer):
    """Rates of the book value; `most_likely_rate` is the net point estimate, limits are never netted."""

    most_likely_rate: float
    upper_rate: float
    upper_rate_under: float | None = None
    over_rate: float | None = None
    under_rate: float | None = None


def evaluate_stringer(
    *,
    confidence: Rate,
    sample_size: int,
    method: str = "stringer_binomial",
    taints_nonzero: Sequence[Rate] | None = None,
    taint_sum: Rate | None = None,
    book_values: Sequence[Rate] | None = None,
    audit_values: Sequence[Rate] | None = None,
    times: Sequence[int] | None = None,
) -> MoneyLimits:
    """Return the Stringer bound p₀ + Σ (pᵢ − pᵢ₋₁)·tᵢ, or the gamma or beta limit of the taint sum.

    A taint is (paid − right) / paid of one hit; an item hit m times counts m times.
    """
    level = share(confidence, "confidence")
    n = count(sample_size, "sample_size", 1)
    limit = choose(method, METHODS | SUM_METHODS, "Verfahren")
    if method in SUM_METHODS and any(given is not None for given in (book_values, audit_values, times)):
        raise NotOffered("Summenverfahren mit Beträgen; angeboten: taint_sum oder taints_nonzero")
    if method in METHODS and taint_sum is not None:
        raise NotOffered("Stringer mit taint_sum; angeboten: taints_nonzero oder Beträge")
    if method in SUM_METHODS:
        return _from_sum(limit, level, n, _sum(taint_sum, taints_nonzero, n))
    taints = _taints(taints_nonzero, book_values, audit_values, times)
    _check(taints, n)
    over = sorted((t for t in taints if t > 0), reverse=True)
    under = sorted((-t for t in taints if t < 0), reverse=True)
    return MoneyLimits(
        most_likely_rate=float(sum(taints, Fraction(0)) / n),
        upper_rate=_stringer(over, n, limit, level),
        upper_rate_under=_stringer(under, n, limit, level),
        over_rate=float(sum(over, Fraction(0)) / n),
        under_rate=float(sum(under, Fraction(0)) / n),
    )


Limit = Callable[[float, int, Fraction], float]


def _binomial_limit(x: float, n: int, level: Fraction) -> float:
    return 1.0 if x >= n else float(stats.beta.ppf(float(level), x + 1, n - x))


def _poisson_limit(x: float, n: int, level: Fraction) -> float:
    return float(stats.gamma.ppf(float(level), x + 1)) / n


METHODS: dict[str, Limit] = {"stringer_binomial": _binomial_limit, "stringer_poisson": _poisson_limit}
SUM_METHODS: dict[str, Limit] = {"poisson_taint_sum": _poisson_limit, "binomial_taint_sum": _binomial_limit}


def _stringer(taints: Sequence[Fraction], n: int, limit: Limit, level: Fraction) -> float:
    """Return the bound for taints of one sign, sorted from the largest; the basic precision uses taint 1."""
    limits = [limit(i, n, level) for i in range(len(taints) + 1)]
    return limits[0] + sum((limits[i + 1] - limits[i]) * float(taint) for i, taint in enumerate(taints))


def _from_sum(limit: Limit, level: Fraction, n: int, total: Fraction) -> MoneyLimits:
    """Return the limit of a fractional number of errors; tighter than Stringer, coverage not guaranteed."""
    return MoneyLimits(float(total / n), limit(float(total), n, level))


def _sum(taint_sum: Rate | None, taints: Sequence[Rate] | None, n: int) -> Fraction:
    if (taint_sum is None) == (taints is None):
        raise SamplingError("Bitte entweder taint_sum oder taints_nonzero angeben.")
    total = (
        exact(taint_sum, "taint_sum")
        if taint_sum is not None
        else sum(map(exact, listed(taints, "taints_nonzero")), Fraction(0))
    )
    if not 0 <= total <= n:
        raise SamplingError("Die Summe der Fehleranteile muss zwischen 0 und dem Umfang liegen.")
    return total


def _taints(
    taints: Sequence[Rate] | None,
    books: Sequence[Rate] | None,
    audits: Sequence[Rate] | None,
    times: Sequence[int] | None,
) -> list[Fraction]:
    """Return one taint per hit, from taints or from paid and right amounts."""
    if (taints is None) == (books is None):
        raise SamplingError("Bitte entweder taints_nonzero oder book_values mit audit_values angeben.")
    if taints is not None:
        single = [exact(taint, "Fehleranteil") for taint in listed(taints, "taints_nonzero")]
    else:
        paid, right = listed(books, "book_values"), listed(audits, "audit_values")
        if len(paid) != len(right):
            raise SamplingError("book_values und audit_values müssen gleich lang sein.")
        pairs = zip(paid, right, strict=True)
        single = [_taint(exact(book, "Betrag"), exact(audit, "Betrag")) for book, audit in pairs]
    hits = [count(hit, "times", 1) for hit in listed(times, "times")] if times is not None else [1] * len(single)
    if len(hits) != len(single):
        raise SamplingError("times braucht einen Eintrag je Position.")
    return [taint for taint, hit in zip(single, hits, strict=False) for _ in range(hit)]


def _taint(book: Fraction, audit: Fraction) -> Fraction:
    if book <= 0:
        raise SamplingError("Null- und Negativbeträge haben in einer Betragsstichprobe keine Chance: eigene Schicht.")
    return (book - audit) / book


def _check(taints: Sequence[Fraction], n: int) -> None:
    if len(taints) > n:
        raise SamplingError("Mehr Fehleranteile als Treffer in der Stichprobe.")
    if any(taint > 1 for taint in taints):
        raise SamplingError("Ein Fehleranteil über 1 (mehr falsch als gezahlt) ist für Stringer nicht zulässig.")
