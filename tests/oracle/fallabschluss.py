"""Family (c): case ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from .aenderung import Verdicts
from .days import Row, deadline, month_end, plus_days, plus_months
from .office import Office
from .parameters import retirement_months


def standing(office: Office) -> list[Row]:
    """Return the known case ends that are not cancelled."""
    return [row for row in office.standing("fall_ende") if row["bg_nr"]]


def in_force(office: Office) -> list[Row]:
    """Return the case ends in force."""
    return [row for row in office.in_force("fall_ende") if row["bg_nr"]]


def key(row: Row) -> tuple[str, str]:
    return row["bg_nr"], row["fall_ende_id"]


def f001(office: Office) -> Verdicts:
    verdicts: Verdicts = {}
    for row in standing(office):
        last = deadline(row["ende"], office.p)
        if last is None:
            verdicts[key(row)] = None
        elif row["angeordnet_am"]:
            verdicts[key(row)] = row["angeordnet_am"] > last
        elif last < office.st:
            verdicts[key(row)] = True
    return verdicts


def limit_day(born: date) -> date:
    """Return the last day of the month in which the § 7a age is completed."""
    return month_end(plus_months(born, retirement_months(born)) - timedelta(days=1))


def fits_by_death(end: date, kundennr: str, office: Office) -> bool | None:
    died = office.death(kundennr)
    return None if died is None else died <= end <= month_end(died)


def fits_by_age(end: date, kundennr: str, office: Office) -> bool | None:
    born = office.birth(kundennr)
    return None if born is None else end == limit_day(born)


FITS: dict[str, Callable[[date, str, Office], bool | None]] = {"tod": fits_by_death, "altersgrenze": fits_by_age}


def end_fits(row: Row, office: Office) -> bool | None:
    """Tell whether `ende` is a day that the reason demands; None if there is nothing to compare with."""
    if row["ende"] is None:
        return None
    if row["grund"] == "ablauf":
        answers = [row["ende"] == period["bis"] for period in office.periods if period["bg_nr"] == row["bg_nr"]]
    else:
        members = sorted({m["kundennr"] or "" for m in office.memberships if m["bg_nr"] == row["bg_nr"]})
        persons = [row["kundennr"]] if row["kundennr"] else members
        answers = [FITS[row["grund"]](row["ende"], person, office) for person in persons]
    known = [answer for answer in answers if answer is not None]
    return any(known) if known else None


def f002(office: Office) -> Verdicts:
    verdicts: Verdicts = {}
    for row in in_force(office):
        if row["grund"] in ("ablauf", "tod", "altersgrenze"):
            fits = end_fits(row, office)
            verdicts[key(row)] = None if fits is None else not fits
    return verdicts


def has_ended(bg: Row, office: Office) -> bool:
    return bg["status"] == "beendet" and (bg["beendet_am"] is None or bg["beendet_am"] <= office.st)


def f003(office: Office) -> Verdicts:
    verdicts: Verdicts = {}
    for bg in office.tables["bg"]:
        periods = [p for p in office.periods if p["bg_nr"] == bg["bg_nr"]]
        opened = bg["eroeffnet_am"] is not None and bg["eroeffnet_am"] <= office.st
        if has_ended(bg, office) or not opened or not periods:
            continue
        last = max(periods, key=lambda p: (p["bis"], p["von"]))
        went_on = any(
            (row["von"] is not None and row["von"] > last["bis"])
            or (row["antrag_am"] is not None and last["bis"] < row["antrag_am"] <= office.st)
            for row in office.read("bewilligung")
            if row["bg_nr"] == bg["bg_nr"]
        )
        closed = any(
            row["kundennr"] is None
            and row["wiedereroeffnet_am"] is None
            and (row["ende"] is None or row["ende"] >= last["von"])
            for row in in_force(office)
            if row["bg_nr"] == bg["bg_nr"]
        )
        overdue = (office.st - last["bis"]).days > office.p["bewilligungsende_tage"]
        verdicts[bg["bg_nr"], ""] = overdue and not went_on and not closed
    return verdicts


def paid_after_end(row: Row, month: Row, office: Office) -> bool:
    """Tell whether the month is money of the ended BG or member that no exception explains."""
    end = row["ende"]
    if month["bg_nr"] != row["bg_nr"] or (row["kundennr"] and month["kundennr"] != row["kundennr"]):
        return False
    day, amount, back_pay = month["monat"], month["zahlbetrag"], month["nachzahlung_fuer"]
    if day is None or not month_end(end) < day <= office.st or amount is None or amount <= 0:
        return False
    if back_pay is not None and back_pay <= month_end(end):
        return False
    return not any(p["bg_nr"] == row["bg_nr"] and end < p["von"] <= month_end(day) for p in office.periods)


def f004(office: Office) -> Verdicts:
    verdicts: Verdicts = {}
    for row in in_force(office):
        if row["wiedereroeffnet_am"] is None:
            months = office.tables["leistungsmonat"]
            verdicts[key(row)] = None if row["ende"] is None else any(paid_after_end(row, m, office) for m in months)
    return verdicts


def f005(office: Office) -> Verdicts:
    return {key(row): row["grund"] is None for row in standing(office)}


def f005a(office: Office) -> Verdicts:
    return {key(row): row["grund"] == "sonstige" for row in standing(office)}


def f010(office: Office) -> Verdicts:
    """A membership without Kundennummer has a case_id and so is judged; its item is empty."""
    verdicts: Verdicts = {}
    for bg in office.tables["bg"]:
        if has_ended(bg, office):
            for row in office.memberships:
                if row["bg_nr"] == bg["bg_nr"]:
                    still_open = row["bis"] is None or row["bis"] > office.st
                    case = bg["bg_nr"], row["kundennr"] or ""
                    verdicts[case] = still_open or verdicts.get(case, False)
    return verdicts


def f011(office: Office) -> Verdicts:
    verdicts: Verdicts = {}
    for row in in_force(office):
        end, reopened = row["ende"], row["wiedereroeffnet_am"]
        if end is None:
            verdicts[key(row)] = None
        elif end <= office.st:
            limit = plus_days(end, office.p["wiedereroeffnung_tage"])
            verdicts[key(row)] = reopened is not None and reopened <= limit
    return verdicts


def f012(office: Office) -> Verdicts:
    verdicts: Verdicts = {}
    for spell in office.spells:
        died = office.death(spell["kundennr"])
        if spell["von"] <= office.st and died is not None and month_end(died) < office.st:
            after = spell["bis"] is None or spell["bis"] > month_end(died)
            case = spell["kundennr"], ""
            verdicts[case] = after or verdicts.get(case, False)
    return verdicts


def was_elb_after(kundennr: str, day: date, office: Office) -> bool:
    """Tell whether the person was ELB on a day after `day` and not after the Stichtag."""
    for m in office.memberships:
        if m["kundennr"] == kundennr and m["personengruppe"] == "ELB" and m["bg_nr"]:
            for s in office.spells:
                if s["kundennr"] == kundennr and s["bg_nr"] == m["bg_nr"]:
                    first = max(m["von"], s["von"], day + timedelta(days=1))
                    if first <= min(m["bis"] or office.st, s["bis"] or office.st, office.st):
                        return True
    return False


def f013(office: Office) -> Verdicts:
    verdicts: Verdicts = {}
    for kundennr in {m["kundennr"] for m in office.memberships if m["kundennr"] and m["personengruppe"] == "ELB"}:
        born = office.birth(kundennr)
        if born is None:
            verdicts[kundennr, ""] = None
        elif limit_day(born) < office.st:
            verdicts[kundennr, ""] = was_elb_after(kundennr, limit_day(born), office)
    return verdicts


RULES = {
    "fallabschluss.verspaetet_angeordnet": f001,
    "fallabschluss.datum_widerspruechlich": f002,
    "fallabschluss.fehlt_nach_bewilligungsende": f003,
    "fallabschluss.leistung_nach_ende": f004,
    "fallabschluss.grund_fehlt": f005,
    "fallabschluss.grund_unspezifisch": f005a,
    "fallabschluss.mitglied_offen": f010,
    "fallabschluss.wiedereroeffnet": f011,
    "fallabschluss.tod_leistung_laeuft": f012,
    "fallabschluss.altersgrenze_ueberschritten": f013,
}
