"""Dividing a sample among strata: proportional, Neyman, cost-optimal."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from amip_dq.errors import SamplingError
from amip_dq.sampling.answer import Answer, NotOffered, choose, listed
from amip_dq.sampling.rates import Rate, count, exact

FLOOR = "0.02"  # a stratum in which no error is expected still gets cases


@dataclass(frozen=True)
class Allocation(Answer):
    """Cases per stratum in the order given; they sum to the sample size exactly."""

    allocation: tuple[int, ...]
    by_stratum: dict[str, int]

    @property
    def n_h(self) -> tuple[int, ...]:
        return self.allocation

    @property
    def sample_sizes(self) -> tuple[int, ...]:
        return self.allocation


def allocate(
    *,
    strata: Sequence[Mapping[str, Any]],
    sample_size: int | None = None,
    n: int | None = None,
    method: str = "proportional",
    minimum: int = 2,
    rate_floor: Rate = FLOOR,
) -> Allocation:
    """Return n_h ∝ N_h (proportional), N_h·S_h (neyman) or N_h·S_h/√c_h (cost_optimal).

    A stratum is {stratum, N, S or var or p, cost}; S = √(p(1−p)) with p not below `rate_floor`.
    At least `minimum` and at most N_h each; rounding by largest remainder. `n` is short for `sample_size`.
    """
    weigh = choose(method, METHODS, "Aufteilung")
    known = {"stratum", "N", "S", "var", "p", "cost"}
    for stratum in listed(strata, "strata", Mapping):
        if unknown := set(stratum) - known:
            raise NotOffered(f"Angabe {', '.join(sorted(unknown))} je Schicht")
    sizes = [count(stratum.get("N", ""), "N", 1) for stratum in strata]
    if (sample_size is None) == (n is None):
        raise SamplingError("Der Gesamtumfang gehört genau einmal angegeben (sample_size).")
    total = count(n if sample_size is None else sample_size, "sample_size", 1)
    lowest = [min(count(minimum, "minimum"), size) for size in sizes]
    if not sum(lowest) <= total <= sum(sizes):
        raise SamplingError("Der Umfang passt nicht zu den Schichten: zu klein für die Mindestzahl oder zu groß.")
    weights = [weigh(stratum, size, exact(rate_floor)) for stratum, size in zip(strata, sizes, strict=False)]
    sizes_drawn = _round(_shares(total, weights, lowest, sizes), total, sizes)
    names = [str(stratum.get("stratum", i + 1)) for i, stratum in enumerate(strata)]
    return Allocation(tuple(sizes_drawn), dict(zip(names, sizes_drawn, strict=False)))


def _proportional(stratum: Mapping[str, Any], size: int, floor: Fraction) -> Fraction:
    return Fraction(size)


def _neyman(stratum: Mapping[str, Any], size: int, floor: Fraction) -> Fraction:
    return size * _spread(stratum, floor)


def _cost_optimal(stratum: Mapping[str, Any], size: int, floor: Fraction) -> Fraction:
    cost = exact(stratum.get("cost", 1), "cost")
    if cost <= 0:
        raise SamplingError("Kosten je Fall müssen größer als 0 sein.")
    return size * _spread(stratum, floor) / exact(math.sqrt(cost))


METHODS = {
    "proportional": _proportional,
    "neyman": _neyman,
    "optimal": _neyman,
    "cost_optimal": _cost_optimal,
}


def _spread(stratum: Mapping[str, Any], floor: Fraction) -> Fraction:
    """Return the standard deviation of a stratum, from S, var or an expected rate p."""
    given = [key for key in ("S", "var", "p") if key in stratum]
    if len(given) != 1:
        raise SamplingError("Je Schicht genau eine Angabe zur Streuung: S, var oder p.")
    value = exact(stratum[given[0]], given[0])
    if value < 0:
        raise SamplingError("Eine Streuung kann nicht negativ sein.")
    if given == ["S"]:
        return value
    if given == ["p"]:
        value = max(value, floor)
        value = value * (1 - value)
    return exact(math.sqrt(value))


def _shares(total: int, weights: Sequence[Fraction], low: Sequence[int], high: Sequence[int]) -> list[Fraction]:
    """Share out proportionally; a stratum beyond its bounds is fixed there and the rest shared out anew."""
    fixed: dict[int, int] = {}
    while True:
        free = [i for i in range(len(weights)) if i not in fixed]
        left = total - sum(fixed.values())
        base = sum((weights[i] for i in free), Fraction(0))
        shares = {i: left * weights[i] / base if base else Fraction(left, len(free)) for i in free}
        over = {i: high[i] for i in free if shares[i] > high[i]}
        under = {i: low[i] for i in free if shares[i] < low[i]}
        # fix the side whose overshoot is larger first: the other side may be cured by what is given back
        surplus = sum((shares[i] - high[i] for i in over), Fraction(0))
        lack = sum((low[i] - shares[i] for i in under), Fraction(0))
        chosen = over if surplus >= lack else under
        if not chosen:
            return [Fraction(fixed[i]) if i in fixed else shares[i] for i in range(len(weights))]
        fixed |= chosen


def _round(shares: Sequence[Fraction], total: int, high: Sequence[int]) -> list[int]:
    """Round by largest remainder, so that the parts sum to the whole."""
    parts = [math.floor(part) for part in shares]
    order = sorted(range(len(parts)), key=lambda i: (parts[i] - shares[i], i))
    for i in [i for i in order if parts[i] < high[i]][: total - sum(parts)]:
        parts[i] += 1
    return parts
