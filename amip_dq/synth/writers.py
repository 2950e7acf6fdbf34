"""Writes a delivery: the canonical layout as CSV, Parquet or XLSX, or any declared layout as CSV."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import polars as pl

from amip_dq.content.layouts import CANONICAL
from amip_dq.errors import AmipError
from amip_dq.model import FieldType, Layout, Table
from amip_dq.synth.days import OPEN
from amip_dq.synth.layouts import LayoutFiles

TYPES = {
    FieldType.STRING: pl.String,
    FieldType.INTEGER: pl.Int32,
    FieldType.BOOLEAN: pl.Boolean,
    FieldType.DATE: pl.Date,
}
MOST_SHEET_ROWS = 1_048_576
SUMMED = {"leistungsmonat": "zahlbetrag", "bewilligung": "betrag", "budget": "soll"}


class Delivery:
    """A folder into which tables are appended block by block; `close` adds lieferung.yaml."""

    def __init__(self, folder: Path, tables: Mapping[str, Table], stichtag, sink) -> None:
        self.folder, self.tables, self.stichtag, self.sink = folder, tables, stichtag, sink
        self.rows = {name: 0 for name in tables if name != "lieferung"}
        self.sums = dict.fromkeys(SUMMED, 0)

    def append(self, name: str, frame: pl.DataFrame) -> None:
        """Add rows to a table, in the columns and types of its table file."""
        rows = arranged(frame, self.tables[name])
        self.rows[name] += rows.height
        if name in SUMMED:
            self.sums[name] += rows[SUMMED[name]].sum() or 0
        self.sink.append(name, rows)

    def close(self) -> None:
        """Finish all files and write what the delivery says of itself."""
        files = self.sink.close()
        lines = ["dateien:"]
        for name in sorted(files):
            lines += [
                f"  - datei: {files[name]}",
                f"    tabelle: {name}",
                f"    quelle: {self.tables[name].source or 'sonstige'}",
            ]
            lines += [f"    datenstand: {self.stichtag.isoformat()}", f"    zeilen_soll: {self.rows[name]}"]
            if name in SUMMED:
                lines += [f"    summe_spalte: {SUMMED[name]}", f"    summe_soll: {self.sums[name]:.2f}"]
        (self.folder / "lieferung.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def arranged(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Return the frame with exactly the table's columns and types; a column that nothing fills is empty."""
    columns = []
    for field in table.fields:
        kind = TYPES.get(field.type, pl.Decimal(18, field.decimals))
        if field.name not in frame.columns:
            columns.append(pl.lit(None, dtype=kind).alias(field.name))
        elif field.type is FieldType.DATE:
            day = pl.col(field.name).cast(pl.Int32)
            columns.append(pl.when(day < OPEN).then(day).cast(pl.Date).alias(field.name))
        else:
            columns.append(pl.col(field.name).cast(kind))
    return frame.select(columns)


class CsvFiles:
    """Canonical CSV: one <table>.csv each, UTF-8, `;`, ISO dates."""

    def __init__(self, folder: Path, stichtag: date) -> None:
        self.folder, self.names = folder, {}

    def append(self, name: str, rows: pl.DataFrame) -> None:
        known = name in self.names
        self.names[name] = f"{name}.csv"
        with (self.folder / self.names[name]).open("ab" if known else "wb") as file:
            rows.write_csv(file, separator=";", include_header=not known)

    def close(self) -> dict[str, str]:
        return self.names


class ParquetFiles:
    """Canonical Parquet: one <table>.parquet each, one row group a block."""

    def __init__(self, folder: Path, stichtag: date) -> None:
        self.folder, self.writers = folder, {}

    def append(self, name: str, rows: pl.DataFrame) -> None:
        import pyarrow.parquet as pq

        block = rows.to_arrow()
        if name not in self.writers:
            self.writers[name] = pq.ParquetWriter(self.folder / f"{name}.parquet", block.schema, compression="zstd")
        self.writers[name].write_table(block)

    def close(self) -> dict[str, str]:
        for writer in self.writers.values():
            writer.close()
        return {name: f"{name}.parquet" for name in self.writers}


class XlsxFiles:
    """Canonical XLSX: one <table>.xlsx each, a header row, real dates; written row by row with bounded memory."""

    def __init__(self, folder: Path, stichtag: date) -> None:
        self.folder, self.stichtag, self.books = folder, stichtag, {}

    def append(self, name: str, rows: pl.DataFrame) -> None:
        book, sheet, first = self.books.get(name) or self._opened(name, rows.columns)
        if first + rows.height > MOST_SHEET_ROWS:
            raise AmipError(f"{name}: mehr Zeilen, als ein Excel-Blatt fasst; bitte --format csv oder parquet.")
        for number, row in enumerate(rows.iter_rows(), first):
            for place, value in enumerate(row):
                if value is not None:
                    sheet.write(number, place, float(value) if isinstance(value, Decimal) else value)
        self.books[name] = (book, sheet, first + rows.height)

    def _opened(self, name: str, columns: list[str]):
        import xlsxwriter

        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "default_date_format": "yyyy-mm-dd",
        }
        book = xlsxwriter.Workbook(str(self.folder / f"{name}.xlsx"), options)
        book.set_properties({"created": datetime.combine(self.stichtag, time())})  # the clock would change the bytes
        sheet = book.add_worksheet(name[:31])
        sheet.write_row(0, 0, columns)
        return book, sheet, 1

    def close(self) -> dict[str, str]:
        for book, _, _ in self.books.values():
            book.close()
        return {name: f"{name}.xlsx" for name in self.books}


def sink_for(
    folder: Path,
    tables: Mapping[str, Table],
    layouts: Mapping[str, Layout],
    layout: str,
    file_format: str,
    stichtag: date,
):
    """Return where the rows of a delivery go; raises AmipError for an unknown layout or a format it does not have."""
    if file_format not in FORMATS:
        raise AmipError(f"Das Format »{file_format}« gibt es nicht; möglich: {', '.join(FORMATS)}.")
    if layout not in layouts:
        raise AmipError(f"Das Layout »{layout}« gibt es nicht; möglich: {', '.join(sorted(layouts))}.")
    if layout == CANONICAL:
        return FORMATS[file_format](folder, stichtag)
    if file_format != "csv":
        raise AmipError(f"Das Layout »{layout}« wird nur als CSV geschrieben: --format csv.")
    return LayoutFiles(folder, tables, layouts[layout], stichtag)


FORMATS = {"csv": CsvFiles, "parquet": ParquetFiles, "xlsx": XlsxFiles}


def write_truth(folder: Path, truth: pl.DataFrame) -> int:
    """Write wahrheit.csv (rule_id;case_id;item), sorted; returns the number of rows."""
    rows = truth.select("rule_id", "case_id", "item").unique().sort("rule_id", "case_id", "item")
    text = "".join(f"{rule};{case};{item}\n" for rule, case, item in rows.iter_rows())
    (folder / "wahrheit.csv").write_text("rule_id;case_id;item\n" + text, encoding="utf-8")
    return rows.height
