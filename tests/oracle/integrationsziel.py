"""Family (d): integration goals of the ELB on the Stichtag."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from .aenderung import Verdicts
from .days import Row, covers, plus_months
from .office import Office

TALKS = ("gespraech", "telefon", "video")


def goal(kundennr: str, office: Office) -> Row | None:
    """Return the goal that counts: valid on the Stichtag, newest documented."""
    rows = [row for row in office.read("integrationsziel") if row["kundennr"] == kundennr and covers(row, office.st)]
    return max(rows, key=lambda row: (row["stand"], row["von"], row["ziel_id"]), default=None)


def goals(office: Office) -> dict[str, Row]:
    """Return kundennr → the goal that counts, for every ELB that has one."""
    found = {kundennr: goal(kundennr, office) for kundennr in office.elb}
    return {kundennr: row for kundennr, row in found.items() if row is not None}


def is_blank(text: str | None, office: Office) -> bool:
    """Tell whether nothing, or a placeholder word, remains of a text without everything that is no letter or digit."""
    kept = (char for char in (text or "").lower() if unicodedata.category(char)[0] == "L" or char.isdecimal())
    rest = "".join(kept)
    return rest == "" or rest in office.p["ziel_platzhalter"]


def z001(office: Office) -> Verdicts:
    return {(kundennr, ""): goal(kundennr, office) is None for kundennr in office.elb}


def z002(office: Office) -> Verdicts:
    verdicts: Verdicts = {}
    for kundennr, row in goals(office).items():
        code = row["zielberuf_kldb"] or ""
        has_occupation = re.fullmatch("[0-9]{5}", code) is not None and code != "00000"
        for_work = row["ziel_art"] in (None, "arbeitsmarkt")
        verdicts[kundennr, ""] = for_work and not has_occupation and is_blank(row["taetigkeitsfeld"], office)
    return verdicts


def z003(office: Office) -> Verdicts:
    latest = plus_months(office.st, office.p["zieldatum_monate"])
    days = {kundennr: row["zieldatum"] for kundennr, row in goals(office).items()}
    return {(kundennr, ""): day is None or not office.st < day <= latest for kundennr, day in days.items()}


def z004(office: Office) -> Verdicts:
    near = plus_months(office.st, office.p["ziel_marktfern_monate"])
    far = plus_months(office.st, office.p["ziel_marktnah_monate"])
    verdicts: Verdicts = {}
    for kundennr, row in goals(office).items():
        forecast, day = row["integrationsprognose"], row["zieldatum"]
        if forecast is None or day is None or day <= office.st:
            continue
        for_work = row["ziel_art"] in (None, "arbeitsmarkt")
        verdicts[kundennr, ""] = (forecast == "marktfern" and for_work and day < near) or (
            forecast == "marktnah" and day > far
        )
    return verdicts


def z007(office: Office) -> Verdicts:
    return {(kundennr, ""): row["integrationsprognose"] is None for kundennr, row in goals(office).items()}


def z008(office: Office) -> Verdicts:
    return {(kundennr, ""): is_blank(row["handlungsstrategie"], office) for kundennr, row in goals(office).items()}


def z010(office: Office) -> Verdicts:
    oldest = plus_months(office.st, -office.p["ziel_pruefung_monate"])
    return {(kundennr, ""): row["stand"] < oldest for kundennr, row in goals(office).items()}


def z011(office: Office) -> Verdicts:
    oldest = plus_months(office.st, -office.p["ziel_vermerk_monate"])
    noted = {
        row["kundennr"]
        for row in office.read("kontakt")
        if row["art"] in TALKS and row["vermerk"] and row["zielbezug"] and row["am"] >= oldest
    }
    return {(kundennr, ""): kundennr not in noted for kundennr in office.elb}


def texts(office: Office) -> list[tuple[str, date, str, str]]:
    """Return (kundennr, stand, text_hash, IFK responsible on stand) of the goals that Z-012 compares."""
    found = []
    for kundennr, row in goals(office).items():
        responsible = office.responsible_on(kundennr, row["stand"])
        if row["text_hash"] and responsible and responsible["ifk"]:
            found.append((kundennr, row["stand"], row["text_hash"], responsible["ifk"]))
    return found


def z012(office: Office) -> Verdicts:
    verdicts: Verdicts = {}
    length = office.p["serientext_tage"]
    compared = texts(office)
    for kundennr, stand, text, ifk in compared:
        alike = [day for _, day, other, who in compared if (other, who) == (text, ifk)]
        windows = [first for first in alike if 0 <= (stand - first).days < length]
        sizes = [sum(0 <= (day - first).days < length for day in alike) for first in windows]
        verdicts[kundennr, ""] = max(sizes) >= office.p["serientext_anzahl"]
    return verdicts


RULES = {
    "integrationsziel.fehlt": z001,
    "integrationsziel.nicht_konkret": z002,
    "integrationsziel.zieldatum_unplausibel": z003,
    "integrationsziel.prognose_widerspruechlich": z004,
    "integrationsziel.prognose_fehlt": z007,
    "integrationsziel.strategie_fehlt": z008,
    "integrationsziel.nicht_ueberprueft": z010,
    "integrationsziel.vermerk_fehlt": z011,
    "integrationsziel.serientext": z012,
}
