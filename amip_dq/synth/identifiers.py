"""Real-looking identifiers for the integer keys of a block: they carry no person's data."""

from __future__ import annotations

import numpy as np
import polars as pl

from amip_dq.synth.scenario import Batch

PEOPLE_PER_BLOCK, HOUSEHOLDS_PER_BLOCK = 500_000, 200_000
CLIENT_NUMBERS = 26_000_000  # 037A000000 … 037Z999999
SCATTER = 7_654_321  # coprime to CLIENT_NUMBERS: neighbours in the simulation are none in the file
PREFIXES = {
    "bewilligung_id": "BW",
    "aenderung_id": "AE",
    "unterbrechung_id": "UB",
    "fall_ende_id": "FE",
    "info_id": "IN",
    "ziel_id": "IZ",
    "kontakt_id": "KO",
    "plan_id": "KP",
    "teilnahme_id": "TN",
    "vv_id": "VV",
    "integration_id": "EI",
    "minderung_id": "MI",
    "treffer_id": "DA",
}
REPLACED = {"bewilligung": "BW", "aenderung": "AE"}  # ersetzt_id names a row of its own table
STAFF = ("mitarbeiter", "ifk", "empfaenger", "erfasser", "anordner")


def client_numbers(batch: Batch) -> pl.Series:
    """Return the Kundennummer, three digits, a letter, six digits, of each person of the block."""
    running = pl.int_range(batch.people.height, eager=True) + batch.number * PEOPLE_PER_BLOCK
    frame = pl.DataFrame({"area": 37 + running // CLIENT_NUMBERS, "inside": running * SCATTER % CLIENT_NUMBERS})
    letters = pl.Series([chr(65 + n) for n in range(26)]).gather(frame["inside"] // 1_000_000)
    return frame.select(
        pl.concat_str([_digits(pl.col("area"), 3), letters, _digits(pl.col("inside") % 1_000_000, 6)])
    ).to_series()


def household_numbers(batch: Batch) -> pl.Series:
    """Return the BG-Nummer, Dienststelle, BG, seven digits, of each household of the block."""
    running = pl.int_range(batch.bg.height, eager=True) + batch.number * HOUSEHOLDS_PER_BLOCK + 1
    frame = pl.DataFrame({"office": 3702 + running // 10_000_000, "inside": running % 10_000_000})
    return frame.select(
        pl.concat_str([_digits(pl.col("office"), 5), pl.lit("BG"), _digits(pl.col("inside"), 7)])
    ).to_series()


def post_numbers(batch: Batch) -> pl.Series:
    """Return the pseudonym of each post of the block."""
    frame = pl.DataFrame({"m": pl.int_range(batch.staff.height, eager=True)})
    return frame.select(pl.concat_str([pl.lit(f"M{batch.number:02d}"), _digits(pl.col("m"), 5)])).to_series()


def _digits(number: pl.Expr, width: int) -> pl.Expr:
    return number.cast(pl.String).str.zfill(width)


def _record(column: str, prefix: str, batch: Batch) -> pl.Expr:
    return pl.concat_str([pl.lit(f"{prefix}{batch.number:02d}"), _digits(pl.col(column), 8)]).alias(column)


def _misprinted(numbers: pl.Series, key: str, batch: Batch) -> pl.Series:
    """Return the numbers with the wrong ones of the block (key, number) in their place, everywhere the same."""
    wrong = batch.misprints.get(key)
    return numbers if wrong is None else numbers.scatter(wrong[key], wrong["number"])


class Identifiers:
    """Writes identifiers in place of the integer keys of one block."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        posts = post_numbers(batch)
        self.names = {
            "kundennr": _misprinted(client_numbers(batch), "kundennr", batch),
            "bg_nr": _misprinted(household_numbers(batch), "bg_nr", batch),
            **dict.fromkeys(STAFF, posts),
        }

    def named(self, table: str, frame: pl.DataFrame) -> pl.DataFrame:
        """Return the frame of a table with identifiers instead of integer keys."""
        found = []
        for column in frame.columns:
            if column in self.names:
                found.append(self.names[column].gather(frame[column]).alias(column))
            elif column in PREFIXES:
                found.append(_record(column, PREFIXES[column], self.batch))
            elif column == "ersetzt_id":
                found.append(_record(column, REPLACED[table], self.batch))
        return frame.with_columns(found)


def numbers_of(batch: Batch) -> np.ndarray:
    """Return the running number of each person over all blocks."""
    return np.arange(batch.people.height) + batch.number * PEOPLE_PER_BLOCK
