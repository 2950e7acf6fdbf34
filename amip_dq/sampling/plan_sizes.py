"""How many cases each procedure needs, what its result can show and what it cannot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from amip_dq.errors import SamplingError
from amip_dq.sampling.allocation import allocate
from amip_dq.sampling.amounts import percent, thousands
from amip_dq.sampling.frame import WHOLE, Frame, Unit
from amip_dq.sampling.interval import top_stratum
from amip_dq.sampling.plan_file import PlanFile
from amip_dq.sampling.plan_prospects import general_limits, rates_shown, sentences, two_stage_chance
from amip_dq.sampling.planning import acceptance_number, chance_of_success, plan_attribute, plan_precision
from amip_dq.sampling.planning_money import plan_mus
from amip_dq.sampling.rates import exact, share

METHODS = {"hypergeometrisch": "hypergeometric", "binomial": "binomial", "poisson": "poisson"}
ZERO = "null_und_negativ"  # stratum of amounts that a draw by amount can never hit


@dataclass(frozen=True)
class Sizes:
    """Cases per stratum, acceptance number and true risk, chances at several true rates, and the plan's limits."""

    n: dict[str, int]
    accepted: int | None = None
    risk: float | None = None
    stage: int | None = None
    interval: str | None = None
    certain: int | None = None
    book: int | None = None
    zero_cases: int | None = None
    chances: tuple[tuple[str, float], ...] = ()
    cannot: tuple[str, ...] = ()

    def spelled(self) -> dict[str, Any]:
        """Return the sizes for the committed plan; probabilities with six digits, so that all machines agree."""
        told = asdict(self)
        told["risk"] = None if self.risk is None else f"{self.risk:.6f}"
        told["chances"] = [[rate, f"{chance:.6f}"] for rate, chance in self.chances]
        return told


def size_plan(plan: PlanFile, frame: Frame) -> Sizes:
    """Return what a plan needs in this frame; raises SamplingError where it cannot work."""
    sizes = PROCEDURES[plan.verfahren](plan, frame)
    general = general_limits(plan, frame)
    return Sizes(**{**vars(sizes), "cannot": (*sizes.cannot, *general)})


def _attribute(plan: PlanFile, frame: Frame) -> Sizes:
    if plan.methode not in METHODS:
        raise SamplingError(f"methode {plan.methode} gehört zu verfahren mus.")
    total = len(frame.units)
    found = plan_attribute(
        confidence=plan.sicherheit,
        tolerable_rate=_tolerable(plan),
        distribution=METHODS[plan.methode],
        expected_rate=plan.erwartet.rate,
        expected_errors=plan.erwartet.faelle if plan.stufen is None else None,
        population_size=total,
        stages=list(plan.stufen) if plan.stufen is not None else None,
    )
    if found.sample_size > total:
        raise SamplingError(
            f"Der Plan braucht {thousands(found.sample_size)} Fälle, der Bestand hat {thousands(total)}."
        )
    if plan.schichten:
        if plan.stufen is not None:
            raise SamplingError("Stufen und Schichten zusammen werden nicht angeboten.")
        return Sizes(_strata(plan, frame, plan.umfang or found.sample_size), cannot=(STRATIFIED,))
    first = found.sample_size_per_stage or found.sample_size
    return _with_chances(
        plan, total, Sizes({WHOLE: first}, risk=found.risk, stage=found.sample_size_per_stage), found.sample_size
    )


STRATIFIED = (
    "Mit Schichten gibt es keine feste Zahl zulässiger Fehler: Es kommt darauf an, in welcher Schicht sie liegen. "
    "Die Entscheidung fällt die Auswertung."
)


def _with_chances(plan: PlanFile, total: int, sizes: Sizes, n: int) -> Sizes:
    """Add acceptance number, chances at several true rates and the sentences about them."""
    size = total if plan.methode == "hypergeometrisch" else None
    tolerable = exact(_tolerable(plan))
    accepted = 0 if plan.verfahren == "entdeckung" else acceptance_number(n, plan.sicherheit, tolerable, size)
    if accepted is None:
        raise SamplingError("Mit diesem Umfang lässt sich das Ziel auch ohne jeden Fehler nicht nachweisen.")
    chances = []
    for rate in rates_shown(tolerable):
        if sizes.stage:
            chance = two_stage_chance(rate, sizes.stage, size)
        else:
            chance = chance_of_success(rate, n, accepted, size)
        chances.append((f"{float(rate):.6g}", chance))
    told = sentences(plan, accepted if not sizes.stage else 1, chances, n == total)
    return Sizes(
        **{**vars(sizes), "accepted": accepted if not sizes.stage else 1, "chances": tuple(chances), "cannot": told}
    )


