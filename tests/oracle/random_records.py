"""Hostile records with two clocks: decisions, changes, case ends."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from .days import month_end, plus_months
from .dice import Dice
from .parameters import retirement_months
from .random_interruptions import gaps_in

Rows = list[dict[str, Any]]
Tables = dict[str, Rows]
CHANGE_ARTS = (
    "einkommen_aufnahme", "einzug", "geburt", "tod", "umzug", "altersgrenze", "endgueltige_festsetzung",
    "bankverbindung", "sonstige",
)  # fmt: skip


def chained(dice: Dice, rows: Rows, key: str) -> Rows:
    """Let some records replace others: chains, cycles, themselves, and records that do not exist."""
    for row in rows:
        row["ersetzt_id"] = None
        if dice.chance(0.22):
            row["ersetzt_id"] = dice.pick([other[key] for other in rows] + [row[key], "X99"])
    return rows


def bewilligungen(dice: Dice, groups: list[str]) -> Rows:
    """Return chains of decisions per BG with gaps of 0, 1, 31 or 32 days and applications around the earlier end."""
    rows: Rows = []
    for bg_nr in groups:
        von = dice.near(-12, -24, -18)
        applied: date | None = von
        for _ in range(dice.pick((0, 1, 2, 3, 3))):
            bis = dice.after(month_end(plus_months(von, 5)), 0, 0, -1, 1, -150)
            if dice.chance(0.3):
                bis = dice.after(dice.st, -30, -31, -32, -33, 0, -1, -60)
                rows = [row for row in rows if row["bg_nr"] != bg_nr or (row["bis"] or von) < bis]
            if dice.chance(0.06):
                bis = von - timedelta(days=1)
            rows.append(decision(dice, bg_nr, von, bis, applied))
            if dice.chance(0.15):
                rows.append(decision(dice, bg_nr, von, dice.after(bis, -5, 5), dice.after(von, -60, 0, 3)))
            applied = dice.maybe(dice.after(bis, -40, -1, 0, 0, 1, 20), 0.12)
            von = dice.after(max(bis, von), 1, 1, 2, 3, 15, 32, 33, -20)
        if dice.chance(0.3):
            begin = dice.pick((von, plus_months(von, -18), plus_months(von, -18)))
            rows.append({**decision(dice, bg_nr, begin, None, dice.near(0, 0, -1)), "art": "beantragt"})
            if dice.chance(0.5):
                rows[-1] |= {"erfasst_am": dice.maybe(dice.jitter(dice.st), 0.3), "angeordnet_am": None}
    dice.rng.shuffle(rows)
    for number, row in enumerate(rows):
        row["bewilligung_id"] = f"W{number:02}"
    return chained(dice, rows, "bewilligung_id")


def decision(dice: Dice, bg_nr: str, von: date, bis: date | None, applied: date | None) -> dict[str, Any]:
    released = dice.weighted(long_ago=8, none=1, today=1)
    typed = von if von < dice.st else dice.near(0, -1)
    day = {"long_ago": dice.after(typed, 0, 5), "today": dice.jitter(dice.st)}.get(released or "")
    return {
        "bg_nr": dice.maybe(bg_nr, 0.02),
        "von": dice.maybe(von, 0.03),
        "bis": dice.maybe(bis, 0.03),
        "art": dice.weighted(abschliessend=6, vorlaeufig=3, beantragt=1, aufhebung=0.7, ablehnung=0.5, none=0.2),
        "antrag_am": applied,
        "erfasst_am": dice.maybe(typed, 0.1),
        "angeordnet_am": day,
    }


def aenderungen(dice: Dice, people: list[str], groups: list[str]) -> Rows:
    rows: Rows = []
    for number in range(dice.rng.randint(3, 10)):
        holds = dice.near(0, -3, -3, -3, -2, -6, 12)
        if dice.chance(0.1):
            holds = dice.pick(
                (date(2021, 11, 30), date(2023, 11, 30), date(2005, 1, 1), date(2004, 12, 31), date(1899, 12, 31))
            )
        if dice.chance(0.15):
            holds = dice.after(plus_months(dice.st, -3), 20, 21, 22, 0)
        due = plus_months(holds, 3)
        rows.append(
            {
                "aenderung_id": f"A{number:02}",
                "bg_nr": dice.maybe(dice.pick(groups), 0.03),
                "kundennr": dice.maybe(dice.pick(people), 0.3),
                "art": dice.maybe(dice.pick(CHANGE_ARTS), 0.08),
                "wirksam_ab": dice.maybe(holds, 0.07),
                **dice.clocks(due),
                "storniert_am": dice.cancelled(),
            }
        )
        if rows[-1]["erfasst_am"] and dice.chance(0.15):
            rows[-1]["wirksam_ab"] = dice.jitter(rows[-1]["erfasst_am"])
    return chained(dice, rows, "aenderung_id")


def likely_ends(dice: Dice, tables: Tables) -> list[tuple[str, date, str | None, str | None]]:
    """Return (grund, ende, bg_nr, kundennr) that fit the reason, or begin or end something."""
    bg_of = {m["kundennr"]: m["bg_nr"] for m in tables["bg_mitglied"]}
    found = [("ablauf", row["bis"], row["bg_nr"], None) for row in tables["bewilligung"] if row["bis"]]
    found += [("umzug", row["von"], row["bg_nr"], None) for row in tables["bewilligung"] if row["von"]]
    found += [
        ("umzug", first - timedelta(days=1), spell["bg_nr"], spell["kundennr"])
        for first, _, spell in gaps_in(tables["anspruch"])
    ]
    for person in tables["person"]:
        kundennr, died, born = person["kundennr"], person["tod_am"], person["geburtsdatum"]
        if died:
            found += [("tod", day, bg_of.get(kundennr), kundennr) for day in (died, month_end(died))]
        if born and born.year < 1970:
            limit = month_end(plus_months(born, retirement_months(born)) - timedelta(days=1))
            found += [("altersgrenze", limit, bg_of.get(kundennr), kundennr)] * 2
    return found


def fall_enden(dice: Dice, people: list[str], groups: list[str], tables: Tables) -> Rows:
    rows: Rows = []
    likely = likely_ends(dice, tables)
    for number in range(dice.rng.randint(2, 9)):
        end = dice.near(0, -1, -3, -3, -3, -6)
        kundennr, bg_nr = dice.maybe(dice.pick(people), 0.5), dice.maybe(dice.pick(groups), 0.03)
        grund = dice.weighted(ablauf=4, tod=3, altersgrenze=3, umzug=1, sonstige=2, none=2)
        if likely and dice.chance(0.65):
            grund, end, bg_nr, kundennr = dice.pick(likely)
            end, kundennr = dice.jitter(end, 0.3), dice.maybe(kundennr, 0.4)
        clocks = dice.clocks(plus_months(end, 3))
        if clocks["angeordnet_am"] is None and dice.chance(0.5):
            clocks["angeordnet_am"] = dice.near(0, -1, -3)
        rows.append(
            {
                "fall_ende_id": f"F{number:02}",
                "bg_nr": bg_nr,
                "kundennr": kundennr,
                "ende": dice.maybe(end, 0.1),
                "grund": grund,
                **clocks,
                "storniert_am": dice.cancelled(),
                "wiedereroeffnet_am": reopened(dice, end) if dice.chance(0.3) else None,
            }
        )
    return rows


def reopened(dice: Dice, end: date) -> date:
    """Return a day around the 31st after the end, or around the Stichtag."""
    return dice.jitter(dice.st) if dice.chance(0.3) else dice.after(end, -5, 1, 30, 31, 32, 80)
