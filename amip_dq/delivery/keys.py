"""Rejects rows without a key and rows whose key an earlier row already has; the first in file order stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import duckdb
import numpy as np
import pyarrow as pa

from amip_dq.delivery.database import daten, insert_rows, name
from amip_dq.model import Table

CHUNK = 100_000
RawText = Callable[[int, np.ndarray], Iterator[tuple[int, str]]]


def reject_keyless(con: duckdb.DuckDBPyConnection, table: Table, raw_text: RawText) -> dict[int, int]:
    """Move the rows to lauf.verworfen and return how many there are per file; `raw_text` reads them again."""
    if not table.primary_key or not _collect(con, table):
        return {}
    counts = dict(con.execute("SELECT _datei, count(*) FROM _ohne_schluessel GROUP BY ALL ORDER BY 1").fetchall())
    for nr in counts:
        lines, reasons = _lines(con, nr)
        _insert(con, table.name, nr, dict(zip(lines.tolist(), reasons, strict=True)), raw_text(nr, lines))
    places = "(SELECT _datei, _zeile FROM _ohne_schluessel)"
    con.execute(f"DELETE FROM {daten(table)} WHERE (_datei, _zeile) IN {places}")
    con.execute(f'DELETE FROM lauf.defekt WHERE "table" = $1 AND (file, line) IN {places}', [table.name])
    con.execute("DROP TABLE _ohne_schluessel")
    return counts


def _collect(con: duckdb.DuckDBPyConnection, table: Table) -> int:
    keys = [name(column) for column in table.primary_key]
    listed, absent = ", ".join(keys), " OR ".join(f"{key} IS NULL" for key in keys)
    title = "Schlüssel " + ", ".join(table.primary_key)
    same = " AND ".join(f"t.{key} = m.{key}" for key in keys)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE _ohne_schluessel AS
        WITH mehrfach AS (SELECT {listed} FROM {daten(table)} WHERE NOT ({absent})
            GROUP BY {listed} HAVING count(*) > 1),
        stellen AS (SELECT t._datei, t._zeile, row_number() OVER (PARTITION BY {", ".join(f"t.{key}" for key in keys)}
            ORDER BY t._datei, t._zeile) AS nummer FROM {daten(table)} t JOIN mehrfach m ON {same})
        SELECT _datei, _zeile, $1 AS grund FROM {daten(table)} WHERE {absent}
        UNION ALL SELECT _datei, _zeile, $2 FROM stellen WHERE nummer > 1""",
        [f"{title} fehlt", f"{title} steht schon in einer früheren Zeile"],
    )
    return con.execute("SELECT count(*) FROM _ohne_schluessel").fetchall()[0][0]


def _lines(con: duckdb.DuckDBPyConnection, nr: int) -> tuple[np.ndarray, list[str]]:
    found = con.sql(f"SELECT _zeile, grund FROM _ohne_schluessel WHERE _datei = {nr} ORDER BY _zeile").to_arrow_table()
    return found.column(0).to_numpy(), found.column(1).to_pylist()


def _insert(
    con: duckdb.DuckDBPyConnection, table: str, nr: int, reasons: dict[int, str], texts: Iterator[tuple[int, str]]
) -> None:
    chunk: list[tuple[int, str]] = []
    for entry in texts:
        chunk.append(entry)
        if len(chunk) == CHUNK:
            insert_rejected(con, table, nr, [(line, reasons[line], raw) for line, raw in chunk])
            chunk = []
    insert_rejected(con, table, nr, [(line, reasons[line], raw) for line, raw in chunk])


def insert_rejected(con: duckdb.DuckDBPyConnection, table: str, nr: int, rows: list[tuple[int, str, str]]) -> None:
    """Append (line, reason, raw text) of one file to lauf.verworfen."""
    lines, reasons, raws = zip(*rows, strict=True) if rows else ((), (), ())
    columns = {
        "file": pa.array([nr] * len(rows), pa.int32()),
        "line": pa.array(lines, pa.int64()),
        "table": pa.array([table] * len(rows), pa.string()),
        "reason": pa.array(reasons, pa.string()),
        "raw": pa.array(raws, pa.string()),
    }
    insert_rows(con, "lauf.verworfen", pa.table(columns))
