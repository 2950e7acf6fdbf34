"""The DuckDB tables of a delivery: schema `daten` for the typed rows, `lauf` for what is said about them."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb
import pyarrow as pa

from amip_dq.model import Field, FieldType, Table

RUN_TABLES = """
CREATE SCHEMA IF NOT EXISTS daten;
CREATE SCHEMA IF NOT EXISTS lauf;
CREATE OR REPLACE TABLE lauf.datei (nr INTEGER, path VARCHAR, sha256 VARCHAR, "table" VARCHAR, rows_read BIGINT,
    rows_rejected BIGINT, data_as_of DATE, source VARCHAR);
CREATE OR REPLACE TABLE lauf.verworfen (file INTEGER, line BIGINT, "table" VARCHAR, reason VARCHAR, raw VARCHAR);
CREATE OR REPLACE TABLE lauf.spalte ("table" VARCHAR, "column" VARCHAR, position INTEGER, type VARCHAR, coded BOOLEAN,
    referring BOOLEAN);
CREATE OR REPLACE TABLE lauf.defekt (file INTEGER, line BIGINT, "table" VARCHAR, "column" VARCHAR, "check" VARCHAR);
"""


def create_tables(con: duckdb.DuckDBPyConnection, tables: Iterable[Table]) -> None:
    """Create an empty table for every table of the content, and those of the run.

    lauf.spalte keeps what the profile must know of the columns, so that the profile needs nothing but the database.
    """
    con.execute("BEGIN")  # one commit instead of one per statement: on a file each costs a write to disk
    con.execute(RUN_TABLES)
    for table in tables:
        referring = {key.fields[0] for key in table.foreign_keys}
        described = [
            [table.name, field.name, position, field.type.value, bool(field.constraints.enum), field.name in referring]
            for position, field in enumerate(table.fields)
        ]
        con.executemany("INSERT INTO lauf.spalte VALUES ($1, $2, $3, $4, $5, $6)", described)
        columns = [f"{name(field.name)} {sql_type(field)}" for field in table.fields]
        con.execute(f"CREATE OR REPLACE TABLE {daten(table)} ({', '.join(columns)}, _datei INTEGER, _zeile BIGINT)")
    con.execute("COMMIT")


def daten(table: Table | str) -> str:
    """Return the qualified SQL name of a table of the delivery."""
    return f"daten.{name(table if isinstance(table, str) else table.name)}"


def name(identifier: str) -> str:
    """Return the identifier quoted for SQL."""
    return '"' + identifier.replace('"', '""') + '"'


def text(value: str) -> str:
    """Return the value as a SQL text literal."""
    return "'" + value.replace("'", "''") + "'"


def sql_type(field: Field) -> str:
    """Return the column's type in DuckDB."""
    if field.type is FieldType.NUMBER:
        return f"DECIMAL(18,{field.decimals})"
    plain = {
        FieldType.STRING: "VARCHAR",
        FieldType.INTEGER: "INTEGER",
        FieldType.BOOLEAN: "BOOLEAN",
        FieldType.DATE: "DATE",
    }
    return plain[field.type]


def insert_rows(con: duckdb.DuckDBPyConnection, target: str, rows: pa.Table) -> None:
    """Append Arrow rows to a table with the same columns in the same order."""
    if rows.num_rows:
        con.register("_neue_zeilen", rows)
        con.execute(f"INSERT INTO {target} SELECT * FROM _neue_zeilen")
        con.unregister("_neue_zeilen")


def insert_defects(con: duckdb.DuckDBPyConnection, rows: Iterable[tuple[int, int | None, str, str, str]]) -> None:
    """Append (file, line, table, column, check)."""
    listed = list(rows)
    if listed:
        con.executemany("INSERT INTO lauf.defekt VALUES ($1, $2, $3, $4, $5)", [list(row) for row in listed])
