"""What a plan can show at several true rates, and what it cannot: told before the draw, printed on the deposit sheet."""

from __future__ import annotations

from fractions import Fraction

from amip_dq.sampling.amounts import percent
from amip_dq.sampling.frame import Frame
from amip_dq.sampling.plan_file import PlanFile
from amip_dq.sampling.planning import chance_of_success
from amip_dq.sampling.rates import ceil_of, exact, share

STEPS = (
    0,
    1,
    2,
    3,
    4,
    5,
    6,
    8,
    10,
    12,
    15,
    20,
)  # true rates shown, in tenths of the tolerable one
USUAL = STEPS.index(4)  # an office well below its limit; the chance there is said in words


def rates_shown(tolerable: Fraction) -> list[Fraction]:
    """Return the true rates at which the chance of success is told."""
    return [tolerable * step / 10 for step in STEPS if tolerable * step / 10 <= 1]


def two_stage_chance(rate: Fraction, stage: int, size: int | None) -> float:
    """Return P(no error in the first stage, or exactly one there and none in the second)."""
    none = chance_of_success(rate, stage, 0, size)
    both = chance_of_success(rate, 2 * stage, 1, size) - chance_of_success(rate, 2 * stage, 0, size)
    return none + both / 2


def sentences(plan: PlanFile, accepted: int, chances: list[tuple[str, float]], full: bool) -> tuple[str, ...]:
    """Return what a plan with an acceptance number cannot show, and its chance in an office well below the limit."""
    told = []
    if full:
        told.append(
            "Der Plan ist eine Vollprüfung: Mit weniger Fällen ist das Ziel in diesem Bestand nicht nachzuweisen."
        )
    if plan.verfahren == "entdeckung":
        told.append("Entdeckungsstichprobe: Der erste Fehler beendet die Aussage. Eine Quote wird nicht geschätzt.")
    else:
        told.append(
            f"Bei {accepted + 1} oder mehr Fehlern kann das Ziel mit dieser Stichprobe nicht mehr nachgewiesen werden."
        )
    if plan.stufen:
        told.append(
            "Stufenplan: Ohne Fehler ist die erste Stufe genug; bei genau einem folgt eine zweite gleicher Größe."
        )
    rate, chance = chances[USUAL]
    told.append(
        f"Liegt die wahre Quote bei {percent(rate, 2)}, gelingt der Nachweis in etwa "
        f"{round(chance * 100)} von 100 Prüfungen."
    )
    return tuple(told)


def general_limits(plan: PlanFile, frame: Frame) -> tuple[str, ...]:
    """Return what holds for every plan: what is counted, several criteria at once, limits below one case."""
    told = [
        f"Gezählt werden Einheiten »{plan.einheit}« mit mindestens einem Fehler, nicht einzelne Personen, Monate oder Vorgänge."
    ]
    several = len(plan.fehlerdefinition)
    if several > 1 and plan.verfahren != "risiko_ohne_hochrechnung":
        risk = 1 - share(plan.sicherheit, "sicherheit")
        together = max(Fraction(0), 1 - several * risk)
        told.append(
            f"Die Sicherheit gilt für die Gesamtaussage. Wer jedes der {several} Kriterien einzeln ausliest, hat für alle "
            f"zusammen nur noch mindestens {percent(together, 0)} Sicherheit."
        )
    if plan.tolerierbar is not None and ceil_of(exact(plan.tolerierbar), len(frame.units)) <= 1:
        told.append(
            "Schon ein einziger Fehler im Bestand überschreitet die tolerierbare Quote; nur eine Vollprüfung kann sie zeigen."
        )
    return tuple(told)