def _discovery(plan: PlanFile, frame: Frame) -> Sizes:
    if plan.erwartet.faelle or plan.erwartet.rate or plan.schichten or plan.stufen:
        raise SamplingError(
            "Eine Entdeckungsstichprobe rechnet mit keinem Fehler und kennt weder Schichten noch Stufen."
        )
    total = len(frame.units)
    found = plan_attribute(
        confidence=plan.sicherheit, tolerable_rate=_tolerable(plan), distribution=METHODS.get(plan.methode, ""),
        expected_errors=0, population_size=total,
    )  # fmt: skip
    if found.sample_size > total:
        raise SamplingError("Der Plan braucht mehr Fälle, als der Bestand hat.")
    return _with_chances(plan, total, Sizes({WHOLE: found.sample_size}, risk=found.risk), found.sample_size)


def _money(plan: PlanFile, frame: Frame) -> Sizes:
    positive = [unit for unit in frame.units if unit.cents > 0]
    others = len(frame.units) - len(positive)
    if not positive:
        raise SamplingError("Im Rahmen stehen keine positiven Beträge; für verfahren mus fehlt die Betragsspalte.")
    if others and plan.null_und_negativ is None:
        raise SamplingError(
            f"{thousands(others)} Fälle mit Betrag null oder darunter haben bei einer Auswahl nach Beträgen keine Chance. "
            "Bitte null_und_negativ festlegen: alle oder eine Anzahl."
        )
    if plan.schichten or plan.stufen:
        raise SamplingError("Schichten und Stufen werden für verfahren mus nicht angeboten.")
    method = "poisson" if plan.methode == "hypergeometrisch" else plan.methode
    found = plan_mus(
        method=method, confidence=plan.sicherheit, tolerable_fraction=_tolerable(plan),
        expected_fraction=plan.erwartet.rate, expected_errors=plan.erwartet.faelle,
    )  # fmt: skip
    top = top_stratum([unit.cents for unit in positive], found.sample_size or 0)
    n = {WHOLE: found.sample_size or 0}
    if others:
        n[ZERO] = others if plan.null_und_negativ == "alle" else min(int(plan.null_und_negativ or 0), others)
    told = [
        f"Zulässig ist eine Summe der Fehleranteile von höchstens {found.acceptable_taints or 0:.2f}".replace(".", ",")
        + ".",
        "Zu wenig gezahlte Fälle sieht eine Auswahl nach gezahlten Beträgen schlecht, Fälle mit 0 Euro gar nicht.",
    ]
    return Sizes(n, risk=float(1 - share(plan.sicherheit, "sicherheit")), interval=str(top.interval),
                 certain=len(top.rows), book=sum(u.cents for u in positive), zero_cases=others, cannot=tuple(told))  # fmt: skip


def _estimate(plan: PlanFile, frame: Frame) -> Sizes:
    if plan.genauigkeit is None or plan.erwartet.rate is None:
        raise SamplingError("verfahren geschaetzt braucht genauigkeit und erwartet.rate.")
    n = plan_precision(
        confidence=plan.sicherheit, precision=plan.genauigkeit, expected_rate=plan.erwartet.rate,
        population_size=len(frame.units),
    )  # fmt: skip
    sizes = _strata(plan, frame, n) if plan.schichten else {WHOLE: min(n, len(frame.units))}
    told = f"Geschätzt wird die Quote auf etwa ± {percent(exact(plan.genauigkeit))}; ein Grenzwert wird nicht geprüft."
    return Sizes(sizes, cannot=(told,))


