"""Writes a work list as the reports do, filled in by a team."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from amip_dq.ledger.worksheet import CHECKSUM, COLUMNS, NUMBER, SHEET, row_checksum


def a_row(number: str, **filled: Any) -> dict[str, Any]:
    """Return one row of a list; German column names as keys, with the right checksum unless it is given."""
    cells = dict.fromkeys(COLUMNS, "") | {NUMBER: number, "Fall": "B1", "Regel": "A-001", "Befund": "Text"}
    return {**cells, CHECKSUM: row_checksum(cells), **filled}


def write_list(
    path: Path, rows: Iterable[Mapping[str, Any]], columns: Iterable[str] = COLUMNS, sheet: str = SHEET
) -> Path:
    columns = list(columns)
    book = Workbook()
    book.active.title = "Lies mich"
    page = book.create_sheet(sheet)
    page.append(columns)
    for row in rows:
        page.append([row.get(name) for name in columns])
    book.save(path)
    return path
