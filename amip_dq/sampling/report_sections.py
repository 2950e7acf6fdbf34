"""What the sections of the evaluation report say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from amip_dq.sampling.amounts import euros, percent, thousands
from amip_dq.sampling.audit_result import replaced
from amip_dq.sampling.evaluation import Conclusion, Evaluated, Limits
from amip_dq.sampling.outcomes import by_criterion, causes, columns_swapped
from amip_dq.sampling.pictures import chances_picture, interval_picture
from amip_dq.sampling.rates import exact
from amip_dq.sampling.wording import (
    confidence_sentence,
    headline,
    method_words,
    rate_words,
    rule_sentence,
    team_warning,
)

SMALLEST_CELL = 5  # strata below are not shown: a few cases point to persons
NOT_SECURED = "Auswahl reproduzierbar, aber nicht gegen Vorauswahl gesichert"


@dataclass(frozen=True)
class Section:
    """A heading with sentences, and a table or a picture (SVG) where there is one."""

    title: str
    sentences: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    picture: str = ""
    spoken: str = ""


def sections(told: Evaluated) -> tuple[Section, ...]:
    """Return the report from top to bottom; empty sections are left out."""
    made = (
        _result(told), _figures(told), _kinds(told), _criteria(told), _amounts(told), _lost(told), _strata(told),
        _rules(told), _second(told), _limits_of_plan(told), _chances(told), _selection(told), _changes(told),
    )  # fmt: skip
    return tuple(section for section in made if section.sentences or section.rows or section.picture)


def _result(told: Evaluated) -> Section:
    plan = told.result.plan.plan
    sentences = [*headline(told), told.stage_rule]
    if told.conclusion is not Conclusion.NOT_PROJECTED:
        sentences.append(confidence_sentence(plan.sicherheit))
    limits = told.limits
    picture = spoken = ""
    if limits is not None and plan.verfahren != "entdeckung":
        tolerable = exact(plan.tolerierbar) if plan.tolerierbar is not None else None
        picture = interval_picture(float(limits.rate), float(limits.two_lower), float(limits.two_upper), tolerable)
        spoken = f"Geschätzte Quote {percent(limits.rate)}, Spanne {percent(limits.two_lower)} bis {percent(limits.two_upper)}"
    return Section("Ergebnis", tuple(filter(None, sentences)), picture=picture, spoken=spoken)


def _figures(told: Evaluated) -> Section:
    plan, frame, limits = told.result.plan.plan, told.result.plan.frame, told.limits
    day = date.fromisoformat(frame["stichtag"])
    rows = [
        ("Bestand", f"{thousands(frame['anzahl'])} Einheiten »{plan.einheit}«, Stichtag {day:%d.%m.%Y}"),
        ("geprüft", thousands(len(told.readings))),
        ("davon fehlerhaft", thousands(told.errors)),
        ("durch die nächsten Fälle ersetzt", thousands(told.replaced)),
        ("Sicherheit", rate_words(exact(plan.sicherheit))),
    ]
    if plan.tolerierbar is not None:
        rows.append(("tolerierbar", rate_words(exact(plan.tolerierbar))))
    if limits is not None and plan.verfahren != "entdeckung":
        rows += [
            ("Obergrenze (einseitig, für die Entscheidung)", _limit(limits.upper, limits.upper_count)),
            ("Untergrenze (einseitig, für die Entscheidung)", _limit(limits.lower, limits.lower_count)),
            ("Spanne (zweiseitig, zur Information)", f"{percent(limits.two_lower)} bis {percent(limits.two_upper)}"),
        ]
    if limits is not None and limits.approximate is not None:
        low, high = limits.approximate
        rows.append(("zum Vergleich nach Korn und Graubard (näherungsweise)", f"{percent(low)} bis {percent(high)}"))
    rows.append(("Verfahren", method_words(told)))
    rows += [("Ausgeschlossen", reason) for reason in frame["ausschluesse"]]
    return Section("Zahlen und Verfahren", head=("Angabe", "Wert"), rows=tuple(rows))


def _limit(rate: Fraction | float, number: int | None) -> str:
    return percent(rate) if number is None else f"{thousands(number)} Fälle ({percent(rate)})"


def _kinds(told: Evaluated) -> Section:
    rows = [(title, thousands(count), _up_to(limits)) for _, title, count, limits in told.outcomes]
    note = "Jede Zeile gilt für sich mit der genannten Sicherheit; nur Dokumentation heißt: rechtlich und im Betrag ohne Fehler."
    return Section("Arten von Fehlern", (note,), ("Art", "Fälle", "im Bestand höchstens"), tuple(rows))


def _up_to(limits: Limits | None) -> str:
    return "nicht hochgerechnet" if limits is None else _limit(limits.upper, limits.upper_count)


def _criteria(told: Evaluated) -> Section:
    rows = [
        (f"{c.criterion.id} {c.criterion.text}", str(c.right), str(c.wrong), str(c.lost), str(c.not_applicable))
        for c in by_criterion(told.readings, told.result.plan.plan)
    ]
    named = "; ".join(f"{cause} ({number})" for cause, number in causes(told.readings))
    head = ("Kriterium", "richtig", "falsch", "nicht prüfbar", "nicht anwendbar")
    return Section("Kriterien", (f"Genannte Ursachen: {named}.",) if named else (), head, tuple(rows))


def _amounts(told: Evaluated) -> Section:
    rows = []
    for payment in told.payments:
        projected = "zu wenige Abweichungen für eine Hochrechnung"
        if payment.projected is not None:
            projected = f"{euros(round(payment.projected))} Euro (von {euros(round(payment.lower or 0))} bis {euros(round(payment.upper or 0))})"
        rows.append((payment.name, str(payment.cases), f"{euros(payment.cents)} Euro", projected))
    sentences = ["Über- und Unterzahlungen werden nicht gegeneinander aufgerechnet."]
    if columns_swapped(told.readings, told.result.plan.plan):
        sentences.append("Mehr als die Hälfte der Abweichungen ist negativ – Spalten vertauscht?")
    if told.money is not None:
        sentences += _money_sentences(told)
        rows = [(row[0], row[1], row[2], "siehe Ergebnis") for row in rows]
    elif not any(payment.cases for payment in told.payments):
        return Section("Beträge")
    return Section("Beträge", tuple(sentences), ("Richtung", "Fälle", "in der Stichprobe", "im Bestand"), tuple(rows))


def _money_sentences(told: Evaluated) -> list[str]:
    money = told.money
    assert money is not None
    found = [
        f"{money.top_cases} Einzelfälle ab Intervallgröße sind vollständig geprüft; {money.hits} Treffer stehen für die "
        f"übrigen {euros(money.sampled_book)} Euro. Netto, nur als Punktschätzung: {euros(round(money.net_likely))} Euro."
    ]
    if money.zero is not None and money.zero.upper_count is not None:
        found.append(
            f"Fälle mit Betrag null oder darunter: {money.zero_wrong} von {money.zero_examined} geprüften fehlerhaft, "
            f"höchstens {thousands(money.zero.upper_count)} im Bestand."
        )
    return found


def _lost(told: Evaluated) -> Section:
    if not told.lost:
        return Section("Nicht prüfbare Fälle")
    plan = told.result.plan.plan
    rule = "zählen als Fehler" if plan.nicht_pruefbar == "fehler" else "wurden durch den nächsten Fall ersetzt"
    sentences = [f"{told.lost} Fälle waren nicht prüfbar (etwa Akte nicht auffindbar); sie {rule}."]
    if told.lost_right is not None and told.lost_wrong is not None:
        sentences.append(
            f"Wären alle richtig, läge die Obergrenze bei {_up_to(told.lost_right)}; wären alle falsch, bei {_up_to(told.lost_wrong)}."
        )
    return Section("Nicht prüfbare Fälle", tuple(sentences))


def _strata(told: Evaluated) -> Section:
    if len(told.strata) < 2:
        return Section("Schichten")
    sizes = sorted(size for _, size, _, _ in told.strata)
    # hiding one small stratum alone would give it away as the difference to the total
    hidden = sizes[1] if sizes[0] < SMALLEST_CELL else 0
    rows = [
        (name, thousands(size), str(n), str(errors)) if size > hidden else (name, "zu klein", "–", "–")
        for name, size, n, errors in told.strata
    ]
    return Section(
        "Schichten", (team_warning(told.strata),), ("Schicht", "Bestand", "geprüft", "fehlerhaft"), tuple(rows)
    )


def _rules(told: Evaluated) -> Section:
    return Section("Güte der automatischen Regeln", tuple(rule_sentence(rule) for rule in told.rules))


def _second(told: Evaluated) -> Section:
    found = told.agreement
    if found is None:
        missing = f"Die Zweitlesung von {told.result.second_expected} zufällig bestimmten Fällen liegt nicht vor."
        return Section("Zweitlesung", (missing,))
    kappa = "" if found.kappa is None else f" Cohens Kappa: {found.kappa:.2f}.".replace(".", ",", 1)
    return Section(
        "Zweitlesung",
        (
            f"Ein zufälliges Zehntel wurde ein zweites Mal gelesen: {found.equal} von {found.compared} Urteilen stimmen überein.{kappa}",
        ),
    )


def _limits_of_plan(told: Evaluated) -> Section:
    return Section("Was diese Stichprobe nicht zeigt", tuple(told.result.plan.sizes["cannot"]))


def _chances(told: Evaluated) -> Section:
    plan, chances = told.result.plan, told.result.plan.sizes["chances"]
    if not chances:
        return Section("Aussicht des Plans")
    pairs = [(rate, float(chance)) for rate, chance in chances]
    rows = tuple((percent(rate, 2), percent(chance, 0)) for rate, chance in pairs)
    picture = chances_picture(pairs, exact(plan.plan.tolerierbar or 0))
    return Section(
        "Aussicht des Plans", (), ("wahre Fehlerquote", "Aussicht auf den Nachweis"), rows, picture,
        "Aussicht auf den Nachweis je wahrer Fehlerquote; die Werte stehen in der Tabelle",
    )  # fmt: skip


def _selection(told: Evaluated) -> Section:
    draw, plan = told.result.draw, told.result.plan
    committed, revealed = plan.committed_on, date.fromisoformat(draw["public_date"])
    number = draw["draw_number"]
    rows = [
        ("Rahmen (SHA-256)", draw["frame_sha256"]),
        ("Plan (SHA-256)", draw["plan_hash"]),
        ("hinterlegt am", f"{committed:%d.%m.%Y}"),
        ("öffentlicher Wert", draw["public_value"] if draw["secured"] else NOT_SECURED),
        ("Quelle und Tag", f"{draw['public_source'] or 'ohne Angabe'}, {revealed:%d.%m.%Y}"),
        ("Saat (SHA-256)", draw["seed"]),
        ("Tickets", draw["ticket"]),
        ("Ziehung (SHA-256)", told.result.draw_hash),
        ("Werkzeug", plan.content["werkzeug"]),
    ]
    if draw["start"]:
        rows.append(("Startpunkt und Intervall (Cent)", f"{draw['start']} und {plan.sizes['interval']}"))
    return Section(
        "Auswahl und Protokoll", (f"{number}. Ziehung aus diesem Bestand.",), ("Angabe", "Wert"), tuple(rows)
    )


def _changes(told: Evaluated) -> Section:
    history = told.result.history
    taken = [r for r in told.result.readings if replaced(r, told.result.plan.plan)]
    sentences = []
    if history:
        sentences.append(
            f"{len(history)} Urteile wurden nach der ersten Übernahme geändert; der Verlauf steht im Prüfergebnis."
        )
    if taken:
        sentences.append(f"{len(taken)} Fälle wurden durch den jeweils nächsten der Reihenfolge ersetzt.")
    return Section("Änderungen und Ersatz", tuple(sentences))
