"""Keeps the profile of each delivery, so that the next one can be compared with it; no value of a cell is kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb

from amip_dq.delivery.profile import read_profile
from amip_dq.ledger.store import reading

DOCUMENT = "profil"
CELLS = ("minimum", "maximum")


def profile_document(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return the profile of a run as a document, without the smallest and largest values (they may be keys)."""
    profile = read_profile(con)
    columns = [{name: value for name, value in row.items() if name not in CELLS} for row in profile["spalten"]]
    return {DOCUMENT: json.dumps({**profile, "spalten": columns}, ensure_ascii=False, sort_keys=True, default=str)}


def last_profile(path: Path) -> dict[str, Any] | None:
    """Return the profile of the newest run in a ledger, or None before the first."""
    if not path.exists():
        return None
    with reading(path) as con:
        rows = con.execute("SELECT body FROM document WHERE name = $1 ORDER BY nr DESC LIMIT 1", [DOCUMENT]).fetchall()
    return json.loads(rows[0][0]) if rows else None
