"""The sentences of the report: calm, exact, and never a rate without its interval."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from amip_dq.sampling.amounts import euros, percent, thousands
from amip_dq.sampling.evaluation import Conclusion, Evaluated, Limits
from amip_dq.sampling.evaluation_money import MoneyConclusion
from amip_dq.sampling.rates import exact
from amip_dq.sampling.rule_quality import RuleFigures


def rate_words(rate: object) -> str:
    """Return a rate in per cent without a superfluous decimal: 5 %, 4,9 %."""
    return percent(rate).replace(",0 %", " %")


def headline(told: Evaluated) -> tuple[str, ...]:
    """Return the sentences that state the result; the first one carries the interval."""
    plan = told.result.plan.plan
    if told.conclusion is Conclusion.NOT_PROJECTED:
        return _not_projected(told)
    if told.money is not None:
        return _money(told.money, plan.sicherheit)
    limits = told.limits
    assert limits is not None  # every other procedure has limits
    if limits.full:
        return _full(told, limits)
    if plan.verfahren == "entdeckung":
        return _discovery(told, limits)
    if limits.errors == 0 and told.conclusion is not Conclusion.EXCEEDED:
        return (_no_error(limits, plan.sicherheit), *_target(told, limits))
    found = f"{limits.errors} von {thousands(limits.n)} geprüften Fällen {_was(limits.errors)} fehlerhaft"
    point = _point(told, limits)
    if told.conclusion is Conclusion.SHOWN:
        return (f"{found}{point}. Mit {rate_words(exact(plan.sicherheit))} Sicherheit liegt der Anteil bei höchstens {_most(limits)}.",
                *_target(told, limits))  # fmt: skip
    if told.conclusion is Conclusion.EXCEEDED:
        return (f"{found}{point}. Mit {rate_words(exact(plan.sicherheit))} Sicherheit {_least(limits)} fehlerhaft; "
                "die tolerierbare Quote ist überschritten.",)  # fmt: skip
    if told.conclusion is Conclusion.NO_TARGET:
        return (f"{found}{point}. Mit {rate_words(exact(plan.sicherheit))} Sicherheit liegt der Anteil zwischen "
                f"{rate_words(limits.two_lower)} und {rate_words(limits.two_upper)}.",)  # fmt: skip
    return (f"{found}{point}. Der Anteil im Bestand kann bis zu {_most(limits)} betragen.", *_not_shown(told))


def _was(number: int) -> str:
    return "war" if number == 1 else "waren"


def _point(told: Evaluated, limits: Limits) -> str:
    """Return the point estimate; with strata it is weighted and must not be mistaken for errors / n."""
    if len(told.strata) > 1:
        return f" (auf den Bestand gewichtet {rate_words(limits.rate)})"
    return f" ({percent(limits.rate)})"


def _most(limits: Limits) -> str:
    if limits.upper_count is None:
        return rate_words(limits.upper)
    return f"{thousands(limits.upper_count)} von {thousands(limits.size)} Fällen ({percent(limits.upper)})"


def _least(limits: Limits) -> str:
    if limits.lower_count is None:
        return f"ist ein Anteil von mindestens {rate_words(limits.lower)} der Fälle"
    return f"sind mindestens {thousands(limits.lower_count)} von {thousands(limits.size)} Fällen"


def _no_error(limits: Limits, confidence: object) -> str:
    sure = rate_words(exact(confidence))
    most = f"{rate_words(limits.upper)} der {thousands(limits.size)} Fälle"
    if limits.upper_count is not None:
        most = f"{thousands(limits.upper_count)} der {thousands(limits.size)} Fälle ({percent(limits.upper)})"
    return (
        f"In der Zufallsstichprobe von {thousands(limits.n)} aus {thousands(limits.size)} Fällen wurde kein Fehler "
        f"festgestellt. Das bedeutet nicht, dass es keine Fehler gibt: Mit {sure} Sicherheit sind höchstens {most} fehlerhaft."
    )


def _target(told: Evaluated, limits: Limits) -> tuple[str, ...]:
    tolerable = told.result.plan.plan.tolerierbar
    if tolerable is None:
        return ()
    if told.conclusion is Conclusion.SHOWN:
        return (f"Die tolerierbare Quote von {rate_words(exact(tolerable))} ist damit eingehalten.",)
    return _not_shown(told)


def _not_shown(told: Evaluated) -> tuple[str, ...]:
    tolerable = rate_words(exact(told.result.plan.plan.tolerierbar or 0))
    sentences = [
        f"Ob die tolerierbare Quote von {tolerable} eingehalten ist, lässt sich mit dieser Stichprobe nicht nachweisen.",
        "Eine Überschreitung ist damit ebenfalls nicht nachgewiesen.",
    ]
    if told.needed is not None and told.limits is not None:
        sentences.append(
            f"Für den Nachweis mit {told.limits.errors} Fehlern wäre eine neue, vorher geplante Stichprobe von "
            f"{thousands(told.needed)} Fällen nötig; diese hier darf dafür nicht verlängert werden."
        )
    return tuple(sentences)


def _full(told: Evaluated, limits: Limits) -> tuple[str, ...]:
    found = (
        f"Alle {thousands(limits.size)} Fälle wurden geprüft (Vollprüfung); {limits.errors} {_was(limits.errors)} "
        f"fehlerhaft ({percent(limits.rate)}). Es gibt keine Stichprobenunsicherheit."
    )
    tolerable = told.result.plan.plan.tolerierbar
    if tolerable is None:
        return (found,)
    verdict = "eingehalten" if limits.rate <= exact(tolerable) else "überschritten"
    return found, f"Die tolerierbare Quote von {rate_words(exact(tolerable))} ist {verdict}."


def _discovery(told: Evaluated, limits: Limits) -> tuple[str, ...]:
    if limits.errors == 0:
        return (_no_error(limits, told.result.plan.plan.sicherheit), *_target(told, limits))
    return (
        f"In der Entdeckungsstichprobe von {thousands(limits.n)} Fällen {_was(limits.errors)} {limits.errors} fehlerhaft. "
        "Damit endet ihre Aussage; eine Quote wird nicht geschätzt.",
        *_not_shown(told)[:2],
    )


def _not_projected(told: Evaluated) -> tuple[str, ...]:
    return (
        f"{told.errors} von {thousands(len(told.readings))} geprüften Fällen {_was(told.errors)} fehlerhaft.",
        "Gezielte Auswahl. Das Ergebnis gilt nur für die geprüften Fälle und wird nicht hochgerechnet.",
    )


def _money(told: MoneyConclusion, confidence: object) -> tuple[str, ...]:
    sure = rate_words(exact(confidence))
    first = (
        f"Von {euros(told.book)} Euro im Bestand sind mit {sure} Sicherheit höchstens {euros(round(told.over_upper))} Euro "
        f"zu viel gezahlt; am wahrscheinlichsten sind es {euros(round(told.over_likely))} Euro."
    )
    tolerable = f"{euros(round(told.tolerable))} Euro"
    last = {
        "nachgewiesen": f"Der tolerierbare Betrag von {tolerable} ist damit eingehalten.",
        "nicht nachgewiesen": f"Ob der tolerierbare Betrag von {tolerable} eingehalten ist, lässt sich mit dieser Stichprobe "
        "nicht nachweisen. Eine Überschreitung ist damit ebenfalls nicht nachgewiesen.",
        "Überschreitung nachgewiesen": f"Mindestens {euros(round(told.over_lower))} Euro sind zu viel gezahlt; der tolerierbare "
        f"Betrag von {tolerable} ist überschritten.",
    }[told.conclusion]
    under = (
        f"Zu wenig gezahlt sind wahrscheinlich {euros(round(told.under_likely))} Euro. Beides wird nicht gegeneinander "
        "aufgerechnet; Fälle mit 0 Euro sieht eine Auswahl nach Beträgen nicht."
    )
    return first, last, under


def confidence_sentence(confidence: object) -> str:
    """Say once what confidence means."""
    level = exact(confidence)  # type: ignore[arg-type]
    times = (1 - level) * 100
    number = str(int(times)) if times.denominator == 1 else f"{float(times):g}".replace(".", ",")
    return f"{rate_words(level)} Sicherheit heißt: Das Verfahren nennt in höchstens {number} von 100 Anwendungen eine zu niedrige Obergrenze."


def rule_sentence(rule: RuleFigures) -> str:
    """Return what the sample says of one rule; recall never without its interval."""
    if rule.quality is None:
        return f"{rule.rule_id}: zu wenige geprüfte Fälle für eine Aussage."
    told = rule.quality
    found = (
        f"{rule.rule_id}: Von {rule.examined} geprüften Treffern {_was(rule.wrong)} {rule.wrong} tatsächlich fehlerhaft "
        f"({percent(told.precision, 0)}; {_span(told.precision_lower, told.precision_upper)})."
    )
    if told.recall is None:
        return found + " Wie viele Fehler die Regel findet, lässt sich nicht schätzen, weil kein Fehler gefunden wurde."
    why = {0: "kein Fehler", 1: "nur 1 Fehler"}.get(rule.missed_wrong, f"{rule.missed_wrong} Fehler")
    return (
        f"{found} Die Regel findet geschätzt {percent(told.recall, 0)} der Fehler; die Spanne reicht von "
        f"{_span(told.recall_lower, told.recall_upper)}, weil {why} unter den nicht gemeldeten geprüften Fällen "
        f"{'lagen' if rule.missed_wrong > 1 else 'lag'}."
    )


def _span(low: Fraction | float, high: Fraction | float) -> str:
    return f"{percent(low, 0).removesuffix(' %')} bis {percent(high, 0)}"


METHOD_TITLES = {
    "hypergeometrisch": "exakt hypergeometrisch: größte Zahl K fehlerhafter Fälle mit P(X ≤ x | K) > 1 − Sicherheit",
    "binomial": "exakt binomial nach Clopper und Pearson (1934)",
    "poisson": "Poisson: Γ-Quantil(Sicherheit; x + 1) / n",
    "exact": "exakt geschichtet: größte Summe ΣK_h mit P(Hochrechnung ≤ beobachtete | K) > 1 − Sicherheit",
}


def method_words(told: Evaluated) -> str:
    """Return the formula that the limits rest on."""
    if told.limits is not None:
        return METHOD_TITLES.get(told.limits.method, told.limits.method)
    if told.money is not None:
        return (
            "Stringer-Obergrenze p₀ + Σ (pᵢ − pᵢ₋₁)·tᵢ mit binomialen pᵢ; Einzelbeträge ab Intervallgröße voll geprüft"
        )
    return "keine Hochrechnung"


def team_warning(strata: Sequence[tuple[str, int, int, int]]) -> str:
    """Say why strata are not ranked."""
    return "Schichten werden nicht verglichen oder gereiht; dafür sind die Zahlen zu klein." if len(strata) > 1 else ""
