"""The columns of a work list: written by the reports, read back here. One place, so that both always agree."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from amip_dq.errors import LedgerError

SHEET = "Arbeitsliste"
NUMBER, ANSWER, REASON, UNTIL, CHECKSUM = "Befund-Nr.", "Antwort", "Begründung", "Termin/gültig bis", "Prüfsumme"
TASK, PLANNED = "Aufgabe", "Geplant am"
WHITE = (TASK, "Frist", "Verzug", "Fall", "Regel", "Befund", "So beheben", "Zuständig", PLANNED, NUMBER, "Seite")
YELLOW = (ANSWER, REASON, UNTIL)
COLUMNS = (*WHITE, *YELLOW, CHECKSUM)
CHECKED = (NUMBER, "Fall", "Regel", "Befund")
ANSWERS = {"behoben": "behoben", "kein_fehler": "kein Fehler", "ausnahme": "Ausnahme", "in_klaerung": "in Klärung"}
LONGEST_REASON = 500
LARGEST_FILE = 50 * 2**20
DATE_FORMS = ("%d.%m.%Y", "%Y-%m-%d", "%d.%m.%y")


@dataclass(frozen=True)
class Line:
    """One row of a work list that carries an answer; `place` is its row in the sheet."""

    place: int
    number: str
    answer: str
    reason: str
    until: date | str | None
    altered: bool


def row_checksum(cells: Mapping[str, str]) -> str:
    """Return the checksum of a row's white cells, by which the import notices that somebody changed them."""
    joined = "\x1f".join(cells[name].strip() for name in CHECKED)
    return hashlib.sha256(joined.encode()).hexdigest()[:12]


def read_lines(path: Path) -> tuple[list[Line], int]:
    """Return the answered rows of a work list, and how many rows carry no answer; raises LedgerError."""
    rows = _rows(path)
    header = {_heading(cell): index for index, cell in reversed(list(enumerate(next(rows, ()))))}
    missing = [name for name in (NUMBER, *YELLOW) if _heading(name) not in header]
    if missing:
        raise LedgerError(
            f"{path.name}: in der Liste fehlt die Spalte »{missing[0]}«. "
            "Bitte die Kopfzeile der Arbeitsliste nicht ändern."
        )
    lines, silent = [], 0
    for place, row in enumerate(rows, start=2):
        cells = {name: _cell(row, header.get(_heading(name))) for name in COLUMNS}
        if any(_text(cells[name]) for name in YELLOW):
            lines.append(_line(place, cells))
        elif _text(cells[NUMBER]):
            silent += 1
    return lines, silent


def _line(place: int, cells: Mapping[str, Any]) -> Line:
    given = _text(cells[CHECKSUM])
    altered = bool(given) and given != row_checksum({name: _text(cells[name]) for name in CHECKED})
    return Line(
        place, _text(cells[NUMBER]), _answer(_text(cells[ANSWER])), _text(cells[REASON]), _day(cells[UNTIL]), altered
    )


def _rows(path: Path):
    """Yield the rows of the sheet; only values are read, no formula is ever computed."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    if path.stat().st_size > LARGEST_FILE:
        raise LedgerError(f"{path.name}: die Datei ist zu groß für eine Arbeitsliste.")
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise LedgerError(
            f"{path.name}: das ist keine lesbare XLSX-Datei. Bitte die Arbeitsliste als .xlsx speichern."
        ) from error
    if SHEET not in book.sheetnames:
        raise LedgerError(
            f"{path.name}: das Blatt »{SHEET}« fehlt. "
            "Bitte die Arbeitsliste selbst zurückgeben, keine Kopie einzelner Blätter."
        )
    yield from book[SHEET].iter_rows(values_only=True)
    book.close()


def _heading(cell: Any) -> str:
    return "".join(str(cell or "").split()).casefold()


def _cell(row: tuple, index: int | None) -> Any:
    return row[index] if index is not None and index < len(row) else None


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    return str(value).strip().removeprefix("'") if value is not None else ""


def _answer(text: str) -> str:
    """Return the answer's word, or the text itself where it is none."""
    plain = " ".join(text.replace("_", " ").split()).casefold()
    return next((word for word, shown in ANSWERS.items() if plain in (shown.casefold(), word.replace("_", " "))), text)


def _day(value: Any) -> date | str | None:
    """Return a date; a text that is none stays a text, so that it can be refused by name."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = _text(value)
    for form in DATE_FORMS:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return text or None
