"""Hostile goals, contacts, payments, entries into work, proposals and intensive support."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from .days import month_end, plus_months
from .dice import Dice

Rows = list[dict[str, Any]]
Tables = dict[str, Rows]
CODES = ("71402", "00000", "1234", "123456", "7140a", "offen", "01104", None, None, None, None)
TEXTS = (
    None,
    "Lager und Logistik",
    "k.A.",
    "K. A.",
    "offen",
    "Folgt …",
    "xxx",
    "n.n.",
    "--",
    "Keine Angaben!",
    "Öl",
    "offen2",
    "🚧 TBD",
    "ß",
)


def ziele(dice: Dice, people: list[str], series: bool) -> Rows:
    rows: Rows = []
    start = dice.after(dice.st, -29, -30, -31, -60)
    for kundennr in people:
        for _ in range(1 if series else dice.pick((0, 1, 1, 2, 3))):
            row = one_goal(dice, kundennr)
            if series:
                shifts = (0, 0, 1, 15, 28, 29, 29, 30)
                row |= {
                    "von": plus_months(dice.st, -3),
                    "bis": None,
                    "stand": dice.after(start, *shifts),
                    "text_hash": "h1",
                }
            rows.append(row)
    dice.rng.shuffle(rows)
    for number, row in enumerate(rows):
        row["ziel_id"] = f"Z{number:02}"
    return rows


def one_goal(dice: Dice, kundennr: str) -> dict[str, Any]:
    """Return a goal with anything wrong, or a good one with at most one column of another."""
    flawed = any_goal(dice, kundennr)
    if dice.chance(0.6):
        return flawed
    good = {
        **flawed,
        "zielberuf_kldb": "71402",
        "zieldatum": dice.jitter(plus_months(dice.st, dice.pick((12, 24, 9))), 0.3),
        "handlungsstrategie": "Bewerbungstraining",
        "stand": dice.after(dice.st, -1, 0, -30),
        "von": plus_months(dice.st, -4),
        "bis": dice.pick((None, dice.st)),
    }
    column = dice.pick(list(flawed))
    return {**good, column: flawed[column]} if dice.chance(0.4) else good


def any_goal(dice: Dice, kundennr: str) -> dict[str, Any]:
    von, bis = dice.spell()
    return {
        "kundennr": kundennr,
        "ziel_art": dice.weighted(arbeitsmarkt=6, ausbildung=1, zwischenziel=1, stabilisierung=1, none=1),
        "zielberuf_kldb": dice.pick(CODES),
        "taetigkeitsfeld": dice.pick(TEXTS),
        "zieldatum": dice.maybe(dice.near(0, 6, 6, 12, 12, 24, 24, 3), 0.1),
        "integrationsprognose": dice.weighted(marktnah=4, marktfern=4, none=1.5),
        "handlungsstrategie": dice.pick(TEXTS),
        "stand": dice.maybe(dice.near(0, -6, -6, -6, -7, -12), 0.04),
        "von": von,
        "bis": bis,
        "text_laenge": 12,
        "text_hash": dice.pick(("h1", "h2", None)),
    }


def kontakte(dice: Dice, people: list[str]) -> Rows:
    rows: Rows = []
    for kundennr in people:
        for _ in range(dice.pick((0, 1, 2, 3))):
            row = {
                "kundennr": dice.maybe(kundennr, 0.02),
                "am": dice.maybe(dice.near(0, -6, -6, -1), 0.03),
                "art": dice.weighted(gespraech=3, telefon=2, video=1, brief=1, einladung=1, none=0.2),
                "vermerk": dice.pick((True, True, True, False, None)),
                "zielbezug": dice.pick((True, True, True, False, None)),
            }
            rows.append(row)
        if dice.chance(0.5):
            rows.append({**talk(kundennr, dice.after(dice.st, 0, -1, -90)), "zielbezug": True})
    return rows


def payments(dice: Dice, people: list[str], groups: list[str], tables: Tables) -> Rows:
    """Return months around the case ends: the month of the end, the next, Nachzahlungen, future ones."""
    rows: Rows = []
    for end in tables["fall_ende"]:
        if end["ende"] is None:
            continue
        begins = [p["von"] for p in tables["bewilligung"] if p["von"] and p["bg_nr"] == end["bg_nr"]]
        for _ in range(dice.pick((0, 1, 2))):
            month = plus_months(end["ende"].replace(day=1), dice.pick((0, 1, 1, 2, 5)))
            if begins and dice.chance(0.3):
                month = dice.after(dice.pick(begins), 0, 0, -1, 1).replace(day=1)
            if dice.chance(0.1):
                month = dice.after(month_end(month), 0, -1)
            back_pay = dice.after(month_end(end["ende"]), 0, 1, -20) if dice.chance(0.3) else None
            rows.append(
                {
                    "kundennr": dice.maybe(end["kundennr"] or dice.pick(people), 0.03),
                    "bg_nr": end["bg_nr"] if dice.chance(0.85) else dice.pick(groups),
                    "monat": dice.maybe(month, 0.03),
                    "anspruch": 100 + len(rows),
                    "zahlbetrag": dice.pick((100, 100, 100, 0, -5, None)),
                    "nachzahlung_fuer": back_pay,
                }
            )
    return rows


def massnahmen_and_more(dice: Dice, people: list[str], groups: list[str], tables: Tables) -> Tables:
    """Return payments, statuses, proposals and entries into work."""
    return {
        "leistungsmonat": payments(dice, people, groups, tables),
        "arbeitsmarktstatus": [status(dice, person) for person in people if dice.chance(0.5)],
        "vermittlungsvorschlag": [
            {"vv_id": f"V{number:02}", **proposal(dice, dice.pick(people))} for number in range(dice.rng.randint(0, 8))
        ],
        "integration": [
            {"integration_id": f"E{number:02}", **entry(dice, dice.pick(people))}
            for number in range(dice.rng.randint(0, 9))
        ],
    }


def status(dice: Dice, kundennr: str) -> dict[str, Any]:
    von, bis = dice.spell()
    kind = dice.weighted(par10=2, arbeitsunfaehig=3, arbeitslos=1, none=0.2)
    return {"kundennr": kundennr, "status": kind, "von": von, "bis": bis}


def proposal(dice: Dice, kundennr: str) -> dict[str, Any]:
    sent = dice.near(0, -12, -1, -6)
    if dice.chance(0.4):
        sent = dice.after(dice.st, -27, -28, -29)
    return {
        "kundennr": dice.maybe(kundennr, 0.03),
        "art": dice.weighted(anoav=5, agoav=1, none=0.2),
        "am": dice.maybe(sent, 0.03),
        "ergebnis": dice.weighted(erfolgreich=3, erfolglos=3, offen=2, none=2),
        "ergebnis_am": dice.maybe(dice.near(0), 0.4),
    }


def entry(dice: Dice, kundennr: str) -> dict[str, Any]:
    begin = dice.near(0, -1, -3, -6, -11, -12, -13)
    arts = {"sv_beschaeftigung": 4, "ausbildung": 3, "selbstaendigkeit": 1, "geringfuegig": 1, "none": 0.3}
    return {
        "kundennr": kundennr,
        "beginn": dice.maybe(begin, 0.03),
        "art": dice.weighted(**arts),
        "foerderung": dice.weighted(none=5, egz=1, par16e=1, par16e_alt=1, par16i=1, agh=1),
        "ende": dice.maybe(dice.after(begin, -1, 0, 30, 400), 0.6),
    }


def teilnahmen(dice: Dice, people: list[str]) -> Rows:
    """Return participations, some over the Stichtag."""
    rows: Rows = []
    for number in range(dice.rng.randint(0, 5)):
        von, bis = dice.spell()
        rows.append({"teilnahme_id": f"T{number:02}", "kundennr": dice.pick(people), "art": "fbw", "von": von, "bis": bis})
    return rows


def talk(kundennr: str, day: Any) -> dict[str, Any]:
    return {"kundennr": kundennr, "am": day, "art": "gespraech", "vermerk": True, "zielbezug": False}


def sonderbetreuung(dice: Dice, people: list[str], ifks: list[str], tables: Tables, intensive: bool) -> None:
    """Add intensive support; a keen post has five clients and talks to them nearly every month."""
    rows: Rows = []
    for kundennr in people:
        von, bis = dice.spell(dice.near(-6, -3, -9, -6))
        if bis and dice.chance(0.3) and von:
            bis = dice.jitter(plus_months(von, 6) - timedelta(days=1), 0.5)
        ifk = "IFK1" if intensive else dice.pick(ifks)
        if intensive and dice.chance(0.8):
            bis = None
        if intensive or dice.chance(0.3):
            rows.append(
                {"kundennr": kundennr, "ifk": ifk, "von": von, "bis": bis, "abbruchgrund": dice.pick((None, "Umzug"))}
            )
        for back in range(7 if intensive else 0):
            if dice.chance(0.97):
                month = plus_months(dice.st, -back)
                tables["kontakt"].append(talk(kundennr, dice.pick((month_end(month), month.replace(day=1), month))))
    tables["intensivbetreuung"] = rows
    for number, row in enumerate(tables["kontakt"]):
        row["kontakt_id"] = f"K{number:03}"
