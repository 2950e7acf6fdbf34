"""Real-looking identifiers for the integer keys of a block: they carry no person's data."""

from __future__ import annotations

import numpy as np
import polars as pl

from amip_dq.synth.scenario import Batch

PEOPLE_PER_BLOCK, HOUSEHOLDS_PER_BLOCK = 500_000, 200_000
CLIENT_NUMBERS = 26_000_000  # 037A000000 … 037Z999999
SCATTER = 7_654_321  # coprime to CLIENT_NUMBERS: neighbours in the simulation are none in the file
PREFIXES = {
    "bewilligung_id": "BW", "aenderung_id": "AE", "unterbrechung_id": "UB", "fall_ende_id": "FE", "info_id": "IN", "ziel_id": "IZ",
    "kontakt_id": "KO", "plan_id": "KP", "teilnahme_id": "TN", "vv_id": "VV", "integration_id": "EI", "minderung_id": "MI", "treffer_id": "DA",
}  # fmt: skip
REPLACED = {"bewilligung": "BW", "aenderung": "AE"}  # ersetzt_id names a row of its own table
STAFF = ("mitarbeiter", "ifk", "empfaenger", "erfasser", "anordner")


def client_number(p: pl.Expr, batch: Batch) -> pl.Expr:
    """Return the Kundennummer, three digits, a letter, six digits, of each person key."""
    running = (p.cast(pl.Int64) + batch.number * PEOPLE_PER_BLOCK) * SCATTER
    inside = running % CLIENT_NUMBERS
    area = pl.lit(37) + ((p.cast(pl.Int64) + batch.number * PEOPLE_PER_BLOCK) // CLIENT_NUMBERS)
    letter = (inside // 1_000_000).replace_strict({n: chr(65 + n) for n in range(26)}, return_dtype=pl.String)
    return pl.concat_str([_digits(area, 3), letter, _digits(inside % 1_000_000, 6)])


def household_number(b: pl.Expr, batch: Batch) -> pl.Expr:
    """Return the BG-Nummer, Dienststelle, BG, seven digits, of each household key."""
    running = b.cast(pl.Int64) + batch.number * HOUSEHOLDS_PER_BLOCK + 1
    return pl.concat_str([_digits(pl.lit(3702) + running // 10_000_000, 5), pl.lit("BG"), _digits(running % 10_000_000, 7)])


def _digits(number: pl.Expr, width: int) -> pl.Expr:
    return number.cast(pl.String).str.zfill(width)


def _record(column: str, prefix: str, batch: Batch) -> pl.Expr:
    return pl.concat_str([pl.lit(f"{prefix}{batch.number:02d}"), _digits(pl.col(column), 8)]).alias(column)


def identified(table: str, frame: pl.DataFrame, batch: Batch) -> pl.DataFrame:
    """Return the frame with identifiers instead of integer keys."""
    found = []
    for column in frame.columns:
        if column == "kundennr":
            found.append(client_number(pl.col(column), batch).alias(column))
        elif column == "bg_nr":
            found.append(household_number(pl.col(column), batch).alias(column))
        elif column in STAFF:
            found.append(pl.concat_str([pl.lit(f"M{batch.number:02d}"), _digits(pl.col(column), 5)]).alias(column))
        elif column in PREFIXES:
            found.append(_record(column, PREFIXES[column], batch))
        elif column == "ersetzt_id":
            found.append(_record(column, REPLACED[table], batch))
    return frame.with_columns(found)


def numbers_of(batch: Batch) -> np.ndarray:
    """Return the running number of each person over all blocks."""
    return np.arange(batch.people.height) + batch.number * PEOPLE_PER_BLOCK
