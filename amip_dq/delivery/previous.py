"""The delivery before this one, as a profile to compare with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb

from amip_dq.delivery.defects import find_defects
from amip_dq.delivery.profile import Profile, measure_profile, read_profile
from amip_dq.delivery.read import read_delivery
from amip_dq.errors import DeliveryError
from amip_dq.model import Layout, Table

PROFILE = Path("lieferung") / "profil.json"


def load_previous(path: Path | None, layout: Layout, tables: Mapping[str, Table]) -> Profile | None:
    """Return the profile of an earlier run's output, or of an earlier delivery, which is then read again."""
    if path is None:
        return None
    stored = path / PROFILE
    if stored.is_file():
        return _stored(stored)
    with duckdb.connect() as con:
        delivery = read_delivery(path, layout, tables, con)
        find_defects(con, delivery, tables)
        measure_profile(con, delivery, date.max)
        return read_profile(con)


def _stored(path: Path) -> Profile:
    try:
        profile = json.loads(path.read_text(encoding="utf-8"))
        for key, needed in (("tabellen", {"table", "rows"}), ("spalten", {"table", "column"})):
            if not all(needed <= set(row) for row in profile[key]):
                raise KeyError(key)
    except (ValueError, KeyError, TypeError):
        raise DeliveryError(
            f"{PROFILE}: ist kein Profil einer früheren Prüfung; --previous nennt deren Ausgabeordner."
        ) from None
    return profile
