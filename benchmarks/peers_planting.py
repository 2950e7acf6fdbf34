"""Plants a known number of structural defects into a clean delivery, so that there is something to find."""

from __future__ import annotations

from pathlib import Path

import duckdb
from peers_checks import CHECKS, TABLES, Check, checks_of

EVERY = 97  # one row in so many; a prime, so that no regularity of the synthetic office meets it
WRONG = {"required": "NULL", "codes": "'unbekannt'", "range": "101", "reference": "'FEHLT'", "pattern": "'1234'"}


def plant(clean: Path, planted: Path) -> dict[str, int]:
    """Write the tables of the benchmark to `planted`; returns check → defects (keys: values that occur twice)."""
    planted.mkdir(parents=True)
    con = duckdb.connect()
    counts: dict[str, int] = {}
    for table in TABLES:
        path = f"{clean / table}.parquet"
        order = ", ".join(
            con.sql(f"FROM '{path}'").columns
        )  # every column, so that the numbers are the same every time
        source = f"(SELECT *, row_number() OVER (ORDER BY {order}) AS nr FROM '{path}')"
        rows = con.execute(f"SELECT count(*) FROM {source}").fetchall()[0][0]
        for check in checks_of(table):
            counts[check.name] = len(range(_offset(check), rows + 1, EVERY))
        con.execute(f"COPY ({_changed(table, source)}) TO '{planted / table}.parquet' (FORMAT parquet)")
    return counts


def _changed(table: str, source: str) -> str:
    """Return the query with wrong values in place; rows that repeat a key stand at the end."""
    cells = [check for check in checks_of(table) if check.kind != "unique"]
    keys = [check for check in checks_of(table) if check.kind == "unique"]
    wrong = ", ".join(
        f"CASE WHEN nr % {EVERY} = {_offset(check)} THEN {WRONG[check.kind]} ELSE {check.column} END AS {check.column}"
        for check in cells
    )
    query = f"SELECT * {f'REPLACE ({wrong})' if wrong else ''}, 0 AS again FROM {source}"
    for key in keys:
        query += f" UNION ALL SELECT *, 1 FROM {source} WHERE nr % {EVERY} = {_offset(key)}"
    return f"SELECT * EXCLUDE (nr, again) FROM ({query}) ORDER BY again, nr"


def _offset(check: Check) -> int:
    """Return the remainder that marks the rows of a check; every check has its own, so that no row has two defects."""
    return 1 + 7 * CHECKS.index(check)
