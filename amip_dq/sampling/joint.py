"""The most wrong cases that strata together may hide: an exact limit by optimisation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from scipy.special import gammaln

from amip_dq.sampling.chances import first_true
from amip_dq.sampling.limits import upper_count

Part = tuple[int, int, int]  # cases in the stratum, cases drawn, errors among these


def joint_upper_count(parts: Sequence[Part], risk: Fraction) -> int:
    """Return max ΣK_h under which P(estimated total ≤ the observed one) still exceeds the risk.

    One stratum: the hypergeometric limit. No errors: greedy, exact for any number of strata. Two strata:
    all divisions of K are tried. More strata with errors: pairs of strata, largest first, each at an equal share of
    the risk, and the sum of their limits (valid, but wider).
    """
    if len(parts) == 1:
        size, n, errors = parts[0]
        return upper_count(n, errors, size, risk)
    if not any(errors for _, _, errors in parts):
        return _without_errors(parts, risk)
    if len(parts) == 2:
        return _two_strata(parts[0], parts[1], risk)
    ranked = sorted(parts, reverse=True)
    pairs = [ranked[i : i + 2] for i in range(0, len(ranked), 2)]
    return sum(joint_upper_count(pair, risk / len(pairs)) for pair in pairs)


def _without_errors(parts: Sequence[Part], risk: Fraction) -> int:
    """Add wrong cases one by one where they are least likely to be found; each step's loss only grows."""
    wrong, chance = [0] * len(parts), Fraction(1)
    while True:
        steps = [
            (Fraction(size - k - n, size - k) if size > k else Fraction(0), -i)
            for i, ((size, n, _), k) in enumerate(zip(parts, wrong, strict=False))
        ]
        factor, place = max(steps)
        if chance * factor <= risk:
            return sum(wrong)
        chance *= factor
        wrong[-place] += 1


def _two_strata(first: Part, second: Part, risk: Fraction) -> int:
    """Bisect on K: a further wrong case, wherever it lies, makes the observed result less likely."""
    least = first[2] + second[2]
    most = first[0] - first[1] + first[2] + second[0] - second[1] + second[2]
    weights = (Fraction(first[0], first[1]), Fraction(second[0], second[1]))
    observed = first[2] * weights[0] + second[2] * weights[1]
    seen = range(min(first[1], math.floor(observed / weights[0])) + 1)
    caps = [min(second[1], math.floor((observed - x * weights[0]) / weights[1])) for x in seen]
    one = _mass(first, len(caps))
    two = np.cumsum(_mass(second, max(caps) + 1), axis=1)[:, caps]

    def rejected(wrong: int) -> bool:
        ks = np.arange(max(0, wrong - second[0]), min(first[0], wrong) + 1)
        chances = np.einsum("kx,kx->k", one[ks], two[wrong - ks])
        return float(chances.max()) <= float(risk)

    found = first_true(least, most, rejected)
    return most if found is None else max(found - 1, least)


def _mass(part: Part, results: int) -> np.ndarray:
    """Return P(X = x | K) for every K of the stratum (rows) and x below `results` (columns), from log factorials."""
    size, n, _ = part
    factorial = gammaln(np.arange(size + 2) + 1.0)
    wrong, x = np.arange(size + 1)[:, None], np.arange(results)[None, :]
    possible = (x <= wrong) & (x <= n) & (n - x <= size - wrong)
    logs = _ways(factorial, wrong, x, possible) + _ways(factorial, size - wrong, n - x, possible)
    whole = factorial[size] - factorial[n] - factorial[size - n]
    return np.exp(np.where(possible, logs - whole, -np.inf))


def _ways(factorial: np.ndarray, total: np.ndarray, chosen: np.ndarray, possible: np.ndarray) -> np.ndarray:
    """Return log C(total, chosen) where it is possible to choose so many."""
    rest = np.where(possible, total - chosen, 0)
    return factorial[total] - factorial[np.clip(chosen, 0, None)] - factorial[rest]
