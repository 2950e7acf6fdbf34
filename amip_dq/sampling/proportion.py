"""The rate of wrong cases in a stratified population: exact where errors are few, Korn and Graubard otherwise."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from scipy import stats

from amip_dq.errors import SamplingError
from amip_dq.sampling.answer import Answer, NotOffered, choose
from amip_dq.sampling.joint import joint_upper_count
from amip_dq.sampling.limits import clopper_pearson, upper_count
from amip_dq.sampling.rates import Rate, count, share

FEW_ERRORS = 5
GRID = 1000  # points per distribution when sums of distributions are formed; a quantile is off by about 1e-3 at most


@dataclass(frozen=True)
class StratifiedRate(Answer):
    """Rate Σ W_h·p_h with limits; counts only where the method is exact, stratum limits only where asked."""

    rate: float
    lower_rate: float | None = None
    upper_rate: float | None = None
    lower_count: int | None = None
    upper_count: int | None = None
    stratum_upper: tuple[float, ...] | None = None
    standard_error: float | None = None
    method: str | None = None


@dataclass(frozen=True)
class Stratum:
    """N cases, of which n were drawn and `errors` of these were wrong."""

    size: int
    n: int
    errors: int


def estimate_proportion(
    parts: Sequence[Mapping[str, Any]], confidence: Rate | None, sided: str, method: str | None, fpc: bool | str
) -> StratifiedRate:
    """Return the rate and its limits; without a method the one that sampling theory demands is taken."""
    strata = [_stratum(part) for part in parts]
    if confidence is None:
        return StratifiedRate(_rate(strata), standard_error=math.sqrt(_variance(strata, fpc)))
    splits = choose(sided, {"two": 2, "two_sided": 2, "upper": 1, "lower": 1}, "Seite")
    risk = (1 - share(confidence, "confidence")) / splits
    chosen = method if method is not None else default_method(strata)
    if chosen in ("exact", "bonferroni") and str(fpc).lower() in ("false", "none"):
        raise NotOffered("exaktes Verfahren ohne endlichen Bestand")
    answer = choose(chosen, METHODS, "Verfahren")(strata, risk, fpc)
    if sided == "upper":
        return _without(answer, "lower")
    return _without(answer, "upper") if sided == "lower" else answer


def default_method(strata: Sequence[Stratum]) -> str:
    """Few errors, or a stratum without or full of errors, leave no variance to estimate: exact optimisation."""
    extreme = any(s.errors in (0, s.n) for s in strata)
    return "exact" if extreme or sum(s.errors for s in strata) < FEW_ERRORS else "korn_graubard"


def _stratum(part: Mapping[str, Any]) -> Stratum:
    if unknown := set(part) - {"stratum", "N", "n", "errors"}:
        raise NotOffered(f"Angabe {', '.join(sorted(unknown))} je Schicht")
    if lacking := {"N", "n", "errors"} - set(part):
        raise SamplingError(f"Angabe {', '.join(sorted(lacking))} je Schicht fehlt.")
    stratum = Stratum(count(part["N"], "N", 1), count(part["n"], "n", 1), count(part["errors"], "errors"))
    if not stratum.errors <= stratum.n <= stratum.size:
        raise SamplingError("Je Schicht gilt: Fehler ≤ geprüfte Fälle ≤ Bestand.")
    return stratum


def _without(answer: StratifiedRate, side: str) -> StratifiedRate:
    return StratifiedRate(
        **{key: value for key, value in answer.items() if key not in (f"{side}_rate", f"{side}_count")}
    )


def _rate(strata: Sequence[Stratum]) -> float:
    total = sum(s.size for s in strata)
    return float(sum(Fraction(s.size * s.errors, s.n) for s in strata) / total)


def _variance(strata: Sequence[Stratum], fpc: bool | str) -> float:
    """Return Σ W_h²·(1 − f_h)·s_h²/n_h of the rate."""
    correct = choose(str(fpc).lower(), {"true": 1, "1-n/n": 1, "false": 0, "none": 0}, "Endlichkeitskorrektur")
    if any(s.n < 2 for s in strata):
        raise SamplingError("Je Schicht braucht die Streuung mindestens zwei geprüfte Fälle.")
    total, variance = sum(s.size for s in strata), Fraction(0)
    for s in strata:
        p = Fraction(s.errors, s.n)
        kept = 1 - Fraction(s.n, s.size) if correct else Fraction(1)
        variance += Fraction(s.size, total) ** 2 * kept * p * (1 - p) / (s.n - 1)
    return float(variance)


def _korn_graubard(strata: Sequence[Stratum], risk: Fraction, fpc: bool | str) -> StratifiedRate:
    """Clopper–Pearson at the effective sample size (R package survey: svyciprop, method beta)."""
    rate, variance = _rate(strata), _variance(strata, fpc)
    n = sum(s.n for s in strata)
    if not 0 < rate < 1 or variance == 0:
        raise SamplingError("Ohne Streuung gibt es kein Korn-Graubard-Intervall; das exakte Verfahren wählen.")
    freedom, tail = n - len(strata), float(risk)
    effective = rate * (1 - rate) / variance * (stats.t.ppf(tail, n - 1) / stats.t.ppf(tail, freedom)) ** 2
    lower, upper = clopper_pearson(rate * effective, effective, tail)
    return StratifiedRate(rate, lower, upper, standard_error=math.sqrt(variance), method="korn_graubard")


def _exact(strata: Sequence[Stratum], risk: Fraction, fpc: bool | str) -> StratifiedRate:
    """Return the most and the fewest wrong cases that the joint result does not exclude."""
    total = sum(s.size for s in strata)
    upper = joint_upper_count([(s.size, s.n, s.errors) for s in strata], risk)
    lower = total - joint_upper_count([(s.size, s.n, s.n - s.errors) for s in strata], risk)
    return StratifiedRate(_rate(strata), lower / total, upper / total, lower, upper, method="exact")


def _bonferroni(strata: Sequence[Stratum], risk: Fraction, fpc: bool | str) -> StratifiedRate:
    """Add up the limits of the strata, each at a share of the risk: valid, but wide."""
    part, total = risk / len(strata), sum(s.size for s in strata)
    upper = sum(upper_count(s.n, s.errors, s.size, part) for s in strata)
    lower = total - sum(upper_count(s.n, s.n - s.errors, s.size, part) for s in strata)
    return StratifiedRate(_rate(strata), lower / total, upper / total, lower, upper, method="bonferroni")


def _as_jfa(strata: Sequence[Stratum], risk: Fraction, fpc: bool | str) -> StratifiedRate:
    """Clopper–Pearson per stratum; total: quantile of the weighted sum of Beta(1 + k, n − k) (jfa, no pooling).

    The sum is formed on quantile grids instead of by random numbers: the same figure on every machine.
    """
    total, level = sum(s.size for s in strata), 1 - float(risk)
    grids = [s.size / total * quantile_grid(_beta_quantile(s)) for s in strata]
    uppers = tuple(clopper_pearson(s.errors, s.n, float(risk))[1] for s in strata)
    upper = float(np.quantile(sum_of_grids(grids), level))
    name = "clopper_pearson_per_stratum_and_monte_carlo_total"
    return StratifiedRate(_rate(strata), None, upper, stratum_upper=uppers, method=name)


def _beta_quantile(s: Stratum) -> Callable[[np.ndarray], np.ndarray]:
    if s.errors == s.n:
        return lambda p: np.ones_like(p)
    return lambda p: stats.beta.ppf(p, s.errors + 1, s.n - s.errors)


def quantile_grid(quantile: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Return a distribution as GRID equally likely values."""
    return quantile((np.arange(GRID) + 0.5) / GRID)


def sum_of_grids(grids: Sequence[np.ndarray]) -> np.ndarray:
    """Return the distribution of the sum of independent quantities as GRID equally likely values."""
    total = grids[0]
    for grid in grids[1:]:
        sums = np.sort((total[:, None] + grid[None, :]).ravel())
        total = sums.reshape(GRID, -1).mean(axis=1)
    return total


METHODS: dict[str, Callable[[Sequence[Stratum], Fraction, bool | str], StratifiedRate]] = {
    "korn_graubard": _korn_graubard,
    "beta": _korn_graubard,
    "exact": _exact,
    "bonferroni": _bonferroni,
    "clopper_pearson_per_stratum_and_monte_carlo_total": _as_jfa,
}