def _two_phase(plan: PlanFile, frame: Frame) -> Sizes:
    if not frame.flags:
        raise SamplingError("verfahren zweiphasen braucht einen Rahmen mit Befunden (sample frame … --findings).")
    if not plan.schichten:
        raise SamplingError("verfahren zweiphasen braucht schichten: auffaellig und unauffaellig.")
    told = "Wie viele Fehler die Regeln übersehen, entscheidet vor allem die Zahl der geprüften unauffälligen Fälle."
    return Sizes(_strata(plan, frame, plan.umfang), cannot=(told,))


def _risk(plan: PlanFile, frame: Frame) -> Sizes:
    if plan.tolerierbar is not None or plan.erwartet != type(plan.erwartet)():
        raise SamplingError("Gezielte Auswahl: tolerierbar und erwartet haben hier keine Bedeutung; bitte weglassen.")
    if not plan.schichten and not plan.umfang:
        raise SamplingError("Gezielte Auswahl: bitte umfang oder schichten mit n angeben.")
    told = "Gezielte Auswahl. Das Ergebnis gilt nur für die geprüften Fälle und wird nicht hochgerechnet."
    if plan.schichten:
        return Sizes(_fixed(plan, frame), cannot=(told,))
    if plan.umfang > len(frame.units):
        raise SamplingError("umfang ist größer als der Bestand.")
    return Sizes({WHOLE: plan.umfang or 0}, cannot=(told,))


PROCEDURES: dict[str, Callable[[PlanFile, Frame], Sizes]] = {
    "attribut": _attribute,
    "entdeckung": _discovery,
    "mus": _money,
    "geschaetzt": _estimate,
    "zweiphasen": _two_phase,
    "risiko_ohne_hochrechnung": _risk,
}


def _tolerable(plan: PlanFile) -> Any:
    if plan.tolerierbar is None:
        raise SamplingError("tolerierbar fehlt im Plan.")
    return plan.tolerierbar


def _fixed(plan: PlanFile, frame: Frame) -> dict[str, int]:
    """Return the n written into the plan; names and sizes must be those of the frame."""
    strata = frame.strata
    for stratum in plan.schichten:
        if stratum.name not in strata:
            raise SamplingError(f"Die Schicht »{stratum.name}« gibt es im Rahmen nicht: {', '.join(strata)}.")
        if stratum.N is not None and len(strata[stratum.name]) != stratum.N:
            raise SamplingError(
                f"Die Schicht »{stratum.name}« hat im Rahmen {len(strata[stratum.name])} Fälle, im Plan {stratum.N}."
            )
        if stratum.n is not None and not 0 < stratum.n <= len(strata[stratum.name]):
            raise SamplingError(f"Schicht »{stratum.name}«: n muss zwischen 1 und der Zahl ihrer Fälle liegen.")
    if len({stratum.name for stratum in plan.schichten}) < len(plan.schichten):
        raise SamplingError("Eine Schicht steht zweimal im Plan.")
    return {stratum.name: stratum.n or 0 for stratum in plan.schichten}


def _strata(plan: PlanFile, frame: Frame, total: int | None) -> dict[str, int]:
    """Return n per stratum: as written, or divided by the chosen allocation; no stratum may be left out."""
    fixed = _fixed(plan, frame)
    if missing := set(frame.strata) - set(fixed):
        raise SamplingError(
            f"Im Plan fehlt die Schicht {', '.join(sorted(missing))}; ohne sie gilt das Ergebnis nicht für den Bestand."
        )
    if all(fixed.values()):
        return fixed
    if any(fixed.values()) or total is None:
        raise SamplingError("Bitte entweder n für jede Schicht oder umfang mit aufteilung angeben.")
    parts: list[dict[str, Any]] = [{"stratum": s.name, "N": len(frame.strata[s.name])} for s in plan.schichten]
    for part, stratum in zip(parts, plan.schichten, strict=False):
        if plan.aufteilung != "proportional":
            part["p"] = stratum.p if stratum.p is not None else "0.5"
        if plan.aufteilung == "cost_optimal":
            part["cost"] = stratum.kosten if stratum.kosten is not None else 1
    return dict(allocate(strata=parts, sample_size=total, method=plan.aufteilung).by_stratum)


def money_parts(frame: Frame) -> tuple[list[Unit], list[Unit]]:
    """Return the units a draw by amount can hit, and the others."""
    return [u for u in frame.units if u.cents > 0], [u for u in frame.units if u.cents <= 0]
