"""Writes a delivery the way a declared layout says: the reverse of reading it. No header name lives here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from amip_dq.errors import AmipError
from amip_dq.model import Dialect, FieldType, Layout, LayoutTable, Table

OPEN_ENDED = "bis"  # the column whose empty value an office export writes as 31.12.9999
HOUSE = "Jobcenter Elbe-Elster (erfundene Daten)"


@dataclass
class OpenFile:
    """One file that is being filled; rows so far."""

    path: Path
    rows: int = 0


class LayoutFiles:
    """CSV files as a layout describes them: titles, header, code words, footer."""

    def __init__(self, folder: Path, tables: Mapping[str, Table], layout: Layout, stichtag: date) -> None:
        self.folder, self.tables, self.layout, self.stichtag = folder, tables, layout, stichtag
        self.files: dict[str, OpenFile] = {}

    def append(self, name: str, rows: pl.DataFrame) -> None:
        """Add rows to the file of a table; a table that the layout does not know is left out."""
        if name not in self.layout.tables:
            return
        source = self.layout.tables[name]
        if name not in self.files:
            self.files[name] = OpenFile(self.folder / file_name(name, source, self.stichtag))
            self._write(name, "".join(f"{line}\r\n" for line in self._head(name, source)), "wb")
        translated = rows.select([translate(column, self.tables[name], source) for column in source.columns])
        text = translated.write_csv(
            include_header=False,
            separator=source.dialect.delimiter,
            quote_char=source.dialect.quote,
            line_terminator="\r\n",
        )
        self._write(name, text, "ab")
        self.files[name].rows += rows.height

    def _write(self, name: str, text: str, mode: str) -> None:
        encoding = self.layout.tables[name].dialect.encoding
        # one byte-order mark at most: only the first block may carry it
        encoding = encoding if mode == "wb" else {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(encoding, encoding)
        with self.files[name].path.open(mode) as file:
            file.write(text.encode(encoding))

    def _head(self, name: str, source: LayoutTable) -> list[str]:
        titles = [f"{HOUSE}: {self.tables[name].title}", f"Stichtag {self.stichtag:%d.%m.%Y}", ""]
        above = source.dialect.header_row - 1
        lines = (titles + [""] * above)[:above]
        return [*lines, source.dialect.delimiter.join(source.columns.values())]

    def close(self) -> dict[str, str]:
        """Write the footers; returns the file of each table."""
        for name, file in self.files.items():
            footer = f"Anzahl Datensätze: {german_count(file.rows)}"
            pattern = self.layout.tables[name].dialect.footer
            if pattern and re.search(pattern, footer):
                self._write(name, footer + "\r\n", "ab")
        return {name: file.path.name for name, file in self.files.items()}


def file_name(name: str, source: LayoutTable, stichtag: date) -> str:
    """Return a name that fits the layout's first CSV pattern; raises AmipError if there is none."""
    patterns = [pattern for pattern in source.files if pattern.endswith(".csv")]
    if not patterns:
        raise AmipError(
            f"Das Layout nennt für »{name}« keine CSV-Datei; bitte unter files ein Muster mit .csv angeben."
        )
    return patterns[0].replace("*", f"_{stichtag:%Y%m%d}").replace("__", "_").replace("?", "1")


def german_count(number: int) -> str:
    """Return an integer with dots between thousands."""
    return f"{number:,}".replace(",", ".")


def translate(column: str, table: Table, source: LayoutTable) -> pl.Expr:
    """Return a column as the layout's text: code words, dates, decimal sign, words for yes, no and open."""
    dialect, kind, value = source.dialect, table.field(column).type, pl.col(column)
    if column in source.values:
        words = {code: spoken[0] for code, spoken in source.values[column].items() if spoken}
        return value.replace(words).alias(column)
    if kind is FieldType.DATE:
        text = value.dt.strftime(dialect.dates[0])
        return (text.fill_null(dialect.open_end[0]) if column == OPEN_ENDED and dialect.open_end else text).alias(
            column
        )
    if kind is FieldType.BOOLEAN:
        return (
            pl.when(value)
            .then(pl.lit(dialect.true_words[0]))
            .when(~value)
            .then(pl.lit(dialect.false_words[0]))
            .alias(column)
        )
    if kind is FieldType.NUMBER:
        return amount(value, dialect).alias(column)
    return value.cast(pl.String).alias(column)


def amount(value: pl.Expr, dialect: Dialect) -> pl.Expr:
    """Return an amount up to 999 million with the dialect's decimal sign and dots between thousands."""
    text = value.cast(pl.String)
    whole = text.str.extract(r"^-?(\d+)").cast(pl.Int64)
    sign = pl.when(text.str.starts_with("-")).then(pl.lit("-")).otherwise(pl.lit(""))
    rest = text.str.extract(r"\.(\d+)$")
    last, middle = _three(whole % 1000), _three(whole // 1000 % 1000)
    dot = pl.lit(dialect.thousands)
    thousands = pl.concat_str(whole // 1000, dot, last)
    millions = pl.concat_str(whole // 1_000_000, dot, middle, dot, last)
    grouped = (
        pl.when(whole < 1000).then(whole.cast(pl.String)).when(whole < 1_000_000).then(thousands).otherwise(millions)
    )
    return pl.concat_str(sign, grouped, pl.lit(dialect.decimal), rest)


def _three(number: pl.Expr) -> pl.Expr:
    return number.cast(pl.String).str.zfill(3)
