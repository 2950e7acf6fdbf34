"""Small hostile offices: every branch of every rule is hit often in a few hundred of them.

`python -m oracle.random_office 300` (from tests/) prints how often each rule said what.
"""

from __future__ import annotations

import sys
from collections import Counter
from datetime import date, timedelta
from typing import Any

from .days import FOREVER, month_end, plus_months
from .dice import Dice
from .parameters import retirement_months
from .random_goals import kontakte, massnahmen_and_more, sonderbetreuung, teilnahmen, ziele
from .random_interruptions import abwesenheiten, hinweise, unterbrechungen
from .random_records import aenderungen, bewilligungen, fall_enden

Rows = list[dict[str, Any]]
Tables = dict[str, Rows]
TEAMS = {"IFK1": ("T1", "G1"), "IFK2": ("T1", "G1"), "IFK3": ("T2", "G2"), "LEI1": ("L1", "G1"), "IFK4": ("T3", "G2")}
BG_TYPES = {"B0": "alleinerziehend", "B1": "paar_mit_kind", "b2": "alleinerziehend", "B10": "sonstige"}
SPELL_GAPS = (0, 0, 1, 1, 2, 7, 8, 30, 31, 32, 92, 93, -1, -10)


def birthday(dice: Dice) -> date:
    """Return a day of birth: any, or one with its age limit around the Stichtag, or at a cohort's edge."""
    kind = dice.weighted(any=4, limit=4, edge=1, child=1)
    if kind == "limit":
        guess = plus_months(dice.st, -792)
        guess = plus_months(plus_months(dice.st, -retirement_months(guess)), dice.pick((0, 0, -1, 1, -2)))
        return dice.pick((guess, guess.replace(day=1), guess.replace(day=2), guess.replace(day=28)))
    if kind == "edge":
        years = (1946, 1947, 1958, 1959, 1963, 1964)
        return dice.pick((date(1956, 2, 29), date(dice.pick(years), 1, 1), date(dice.pick(years), 12, 31)))
    if kind == "child":
        return dice.near()
    return date(dice.rng.randint(1955, 2004), dice.rng.randint(1, 12), dice.pick((1, 2, 15, 28)))


def persons(dice: Dice, count: int) -> Rows:
    rows = []
    for number in range(count):
        died = dice.near(0, -1, -2, -3) if dice.chance(0.2) else None
        rows.append(
            {
                "kundennr": f"P{number:02}",
                "geburtsdatum": dice.maybe(birthday(dice), 0.06),
                "geschlecht": dice.weighted(w=5, m=5, d=0.5, x=0.5, none=0.3),
                "tod_am": died,
            }
        )
    return [row for row in rows if not dice.chance(0.04)]


def bgs(dice: Dice) -> Rows:
    rows = []
    for bg_nr in ("B0", "B1", "b2", "B10")[: dice.rng.randint(2, 4)]:
        ended = dice.chance(0.4)
        rows.append(
            {
                "bg_nr": bg_nr,
                "geschaeftsstelle": dice.pick(("G1", "G2")),
                "team_leistung": dice.pick(("L1", "L2")),
                "bg_typ": BG_TYPES[bg_nr],
                "status": dice.maybe("beendet" if ended else "aktiv", 0.05),
                "eroeffnet_am": dice.maybe(dice.near(-12, -24, -24, -6, 0), 0.05),
                "beendet_am": dice.near(0, 0, -1) if ended and dice.chance(0.7) else None,
            }
        )
    return [row for row in rows if not dice.chance(0.05)]


def last_days(person: dict[str, Any] | None) -> list[date]:
    """Return the days after which a person must have no entitlement: end of the month of death, § 7a limit."""
    if person is None:
        return []
    died, born = person["tod_am"], person["geburtsdatum"]
    limit = (
        [month_end(plus_months(born, retirement_months(born)) - timedelta(days=1))] if born and born.year < 1970 else []
    )
    return [month_end(died), *limit] if died else limit


