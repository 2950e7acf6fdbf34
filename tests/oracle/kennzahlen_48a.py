"""The key figures of § 48a SGB II beyond those of the programme, counted day by day and month by month."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import partial

from .days import FOREVER, Row, covers, month_end, plus_months
from .kennzahlen import Counts, Judgements, count, last_complete_month_ends, person_slices
from .office import Office

Bestand = dict[str, str]  # kundennr → BG
Cases = list[tuple[str, str]]
K2_ARTS = ("sv_beschaeftigung", "ausbildung", "selbstaendigkeit")
FUNDED = ("agh", "par16i", "par16e_alt")
BRIDGED = 7  # days without entitlement that are no movement


def month_ends(office: Office) -> list[date]:
    """Return the ends of the twelve months and of the one before them, the newest first."""
    return last_complete_month_ends(office.st, 13)


def first_entitlement(office: Office) -> date:
    """Return the earliest day the delivery reaches back to."""
    return min((row["von"] for row in office.tables["anspruch"] if row["von"]), default=FOREVER)


def long_term_on(office: Office, day: date) -> Bestand:
    """Return the ELB of a day with enough days of entitlement in the window before it."""
    begin = day - timedelta(days=office.p["lzb_fenster_tage"] - 1)
    days = {k: sum(max(0, (min(b, day) - max(a, begin)).days + 1) for a, b in office.islands(k)) for k in office.elb_on(day)}
    return {k: bg for k, bg in office.elb_on(day).items() if days[k] >= office.p["lzb_mindesttage"]}


def tally(name: str, above: Cases, below: Cases, office: Office) -> Counts:
    """Count persons above and below the line, in total, by sex, and by the Geschäftsstelle of their BG."""
    places = {row["bg_nr"]: row["geschaeftsstelle"] for row in office.tables["bg"]}
    counts: dict[tuple[str, str], list[int]] = {(name, "gesamt"): [0, 0]}
    for side, cases in enumerate((above, below)):
        for kundennr, bg_nr in cases:
            sex, place = (office.person(kundennr) or {}).get("geschlecht"), places.get(bg_nr)
            labels = ["gesamt"] + [f"{c}={v}" for c, v in (("geschlecht", sex), ("geschaeftsstelle", place)) if v]
            for label in labels:
                counts.setdefault((name, label), [0, 0])[side] += 1
    return {key: (above, below, 0) if below else None for key, (above, below) in counts.items()}


# ------------------------------------------------------------------ Bestand, Zugang, Abgang
def elb_bestand(office: Office, _: Judgements) -> Counts:
    year_ago = plus_months(office.st, -12)
    if first_entitlement(office) > year_ago:
        return {("elb_bestand", "gesamt"): None}
    return tally("elb_bestand", list(office.elb.items()), list(office.elb_on(year_ago).items()), office)


def elb_days(office: Office, first: date, last: date) -> dict[str, dict[date, set[str]]]:
    """Return kundennr → day → the BG in which the person is an entitled ELB that day."""
    found: dict[str, dict[date, set[str]]] = {}
    for member in office.memberships:
        if member["personengruppe"] != "ELB" or not member["kundennr"] or not member["bg_nr"]:
            continue
        for spell in office.spells:
            if (spell["kundennr"], spell["bg_nr"]) == (member["kundennr"], member["bg_nr"]):
                begin = max(first, member["von"], spell["von"])
                end = min(last, member["bis"] or FOREVER, spell["bis"] or FOREVER)
                for number in range((end - begin).days + 1):
                    found.setdefault(member["kundennr"], {}).setdefault(begin + timedelta(days=number), set()).add(member["bg_nr"])
    return found


def far_from(days: Iterable[date], day: date, direction: int) -> bool:
    """Tell whether none of the eight days before (or after) is one of the days."""
    known = set(days)
    return not any(day + timedelta(days=direction * step) in known for step in range(1, BRIDGED + 2))


def zugangsrate_elb(office: Office, _: Judgements) -> Counts:
    """Entries of twelve months by the ELB of their last days; none where the data begin within them."""
    ends = month_ends(office)
    if first_entitlement(office) > ends[-1]:
        return {("zugangsrate_elb", "gesamt"): None}
    begin, end = ends[-1] + timedelta(days=1), ends[0]
    came: Cases = []
    for kundennr, days in elb_days(office, begin - timedelta(days=10), end).items():
        came += [(kundennr, min(bgs)) for day, bgs in days.items() if day >= begin and far_from(days, day, -1)]
    return tally("zugangsrate_elb", came, [case for end in ends[:12] for case in office.elb_on(end).items()], office)


def abgangsrate_elb(office: Office, _: Judgements) -> Counts:
    """Exits by the ELB of the month before; an exit is known when seven days have passed without entitlement."""
    ends = month_ends(office)
    if first_entitlement(office) > ends[-1]:
        return {("abgangsrate_elb", "gesamt"): None}
    begin, end = ends[-1] + timedelta(days=1), ends[0]
    gone: Cases = []
    for kundennr, days in elb_days(office, begin - timedelta(days=1), office.st + timedelta(days=10)).items():
        for day, bgs in days.items():
            counted = begin <= day + timedelta(days=1) <= end and day + timedelta(days=BRIDGED) < office.st
            gone += [(kundennr, max(bgs))] if counted and far_from(days, day, 1) else []
    return tally("abgangsrate_elb", gone, [case for end in ends[1:] for case in office.elb_on(end).items()], office)


def reaches_the_first_window(office: Office) -> bool:
    return first_entitlement(office) <= month_ends(office)[-1] - timedelta(days=office.p["lzb_fenster_tage"] - 1)


def movement_of_long_term(name: str, own: slice, step: int, office: Office, _: Judgements) -> Counts:
    """Long-term recipients of `own` months who were not so one month before (step 1) or are not one month after (-1)."""
    if not reaches_the_first_window(office):
        return {(name, "gesamt"): None}
    stock = [long_term_on(office, end) for end in month_ends(office)]
    months = range(13)[own]
    moved = [case for month in months for case in stock[month].items() if case[0] not in stock[month + step]]
    return tally(name, moved, [case for month in months for case in stock[month].items()], office)


# ------------------------------------------------------------------ Eintritte
def entered(office: Office, first: date, wanted) -> set[str]:
    """Return the persons with a wanted entry in the month, however many they have."""
    return {row["kundennr"] for row in office.read("integration") if first <= row["beginn"] <= month_end(first) and wanted(row)}


def is_k2(row: Row) -> bool:
    return row["art"] in K2_ARTS and row["foerderung"] not in FUNDED


def is_marginal(row: Row) -> bool:
    return row["art"] == "geringfuegig"


def is_funded(row: Row) -> bool:
    return row["art"] == "oeffentlich_gefoerdert" or row["foerderung"] in FUNDED


def entries_by_stock(name: str, stock_on, wanted, office: Office, _: Judgements) -> Counts:
    """Entries of those in the stock at the end of the month before, by the stock of twelve month ends."""
    ends = month_ends(office)
    stock = [stock_on(office, end) for end in ends]
    came: Cases = []
    for month in range(12):
        persons = entered(office, ends[month].replace(day=1), wanted)
        came += [case for case in stock[month + 1].items() if case[0] in persons]
    return tally(name, came, [case for month in range(12) for case in stock[month].items()], office)


def lone_parents_on(office: Office, day: date) -> Bestand:
    """Return the ELB who are Hauptperson that day in their BG of the type alleinerziehend."""
    kind = {row["bg_nr"]: row["bg_typ"] for row in office.tables["bg"]}
    heads = {(m["kundennr"], m["bg_nr"]) for m in office.memberships if m["rolle"] == "hauptperson" and covers(m, day)}
    return {k: bg for k, bg in office.elb_on(day).items() if kind.get(bg) == "alleinerziehend" and (k, bg) in heads}


def integrationsquote_lzb(office: Office, judged: Judgements) -> Counts:
    if not reaches_the_first_window(office):
        return {("integrationsquote_lzb", "gesamt"): None}
    return entries_by_stock("integrationsquote_lzb", long_term_on, is_k2, office, judged)


# ------------------------------------------------------------------ shares
def aktivierungsquote_lzb(office: Office, _: Judgements) -> Counts:
    active = {row["kundennr"] for row in office.tables["massnahme"] if covers(row, office.st)}
    long_term = long_term_on(office, office.st)
    return count("aktivierungsquote_lzb", [(k in active, person_slices(k, office)) for k in long_term])


def lzb_anteil(office: Office, _: Judgements) -> Counts:
    """The long-term recipients among the ELB of the Stichtag; null while the delivery does not reach back far enough."""
    if first_entitlement(office) > office.st - timedelta(days=office.p["lzb_fenster_tage"] - 1):
        return {("lzb_anteil", "gesamt"): None}
    long_term = long_term_on(office, office.st)
    return count("lzb_anteil", [(k in long_term, person_slices(k, office)) for k in office.elb])


def beschaeftigung_kontinuierlich(office: Office, _: Judgements) -> Counts:
    """Of the insured entries of twelve months, ended half a year ago: still insured on each of six month ends."""
    newest = month_ends(office)[0].replace(day=1)
    jobs = [{**row, "von": row["beginn"], "bis": row["ende"]} for row in office.read("integration") if row["art"] == "sv_beschaeftigung"]
    cases = []
    for back in range(6, 18):
        first = plus_months(newest, -back)
        elb_before = office.elb_on(first - timedelta(days=1))
        for kundennr in entered(office, first, lambda row: is_k2(row) and row["art"] == "sv_beschaeftigung") & set(elb_before):
            own = [job for job in jobs if job["kundennr"] == kundennr]
            days = [month_end(plus_months(first, later)) for later in range(1, 7)]
            cases.append((all(any(covers(job, day) for job in own) for day in days), person_slices(kundennr, office)))
    return count("beschaeftigung_kontinuierlich", cases)


def leistungsansprueche(office: Office, _: Judgements) -> Counts:
    """Sum the claims of the last complete month and of the same month a year before; equal rows count once."""
    month = month_ends(office)[0].replace(day=1)
    rows = {(r["kundennr"], r["bg_nr"], r["monat"], r["anspruch"]) for r in office.tables["leistungsmonat"] if r["kundennr"]}
    now, then = ([(k, bg) for k, bg, m, euro in rows for _ in range(euro) if m == day] for day in (month, plus_months(month, -12)))
    return tally("leistungsansprueche", now, then, office)


FIGURES_48A = (
    elb_bestand,
    zugangsrate_elb,
    abgangsrate_elb,
    partial(movement_of_long_term, "zugangsrate_lzb", slice(0, 12), 1),
    partial(movement_of_long_term, "abgangsrate_lzb", slice(1, 13), -1),
    partial(entries_by_stock, "eintritte_geringfuegig", Office.elb_on, is_marginal),
    partial(entries_by_stock, "eintritte_oeffentlich_gefoerdert", Office.elb_on, is_funded),
    partial(entries_by_stock, "integrationsquote_alleinerziehende", lone_parents_on, is_k2),
    integrationsquote_lzb,
    aktivierungsquote_lzb,
    lzb_anteil,
    beschaeftigung_kontinuierlich,
    leistungsansprueche,
)
