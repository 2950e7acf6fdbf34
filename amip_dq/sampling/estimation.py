"""Estimating amounts and rates from strata; the finite population correction is √(1 − n/N) unless said otherwise."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from scipy import stats

from amip_dq.errors import SamplingError
from amip_dq.sampling.answer import Answer, NotOffered, choose, listed
from amip_dq.sampling.proportion import estimate_proportion
from amip_dq.sampling.rates import Rate, count, exact, share

ENOUGH_DIFFERENCES = 20  # below, intervals from a t-quantile are too narrow (MUS switches its advice here)


@dataclass(frozen=True)
class Estimate(Answer):
    """Point estimate, standard error and limits; `reliable` is False where the interval is known to fail."""

    total: float | None = None
    mean: float | None = None
    total_error: float | None = None
    standard_error: float | None = None
    lower: float | None = None
    upper: float | None = None
    degrees_of_freedom: int | None = None
    reliable: bool | None = None


def stratified_estimate(
    *,
    kind: str,
    confidence: Rate | None = None,
    fpc: bool | str = True,
    method: str | None = None,
    sided: str = "two",
    quantile: str = "t",
    strata: Sequence[Mapping[str, Any]] | None = None,
    **sample: Any,
) -> Answer:
    """Return an estimate from strata, or from one sample whose data are given directly.

    kind: mean, total, difference, ratio, mean_per_unit, cluster_mean, or proportion (a rate, in proportion.py).
    """
    parts = [dict(stratum) for stratum in listed(strata, "strata", Mapping)] if strata is not None else [dict(sample)]
    if strata is not None and sample:
        raise NotOffered(f"Angabe {', '.join(sorted(sample))} neben Schichten")
    if kind == "proportion":
        return estimate_proportion(parts, confidence, sided, method, fpc)
    measure, known = choose(kind, KINDS, "Schätzung")
    if method is not None:
        raise NotOffered(f"Verfahren »{method}« für {kind}")
    for part in parts:
        if unknown := set(part) - known - {"stratum"}:
            raise NotOffered(f"Angabe {', '.join(sorted(unknown))} für {kind}")
        if lacking := {"n"} - set(part):
            raise SamplingError(f"Angabe {', '.join(sorted(lacking))} fehlt.")
    correct = choose(str(fpc).lower(), CORRECTIONS, "Endlichkeitskorrektur")
    return _limits(kind, measure([_Sample(part, correct) for part in parts]), confidence, sided, quantile)


Correction = Callable[[int | None, int], float]


def _usual(size: int | None, n: int) -> float:
    if size is None:
        raise SamplingError("N fehlt: die Endlichkeitskorrektur braucht die Zahl der Fälle.")
    return 1 - n / size


def _of_jasp(size: int | None, n: int) -> float:
    return (_usual(size, n)) * size / (size - 1) if size and size > 1 else 0.0


# what the variance is multiplied with: survey and samplingbook 1 − n/N, JASP (N−n)/(N−1), jfa nothing
CORRECTIONS: dict[str, Correction] = {
    "true": _usual,
    "1-n/n": _usual,
    "sqrt(1-n/n)": _usual,
    "jasp": _of_jasp,
    "(n-n)/(n-1)": _of_jasp,
    "sqrt((n-n)/(n-1))": _of_jasp,
    "false": lambda size, n: 1.0,
    "none": lambda size, n: 1.0,
}


class _Sample:
    """One stratum's sample: its size, the size of its population and its correction."""

    def __init__(self, part: Mapping[str, Any], correct: Correction) -> None:
        self.part = part
        self.n = count(part["n"], "n", 1)
        self.size = count(part["N"], "N", 1) if part.get("N") is not None else None
        if self.size is not None and self.n > self.size:
            raise SamplingError("Die Stichprobe ist größer als der Bestand.")
        self.factor = correct(self.size, self.n)

    @property
    def weight(self) -> int:
        if self.size is None:
            raise SamplingError("N fehlt: ohne die Zahl der Fälle ist nichts hochzurechnen.")
        return self.size

    def number(self, key: str) -> float:
        if key not in self.part:
            raise SamplingError(f"Angabe {key} fehlt.")
        return float(exact(self.part[key], key))

    def numbers(self, key: str) -> list[float]:
        return [float(exact(value, key)) for value in listed(self.part.get(key, ()), key)]


@dataclass(frozen=True)
class _Measured:
    """Total, its variance, the size it is a total of, degrees of freedom, and whether the interval can be trusted."""

    total: float
    variance: float
    size: float
    freedom: int
    reliable: bool = True


def _spread(values: Sequence[float]) -> float:
    middle = math.fsum(values) / len(values)
    return math.fsum((value - middle) ** 2 for value in values) / (len(values) - 1)


def _add(samples: Sequence[_Sample], measured: Sequence[tuple[float, float]], errors: int | None = None) -> _Measured:
    """Sum strata: Σ N_h·x̄_h with variance Σ N_h²·(1 − f_h)·s_h²/n_h."""
    total = math.fsum(s.weight * mean for s, (mean, _) in zip(samples, measured, strict=False))
    variance = math.fsum(s.weight**2 * s.factor * var / s.n for s, (_, var) in zip(samples, measured, strict=False))
    freedom = sum(s.n for s in samples) - len(samples)
    enough = errors is None or errors >= ENOUGH_DIFFERENCES
    return _Measured(total, variance, sum(s.weight for s in samples), freedom, enough)


def _means(samples: Sequence[_Sample]) -> _Measured:
    return _add(samples, [_mean_and_variance(s, "values") for s in samples])


