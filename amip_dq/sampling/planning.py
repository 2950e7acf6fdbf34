"""Planning an attribute sample: how many cases, how many errors may be among them, what cannot be shown."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from scipy import stats

from amip_dq.errors import SamplingError
from amip_dq.sampling.answer import Answer, NotOffered, choose, listed
from amip_dq.sampling.chances import (
    binomial,
    binomial_within,
    first_true,
    hypergeometric,
    hypergeometric_within,
)
from amip_dq.sampling.rates import Rate, ceil_of, count, exact, share

LARGEST = 10_000_000  # no plan of this office needs more; beyond it the search gives up with a message
MOST_ERRORS = 20_000


@dataclass(frozen=True)
class AttributePlan(Answer):
    """Sample size and acceptance number; `risk` is the true chance of accepting at the tolerable rate."""

    sample_size: int
    acceptable_errors: int | float | None
    risk: float
    sample_size_per_stage: int | None = None
    full_audit: bool = False


def plan_attribute(
    *,
    confidence: Rate,
    tolerable_rate: Rate | None = None,
    distribution: str = "hypergeometric",
    precision: Rate | None = None,
    expected_rate: Rate | None = None,
    expected_errors: Rate | None = None,
    population_size: int | None = None,
    stages: Sequence[int] | None = None,
    stage_rule: str | None = None,
    tolerable_rounding: str = "ceil",
) -> AttributePlan:
    """Return the smallest n with P(X ≤ k | tolerable) ≤ 1 − confidence, k = ⌈expected · n⌉.

    Hypergeometric: ⌈tolerable · N⌉ cases in error (`tolerable_rounding` floor: PracTools' convention).
    Normal: the size at which the rate is estimated to ± `precision` (plan_precision).
    """
    if distribution == "normal" or precision is not None:
        return _for_precision(confidence, distribution, precision, expected_rate, population_size,
                              (tolerable_rate, expected_errors, stages))  # fmt: skip
    if tolerable_rate is None:
        raise SamplingError("tolerable_rate fehlt.")
    risk = 1 - share(confidence, "confidence")
    tolerable = share(tolerable_rate, "tolerable_rate")
    size = None if population_size is None else count(population_size, "population_size", 1)
    rounding = choose(tolerable_rounding, {"ceil": ceil_of, "floor": _floor_of}, "Rundung")
    draw = choose(distribution, DRAWS, "Verteilung")(tolerable, size, rounding)
    if stages is not None:
        _refuse_other_stages(stages, expected_rate, expected_errors)
        return _two_stages(draw, risk)
    expected = _expected(expected_rate, expected_errors, tolerable)
    if distribution == "poisson":
        return _plan_poisson(risk, tolerable, expected)
    return _search(draw, risk, expected)


def _for_precision(
    confidence: Rate, distribution: str, precision: Rate | None, rate: Rate | None, size: int | None, other: tuple
) -> AttributePlan:
    if distribution != "normal" or precision is None or rate is None or any(value is not None for value in other):
        raise NotOffered("Genauigkeit; angeboten: distribution normal mit precision und expected_rate")
    n = plan_precision(confidence=confidence, precision=precision, expected_rate=rate, population_size=size)
    return AttributePlan(n, None, float(1 - share(confidence, "confidence")))


@dataclass(frozen=True)
class Draw:
    """One way of drawing at the tolerable rate: largest n, P(X ≤ k), and its exact comparison with a risk."""

    largest: int
    at_most: Callable[[int, int], float]
    within: Callable[[int, int, Fraction], bool]


def _hypergeometric_draw(tolerable: Fraction, size: int | None, rounding: Callable[[Fraction, int], int]) -> Draw:
    if size is None:
        raise SamplingError("population_size fehlt: ohne die Zahl der Fälle ist hypergeometrisch nicht zu planen.")
    wrong = rounding(tolerable, size)
    return Draw(
        size,
        lambda k, n: hypergeometric(k, size, wrong, n),
        lambda k, n, risk: hypergeometric_within(k, size, wrong, n, risk),
    )


def _binomial_draw(tolerable: Fraction, size: int | None, rounding: Callable[[Fraction, int], int]) -> Draw:
    del size, rounding  # a binomial plan is for draws with replacement: the population plays no part
    return Draw(
        LARGEST,
        lambda k, n: binomial(k, n, tolerable),
        lambda k, n, risk: binomial_within(k, n, tolerable, risk),
    )


def _poisson_draw(tolerable: Fraction, size: int | None, rounding: Callable[[Fraction, int], int]) -> Draw:
    del size, rounding
    return Draw(
        LARGEST,
        lambda k, n: float(stats.poisson.cdf(k, float(tolerable * n))),
        lambda k, n, risk: float(stats.poisson.cdf(k, float(tolerable * n))) <= float(risk),
    )


DRAWS = {"hypergeometric": _hypergeometric_draw, "binomial": _binomial_draw, "poisson": _poisson_draw}


def _floor_of(rate: Fraction, size: int) -> int:
    return math.floor(rate * size)


def _refuse_other_stages(stages: Sequence[int], rate: Rate | None, errors: Rate | None) -> None:
    """Only the plan "extend with exactly one error, then none" has equal stages; others are not offered."""
    if listed(stages, "stages") != [1, 0] or rate is not None or errors is not None:
        raise NotOffered("Stufenplan; angeboten: stages [1, 0]")


def _expected(rate: Rate | None, errors: Rate | None, tolerable: Fraction) -> Fraction | int:
    """Return the expected rate as a Fraction below the tolerable one, or the expected errors as an int."""
    if rate is not None and errors is not None:
        raise SamplingError("Erwartung bitte als Rate oder als Fallzahl angeben, nicht beides.")
    if rate is None:
        return count(errors if errors is not None else 0, "expected_errors")
    expected = exact(rate, "expected_rate")
    if not 0 <= expected < tolerable:
        raise SamplingError("Die erwartete Rate muss unter der tolerierbaren liegen; sonst führt kein Umfang zum Ziel.")
    return expected or 0


def _steps(expected: Fraction | int, largest: int) -> Iterator[tuple[int, int, int]]:
    """Yield k with the first and the last n for which ⌈expected · n⌉ = k."""
    if isinstance(expected, int):
        yield expected, expected + 1, largest
        return
    last = 0
    for k in range(1, MOST_ERRORS + 1):
        first, last = last + 1, min(math.floor(k / expected), largest)
        if first > largest:
            return
        yield k, max(first, k + 1), last


def _search(draw: Draw, risk: Fraction, expected: Fraction | int) -> AttributePlan:
    """Walk through the acceptance numbers; for a fixed one, P(X ≤ k) falls with n, so bisection is exact."""
    for k, first, last in _steps(expected, draw.largest):
        n = first_true(first, last, lambda size, k=k: draw.within(k, size, risk))
        if n is not None:
            return AttributePlan(n, k, draw.at_most(k, n), full_audit=n == draw.largest)
    raise SamplingError("Mit dieser Erwartung führt kein Umfang zum Ziel; weniger Fehler erwarten oder voll prüfen.")


def _plan_poisson(risk: Fraction, tolerable: Fraction, expected: Fraction | int) -> AttributePlan:
    """Return the smallest n with Γ(confidence; 1 + k) / n ≤ tolerable; k = expected · n stays fractional."""

    def chance(n: int) -> float:
        k = expected if isinstance(expected, int) else float(expected * n)
        return float(stats.gamma.sf(float(tolerable * n), 1 + k))

    n = first_true(1, LARGEST, lambda size: chance(size) <= float(risk) * (1 + 1e-12))
    if n is None:
        raise SamplingError("Mit dieser Erwartung führt kein Umfang zum Ziel.")
    accepted = expected if isinstance(expected, int) else float(expected * n)
    return AttributePlan(n, accepted, chance(n))


def _two_stages(draw: Draw, risk: Fraction) -> AttributePlan:
    """Equal stages m: accept at 0 errors; with exactly one draw m more and accept if these have none."""

    def chance(m: int) -> float:
        if 2 * m > draw.largest:
            return 0.0
        none, one = draw.at_most(0, m), draw.at_most(1, m)
        return none + (one - none) * _none_after_one(draw, m)

    m = first_true(1, draw.largest, lambda stage: chance(stage) <= float(risk))
    if m is None or 2 * m > draw.largest:
        raise SamplingError("Zwei gleiche Stufen haben in diesem Bestand keinen Platz; bitte einstufig planen.")
    return AttributePlan(2 * m, 1, chance(m), sample_size_per_stage=m)


def _none_after_one(draw: Draw, m: int) -> float:
    """Return P(no error in the second m | exactly one in the first m)."""
    one_first = draw.at_most(1, m) - draw.at_most(0, m)
    one_in_both = draw.at_most(1, 2 * m) - draw.at_most(0, 2 * m)
    # the single error of 2m cases lies in the first half with probability one half
    return one_in_both / 2 / one_first if one_first > 0 else 0.0


def plan_precision(
    *, confidence: Rate, precision: Rate, expected_rate: Rate, population_size: int | None = None
) -> int:
    """Return n = ⌈P(1−P) / (e²/z² + P(1−P)/N)⌉, two-sided (R package samplingbook, sample.size.prop)."""
    level, reach = share(confidence, "confidence"), share(precision, "precision")
    rate = exact(expected_rate, "expected_rate")
    if not reach <= rate <= 1 - reach:
        raise SamplingError("Die erwartete Rate muss von 0 und 1 weiter entfernt sein als die Genauigkeit.")
    spread = float(rate * (1 - rate))
    wanted = (float(reach) / float(stats.norm.ppf(float(1 - (1 - level) / 2)))) ** 2
    finite = spread / count(population_size, "population_size", 1) if population_size is not None else 0.0
    return math.ceil(spread / (wanted + finite) - 1e-9)


def chance_of_success(true_rate: Fraction, n: int, accepted: int, size: int | None) -> float:
    """Return the probability that at most `accepted` errors turn up when the true rate is this."""
    if size is None:
        return binomial(accepted, n, true_rate)
    return hypergeometric(accepted, size, min(size, round(true_rate * size)), n)


def acceptance_number(n: int, confidence: Rate, tolerable_rate: Rate, population_size: int | None) -> int | None:
    """Return the most errors that n cases support at the tolerable rate, or None if not even zero."""
    risk, tolerable = 1 - share(confidence, "confidence"), share(tolerable_rate, "tolerable_rate")
    name = "binomial" if population_size is None else "hypergeometric"
    draw = DRAWS[name](tolerable, population_size, ceil_of)
    refused = first_true(0, n, lambda k: not draw.within(k, n, risk))
    if refused is None:
        return n
    return refused - 1 if refused else None
