"""The key figures: per slice (numerator, denominator, undetermined), or None where the value is null."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from .aenderung import Verdicts
from .days import Row, covers, month_end, plus_months
from .integrationsziel import TALKS
from .office import Office
from .unterbrechung import begun

Judgements = Mapping[str, Verdicts]
Slices = dict[str, str | None]
Case = tuple[bool | None, Slices]
Counts = dict[tuple[str, str], tuple[int, int, int] | None]

CASE_END = ("fallabschluss.verspaetet_angeordnet", "fallabschluss.datum_widerspruechlich", "fallabschluss.grund_fehlt")
GOAL = tuple(
    f"integrationsziel.{name}"
    for name in (
        "fehlt",
        "nicht_konkret",
        "zieldatum_unplausibel",
        "strategie_fehlt",
        "nicht_ueberprueft",
        "vermerk_fehlt",
    )
)


def none_of(verdicts: Iterable[bool | None]) -> bool | None:
    """Return FALSE if a rule says TRUE, else None if one says NULL, else TRUE."""
    said = list(verdicts)
    if True in said:
        return False
    return None if None in said else True


def bg_slices(bg_nr: str, office: Office) -> Slices:
    """Return the slices of a BG: its own Geschäftsstelle and team."""
    bg = next((row for row in office.tables["bg"] if row["bg_nr"] == bg_nr), {})
    return {"geschaeftsstelle": bg.get("geschaeftsstelle"), "team": bg.get("team_leistung")}


def person_slices(kundennr: str, office: Office) -> Slices:
    """Return the slices of a person: sex, and the unit of the responsible IFK, else of the BG of the ELB."""
    sex = (office.person(kundennr) or {}).get("geschlecht")
    row = office.responsible_on(kundennr, office.st)
    if row is not None:
        post = next((m for m in office.tables["mitarbeiter"] if m["mitarbeiter"] == row["ifk"]), {})
        return {"geschlecht": sex, "geschaeftsstelle": post.get("geschaeftsstelle"), "team": row["team"]}
    return {"geschlecht": sex, **bg_slices(office.elb.get(kundennr, ""), office)}


def count(name: str, cases: list[Case]) -> Counts:
    """Count TRUE over all, in total and per slice; without cases the value is null."""
    counts: Counts = {(name, "gesamt"): None}
    for verdict, slices in cases:
        for label in ("gesamt", *(f"{column}={value}" for column, value in slices.items() if value is not None)):
            numerator, denominator, unknown = counts.get((name, label)) or (0, 0, 0)
            counts[name, label] = numerator + (verdict is True), denominator + 1, unknown + (verdict is None)
    return counts


def aenderungen_fristgerecht(office: Office, judged: Judgements) -> Counts:
    cases = judged["aenderung.verspaetet_angeordnet"].items()
    return count("aenderungen_fristgerecht", [(none_of([v]), bg_slices(bg, office)) for (bg, _), v in cases])


def abschluesse_korrekt(office: Office, judged: Judgements) -> Counts:
    cases = [
        (none_of(judged[rule].get(case, False) for rule in CASE_END), bg_slices(case[0], office))
        for case in judged[CASE_END[0]]
    ]
    return count("abschluesse_korrekt", cases)


def unterbrechungen_korrekt(office: Office, judged: Judgements) -> Counts:
    cases: list[Case] = []
    for row in begun(office):
        case = row["kundennr"], row["unterbrechung_id"]
        said = [
            judged[f"unterbrechung.{rule}"].get(case, False)
            for rule in ("ifk_nicht_informiert", "minderung_als_unterbrechung", "zeitraum_widerspruechlich")
        ]
        notices = {n["info_id"] for n in office.read("ifk_info") if n["unterbrechung_id"] == row["unterbrechung_id"]}
        said += [v for (_, info), v in judged["unterbrechung.ifk_falsch"].items() if info in notices]
        cases.append((none_of(said), person_slices(row["kundennr"], office)))
    for (kundennr, _), verdict in judged["unterbrechung.grund_fehlt"].items():
        if verdict:
            cases.append((False, person_slices(kundennr, office)))
    return count("unterbrechungen_korrekt", cases)


def exemption(kundennr: str, office: Office) -> str | None:
    """Return why an ELB may have no goal, or None."""

    def current(table: str, column: str, value: str) -> list[Row]:
        rows = office.read(table)
        spells = [
            {**row, "von": row.get("von") or row.get("beginn"), "bis": row.get("bis") or row.get("ende")}
            for row in rows
        ]
        return [s for s in spells if s["kundennr"] == kundennr and s[column] == value and covers(s, office.st)]

    if current("arbeitsmarktstatus", "status", "par10"):
        return "par10"
    if current("integration", "art", "ausbildung"):
        return "ausbildung"
    if any(s["von"] <= plus_months(office.st, -6) for s in current("arbeitsmarktstatus", "status", "arbeitsunfaehig")):
        return "arbeitsunfaehig"
    entry = next((first for first, last in office.islands(kundennr) if first <= office.st <= last), None)
    return "neu" if entry and (office.st - entry).days < office.p["ausnahme_neu_tage"] else None


def integrationsziel(office: Office, judged: Judgements) -> Counts:
    """Count all ELB, those without an exemption, and the exempt by category."""
    reasons = {kundennr: exemption(kundennr, office) for kundennr in office.elb}

    def cases(kept: Iterable[str]) -> list[Case]:
        return [
            (
                none_of(judged[rule].get((kundennr, ""), False) for rule in GOAL),
                {**person_slices(kundennr, office), "ausnahme": reasons[kundennr]},
            )
            for kundennr in kept
        ]

    return {
        **count("integrationsziel", cases(reasons)),
        **count("integrationsziel_ohne_ausnahmen", cases(k for k in reasons if reasons[k] is None)),
        **count("integrationsziel_ausnahmen", cases(k for k in reasons if reasons[k] is not None)),
    }


def last_complete_month_ends(day: date, months: int) -> list[date]:
    """Return the last days of the `months` calendar months up to the last that ended on or before the day."""
    newest = day if month_end(day) == day else day.replace(day=1) - timedelta(days=1)
    return [month_end(plus_months(newest.replace(day=1), -back)) for back in range(months)]


def integrationsquote(office: Office, _: Judgements) -> Counts:
    """Sum entries over twelve months and the ELB of their last days; the factor 12 is the engine's."""
    entries: list[str] = []
    stock: list[str] = []
    for end in last_complete_month_ends(office.st, 12):
        first = end.replace(day=1)
        elb_before = office.elb_on(first - timedelta(days=1))
        stock += office.elb_on(end)
        entries += {
            row["kundennr"]
            for row in office.read("integration")
            if row["kundennr"] in elb_before
            and first <= row["beginn"] <= end
            and row["art"] in ("sv_beschaeftigung", "ausbildung", "selbstaendigkeit")
            and row["foerderung"] not in ("agh", "par16i", "par16e_alt")
        }
    return ratio("integrationsquote", entries, stock, office)


