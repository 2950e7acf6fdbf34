"""A Parquet file: columns of any type become text under the layout's dialect, so that one typing serves all formats."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import BinaryIO

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as compute
import pyarrow.parquet as parquet

from amip_dq.delivery.database import name, text
from amip_dq.delivery.source import Block, Unreadable, trim
from amip_dq.model import Dialect

BATCH_ROWS = 200_000


class ParquetFile:
    """A Parquet file; a row's line is its number, from 1."""

    def __init__(self, stream: BinaryIO, dialect: Dialect) -> None:
        self._dialect = dialect
        self.header_line, self.footers = 1, 0
        try:
            self._file = parquet.ParquetFile(stream)
        except (pa.ArrowException, OSError):
            raise Unreadable("ist keine lesbare Parquet-Datei") from None
        self._columns = tuple(self._file.schema_arrow.names)
        self.header = tuple(trim(column) for column in self._columns)

    def blocks(self, wanted: Mapping[int, str]) -> Iterator[Block]:
        """Yield the rows batch by batch."""
        first = 1
        for batch in self._batches([self._columns[index] for index in wanted]):
            lines = np.arange(first, first + batch.num_rows)
            yield Block(self._as_text(batch, wanted) if wanted else None, lines)
            first += batch.num_rows

    def raw(self, lines: np.ndarray) -> Iterator[tuple[int, str]]:
        """Yield the rows as cells with the delimiter between."""
        for block in self.blocks(dict(enumerate(f"c{index}" for index in range(len(self.header))))):
            for index in np.flatnonzero(np.isin(block.lines, lines)):
                cells = [column[index].as_py() or "" for column in block.rows.columns]
                yield int(block.lines[index]), self._dialect.delimiter.join(cells)

    def _batches(self, columns: list[str]) -> Iterator[pa.RecordBatch]:
        try:
            yield from self._file.iter_batches(batch_size=BATCH_ROWS, columns=columns or None)
        except (pa.ArrowException, OSError):
            raise Unreadable("ist beschädigt und lässt sich nicht zu Ende lesen") from None

    def _as_text(self, batch: pa.RecordBatch, wanted: Mapping[int, str]) -> pa.Table:
        renamed = pa.table([_local(batch.column(self._columns[index])) for index in wanted], list(wanted.values()))
        casts = [f"{as_text(field, self._dialect)} AS {name(field.name)}" for field in renamed.schema]
        con = _writer()
        try:
            con.register("stapel", renamed)
        except duckdb.Error:
            raise Unreadable("enthält Spalten eines Typs, der sich nicht lesen lässt") from None
        try:
            return con.sql(f"SELECT {', '.join(casts)} FROM stapel").to_arrow_table()
        finally:
            con.unregister("stapel")


@cache
def _writer() -> duckdb.DuckDBPyConnection:
    """A database of its own with one thread, so that the rows keep their order."""
    return duckdb.connect(config={"threads": 1, "enable_external_access": "false"})


def _local(column: pa.Array) -> pa.Array:
    """Return a moment with a time zone as the wall clock there; midnight in Berlin is a day, whatever UTC says."""
    zoned = pa.types.is_timestamp(column.type) and column.type.tz
    return compute.local_timestamp(column) if zoned else column


def as_text(field: pa.Field, dialect: Dialect) -> str:
    """Return the SQL that writes a typed Arrow column as the layout's dialect would write it."""
    column, kind = name(field.name), field.type
    day = f"strftime({column}, {text(dialect.dates[0])})"
    if pa.types.is_date(kind):
        return day
    if pa.types.is_timestamp(kind):
        return f"CASE WHEN date_trunc('day', {column}) = {column} THEN {day} ELSE CAST({column} AS VARCHAR) END"
    if pa.types.is_boolean(kind):
        true, false = text(dialect.true_words[0]), text(dialect.false_words[0])
        return f"CASE WHEN {column} THEN {true} WHEN NOT {column} THEN {false} END"
    if pa.types.is_decimal(kind):
        return f"replace(CAST({column} AS VARCHAR), '.', {text(dialect.decimal)})"
    if pa.types.is_floating(kind):
        whole = f"{column} = trunc({column}) AND abs({column}) < 1e15"
        return (
            f"CASE WHEN {whole} THEN CAST(CAST({column} AS BIGINT) AS VARCHAR) "
            f"ELSE replace(CAST({column} AS VARCHAR), '.', {text(dialect.decimal)}) END"
        )
    return f"CAST({column} AS VARCHAR)"
