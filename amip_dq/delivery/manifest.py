"""lieferung.yaml: what a delivery says of itself, one entry per file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import duckdb

from amip_dq.delivery.database import insert_defects
from amip_dq.delivery.members import MANIFEST, Member
from amip_dq.model import Table

ENTRIES = """SELECT f.nr, e.* FROM lauf.datei f JOIN daten.lieferung e
    ON e.datei IN (f.path, regexp_extract(f.path, '[^/]*$')) OR starts_with(f.path, e.datei || '/')
    WHERE f."table" <> 'lieferung'
    QUALIFY row_number() OVER (PARTITION BY f.nr ORDER BY e.datei = f.path DESC, length(e.datei) DESC, e.datei) = 1"""
TABLE = "lieferung"  # the one table that the contract lets the engine know, if the content has it
COLUMNS = {"datei", "quelle", "datenstand", "zeilen_soll", "summe_spalte", "summe_soll"}


def with_manifest(
    matched: list[tuple[Member, str]], members: list[Member], tables: Mapping[str, Table]
) -> list[tuple[Member, str]]:
    """Return the matched files plus every lieferung.yaml, in path order."""
    if not is_described(tables):
        return matched
    found = [(member, TABLE) for member in members if member.name == MANIFEST]
    return sorted(matched + found, key=lambda entry: entry[0].path)


def is_described(tables: Mapping[str, Table]) -> bool:
    """Tell whether the content has the table that describes deliveries, with the columns of the contract."""
    return TABLE in tables and set(tables[TABLE].column_names) >= COLUMNS


def apply_manifest(con: duckdb.DuckDBPyConnection, tables: Mapping[str, Table]) -> date | None:
    """Write Datenstand and source of every file to lauf.datei and return the oldest Datenstand.

    An entry names the path inside the delivery, the plain file name, or the archive or folder around it.
    A file without a Datenstand is a defect.
    """
    if not is_described(tables):
        return None
    con.execute(
        f"""UPDATE lauf.datei AS f SET data_as_of = e.datenstand, source = e.quelle
        FROM ({ENTRIES}) AS e WHERE e.nr = f.nr"""
    )
    undated = con.execute(
        "SELECT nr FROM lauf.datei WHERE data_as_of IS NULL AND \"table\" <> 'lieferung' ORDER BY nr"
    ).fetchall()
    insert_defects(con, [(nr, None, TABLE, "datenstand", "required") for (nr,) in undated])
    return con.execute("SELECT min(data_as_of) FROM lauf.datei").fetchall()[0][0]