def _mean(samples: Sequence[_Sample]) -> _Measured:
    """Return the mean; a single sample from a population of unknown size needs no weight."""
    if len(samples) > 1 or samples[0].size is not None:
        return _means(samples)
    mean, variance = _mean_and_variance(samples[0], "values")
    return _Measured(mean, samples[0].factor * variance / samples[0].n, 1, samples[0].n - 1)


def _mean_and_variance(sample: _Sample, key: str) -> tuple[float, float]:
    """Return mean and variance as given, or of the values (which must then be n)."""
    values = sample.numbers(key)
    if not values:
        return sample.number("mean"), sample.number("var")
    if len(values) != sample.n or sample.n < 2:
        raise SamplingError("Es müssen n Werte angegeben sein, mindestens zwei.")
    return math.fsum(values) / sample.n, _spread(values)


def _differences(samples: Sequence[_Sample]) -> _Measured:
    measured, errors = [], 0
    for sample in samples:
        nonzero = sample.numbers("nonzero_differences")
        if len(nonzero) > sample.n or sample.n < 2:
            raise SamplingError("Mehr Abweichungen als geprüfte Fälle, oder nur ein Fall.")
        full = nonzero + [0.0] * (sample.n - len(nonzero))
        measured.append((math.fsum(full) / sample.n, _spread(full)))
        errors += sum(1 for value in nonzero if value)
    return _add(samples, measured, errors)


def _ratio(samples: Sequence[_Sample]) -> _Measured:
    """Return the wrong amount as book total · Σ differences / Σ book (one sample; separate ratios add up)."""
    measured, errors = [], 0
    for sample in samples:
        book, audit = sample.numbers("book_values"), sample.numbers("audit_values")
        if not len(book) == len(audit) == sample.n or sample.n < 2 or not math.fsum(book):
            raise SamplingError("book_values und audit_values brauchen je n Werte und eine Summe über 0.")
        wrong = [b - a for b, a in zip(book, audit, strict=False)]
        rate = math.fsum(wrong) / math.fsum(book)
        known = sample.part.get("book_total")
        mean = math.fsum(book) / sample.n if known is None else sample.number("book_total") / sample.weight
        measured.append((rate * mean, _spread([w - rate * b for w, b in zip(wrong, book, strict=False)])))
        errors += sum(1 for value in wrong if value)
    return _add(samples, measured, errors)


def _mean_per_unit(samples: Sequence[_Sample]) -> _Measured:
    """Return the wrong amount as book total − N · mean of the right amounts."""
    book = math.fsum(s.number("book_total") for s in samples)
    right = _add(samples, [_mean_and_variance(s, "audit_values") for s in samples])
    return _Measured(book - right.total, right.variance, right.size, right.freedom)


def _cluster_mean(samples: Sequence[_Sample]) -> _Measured:
    """Return the mean per element of whole clusters: ratio of totals, linearised variance (survey: svymean)."""
    if len(samples) != 1:
        raise NotOffered("geschichtete Klumpenstichprobe")
    sample = samples[0]
    totals, sizes = sample.numbers("cluster_totals"), sample.numbers("cluster_sizes")
    if not len(totals) == len(sizes) == sample.n or sample.n < 2:
        raise SamplingError("cluster_totals und cluster_sizes brauchen je n Werte.")
    mean = math.fsum(totals) / math.fsum(sizes)
    rest = math.fsum((t - mean * m) ** 2 for t, m in zip(totals, sizes, strict=False)) * sample.n / (sample.n - 1)
    return _Measured(mean, sample.factor * rest / math.fsum(sizes) ** 2, 1, sample.n - 1)


KINDS: dict[str, tuple[Callable[[Sequence[_Sample]], _Measured], set[str]]] = {
    "mean": (_mean, {"N", "n", "mean", "var", "values"}),
    "total": (_means, {"N", "n", "mean", "var", "values"}),
    "difference": (_differences, {"N", "n", "nonzero_differences"}),
    "ratio": (_ratio, {"N", "n", "book_values", "audit_values", "book_total"}),
    "mean_per_unit": (_mean_per_unit, {"N", "n", "mean", "var", "audit_values", "book_total"}),
    "cluster_mean": (_cluster_mean, {"N", "n", "cluster_totals", "cluster_sizes"}),
}
ERRORS = {"difference", "ratio", "mean_per_unit"}


def _limits(kind: str, measured: _Measured, confidence: Rate | None, sided: str, quantile: str) -> Estimate:
    """Turn a total and its variance into the estimate that was asked for, with limits if a confidence is given."""
    scale = measured.size if kind == "mean" else 1
    point, error = measured.total / scale, math.sqrt(max(measured.variance, 0.0)) / scale
    lower = upper = None
    if confidence is not None:
        reach = _quantile(share(confidence, "confidence"), sided, quantile, measured.freedom) * error
        lower = point - reach if sided != "upper" else None
        upper = point + reach if sided != "lower" else None
    return Estimate(
        total=measured.total if kind == "total" else None,
        mean=point if kind == "cluster_mean" else measured.total / measured.size,
        total_error=measured.total if kind in ERRORS else None,
        standard_error=error,
        lower=lower,
        upper=upper,
        degrees_of_freedom=measured.freedom,
        reliable=measured.reliable,
    )


def _quantile(level: Fraction, sided: str, quantile: str, freedom: int) -> float:
    splits = choose(sided, {"two": 2, "two_sided": 2, "upper": 1, "lower": 1}, "Seite")
    at = 1 - float(1 - level) / splits
    find = choose(quantile, {"t": lambda p: stats.t.ppf(p, freedom), "normal": stats.norm.ppf}, "Quantil")
    return float(find(at))