def entitlement(dice: Dice, kundennr: str, bg_nr: str, other: str, last: list[date]) -> Rows:
    """Return a chain of spells with gaps and overlaps of deciding lengths, and sometimes a nested one."""
    von = dice.near(-12, -24, -24, -36, -48, -6)
    if dice.chance(0.3):
        von = dice.after(dice.st, -638, -637, -636, -1003, -1002, -1001)
    elif dice.chance(0.1):
        von = dice.pick((dice.st, dice.near(0, 0, 1)))
    rows: Rows = []
    for _ in range(dice.rng.randint(1, 4)):
        bis = dice.after(von, 0, 10, 29, 30, 60, 150, 180, 364, 400, 500)
        if dice.chance(0.1):
            bis = dice.near(0, -1)
        elif last and dice.chance(0.35):
            bis = max(von, dice.jitter(dice.pick(last), 0.3))
        bg = dice.maybe(bg_nr if dice.chance(0.85) else other, 0.02)
        rows.append({"kundennr": kundennr, "bg_nr": bg, "von": von, "bis": bis})
        if dice.chance(0.12):
            inner = dice.after(von, 0, 1, 5)
            rows.append({**rows[-1], "bg_nr": other, "von": inner, "bis": dice.after(inner, 0, 3, 20)})
        if dice.chance(0.08):
            rows.append({**rows[-1], "bg_nr": other})
        if bis >= von:
            von = bis + timedelta(days=1 + dice.pick(SPELL_GAPS))
            if dice.chance(0.04):
                von = max(von, dice.after(dice.st, 0, 1, 2, 5))
    if dice.chance(0.45):
        rows[-1]["bis"] = dice.maybe(FOREVER, 0.9) if not last or dice.chance(0.5) else rows[-1]["bis"]
    if dice.chance(0.1):
        broken_von, broken_bis = dice.spell()
        rows.append({"kundennr": kundennr, "bg_nr": bg_nr, "von": broken_von, "bis": broken_bis})
    return rows


def membership(dice: Dice, kundennr: str, bg_nr: str, other: str) -> Rows:
    """Return one to three membership spells, mostly a long one as ELB."""
    rows: Rows = []
    for number in range(dice.pick((1, 1, 2, 3))):
        von, bis = dice.spell(dice.near(-24, -36, -60) if number == 0 else None)
        if number == 0 and dice.chance(0.75):
            bis = dice.maybe(FOREVER, 0.9)
        elif dice.chance(0.15):
            von, bis = dice.spell(dice.near(0, 0, 1))
        rows.append(
            {
                "kundennr": dice.maybe(kundennr, 0.01),
                "bg_nr": dice.maybe(bg_nr if number == 0 or dice.chance(0.5) else other, 0.02),
                "rolle": "kind" if kundennr.endswith("3") else "hauptperson",
                "personengruppe": dice.weighted(ELB=8, NEF=2, AUS=1, none=0.2),
                "von": von,
                "bis": bis,
            }
        )
    return rows


def posts(dice: Dice) -> Rows:
    rows = []
    for name, (team, place) in TEAMS.items():
        von, bis = dice.spell(dice.near(-24, -12, -6, -3))
        funktion = "leistung" if name.startswith("LEI") else dice.maybe("ifk", 0.05)
        row = {
            "mitarbeiter": name,
            "funktion": funktion,
            "team": team,
            "geschaeftsstelle": place,
            "von": von,
            "bis": bis,
        }
        rows.append(row)
    return [row for row in rows if not dice.chance(0.04)]


def assignments(dice: Dice, kundennr: str) -> Rows:
    """Return none to three responsible IFK or deputies."""
    rows: Rows = []
    for number in range(dice.pick((0, 1, 1, 1, 2, 3))):
        von, bis = dice.spell(dice.near(-24, -12) if number == 0 and dice.chance(0.6) else None)
        ifk = dice.pick(list(TEAMS))
        if rows and dice.chance(0.2):
            von = rows[0]["von"]
        rows.append(
            {
                "kundennr": kundennr,
                "ifk": dice.maybe(ifk, 0.01),
                "team": TEAMS[ifk][0],
                "von": von,
                "bis": bis,
                "vertretung": dice.pick((False, False, False, True, None) if number else (False, False, True)),
            }
        )
    return rows


