"""Loads the blocks of one file into its typed table and proves that no row was lost on the way."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pyarrow as pa

from amip_dq.delivery.database import daten, name
from amip_dq.delivery.keys import insert_rejected
from amip_dq.delivery.source import Block, SourceFile
from amip_dq.delivery.typing import typing_query, untyped
from amip_dq.errors import DeliveryError
from amip_dq.model import FieldType, LayoutTable, Table


def load_rows(
    con: duckdb.DuckDBPyConnection,
    nr: int,
    table: Table,
    layout_table: LayoutTable,
    source: SourceFile,
    wanted: Mapping[int, str],
) -> tuple[int, int]:
    """Return (rows read, rows rejected) of a file; without `wanted` columns its rows are only counted."""
    query = typing_query(table, layout_table, set(wanted.values()), "_block")
    read = rejected = 0
    for block in source.blocks(wanted):
        insert_rejected(con, table.name, nr, [(row.line, row.reason, row.raw) for row in block.rejected])
        if block.rows is not None and block.rows.num_rows:
            _load_block(con, nr, table, query, block, set(wanted.values()))
        read += len(block.lines)
        rejected += len(block.rejected)
    _prove(con, nr, table, read if wanted else 0, rejected)
    return read, rejected


def _load_block(
    con: duckdb.DuckDBPyConnection, nr: int, table: Table, query: str, block: Block, present: set[str]
) -> None:
    con.register("_block", block.rows.append_column("_zeile", pa.array(block.lines, pa.int64())))
    con.execute(f"CREATE OR REPLACE TEMP TABLE _getippt AS {query}")
    con.unregister("_block")
    columns = ", ".join(name(column) for column in table.column_names)
    con.execute(f"INSERT INTO {daten(table)} SELECT {columns}, {nr}, _zeile FROM _getippt")
    fields = [field for field in table.fields if field.name in present and field.type is not FieldType.STRING]
    if not fields:
        return
    counts = con.execute(
        f"SELECT {', '.join(f'count(*) FILTER ({untyped(field)})' for field in fields)} FROM _getippt"
    ).fetchall()[0]
    for field, count in zip(fields, counts, strict=True):
        if count:
            con.execute(
                f"INSERT INTO lauf.defekt SELECT {nr}, _zeile, $1, $2, 'type' FROM _getippt WHERE {untyped(field)}",
                [table.name, field.name],
            )


def discard_file(con: duckdb.DuckDBPyConnection, nr: int, table: Table) -> None:
    """Take back what was loaded from a file that turned out to be unreadable further down."""
    con.execute(f"DELETE FROM {daten(table)} WHERE _datei = {nr}")
    con.execute(f"DELETE FROM lauf.verworfen WHERE file = {nr}")
    con.execute(f"DELETE FROM lauf.defekt WHERE file = {nr} AND \"check\" = 'type'")


def _prove(con: duckdb.DuckDBPyConnection, nr: int, table: Table, read: int, rejected: int) -> None:
    """Rows found by the scanner = rows that arrived; a difference would be a row lost in silence."""
    stored = con.execute(f"SELECT count(*) FROM {daten(table)} WHERE _datei = {nr}").fetchall()[0][0]
    refused = con.execute(f"SELECT count(*) FROM lauf.verworfen WHERE file = {nr}").fetchall()[0][0]
    if (stored, refused) != (read, rejected):
        raise DeliveryError(
            f"Datei {nr} ({table.name}): die Zeilenbilanz stimmt nicht ({stored} von {read} gelesenen, "
            f"{refused} von {rejected} verworfenen Zeilen gespeichert). Bitte melden; es wurde nichts geprüft."
        )
