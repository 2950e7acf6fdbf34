"""The profile of a delivery, computed by DuckDB: one row per file, per table and per column, no cell of a client.

Minimum and maximum are kept for numbers and dates only; of text columns just the codes of a closed list.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import duckdb

from amip_dq.delivery.database import daten, name, text
from amip_dq.delivery.manifest import COLUMNS, ENTRIES
from amip_dq.delivery.manifest import TABLE as MANIFEST_TABLE
from amip_dq.model import Delivery

EXACT_ROWS = 100_000  # above this many rows distinct values are estimated (HyperLogLog, about 2 %)
ENOUGH_ROWS = 100  # a change against the previous delivery means something from this many rows on
FIRST_DATE, YEARS_AHEAD = date(1900, 1, 1), 60
NUMERIC = ("integer", "number")

PROFILE_TABLES = """
CREATE OR REPLACE TABLE lauf.profil_datei (nr INTEGER, path VARCHAR, "table" VARCHAR, source VARCHAR, rows BIGINT,
    rows_rejected BIGINT, rows_expected BIGINT, sum_column VARCHAR, sum_expected DECIMAL(38,2),
    sum_actual DECIMAL(38,2), sum_difference DOUBLE, data_as_of DATE, age_working_days INTEGER);
CREATE OR REPLACE TABLE lauf.profil_tabelle ("table" VARCHAR, files INTEGER, rows BIGINT, rows_rejected BIGINT,
    rejected_share DOUBLE, rows_expected BIGINT, rows_previous BIGINT, change_share DOUBLE, emptied BOOLEAN,
    defects BIGINT);
CREATE OR REPLACE TABLE lauf.profil_spalte ("table" VARCHAR, "column" VARCHAR, rows BIGINT, nulls BIGINT,
    null_share DOUBLE, null_share_previous DOUBLE, null_share_change DOUBLE, distinct_values BIGINT,
    minimum VARCHAR, maximum VARCHAR,
    out_of_range BIGINT, shortest INTEGER, longest INTEGER, length_changed BOOLEAN, untyped BIGINT,
    unknown_codes BIGINT, codes VARCHAR, new_values BIGINT, orphans BIGINT, orphan_share DOUBLE);
