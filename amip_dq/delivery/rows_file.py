"""Sources whose rows are Python values: an XLSX sheet, and the delivery's own lieferung.yaml."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import BadZipFile

import numpy as np
import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook

from amip_dq.content.yaml_source import read_yaml
from amip_dq.delivery.source import Block, Rejected, Unreadable, trim
from amip_dq.errors import ContentError
from amip_dq.model import Dialect


class RowsFile:
    """Rows of text cells with their line numbers, held in memory."""

    def __init__(
        self, header: Sequence[str], header_line: int, rows: Sequence[tuple[int, list[str]]], dialect: Dialect
    ) -> None:
        self.header, self.header_line = tuple(header), header_line
        self._dialect, self.footers = dialect, 0
        self._rows, self._rejected = [], []
        footer = re.compile(dialect.footer) if dialect.footer else None
        for line, cells in rows:
            joined = dialect.delimiter.join(cells)
            if footer and footer.search(joined.strip('" \t\r\n')):
                self.footers += 1
            elif any(trim(cell) for cell in cells[len(self.header) :]):
                self._rejected.append(
                    Rejected(line, f"Werte rechts von den {len(self.header)} Spalten der Kopfzeile", joined)
                )
            elif any(trim(cell) for cell in cells):
                self._rows.append((line, cells))

    def blocks(self, wanted: Mapping[int, str]) -> Iterator[Block]:
        """Yield all rows as one block."""
        lines = np.array([line for line, _ in self._rows], np.int64)
        columns = {
            column: pa.array([cells[place] if place < len(cells) else "" for _, cells in self._rows], pa.string())
            for place, column in wanted.items()
        }
        yield Block(pa.table(columns) if wanted else None, lines, self._rejected)

    def raw(self, lines: np.ndarray) -> Iterator[tuple[int, str]]:
        """Yield the rows as cells with the delimiter between."""
        sought = set(lines.tolist())
        for line, cells in self._rows:
            if line in sought:
                yield line, self._dialect.delimiter.join(cells)


# ------------------------------------------------------------------ spreadsheets
def open_sheet(stream: BinaryIO, sheet: str | None, dialect: Dialect) -> RowsFile:
    """Read one sheet, the first if the layout names none; a row's line is its row in the sheet."""
    rows = sheet_rows(stream, sheet)
    row = dialect.skip_rows + 1 if dialect.skip_rows else dialect.header_row
    texts = [(line, [cell_text(cell, dialect) for cell in cells]) for line, cells in enumerate(rows, 1)]
    below = [(line, cells) for line, cells in texts if line >= row]
    start = next((place for place, (_, cells) in enumerate(below) if any(map(trim, cells))), None)
    if start is None:
        raise Unreadable("das Tabellenblatt ist leer oder hat keine Kopfzeile")
    header = [trim(cell) for cell in below[start][1]]
    while header and not header[-1]:
        header.pop()
    return RowsFile(header, below[start][0], below[start + 1 :], dialect)


def sheet_rows(stream: BinaryIO, sheet: str | None) -> list[list[Any]]:
    """Yield the rows of one sheet as lists of cell texts, in file order."""
    try:
        book = CalamineWorkbook.from_filelike(stream)
        if sheet is not None and sheet not in book.sheet_names:
            raise Unreadable(f"das Tabellenblatt »{sheet}« fehlt")
        chosen = book.get_sheet_by_name(sheet) if sheet else book.get_sheet_by_index(0)
        return chosen.to_python(skip_empty_area=False)
    except (CalamineError, BadZipFile, OSError, ValueError):
        raise Unreadable("ist keine lesbare Excel-Datei") from None


def cell_text(value: Any, dialect: Dialect) -> str:
    """Return a cell as the layout's dialect would write it; a time of day stays visible and becomes a type defect."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return (dialect.true_words if value else dialect.false_words)[0]
    if isinstance(value, datetime):
        return value.strftime(dialect.dates[0]) if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.strftime(dialect.dates[0])
    if isinstance(value, time | timedelta):
        return str(value)
    if isinstance(value, float):
        value = Decimal(f"{value:.15g}")  # Excel itself keeps and shows 15 digits: 0.1 + 0.2 is 0.3 there
    if isinstance(value, int | Decimal):
        return format(value, "f").replace(".", dialect.decimal) if isinstance(value, Decimal) else str(value)
    return str(value).replace("\0", "")


# ------------------------------------------------------------------ lieferung.yaml
def open_manifest(stream: BinaryIO, columns: Sequence[str]) -> RowsFile:
    """Read the rows under `dateien:`; columns without any value count as present."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "lieferung.yaml"
        copy.write_bytes(stream.read())
        try:
            source = read_yaml(copy)
        except ContentError as error:
            raise Unreadable(f"Zeile {error.line or 1}: {error.problem.rstrip('.')}") from None
    entries = source.data.get("dateien") if isinstance(source.data, dict) else None
    if not isinstance(entries, list):
        raise Unreadable("»dateien:« mit einer Liste von Einträgen fehlt")
    for place, entry in enumerate(entries):
        if not isinstance(entry, dict) or any(isinstance(value, list | dict) for value in entry.values()):
            line = source.line(("dateien", place))
            raise Unreadable(f"Zeile {line}: erwartet wird ein Eintrag mit den Angaben {', '.join(columns)}")
    surplus = sorted({str(key) for entry in entries for key in entry} - set(columns))
    header = [*columns, *surplus]
    dialect = Dialect()
    rows = [
        (source.line(("dateien", place)), [cell_text(entry.get(key), dialect) for key in header])
        for place, entry in enumerate(entries)
    ]
    return RowsFile(header, source.line(("dateien",)), rows, dialect)
