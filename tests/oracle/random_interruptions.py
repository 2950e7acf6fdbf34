"""Hostile interruptions with what surrounds them: gaps, sanctions, notices to the IFK, absences."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from .days import FOREVER, has_days, working_day
from .dice import Dice

Rows = list[dict[str, Any]]
Tables = dict[str, Rows]
REASONS = ("einkommen", "haft", "minderung", "weiterbewilligung_verspaetet", "sonstige")


def gaps_in(spells: Rows) -> list[tuple[date, date, dict[str, Any]]]:
    """Return days between one spell and the next of the same person, roughly (nested spells mislead it)."""
    found = []
    valid = sorted((s for s in spells if has_days(s)), key=lambda s: (s["kundennr"], s["von"]))
    for earlier, later in pairwise(valid):
        end = earlier["bis"] or FOREVER
        if earlier["kundennr"] == later["kundennr"] and end < later["von"] - timedelta(days=1):
            found.append((end + timedelta(days=1), later["von"] - timedelta(days=1), earlier))
    return found


def places_for(spells: Rows) -> list[tuple[date, date | None, dict[str, Any]]]:
    """Return first and last day of every gap with the spell before it, and the days after every spell."""
    ended = [s for s in spells if (s["bis"] or FOREVER) < FOREVER and has_days(s)]
    return [*gaps_in(spells), *((s["bis"] + timedelta(days=1), None, s) for s in ended)]


def unterbrechungen(dice: Dice, people: list[str], groups: list[str], tables: Tables) -> Rows:
    """Return interruptions that match a gap, miss it by a day, or have nothing to do with one; and equal sanctions."""
    places = places_for(tables["anspruch"])
    rows: Rows = []
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
        where = {"kundennr": dice.maybe(kundennr, 0.02), "bg_nr": bg_nr, "von": dice.maybe(von, 0.03), "bis": bis}
        rows.append({"unterbrechung_id": f"U{number:02}", **where, **interruption(dice)})
    like = [(row["von"], row["bis"], row) for row in rows if dice.chance(0.2)]
    like += [place for place in places if dice.chance(0.1)]
    tables["minderung"] = [
        {"minderung_id": f"M{number:02}", **sanction(dice, row["kundennr"], first, last)}
        for number, (first, last, row) in enumerate(like)
    ]
    return rows


def interruption(dice: Dice) -> dict[str, Any]:
    """Return the reason and the clocks of an interruption, often released five working days ago."""
    clocks = dice.clocks(None)
    released = clocks["angeordnet_am"] or dice.maybe(dice.near(-1, -3), 0.3)
    return {
        "grund": dice.maybe(dice.pick(REASONS), 0.12),
        "erfasst_am": clocks["erfasst_am"],
        "angeordnet_am": dice.typed_five_working_days_ago() if dice.chance(0.35) else released,
        "storniert_am": dice.cancelled(),
    }


def sanction(dice: Dice, kundennr: str, von: date | None, bis: date | None) -> dict[str, Any]:
    last = bis if bis is None else dice.jitter(bis, 0.2)
    first = von if von is None else dice.jitter(von, 0.2)
    return {
        "kundennr": kundennr,
        "grund": "meldeversaeumnis",
        "prozent": 10,
        "von": first,
        "bis": dice.maybe(last, 0.05),
    }


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
