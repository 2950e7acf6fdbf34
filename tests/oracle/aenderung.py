"""Family (a): changes of facts. One function per rule; each returns (case_id, item) → TRUE / FALSE / None."""

from __future__ import annotations

from datetime import date

from .days import Row, deadline, plus_days, plus_months, working_day
from .office import Office

Verdicts = dict[tuple[str, str], bool | None]


def relevant_or_final(office: Office) -> list[Row]:
    """Return the standing changes of a relevant art, endgueltige_festsetzung among them."""
    arts = office.p["aenderung_relevante_arten"]
    return [row for row in office.standing("aenderung") if row["bg_nr"] and row["art"] in arts]


def clocked(office: Office) -> list[Row]:
    """Return what A-001 and A-002 look at: relevant or art NULL, not final, no correction of a standing record."""
    arts = [art for art in office.p["aenderung_relevante_arten"] if art != "endgueltige_festsetzung"]
    standing = office.standing("aenderung")
    found = []
    for row in standing:
        corrects = any(o is not row and row["ersetzt_id"] == o["aenderung_id"] for o in standing)
        if row["bg_nr"] and (row["art"] is None or row["art"] in arts) and not corrects:
            found.append(row)
    return found


def a001(office: Office) -> Verdicts:
    verdicts: Verdicts = {}
    for row in clocked(office):
        last = deadline(row["wirksam_ab"], office.p)
        if not row["angeordnet_am"] and last is not None and last >= office.st:
            continue
        if row["art"] is None or last is None:
            verdict = None
        else:
            verdict = row["angeordnet_am"] is None or row["angeordnet_am"] > last
        verdicts[row["bg_nr"], row["aenderung_id"]] = verdict
    return verdicts


def cause(row: Row, last: date) -> str:
    """Return who is answerable for a delay (evidence `ursache` of A-001 and F-001)."""
    if row["bekannt_am"] is None:
        return "unbekannt"
    return "kunde_oder_dritte" if row["bekannt_am"] > last else "amt"


def a002(office: Office) -> Verdicts:
    verdicts: Verdicts = {}
    warn_until = plus_days(office.st, office.p["aenderung_vorwarnung_tage"])
    for row in clocked(office):
        last = deadline(row["wirksam_ab"], office.p)
        if not row["angeordnet_am"] and last is not None and last >= office.st:
            verdicts[row["bg_nr"], row["aenderung_id"]] = None if row["art"] is None else last <= warn_until
    return verdicts


def a003(office: Office) -> Verdicts:
    verdicts: Verdicts = {}
    for row in relevant_or_final(office):
        if row["erfasst_am"] and row["erfasst_am"] <= office.st and not row["angeordnet_am"]:
            last = working_day(row["erfasst_am"], office.p["aenderung_anordnung_arbeitstage"])
            verdicts[row["bg_nr"], row["aenderung_id"]] = last < office.st
    return verdicts


def a006(office: Office) -> Verdicts:
    verdicts: Verdicts = {}
    latest = plus_months(office.st, office.p["aenderung_vorlauf_monate"])
    for row in relevant_or_final(office):
        day, born = row["wirksam_ab"], office.birth(row["kundennr"])
        verdicts[row["bg_nr"], row["aenderung_id"]] = (
            day is None
            or day > latest
            or day < office.p["aenderung_fruehestes_datum"]
            or (born is not None and day < born)
        )
    return verdicts


def a007(office: Office) -> Verdicts:
    verdicts: Verdicts = {}
    for row in relevant_or_final(office):
        typed, known, released, holds = (row[c] for c in ("erfasst_am", "bekannt_am", "angeordnet_am", "wirksam_ab"))
        if typed is None or (known is None and released is None):
            continue
        ahead_of_time = holds is not None and holds > typed
        verdicts[row["bg_nr"], row["aenderung_id"]] = (released is not None and released < typed) or (
            known is not None and typed < known and not ahead_of_time
        )
    return verdicts


RULES = {
    "aenderung.verspaetet_angeordnet": a001,
    "aenderung.frist_laeuft_ab": a002,
    "aenderung.erfasst_nicht_angeordnet": a003,
    "aenderung.wirksamkeit_unplausibel": a006,
    "aenderung.zeitfolge_widerspruechlich": a007,
}
