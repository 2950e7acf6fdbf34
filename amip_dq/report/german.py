"""German numbers, dates and signs for pages, work lists and the PDF."""

from __future__ import annotations

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

MINUS = "−"
CODE_WORD = re.compile(r"[a-zäöüß]+(_[a-zäöüß]+)+")
NOTHING, SECRET, NOT_APPLICABLE, NOT_CHECKED = "–", "*", "x", "."  # the four table signs of the legend
WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni",
    "Juli", "August", "September", "Oktober", "November", "Dezember",
)  # fmt: skip


def zahl(value: int | None) -> str:
    """Return a whole number with dots: 4.600, −12; nothing known is a dash."""
    if value is None:
        return NOTHING
    return f"{value:,}".replace(",", ".").replace("-", MINUS)


def dezimal(value: Decimal | None, places: int = 1) -> str:
    """Return a number with decimal comma, half up."""
    if value is None:
        return NOTHING
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{abs(rounded):,.{places}f}".translate(str.maketrans(",.", ".,"))
    return MINUS + text if rounded < 0 else text


def mit_vorzeichen(value: Decimal | int | None, places: int = 0) -> str:
    """Return a difference with its sign: +14, −17, ±0."""
    if value is None:
        return NOTHING
    text = dezimal(Decimal(value), places)
    if text.strip(MINUS + "0,") == "":
        return "±" + text.strip(MINUS)
    return text if text.startswith(MINUS) else "+" + text


def prozent(part: int, whole: int, places: int = 0) -> str:
    """Return a share as `71 %`; an empty base has none."""
    if not whole:
        return NOT_APPLICABLE
    return dezimal(Decimal(part) * 100 / Decimal(whole), places) + " %"


def datum(day: date | None) -> str:
    """Return TT.MM.JJJJ."""
    return f"{day.day:02d}.{day.month:02d}.{day.year:04d}" if day else NOTHING


def kurzdatum(day: date | None) -> str:
    """Return TT.MM."""
    return f"{day.day:02d}.{day.month:02d}." if day else NOTHING


def langdatum(day: date) -> str:
    """Return `Freitag, 20. November 2026`, independent of the machine's locale."""
    return f"{WEEKDAYS[day.weekday()]}, {day.day}. {MONTHS[day.month - 1]} {day.year}"


def monat(day: date) -> str:
    """Return `August 2026`."""
    return f"{MONTHS[day.month - 1]} {day.year}"


def wert(value: object) -> str:
    """Return a value of a case record or of evidence as a clerk would write it."""
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, date):
        return datum(value)
    if isinstance(value, int):
        return str(value).replace("-", MINUS)
    if isinstance(value, float | Decimal):
        return dezimal(Decimal(str(value)), 0 if value == int(value) else 2)
    if isinstance(value, list | tuple):
        return ", ".join(wert(item) for item in value)
    return text_wert(str(value))


def text_wert(text: str) -> str:
    """Return a text as it is, an ISO date as TT.MM.JJJJ, a code word without its underscores."""
    if is_iso_date(text):
        return datum(date.fromisoformat(text))
    return text.replace("_", " ") if CODE_WORD.fullmatch(text) else text


def is_iso_date(text: str) -> bool:
    """Tell whether a text is exactly JJJJ-MM-TT and a day of the calendar."""
    if len(text) != 10 or text[4] != "-" or text[7] != "-":
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
