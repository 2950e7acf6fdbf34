"""Worksheets as XLSX, CSV and as a page for printing; reading them back as a grid."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from amip_dq.errors import SamplingError
from amip_dq.sampling.selection import Draw
from amip_dq.sampling.sheet import FIRST_ROW, TITLE, VERDICTS, Assignment, columns, grid, harmless, locked

Grid = list[list[str]]
FORMULA_CELL = "\x00formel"  # stands for a cell with a formula: its value is not what an auditor typed
LONGEST = 500  # rows beyond the sheet that are still looked at, so that added ones show


def write_sheet(path: Path, draw: Draw, assignment: Assignment, numbers: Mapping[str, str], templates: Path) -> None:
    """Write a worksheet; the ending of the file name says in which form."""
    writers = {".xlsx": _write_xlsx, ".csv": _write_csv, ".html": _write_page}
    if path.suffix.lower() not in writers:
        raise SamplingError(f"{path.name}: unbekannte Form; möglich sind {', '.join(writers)}.")
    writers[path.suffix.lower()](path, draw, assignment, grid(draw, assignment, numbers), templates)


def _write_csv(path: Path, draw: Draw, assignment: Assignment, cells: Grid, templates: Path) -> None:
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=";", lineterminator="\n")
    writer.writerows([harmless(cell) for cell in row] for row in cells)
    path.write_text(file.getvalue(), encoding="utf-8-sig", newline="")  # BOM: Excel opens umlauts correctly


def _write_xlsx(path: Path, draw: Draw, assignment: Assignment, cells: Grid, templates: Path) -> None:
    import xlsxwriter

    plan = draw.plan.plan
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": TITLE, "created": datetime(2000, 1, 1)})  # no clock: same input, same bytes
        page = book.add_worksheet(TITLE)
        fixed = book.add_format({"num_format": "@", "bg_color": "#EEF1F5", "border": 1})
        free = book.add_format({"num_format": "@", "locked": False, "border": 1, "text_wrap": True})
        heading = book.add_format({"bold": True, "bg_color": "#D4DBE3", "border": 1})
        for r, row in enumerate(cells):
            for c, cell in enumerate(row):
                style = heading if r == FIRST_ROW - 1 else fixed if r < FIRST_ROW or c < locked(plan) else free
                page.write_string(r, c, harmless(cell), style)
        _verdict_lists(page, draw, FIRST_ROW, len(cells) - 1)
        page.freeze_panes(FIRST_ROW, 2)
        page.set_column(0, len(columns(plan)) - 1, 15)
        page.protect(options={"format_columns": True, "format_rows": True, "sort": False})
        page.set_landscape()
        page.repeat_rows(FIRST_ROW - 1)
        _criteria(book.add_worksheet("Kriterien"), draw, heading)


def _verdict_lists(page, draw: Draw, first: int, last: int) -> None:
    """Offer the four verdicts as a list in every criterion's cells."""
    plan = draw.plan.plan
    left, right = locked(plan), locked(plan) + len(plan.fehlerdefinition) - 1
    if last >= first:
        page.data_validation(first, left, last, right, {"validate": "list", "source": list(VERDICTS)})


def _criteria(page, draw: Draw, heading) -> None:
    page.write_row(0, 0, ("kennung", "frage", "art"), heading)
    for r, criterion in enumerate(draw.plan.plan.fehlerdefinition, start=1):
        for c, text in enumerate((criterion.id, criterion.text, criterion.art)):
            page.write_string(r, c, harmless(text))
    page.set_column(1, 1, 90)


def _write_page(path: Path, draw: Draw, assignment: Assignment, cells: Grid, templates: Path) -> None:
    """Write one printable form per unit, self-contained, without a script."""
    from amip_dq.sampling.pages import write_page

    plan = draw.plan.plan
    rows = [dict(zip(columns(plan), row, strict=False)) for row in cells[FIRST_ROW:]]
    write_page(
        path,
        "pruefbogen.html.j2",
        templates,
        plan=plan,
        head=dict(cells[: FIRST_ROW - 2]),
        rows=rows,
        verdicts=VERDICTS,
    )


def read_grid(path: Path) -> Grid:
    """Return a filled worksheet as text cells; formulas are marked, never computed."""
    readers = {".xlsx": _read_xlsx, ".csv": _read_csv}
    if path.suffix.lower() not in readers:
        raise SamplingError(f"{path.name}: gelesen werden {' und '.join(readers)}.")
    return readers[path.suffix.lower()](path)


def _read_csv(path: Path) -> Grid:
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")  # what Excel writes when told »CSV«
    # the title may hold any sign, so the line with the column names decides
    delimiter = next((sign for sign in ";,\t" if f"lfd{sign}einheit{sign}" in text.replace('"', "")), ";")
    return [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]


def _read_xlsx(path: Path) -> Grid:
    import openpyxl

    try:
        book = openpyxl.load_workbook(path)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError):
        raise SamplingError(f"{path.name}: keine lesbare XLSX-Datei.") from None
    if TITLE not in book.sheetnames:
        raise SamplingError(f"{path.name}: das Blatt »{TITLE}« fehlt.")
    page = book[TITLE]
    rows = page.iter_rows(max_row=min(page.max_row, 100_000 + LONGEST))
    return [[_text(cell) for cell in row] for row in rows]


def _text(cell) -> str:
    """Return a cell as the auditor sees it; numbers without loss, days as TT.MM.JJJJ."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type in ("f", "e"):
        return FORMULA_CELL
    if isinstance(value, (datetime, date)):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, float):
        return format(Decimal(repr(value)).normalize(), "f").replace(".", ",")
    return str(value)


def address(row: int, column: int) -> str:
    """Return the spreadsheet address of a 0-based cell: (8, 4) is E9."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def cell_of(cells: Sequence[Sequence[str]], row: int, column: int) -> str:
    """Return a cell's trimmed text; a cell beyond the row's end is empty."""
    return cells[row][column].strip() if row < len(cells) and column < len(cells[row]) else ""
