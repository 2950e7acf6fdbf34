"""Hostile records with two clocks: decisions, changes, interruptions, case ends, notices, absences."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from .days import FOREVER, has_days, month_end, plus_months, working_day
from .dice import Dice
from .parameters import retirement_months

Rows = list[dict[str, Any]]
Tables = dict[str, Rows]
CHANGE_ARTS = (
    "einkommen_aufnahme einzug geburt tod umzug altersgrenze endgueltige_festsetzung bankverbindung sonstige"
).split()
REASONS = "einkommen haft minderung weiterbewilligung_verspaetet sonstige".split()


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
            holds = dice.pick((date(2021, 11, 30), date(2023, 11, 30), date(2005, 1, 1), date(2004, 12, 31), date(1899, 12, 31)))
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


def gaps_in(spells: Rows) -> list[tuple[date, date, dict[str, Any]]]:
    """Return days between one spell and the next of the same person, roughly (nested spells mislead it)."""
    found = []
    valid = sorted((s for s in spells if has_days(s)), key=lambda s: (s["kundennr"], s["von"]))
    for earlier, later in zip(valid, valid[1:]):
        end = earlier["bis"] or FOREVER
        if earlier["kundennr"] == later["kundennr"] and end < later["von"] - timedelta(days=1):
            found.append((end + timedelta(days=1), later["von"] - timedelta(days=1), earlier))
    return found


def unterbrechungen(dice: Dice, people: list[str], groups: list[str], tables: Tables) -> Rows:
    """Return interruptions that match a gap, miss it by a day, or have nothing to do with one; and equal sanctions."""
    ended = [(s["bis"] + timedelta(days=1), None, s) for s in tables["anspruch"] if (s["bis"] or FOREVER) < FOREVER and has_days(s)]
    places: list[tuple[date, date | None, dict[str, Any]]] = [*gaps_in(tables["anspruch"]), *ended]
    rows: Rows = []
    tables["minderung"] = []
    for number in range(dice.rng.randint(1, 8)):
        kundennr, bg_nr = dice.pick(people), dice.pick(groups)
        von, bis = dice.spell(dice.near(0, 0, 1, -3))
        if places and dice.chance(0.75):
            first, last, spell = dice.pick(places)
            kundennr, bg_nr = spell["kundennr"], spell["bg_nr"]
            von, bis = dice.jitter(first, 0.15), last and dice.maybe(dice.jitter(last, 0.2), 0.08)
        elif dice.chance(0.6):
            member = dice.pick(tables["bg_mitglied"])
            kundennr, bg_nr, von = member["kundennr"], member["bg_nr"], dice.pick((member["von"], member["bis"]))
            von = von if von in (None, FOREVER) else dice.after(von, 0, 1, 2)
        clocks = dice.clocks(None)
        if dice.chance(0.35):
            clocks["angeordnet_am"] = dice.typed_five_working_days_ago()
        rows.append(
            {
                "unterbrechung_id": f"U{number:02}",
                "kundennr": dice.maybe(kundennr, 0.02),
                "bg_nr": bg_nr,
                "von": dice.maybe(von, 0.03),
                "bis": bis,
                "grund": dice.maybe(dice.pick(REASONS), 0.12),
                "erfasst_am": clocks["erfasst_am"],
                "angeordnet_am": clocks["angeordnet_am"] or dice.maybe(dice.near(-1, -3), 0.3),
                "storniert_am": dice.cancelled(),
            }
        )
        if dice.chance(0.2):
            tables["minderung"].append(sanction(dice, kundennr, von, bis))
    for first, last, spell in places:
        if dice.chance(0.1):
            tables["minderung"].append(sanction(dice, spell["kundennr"], first, last))
    for number, row in enumerate(tables["minderung"]):
        row["minderung_id"] = f"M{number:02}"
    return rows


def sanction(dice: Dice, kundennr: str, von: date | None, bis: date | None) -> dict[str, Any]:
    last = bis if bis is None else dice.jitter(bis, 0.2)
    first = von if von is None else dice.jitter(von, 0.2)
    return {"kundennr": kundennr, "grund": "meldeversaeumnis", "prozent": 10, "von": first, "bis": dice.maybe(last, 0.05)}


def likely_ends(dice: Dice, tables: Tables) -> list[tuple[str, date, str | None, str | None]]:
    """Return (grund, ende, bg_nr, kundennr) that fit the reason: end of a period, month of death, age limit, before a gap."""
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
                "wiedereroeffnet_am": dice.after(end, -5, 1, 30, 31, 32, 80) if dice.chance(0.25) else None,
            }
        )
    return rows


def hinweise(dice: Dice, people: list[str], tables: Tables, ifks: list[str]) -> Rows:
    """Return notices on, before and after the fifth working day, to the right and to a wrong IFK."""
    rows: Rows = []
    for number in range(dice.rng.randint(1, 10)):
        record = dice.maybe(dice.pick(tables["unterbrechung"]), 0.15)
        kundennr, released = (record["kundennr"], record["angeordnet_am"]) if record else (None, None)
        last = working_day(released, 5) if released else dice.st
        rows_of_client = [z for z in tables["zustaendigkeit"] if z["kundennr"] == kundennr]
        edges = [day for z in rows_of_client for day in (z["von"], z["bis"]) if day]
        if edges and dice.chance(0.3):
            last = dice.pick(edges)
        responsible = [z["ifk"] for z in rows_of_client if z["ifk"]]
        receiver = dice.pick(responsible) if responsible and dice.chance(0.7) else dice.pick([*ifks, "IFK9"])
        rows.append(
            {
                "info_id": f"I{number:02}",
                "kundennr": dice.maybe(kundennr if kundennr and dice.chance(0.9) else dice.pick(people), 0.02),
                "unterbrechung_id": record["unterbrechung_id"] if record else dice.pick((None, "U99")),
                "kanal": "wiedervorlage",
                "am": dice.maybe(dice.after(last, -12, -3, -1, 0, 0, 1, 4), 0.03),
                "empfaenger": dice.maybe(receiver, 0.03),
            }
        )
    return rows


def abwesenheiten(dice: Dice, people: list[str], tables: Tables) -> Rows:
    rows: Rows = []
    places = gaps_in(tables["anspruch"])
    for _ in range(dice.rng.randint(1, 9)):
        kundennr = dice.pick(people)
        von, bis = dice.spell()
        if places and dice.chance(0.4):
            first, last, spell = dice.pick(places)
            kundennr, von, bis = spell["kundennr"], dice.jitter(first), dice.jitter(last)
        row = {
            "kundennr": dice.maybe(kundennr, 0.02),
            "art": dice.weighted(ortsabwesenheit=4, haft=1, stationaer=4, altersrente=1, ausbildung=1, none=0.3),
            "von": von,
            "bis": bis,
            "genehmigt": dice.pick((True, False, None)),
            "prognose_monate": dice.pick((None, 5, 6, 7, 0)),
        }
        rows.append(row)
        if dice.chance(0.3):
            rows.append({**row, "bis": dice.maybe(bis, 0.5), "genehmigt": dice.pick((True, False, None))})
            rows[-1]["prognose_monate"] = dice.pick((None, 5, 6))
    return rows
