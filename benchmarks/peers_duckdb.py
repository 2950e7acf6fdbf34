"""Bare DuckDB: one query per check, nothing kept but the counts. The floor that the others are compared with."""

from __future__ import annotations

from pathlib import Path

import duckdb
from peers_checks import CHECKS, STICHTAG, TABLES
from peers_sql import MISSION_SQL, structural_sql

VERSION = duckdb.__version__
Database = duckdb.DuckDBPyConnection


def read(delivery: Path, scratch: Path) -> Database:
    """Return a database in memory with every table of the delivery."""
    con = duckdb.connect()
    con.execute(f"CREATE MACRO stichtag() AS DATE '{STICHTAG}'")
    for table in TABLES:
        con.execute(f"CREATE TABLE {table} AS FROM '{delivery / table}.parquet'")
    return con


def structure(con: Database) -> dict[str, int]:
    """Return check → defects."""
    return {check.name: con.execute(structural_sql(check)).fetchall()[0][0] for check in CHECKS}


def mission(con: Database) -> dict[str, int]:
    """Return check → violations."""
    counted = "SELECT count(*) FILTER (violated) FROM ({})"
    return {number: con.execute(counted.format(sql)).fetchall()[0][0] for number, sql in MISSION_SQL.items()}
