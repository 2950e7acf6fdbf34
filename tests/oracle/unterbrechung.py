"""Family (b): interruptions and the notice to the IFK."""

from __future__ import annotations

from datetime import timedelta

from .aenderung import Verdicts
from .days import FOREVER, Row, covers, has_days, shares_day, working_day
from .office import Office

ALWAYS_EXCLUDES = ("haft", "altersrente", "ausbildung")


def interruptions(office: Office) -> list[Row]:
    """Return the interruptions in force of a known Kundennummer."""
    return [row for row in office.in_force("unterbrechung") if row["kundennr"]]


def begun(office: Office) -> list[Row]:
    """Return the interruptions in force with `von` ≤ Stichtag."""
    return [row for row in interruptions(office) if row["von"] and row["von"] <= office.st]


def u001(office: Office) -> Verdicts:
    verdicts: Verdicts = {}
    for gap in office.past_gaps:
        day_before = gap["von"] - timedelta(days=1)
        case_end = any(
            end["ende"] is not None
            and day_before <= end["ende"] <= gap["bis"]
            and (
                end["kundennr"] == gap["kundennr"]
                or (end["kundennr"] is None and end["bg_nr"] is not None and end["bg_nr"] == gap["bg_nr"])
            )
            for end in office.in_force("fall_ende")
        )
        verdicts[gap["kundennr"], gap["von"].isoformat()] = not (case_end or office.interruption_on(gap, True))
    return verdicts


def exclusion(row: Row, office: Office) -> str | None:
    """Return whether a fact excludes entitlement: 'yes', 'unknown', or None for out of scope."""
    if row["art"] in ALWAYS_EXCLUDES:
        return "yes"
    if row["art"] == "stationaer":
        if row["prognose_monate"] is None:
            return "unknown"
        return "yes" if row["prognose_monate"] >= office.p["stationaer_monate"] else None
    if row["art"] == "ortsabwesenheit":
        return {None: "unknown", False: "yes", True: None}[row["genehmigt"]]
    return None


def u002(office: Office) -> Verdicts:
    weight = {False: 0, None: 1, True: 2}
    verdicts: Verdicts = {}
    for row in office.tables["abwesenheit"]:
        kind = exclusion(row, office)
        if not row["kundennr"] or not has_days(row) or row["von"] > office.st or kind is None:
            continue
        last = min(row["bis"] or FOREVER, office.st)
        own = [spell for spell in office.spells if spell["kundennr"] == row["kundennr"]]
        entitled = any(shares_day(spell, row["von"], last) for spell in own)
        verdict = (True if kind == "yes" else None) if entitled else False
        key = row["kundennr"], f"{row['art']}:{row['von'].isoformat()}"
        verdicts[key] = max(verdict, verdicts.get(key, False), key=lambda v: weight[v])
    return verdicts


def u003(office: Office) -> Verdicts:
    verdicts: Verdicts = {}
    longest = office.p["scheinunterbrechung_tage"]
    for later in office.periods:
        earlier = [p["bis"] for p in office.periods if p["bg_nr"] == later["bg_nr"] and p["von"] < later["von"]]
        if not earlier or later["von"] > office.st or not 1 <= (later["von"] - max(earlier)).days - 1 <= longest:
            continue
        applied = later["antrag_am"]
        verdicts[later["bg_nr"], later["id"]] = None if applied is None else applied <= max(earlier)
    return verdicts


def was_member_without_elb(row: Row, office: Office) -> bool:
    """Tell whether the person, the day before, has memberships in that BG but none as ELB."""
    if row["von"] is None or row["bg_nr"] is None:
        return False
    day = row["von"] - timedelta(days=1)
    groups = [
        m["personengruppe"]
        for m in office.memberships
        if m["kundennr"] == row["kundennr"] and m["bg_nr"] == row["bg_nr"] and covers(m, day)
    ]
    return bool(groups) and "ELB" not in groups


def u007(office: Office) -> Verdicts:
    verdicts: Verdicts = {}
    for row in interruptions(office):
        last = working_day(row["angeordnet_am"], office.p["ifk_info_arbeitstage"])
        notices = [n["am"] for n in office.read("ifk_info") if n["unterbrechung_id"] == row["unterbrechung_id"]]
        if (last < office.st or notices) and not was_member_without_elb(row, office):
            verdicts[row["kundennr"], row["unterbrechung_id"]] = not any(day <= last for day in notices)
    return verdicts


def u008(office: Office) -> Verdicts:
    verdicts: Verdicts = {}
    for notice in office.read("ifk_info"):
        if not notice["kundennr"]:
            continue
        rows = [z for z in office.tables["zustaendigkeit"] if z["kundennr"] == notice["kundennr"]]
        ifks = [z["ifk"] for z in rows if covers(z, notice["am"])]
        right = notice["empfaenger"] is not None and notice["empfaenger"] in ifks
        verdicts[notice["kundennr"], notice["info_id"]] = not right if ifks else None
    return verdicts


def u010(office: Office) -> Verdicts:
    rows = [z for z in office.tables["zustaendigkeit"] if not z["vertretung"] and covers(z, office.st)]
    return {(k, ""): not any(z["kundennr"] == k for z in rows) for k in office.elb}


def u012(office: Office) -> Verdicts:
    verdicts: Verdicts = {}

    def sanctions(kundennr: str) -> list[Row]:
        return [m for m in office.tables["minderung"] if m["kundennr"] == kundennr]

    for row in begun(office):
        coincides = any(
            m["von"] == row["von"] and (row["bis"] is None or m["bis"] == row["bis"])
            for m in sanctions(row["kundennr"])
        )
        verdicts[row["kundennr"], row["unterbrechung_id"]] = row["grund"] == "minderung" or coincides
    for gap in office.past_gaps:
        if not office.interruption_on(gap, False):
            verdicts[gap["kundennr"], gap["von"].isoformat()] = any(
                m["von"] == gap["von"] and m["bis"] == gap["bis"] for m in sanctions(gap["kundennr"])
            )
    return verdicts


def gaps_so_far(kundennr: str, office: Office) -> list[Row]:
    """Return the person's gaps and the one that is still open on the Stichtag (bis None)."""
    found = [gap for gap in office.gaps if gap["kundennr"] == kundennr]
    islands = [(first, last) for first, last in office.islands(kundennr) if first <= office.st]
    if islands and islands[-1][1] < office.st:
        found.append({"von": islands[-1][1] + timedelta(days=1), "bis": None})
    return found


def u019(office: Office) -> Verdicts:
    verdicts: Verdicts = {}
    for row in begun(office):
        if row["grund"] == "minderung":
            continue
        key = row["kundennr"], row["unterbrechung_id"]
        if not any(s["kundennr"] == row["kundennr"] and s["von"] <= office.st for s in office.spells):
            verdicts[key] = None
            continue
        verdicts[key] = not any(
            gap["von"] == row["von"] and (gap["bis"] is None or gap["bis"] >= office.st or gap["bis"] == row["bis"])
            for gap in gaps_so_far(row["kundennr"], office)
        )
    return verdicts


RULES = {
    "unterbrechung.grund_fehlt": u001,
    "unterbrechung.leistung_trotz_ausschluss": u002,
    "unterbrechung.scheinunterbrechung": u003,
    "unterbrechung.zeitraum_widerspruechlich": u019,
    "unterbrechung.ifk_nicht_informiert": u007,
    "unterbrechung.ifk_falsch": u008,
    "unterbrechung.zustaendigkeit_fehlt": u010,
    "unterbrechung.minderung_als_unterbrechung": u012,
}
