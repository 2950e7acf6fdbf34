"""Planning a monetary unit sample: confidence factors, AICPA sizes, audit risk, interpolation as in MUS."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from scipy import stats

from amip_dq.errors import SamplingError
from amip_dq.sampling.answer import Answer, NotOffered, choose
from amip_dq.sampling.chances import first_true, hypergeometric_within
from amip_dq.sampling.planning import AttributePlan, plan_attribute
from amip_dq.sampling.rates import Rate, count, exact, share


@dataclass(frozen=True)
class MoneyPlan(Answer):
    """Number of money units to draw, the taint sum that may be found, and how the risk came about."""

    sample_size: int | None = None
    confidence_factor: float | None = None
    acceptable_taints: float | None = None
    detection_risk: float | None = None
    interval: float | None = None


def plan_mus(
    *,
    method: str = "poisson",
    confidence: Rate | None = None,
    tolerable_fraction: Rate | None = None,
    expected_fraction: Rate | None = None,
    expected_to_tolerable_ratio: Rate | None = None,
    tolerable_amount: Rate | None = None,
    expected_amount: Rate | None = None,
    book_value: Rate | None = None,
    expected_errors: Rate | None = None,
    errors: Rate | None = None,
    audit_risk: Rate | None = None,
    inherent_risk: Rate | None = None,
    control_risk: Rate | None = None,
    conservative: bool = False,
) -> MoneyPlan:
    """Return the number of money units (AICPA Audit Guide App. C; Touw & Hoogduin; R package MUS).

    Amounts and fractions are two ways to say the same; the audit risk model replaces `confidence`;
    `conservative` takes the AICPA size where it is larger (R package MUS).
    """
    level, detection = _level(confidence, audit_risk, inherent_risk, control_risk)
    if method == "confidence_factor":
        others = (tolerable_fraction, tolerable_amount, expected_fraction, expected_amount, expected_errors)
        return MoneyPlan(None, _factor(level, errors, expected_to_tolerable_ratio, others), detection_risk=detection)
    if errors is not None:
        raise NotOffered("errors in Verbindung mit einem Umfang; gemeint ist expected_errors")
    book = None if book_value is None else exact(book_value, "book_value")
    tolerable = _fraction("tolerable", tolerable_fraction, tolerable_amount, book)
    if tolerable is None or not 0 < tolerable < 1:
        raise SamplingError("Der tolerierbare Fehler muss größer als 0 und kleiner als der Bestand sein.")
    expected = _expected(tolerable, expected_fraction, expected_to_tolerable_ratio, expected_amount, book)
    plan = choose(method, METHODS, "Verfahren")(level, tolerable, expected, expected_errors, book)
    if conservative:
        plan = max(plan, _conservative(level, tolerable, expected, expected_errors, book), key=lambda p: p.sample_size)
    interval = None if book is None else float(book / plan.sample_size)
    return MoneyPlan(plan.sample_size, plan.confidence_factor, plan.acceptable_taints, detection, interval)


def _level(confidence: Rate | None, *risks: Rate | None) -> tuple[Fraction, float | None]:
    """Return the confidence; with a risk model it is 1 − audit risk / (inherent risk · control risk)."""
    if all(risk is None for risk in risks):
        if confidence is None:
            raise SamplingError("confidence fehlt.")
        return share(confidence, "confidence"), None
    if confidence is not None or any(risk is None for risk in risks):
        raise SamplingError("Entweder confidence oder alle drei Risiken (audit, inherent, control) angeben.")
    audit, inherent, control = (exact(risk, "Risiko") for risk in risks if risk is not None)
    detection = audit / (inherent * control) if inherent * control > 0 else Fraction(1)
    return 1 - share(detection, "Entdeckungsrisiko"), float(detection)


def _fraction(name: str, fraction: Rate | None, amount: Rate | None, book: Fraction | None) -> Fraction | None:
    if fraction is not None and amount is not None:
        raise SamplingError(f"{name}: bitte als Anteil oder als Betrag angeben, nicht beides.")
    if fraction is not None:
        return exact(fraction, name)
    if amount is None:
        return None
    if not book or book < 0:
        raise SamplingError("book_value fehlt: ein Betrag braucht die Summe des Bestands.")
    return exact(amount, name) / book


def _expected(
    tolerable: Fraction, fraction: Rate | None, ratio: Rate | None, amount: Rate | None, book: Fraction | None
) -> Fraction | None:
    if ratio is not None:
        if fraction is not None or amount is not None:
            raise SamplingError("Die Erwartung ist zweimal angegeben.")
        expected: Fraction | None = exact(ratio, "expected_to_tolerable_ratio") * tolerable
    else:
        expected = _fraction("expected", fraction, amount, book)
    if expected is not None and not 0 <= expected < tolerable:
        raise SamplingError("Der erwartete Fehler muss unter dem tolerierbaren liegen.")
    return expected


def _factor(level: Fraction, errors: Rate | None, ratio: Rate | None, others: tuple[Rate | None, ...]) -> float:
    """Return the AICPA confidence factor: Γ(level; errors + 1), or the one that carries expected errors itself."""
    if any(other is not None for other in others) or (errors is not None and ratio is not None):
        raise NotOffered("confidence_factor mit weiteren Angaben; angeboten: errors oder expected_to_tolerable_ratio")
    if ratio is None:
        return float(stats.gamma.ppf(float(level), count(errors or 0, "errors") + 1))
    expected = exact(ratio, "expected_to_tolerable_ratio")
    if not 0 <= expected < 1:
        raise SamplingError("Der erwartete Fehler muss unter dem tolerierbaren liegen.")
    return _fixed_point(level, float(expected))


def _fixed_point(level: Fraction, ratio: float) -> float:
    """Return F with F = Γ(level; 1 + ratio · F), by iteration (AICPA 2012 technical notes)."""
    factor = float(stats.gamma.ppf(float(level), 1))
    for _ in range(1000):
        previous, factor = factor, float(stats.gamma.ppf(float(level), 1 + ratio * factor))
        if abs(previous - factor) <= 1e-6:
            break
    return factor


def _by_distribution(distribution: str):
    """Return the planner that treats every money unit as right or wrong."""

    def plan(level: Fraction, tolerable: Fraction, expected: Fraction | None, errors: Rate | None, book):
        del book
        found = plan_attribute(
            distribution=distribution,
            confidence=level,
            tolerable_rate=tolerable,
            expected_rate=expected,
            expected_errors=errors,
        )
        return _as_money(found, tolerable)

    return plan


def _as_money(plan: AttributePlan, tolerable: Fraction) -> MoneyPlan:
    accepted = float(plan.acceptable_errors or 0)
    return MoneyPlan(plan.sample_size, float(tolerable * plan.sample_size), accepted)


def _conservative(level: Fraction, tolerable: Fraction, expected: Fraction | None, errors: Rate | None, book):
    """AICPA 2012 technical notes: factor by iteration, rounded up to 0,01; n = ⌈factor / tolerable⌉."""
    del book
    if errors is not None:
        raise NotOffered("expected_errors im Verfahren aicpa_conservative")
    factor = _fixed_point(level, float((expected or 0) / tolerable))
    rounded = Fraction(math.ceil(factor * 100 - 1e-9), 100)
    n = math.ceil(rounded / tolerable)
    return MoneyPlan(n, float(rounded), float((expected or 0) * n))


def _interpolated(level: Fraction, tolerable: Fraction, expected: Fraction | None, errors: Rate | None, book):
    """R package MUS: hypergeometric over money units, linear between whole numbers of errors."""
    if book is None or errors is not None:
        raise NotOffered("Verfahren hypergeometric ohne book_value oder mit expected_errors")
    units, rate = round(book), expected or Fraction(0)
    wrong = round(tolerable * book)
    size_at: dict[int, int] = {}

    def size(k: int) -> int:
        if k not in size_at:
            found = first_true(k + 1, units, lambda n: hypergeometric_within(k, units, wrong, n, 1 - level))
            if found is None:
                raise SamplingError("Mit dieser Erwartung führt kein Umfang zum Ziel.")
            size_at[k] = found
        return size_at[k]

    k = 0
    while size(k) * rate > k:
        k += 1
    if k == 0:
        return MoneyPlan(size(0), float(tolerable * size(0)), 0.0)
    slope = Fraction(1, size(k) - size(k - 1))
    n = math.ceil((size(k - 1) * slope - (k - 1)) / (slope - rate))
    n = n - 1 if n == size(k) + 1 else n
    return MoneyPlan(n, float(tolerable * n), float(rate * n))


METHODS = {
    "poisson": _by_distribution("poisson"),
    "binomial": _by_distribution("binomial"),
    "aicpa_conservative": _conservative,
    "hypergeometric": _interpolated,
}