"""
Profile = Mapping[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class _Column:
    """A column as lauf.spalte describes it."""

    table: str
    name: str
    type: str
    coded: bool
    referring: bool


def is_weekday(day: date) -> bool:
    """Tell whether the day is a Monday to Friday."""
    return day.weekday() < 5


def measure_profile(
    con: duckdb.DuckDBPyConnection, delivery: Delivery, stichtag: date, previous: Profile | None = None,
    working_day: Callable[[date], bool] = is_weekday,
) -> None:  # fmt: skip
    """Fill lauf.profil_datei, profil_tabelle and profil_spalte."""
    con.execute(PROFILE_TABLES)
    _profile_files(con, delivery, stichtag, working_day)
    before = {row["table"]: row for row in (previous or {}).get("tabellen", [])}
    columns_before = {(row["table"], row["column"]): row for row in (previous or {}).get("spalten", [])}
    defects = _defects(con)
    profiled: list[list[Any]] = []
    for table in sorted(delivery.delivered):
        _profile_table(con, table, before.get(table))
        for column, rows, measures in _measured(con, _columns(con, table), stichtag):
            place = (table, column.name)
            profiled.append(_profile_column(column, rows, measures, defects.get(place, {}), columns_before.get(place)))
    if profiled:
        con.executemany(f"INSERT INTO lauf.profil_spalte VALUES ({', '.join(f'${i}' for i in range(1, 21))})", profiled)


def _columns(con: duckdb.DuckDBPyConnection, table: str) -> list[_Column]:
    rows = con.execute(
        'SELECT "table", "column", type, coded, referring FROM lauf.spalte WHERE "table" = $1 ORDER BY position',
        [table],
    )
    return [_Column(*row) for row in rows.fetchall()]


# ------------------------------------------------------------------ files
def _profile_files(
    con: duckdb.DuckDBPyConnection, delivery: Delivery, stichtag: date, working_day: Callable[[date], bool]
) -> None:
    described = {column.name for column in _columns(con, MANIFEST_TABLE)} >= COLUMNS
    declared = _declared(con) if described else {}
    files = con.execute(
        'SELECT nr, path, "table", source, rows_read, rows_rejected, data_as_of FROM lauf.datei ORDER BY nr'
    )
    for nr, path, table, source, read, rejected, data_as_of in files.fetchall():
        if table == MANIFEST_TABLE:
            continue
        rows_expected, column, total = declared.get(nr, (None, None, None))
        actual = _sum(con, table, column, nr) if table in delivery.delivered else None
        difference = None if actual is None or total is None else float(actual - total)
        age = None if data_as_of is None else _working_days(data_as_of, stichtag, working_day)
        values = [
            nr,
            path,
            table,
            source,
            read + rejected,
            rejected,
            rows_expected,
            column,
            total,
            actual,
            difference,
            data_as_of,
            age,
        ]
        con.execute(f"INSERT INTO lauf.profil_datei VALUES ({', '.join(f'${i}' for i in range(1, 14))})", values)


def _declared(con: duckdb.DuckDBPyConnection) -> dict[int, tuple]:
    """Return what lieferung.yaml declares for each file: rows, column of the sum, sum."""
    rows = con.execute(f"SELECT nr, zeilen_soll, summe_spalte, summe_soll FROM ({ENTRIES}) ORDER BY nr").fetchall()
    return {nr: tuple(rest) for nr, *rest in rows}


def _sum(con: duckdb.DuckDBPyConnection, table: str, column: str | None, nr: int) -> Any:
    numeric = {entry.name for entry in _columns(con, table) if entry.type in NUMERIC}
    if column not in numeric:
        return None
    query = f"SELECT CAST(coalesce(sum({name(column)}), 0) AS DECIMAL(38,2)) FROM {daten(table)} WHERE _datei = {nr}"
    return con.execute(query).fetchall()[0][0]


def _working_days(start: date, end: date, working_day: Callable[[date], bool]) -> int:
    """Return the number of working days after `start` up to and including `end`; beyond ten years nobody counts."""
    return sum(working_day(end - timedelta(days=n)) for n in range(min((end - start).days, 3650)))


# ------------------------------------------------------------------ tables
def _profile_table(con: duckdb.DuckDBPyConnection, table: str, before: Mapping[str, Any] | None) -> None:
    rows_before = before["rows"] if before else None
    con.execute(
        """INSERT INTO lauf.profil_tabelle
        SELECT $1, count(*), sum(rows_read), sum(rows_rejected),
            round(sum(rows_rejected) / greatest(sum(rows_read + rows_rejected), 1), 6),
            (SELECT CASE WHEN count(*) = count(rows_expected) THEN sum(rows_expected) END
                FROM lauf.profil_datei WHERE "table" = $1),
            $2::BIGINT, CASE WHEN $2::BIGINT >= $3 THEN round((sum(rows_read) - $2) / $2, 6) END,
            coalesce($2 > 0 AND sum(rows_read) = 0, FALSE),
            (SELECT count(*) FROM lauf.defekt WHERE "table" = $1)
        FROM lauf.datei WHERE "table" = $1""",
        [table, rows_before, ENOUGH_ROWS],
    )


# ------------------------------------------------------------------ columns
def _measured(
    con: duckdb.DuckDBPyConnection, columns: list[_Column], stichtag: date
) -> Iterator[tuple[_Column, int, tuple[Any, ...]]]:
    """Yield (column, rows, its measures) for all columns of a table, from one scan."""
    source = daten(columns[0].table)
    rows = con.execute(f"SELECT count(*) FROM {source}").fetchall()[0][0]
    wanted = [measure for column in columns for measure in _measures(column, stichtag, rows <= EXACT_ROWS)]
    values = con.execute(f"SELECT {', '.join(wanted)} FROM {source}").fetchall()[0]
    width = len(wanted) // len(columns)
    for place, column in enumerate(columns):
        yield column, rows, values[place * width : (place + 1) * width]


def _measures(column: _Column, stichtag: date, exact: bool) -> list[str]:
    """Return SQL: filled, distinct, codes in use, minimum, maximum, out of a plausible range, shortest, longest."""
    x = name(column.name)
    distinct = f"count(DISTINCT {x})" if exact else f"approx_count_distinct({x})"
    codes = f"list_sort(list(DISTINCT {x}::VARCHAR) FILTER ({x} IS NOT NULL))" if column.coded else "NULL"
    bounds = [f"min({x})::VARCHAR", f"max({x})::VARCHAR"] if column.type in ("date", *NUMERIC) else ["NULL", "NULL"]
    outside, lengths = "NULL", ["NULL", "NULL"]
    if column.type == "date":
        last = date(min(stichtag.year + YEARS_AHEAD, 9998), 12, 31)
        outside = f"count(*) FILTER ({x} NOT BETWEEN {text(FIRST_DATE.isoformat())} AND {text(last.isoformat())})"
    if column.type == "string":
        lengths = [f"min(length({x}))", f"max(length({x}))"]
    return [f"count({x})", distinct, codes, *bounds, outside, *lengths]


def _profile_column(
    column: _Column, rows: int, measures: tuple[Any, ...], defects: Mapping[str, int], before: Mapping[str, Any] | None
) -> list[Any]:
    filled, distinct, codes, *rest = measures
    null_share = round((rows - filled) / rows, 6) if rows else None
    null_before = before.get("null_share") if before else None
    orphans = defects.get("foreignKey", 0) if column.referring else None
    if column.coded:
        codes = codes or []
    return [
        column.table, column.name, rows, rows - filled, null_share, null_before,
        None if null_share is None or null_before is None else round(null_share - null_before, 6),
        distinct, *rest, None if column.coded else _length_changed(rest[3:5], before),
        defects.get("type", 0), defects.get("enum", 0),
        None if codes is None else json.dumps(codes, ensure_ascii=False),
        _new_values(codes, before), orphans, None if orphans is None else round(orphans / max(filled, 1), 6),
    ]  # fmt: skip


def _defects(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], dict[str, int]]:
    counted = con.execute('SELECT "table", "column", "check", count(*) FROM lauf.defekt GROUP BY ALL').fetchall()
    found: dict[tuple[str, str], dict[str, int]] = {}
    for table, column, check, count in counted:
        found.setdefault((table, column), {})[check] = count
    return found


def _new_values(codes: list[str] | None, before: Mapping[str, Any] | None) -> int | None:
    if codes is None or not before or not before.get("codes"):
        return None
    return len(set(codes) - set(json.loads(before["codes"])))


def _length_changed(lengths: Sequence[int | None], before: Mapping[str, Any] | None) -> bool | None:
    """Tell whether texts that all had one length no longer have it: a lost leading zero, a new numbering."""
    if not before or lengths[0] is None or before.get("shortest") is None or before["shortest"] != before["longest"]:
        return None
    return set(lengths) != {before["shortest"]}


def read_profile(con: duckdb.DuckDBPyConnection) -> dict[str, list[dict[str, Any]]]:
    """Return the profile as it is written to lieferung/profil.json."""
    return {
        "tabellen": _rows(con, 'SELECT * FROM lauf.profil_tabelle ORDER BY "table"'),
        "spalten": _rows(con, 'SELECT * FROM lauf.profil_spalte ORDER BY "table", "column"'),
    }


def _rows(con: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    cursor = con.execute(query)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