def random_office(seed: int, stichtag: date | None = None) -> tuple[date, Tables]:
    """Return the Stichtag (a given or a random one) and the tables of the office of this seed."""
    dice = Dice(seed, stichtag)
    series, intensive = dice.chance(0.15), dice.chance(0.15)
    count = dice.rng.randint(11, 12) if series else dice.rng.randint(6, 9) if intensive else dice.rng.randint(3, 7)
    people = [f"P{number:02}" for number in range(count)]
    groups = ["B0", "B1", "b2", "B10", "B9"]
    tables: Tables = {"person": persons(dice, count), "bg": bgs(dice), "mitarbeiter": posts(dice)}
    for table in ("anspruch", "bg_mitglied", "zustaendigkeit"):
        tables[table] = []
    for kundennr in people:
        home, other = dice.pick(groups[:3]), dice.pick(groups)
        if not dice.chance(0.07):
            person = next((row for row in tables["person"] if row["kundennr"] == kundennr), None)
            tables["anspruch"] += entitlement(dice, kundennr, home, other, last_days(person))
        tables["bg_mitglied"] += membership(dice, kundennr, home, other)
        tables["zustaendigkeit"] += assignments(dice, kundennr)
    if series:
        one_ifk_for_all(tables, people, dice)
    people.append("P99")
    tables["bewilligung"] = bewilligungen(dice, groups)
    tables["unterbrechung"] = unterbrechungen(dice, people, groups, tables)
    tables["fall_ende"] = fall_enden(dice, people, groups, tables)
    tables["aenderung"] = aenderungen(dice, people, groups)
    tables["ifk_info"] = hinweise(dice, people, tables, list(TEAMS))
    tables["abwesenheit"] = abwesenheiten(dice, people, tables)
    tables["integrationsziel"] = ziele(dice, people, series)
    tables["kontakt"] = kontakte(dice, people)
    tables.update(massnahmen_and_more(dice, people, groups, tables))
    sonderbetreuung(dice, people, list(TEAMS), tables, intensive)
    for table in ("anspruch", "bg_mitglied", "zustaendigkeit", "abwesenheit", "leistungsmonat", "intensivbetreuung"):
        tables[table] = dice.doubled(tables[table])
    tables["massnahme"] = teilnahmen(dice, people)  # drawn last, so that the offices of known seeds stay as they were
    return dice.st, tables


def one_ifk_for_all(tables: Tables, people: list[str], dice: Dice) -> None:
    """Give nearly every client one long-standing IFK, entitlement and membership: a case load with serial texts."""
    long_ago = plus_months(dice.st, -30)
    for kundennr in people:
        if dice.chance(0.04):
            continue
        own = {"kundennr": kundennr, "von": long_ago, "bis": None}
        tables["zustaendigkeit"] = [row for row in tables["zustaendigkeit"] if row["kundennr"] != kundennr]
        tables["zustaendigkeit"].append({**own, "ifk": "IFK1", "team": "T1", "vertretung": False})
        tables["anspruch"].append({**own, "bg_nr": "B0"})
        tables["bg_mitglied"].append({**own, "bg_nr": "B0", "rolle": "sonstige", "personengruppe": "ELB"})


def main(offices: int) -> None:
    """Print how often each rule said TRUE, FALSE and NULL, and how often each key figure had a value."""
    from .oracle import judge, measure

    said: Counter[tuple[str, str]] = Counter()
    for seed in range(offices):
        stichtag, tables = random_office(seed)
        judged = judge(tables, stichtag)
        for rule_id, verdicts in judged.items():
            said.update((rule_id, str(verdict)) for verdict in verdicts.values())
        for (figure, label), counts in measure(tables, stichtag, judged).items():
            if label == "gesamt":
                said[figure, "null" if counts is None else "value"] += 1
    for rule_id in sorted({rule for rule, _ in said}):
        kinds = ("True", "False", "None", "value", "null")
        print(f"{rule_id:45}", "  ".join(f"{kind}={said[rule_id, kind]}" for kind in kinds if said[rule_id, kind]))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
