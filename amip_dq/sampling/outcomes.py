"""What was found, kind by kind: faults of documentation, of law, of amount; over- and underpayments; two readers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import fsum

from amip_dq.sampling.amounts import cents
from amip_dq.sampling.audit_result import AuditResult
from amip_dq.sampling.estimation import ENOUGH_DIFFERENCES, stratified_estimate
from amip_dq.sampling.plan_file import Criterion, PlanFile
from amip_dq.sampling.sheet import LOST, WRONG
from amip_dq.sampling.sheet_import import Reading


@dataclass(frozen=True)
class Outcome:
    """One kind of result and the test that tells whether a case belongs to it."""

    name: str
    title: str
    holds: Callable[[Reading], bool]


def outcomes(plan: PlanFile) -> tuple[Outcome, ...]:
    """Return the kinds of results that are always told apart."""

    def bad(reading: Reading, kinds: Sequence[str]) -> bool:
        wrong = {WRONG, LOST} if plan.nicht_pruefbar == "fehler" else {WRONG}
        return any(reading.verdicts[c.id] in wrong for c in plan.fehlerdefinition if c.art in kinds)

    every = [
        Outcome("irgendein_fehler", "irgendein Fehler", lambda r: bad(r, ("dokumentation", "recht", "betrag"))),
        Outcome(
            "nur_dokumentation",
            "nur Dokumentation",
            lambda r: bad(r, ("dokumentation",)) and not bad(r, ("recht", "betrag")),
        ),
        Outcome("rechtlich_falsch", "rechtlich falsch", lambda r: bad(r, ("recht",))),
        Outcome("betrag_falsch", "Betrag falsch", lambda r: bad(r, ("betrag",))),
    ]
    if plan.betragsschwelle is not None:
        least = cents(str(plan.betragsschwelle).replace(".", ","))
        title = f"Betrag um mehr als {plan.betragsschwelle} Euro falsch".replace(".", ",")
        every.append(Outcome("betrag_ueber_schwelle", title, lambda r: abs(difference(r, plan)) > least))
    return tuple(every)


def difference(reading: Reading, plan: PlanFile) -> int:
    """Return paid − right in cents; where the file is lost and lost files are faults, nothing of it was right."""
    about = [reading.verdicts[c.id] for c in plan.fehlerdefinition if c.art == "betrag"]
    if reading.right_cents is not None:
        return reading.drawn.cents - reading.right_cents
    return reading.drawn.cents if LOST in about and plan.nicht_pruefbar == "fehler" else 0


@dataclass(frozen=True)
class Payments:
    """Over- or underpayments in the sample, and their projection where there are enough of them."""

    name: str
    cases: int
    cents: int
    projected: float | None = None
    lower: float | None = None
    upper: float | None = None


def payments(readings: Sequence[Reading], result: AuditResult, project: bool) -> tuple[Payments, Payments]:
    """Return over- and underpayments, never netted; projected with √(1 − n/N) from 20 differences on."""
    plan = result.plan.plan
    wrong = [(reading, difference(reading, plan)) for reading in readings]
    over = [(reading, amount) for reading, amount in wrong if amount > 0]
    under = [(reading, -amount) for reading, amount in wrong if amount < 0]
    return (
        _payments("überzahlt", over, readings, result, project),
        _payments("zu wenig gezahlt", under, readings, result, project),
    )


def _payments(
    name: str, found: Sequence[tuple[Reading, int]], readings: Sequence[Reading], result: AuditResult, project: bool
) -> Payments:
    total = sum(amount for _, amount in found)
    if not project or len(found) < ENOUGH_DIFFERENCES:
        return Payments(name, len(found), total)
    strata = []
    for stratum, size in stratum_sizes(result).items():
        mine = [reading for reading in readings if reading.drawn.stratum == stratum]
        if len(mine) < 2:
            return Payments(name, len(found), total)
        amounts = [amount for reading, amount in found if reading.drawn.stratum == stratum]
        strata.append({"N": size, "n": len(mine), "nonzero_differences": amounts})
    told = stratified_estimate(kind="difference", confidence=result.plan.plan.sicherheit, strata=strata)
    return Payments(name, len(found), total, told["total_error"], max(0.0, told["lower"]), told["upper"])


def stratum_sizes(result: AuditResult) -> dict[str, int]:
    """Return how many cases of the frame stand behind each stratum of the draw."""
    drawn, known = result.plan.sizes["n"], result.plan.frame["schichten"]
    if len(drawn) == 1 and next(iter(drawn)) not in known:
        return {next(iter(drawn)): int(result.plan.frame["anzahl"])}
    if len(drawn) == 1 and len(known) > 1:
        return {next(iter(drawn)): int(result.plan.frame["anzahl"])}
    return {name: int(known[name]["anzahl"]) for name in drawn if name in known}


def columns_swapped(readings: Sequence[Reading], plan: PlanFile) -> bool:
    """Tell whether most differences are negative: then paid and right amounts may have been exchanged."""
    found = [amount for reading in readings if (amount := difference(reading, plan))]
    return len(found) >= 3 and sum(amount < 0 for amount in found) * 2 > len(found)


@dataclass(frozen=True)
class CriterionCount:
    """How often one criterion got which verdict."""

    criterion: Criterion
    right: int
    wrong: int
    lost: int
    not_applicable: int


def by_criterion(readings: Sequence[Reading], plan: PlanFile) -> tuple[CriterionCount, ...]:
    """Return the verdicts criterion by criterion."""
    told = []
    for criterion in plan.fehlerdefinition:
        words = [reading.verdicts[criterion.id] for reading in readings]
        told.append(
            CriterionCount(
                criterion, words.count("richtig"), words.count(WRONG), words.count(LOST), words.count("nicht anwendbar")
            )
        )
    return tuple(told)


def causes(readings: Sequence[Reading]) -> tuple[tuple[str, int], ...]:
    """Return how often each cause was named, most frequent first."""
    found: dict[str, int] = {}
    for reading in readings:
        if reading.cause:
            found[reading.cause] = found.get(reading.cause, 0) + 1
    return tuple(sorted(found.items(), key=lambda item: (-item[1], item[0])))


@dataclass(frozen=True)
class Agreement:
    """How far two readers agree: verdicts compared, equal ones, Cohen's kappa (None where it is undefined)."""

    compared: int
    equal: int
    kappa: float | None


def agreement(result: AuditResult) -> Agreement | None:
    """Compare the second reading of the random tenth with the first one."""
    first = {reading.drawn.unit_id: reading for reading in result.readings}
    pairs = [
        (first[again.drawn.unit_id].verdicts[name], verdict)
        for again in result.second
        if again.drawn.unit_id in first
        for name, verdict in again.verdicts.items()
    ]
    if not pairs:
        return None
    equal = sum(one == two for one, two in pairs)
    words = {word for pair in pairs for word in pair}
    share = [
        Fraction(sum(pair[0] == word for pair in pairs) * sum(pair[1] == word for pair in pairs), len(pairs) ** 2)
        for word in sorted(words)
    ]
    chance = fsum(float(part) for part in share)
    kappa = None if chance >= 1 else (equal / len(pairs) - chance) / (1 - chance)
    return Agreement(len(pairs), equal, kappa)