def ratio(name: str, above: list[str], below: list[str], office: Office) -> Counts:
    """Count persons above and below the line, in total and per slice; null without anybody below."""
    counts: Counts = {(name, "gesamt"): (len(above), len(below), 0)}
    units = {kundennr: person_slices(kundennr, office) for kundennr in {*above, *below}}
    for column in ("geschlecht", "geschaeftsstelle", "team"):
        for value in {unit[column] for unit in units.values()} - {None}:
            parts = [sum(units[k][column] == value for k in side) for side in (above, below)]
            counts[name, f"{column}={value}"] = parts[0], parts[1], 0
    return {key: value if value and value[1] else None for key, value in counts.items()}


def lzb_bestand(office: Office, _: Judgements) -> Counts:
    """Count LZB now and a year ago; null while the delivery does not reach back far enough."""
    year_ago = plus_months(office.st, -12)
    reaches = year_ago - timedelta(days=office.p["lzb_fenster_tage"] - 1)
    if not any(spell["von"] <= reaches for spell in office.spells):
        return {("lzb_bestand", "gesamt"): None}
    now = [k for k in office.elb if office.is_long_term(k, office.st)]
    then = [k for k in office.elb_on(year_ago) if office.is_long_term(k, year_ago)]
    return ratio("lzb_bestand", now, then, office)


def vermittlungsvorschlaege(office: Office, _: Judgements) -> Counts:
    cases: list[Case] = []
    for row in office.read("vermittlungsvorschlag"):
        recent = plus_months(office.st, -12) < row["am"] <= office.st
        if row["art"] != "anoav" or not recent or not row["kundennr"]:
            continue
        settled = row["ergebnis"] in ("erfolgreich", "erfolglos")
        if settled or (office.st - row["am"]).days > office.p["vv_offen_tage"]:
            cases.append((row["ergebnis"] == "erfolgreich", person_slices(row["kundennr"], office)))
    return count("vermittlungsvorschlaege_anoav", cases)


def keeps_promise(post: str, end: date, office: Office) -> bool:
    """Tell whether a post supported five clients on the last day, talked monthly and kept them six months."""
    first = end.replace(day=1)
    rows = [r for r in office.tables["intensivbetreuung"] if r["ifk"] == post and r["kundennr"] and r["von"]]
    clients = {r["kundennr"] for r in rows if covers(r, end)}
    whole_month = {r["kundennr"] for r in rows if covers(r, first) and covers(r, end)}
    talked = {k["kundennr"] for k in office.read("kontakt") if k["art"] in TALKS and first <= k["am"] <= end}
    left = [r for r in rows if r["bis"] and r["bis"] >= r["von"] and first <= r["bis"] <= end and not r["abbruchgrund"]]
    months = office.p["intensiv_monate"]
    early = any(r["bis"] < plus_months(r["von"], months) - timedelta(days=1) for r in left)
    return len(clients) >= office.p["intensiv_anzahl"] and whole_month <= talked and not early


def intensivbetreuung(office: Office, _: Judgements) -> Counts:
    cases: list[Case] = []
    for post in office.tables["mitarbeiter"]:
        if post["funktion"] == "ifk":
            for end in last_complete_month_ends(office.st, 6):
                if covers(post, end.replace(day=1)) and covers(post, end):
                    unit: dict[str, Any] = {"geschaeftsstelle": post["geschaeftsstelle"], "team": post["team"]}
                    cases.append((keeps_promise(post["mitarbeiter"], end, office), unit))
    return count("intensivbetreuung", cases)


FIGURES = (
    aenderungen_fristgerecht,
    abschluesse_korrekt,
    unterbrechungen_korrekt,
    integrationsziel,
    integrationsquote,
    lzb_bestand,
    vermittlungsvorschlaege,
    intensivbetreuung,
)
