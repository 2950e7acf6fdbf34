"""Finds every cell that is missing, outside its code list or bounds, repeated, orphaned, or fails a row check."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import polars

from amip_dq.delivery.database import daten, insert_rows, name, text
from amip_dq.delivery.structure import checked_fields, failing_cells, structure_of
from amip_dq.errors import ContentError
from amip_dq.model import DefectCount, Delivery, ForeignKey, Table

CHUNK_ROWS = 500_000
BAD_SQL = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException)


def find_defects(
    con: duckdb.DuckDBPyConnection, delivery: Delivery, tables: Mapping[str, Table]
) -> tuple[DefectCount, ...]:
    """Complete lauf.defekt, set values outside their code list to NULL, and return the counts."""
    delivered = [tables[found] for found in sorted(delivery.delivered)]
    for table in delivered:
        _check_structure(con, table)
        _check_unique(con, table)
    for table in delivered:
        for key in table.foreign_keys:
            if key.reference.resource in delivery.delivered:
                _check_reference(con, table, key)
    for table in delivered:
        _clear_unknown_codes(con, table)
        _check_rows(con, table)
    return count_defects(con)


def count_defects(con: duckdb.DuckDBPyConnection) -> tuple[DefectCount, ...]:
    """Return how many places lauf.defekt has for each table, column and check."""
    counted = con.execute(
        'SELECT "table", "column", "check", count(*) FROM lauf.defekt GROUP BY ALL ORDER BY "table", "column", "check"'
    )
    return tuple(DefectCount(*row) for row in counted.fetchall())


def _check_structure(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    """required, pattern, enum, bounds and lengths, in chunks, by pandera."""
    fields = checked_fields(table)
    if not fields:
        return
    schema = structure_of(table)
    con.execute('CREATE OR REPLACE TEMP TABLE _struktur (file INTEGER, line BIGINT, "column" VARCHAR, "check" VARCHAR)')
    columns = ", ".join(name(field.name) for field in fields)
    with con.cursor() as reader:
        batches = reader.sql(f"SELECT {columns}, _datei, _zeile FROM {daten(table)}").to_arrow_reader(CHUNK_ROWS)
        for batch in batches:
            frame = polars.DataFrame(polars.from_arrow(batch))
            for column, check, fails in failing_cells(schema, frame.select(field.name for field in fields)):
                found = frame.filter(fails).select(
                    "_datei", "_zeile", polars.lit(column).alias("column"), polars.lit(check).alias("check")
                )
                insert_rows(con, "_struktur", found.to_arrow())
    # a cell that could not be typed is already a defect; that it is empty now says nothing new
    con.execute(
        """INSERT INTO lauf.defekt SELECT s.file, s.line, $1, s."column", s."check" FROM _struktur s
        WHERE NOT EXISTS (SELECT 1 FROM lauf.defekt d WHERE d."table" = $1 AND d.file = s.file AND d.line = s.line
            AND d."column" = s."column" AND d."check" = 'type')""",
        [table.name],
    )
    con.execute("DROP TABLE _struktur")


def _check_unique(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Every row that shares its value with another one; keys were settled when the rows were read."""
    for field in table.fields:
        if field.constraints.unique and table.primary_key != (field.name,):
            column, rows = name(field.name), daten(table)
            shared = f"SELECT {column} FROM {rows} WHERE {column} IS NOT NULL GROUP BY 1 HAVING count(*) > 1"
            _insert(con, table, field.name, "unique", f"{column} IN ({shared})")


def _check_reference(con: duckdb.DuckDBPyConnection, table: Table, key: ForeignKey) -> None:
    """Values that their table does not have; a key with an empty part refers to nothing."""
    pairs = list(zip(key.fields, key.reference.fields, strict=True))
    given = " AND ".join(f"t.{name(column)} IS NOT NULL" for column in key.fields)
    same = " AND ".join(f"z.{name(there)} = t.{name(here)}" for here, there in pairs)
    missing = f"NOT EXISTS (SELECT 1 FROM {daten(key.reference.resource)} z WHERE {same})"
    _insert(con, table, key.fields[0], "foreignKey", f"{given} AND {missing}")


def _clear_unknown_codes(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    counted = con.execute(
        'SELECT DISTINCT "column" FROM lauf.defekt WHERE "table" = $1 AND "check" = \'enum\'', [table.name]
    )
    for (column,) in sorted(counted.fetchall()):
        codes = ", ".join(text(str(code)) for code in table.field(column).constraints.enum)
        con.execute(
            f"UPDATE {daten(table)} SET {name(column)} = NULL WHERE CAST({name(column)} AS VARCHAR) NOT IN ({codes})"
        )


def _check_rows(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    for check in table.row_checks:
        try:
            # TRY: a predicate that cannot be computed for a row is not FALSE
            _insert(con, table, "", check.name, f"TRY(({check.sql}\n)) IS FALSE")
        except BAD_SQL as error:
            reason = str(error).splitlines()[0]
            raise ContentError(f"checks/{table.name}.yaml", None, f"rowCheck »{check.name}«: {reason}") from None


def _insert(con: duckdb.DuckDBPyConnection, table: Table, column: str, check: str, condition: str) -> None:
    con.execute(
        f"INSERT INTO lauf.defekt SELECT _datei, _zeile, $1, $2, $3 FROM {daten(table)} AS t WHERE {condition}",
        [table.name, column, check],
    )
