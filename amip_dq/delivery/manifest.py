"""lieferung.yaml: what a delivery says of itself, one entry per file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import duckdb

from amip_dq.delivery.database import insert_defects
from amip_dq.delivery.members import MANIFEST, Member
from amip_dq.model import Table

TABLE = "lieferung"  # the one table that the contract lets the engine know, and only if the content has it


def with_manifest(
    matched: list[tuple[Member, str]], members: list[Member], tables: Mapping[str, Table]
) -> list[tuple[Member, str]]:
    """Return the matched files plus every lieferung.yaml, in path order."""
    if TABLE not in tables:
        return matched
    found = [(member, TABLE) for member in members if member.name == MANIFEST]
    return sorted(matched + found, key=lambda entry: entry[0].path)


def apply_manifest(con: duckdb.DuckDBPyConnection, tables: Mapping[str, Table], delivered: set[str]) -> date | None:
    """Write Datenstand and source of every file to lauf.datei and return the oldest Datenstand.

    An entry names the path inside the delivery or the plain file name. A file without a Datenstand is a defect.
    """
    if TABLE not in tables:
        return None
    con.execute(
        """UPDATE lauf.datei AS f SET data_as_of = e.datenstand, source = e.quelle FROM daten.lieferung AS e
        WHERE f."table" <> 'lieferung' AND (e.datei = f.path
            OR (e.datei = regexp_extract(f.path, '[^/]*$') AND f.path NOT IN (SELECT datei FROM daten.lieferung)))"""
    )
    undated = con.execute(
        "SELECT nr FROM lauf.datei WHERE data_as_of IS NULL AND \"table\" <> 'lieferung' ORDER BY nr"
    ).fetchall()
    insert_defects(con, [(nr, None, TABLE, "datenstand", "required") for (nr,) in undated])
    return con.execute("SELECT min(data_as_of) FROM lauf.datei").fetchall()[0][0]
