"""The ground that defects are planted into: which cases are still untouched, and how rows are changed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from amip_dq.synth.days import OPEN
from amip_dq.synth.scenario import Batch

RARE = 0.2  # of the defect rate: what is seldom wrong even in bad data, so that it leaves room for the other defects
MOST_TAKEN = 3  # a planting takes at most one in three of the cases that are still untouched


@dataclass(frozen=True)
class Planted:
    """What must be found: the cases, the column of the case key, and the column of the item ("" for none).

    `besides` names other rules that the same defect breaks too, each with what it must find.
    """

    cases: pl.DataFrame
    case: str
    item: str = ""
    besides: tuple[tuple[str, Planted], ...] = ()


class Ground:
    """A batch under planting. A household (and everybody in it), a client or a change gets at most one defect."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.rng = batch.rng("planting")
        rows = {
            "bg_nr": batch.bg.height,
            "kundennr": batch.people.height,
            "aenderung_id": batch.tables["aenderung"].height,
        }
        self.used = {key: np.zeros(size, dtype=bool) for key, size in rows.items()}

    @property
    def day(self) -> int:
        return self.batch.day

    def table(self, name: str) -> pl.DataFrame:
        return self.batch.tables[name]

    def pick(self, suitable: pl.DataFrame, key: str, share: float = 1.0) -> pl.DataFrame:
        """Return a share of the suitable rows, at least one, whose household, client or change is still untouched.

        At high rates it leaves most of them: the defects that come later need cases too.
        """
        wanted = max(1, round(self.batch.scenario.defect_rate * share * suitable[key].n_unique()))
        free = self.untouched(suitable, key).unique(key, keep="first", maintain_order=True)
        wanted = min(wanted, -(-free.height // MOST_TAKEN))
        picked = free[np.sort(self.rng.permutation(free.height)[:wanted])]
        self.touch(picked, key)
        return picked

    def untouched(self, rows: pl.DataFrame, key: str) -> pl.DataFrame:
        """Return the rows whose household, client or change (key) has no defect yet."""
        return rows.filter(~pl.Series(self.used[key][rows[key].to_numpy()], dtype=pl.Boolean))

    def touch(self, rows: pl.DataFrame, key: str) -> None:
        """Keep later defects away from these households (and everybody in them), clients or changes."""
        self.used[key][rows[key].to_numpy()] = True
        if key == "bg_nr":
            self.used["kundennr"] |= self.used["bg_nr"][self.batch.people["b"].to_numpy()]

    def calm(self) -> pl.DataFrame:
        """Return the present households without interruption, recorded end or intensive support, keyed by bg_nr."""
        batch = self.batch
        rows = batch.bg.filter(pl.col("active") & ~pl.col("paused") & (pl.col("intensive") == OPEN)).rename(
            {"b": "bg_nr"}
        )
        disturbed = (batch.gaps.select(bg_nr="b"), batch.person_gaps.select(bg_nr="b"), self.table("fall_ende"))
        for others in disturbed:
            rows = rows.join(others, on="bg_nr", how="anti", maintain_order="left")
        return rows

    def new_ids(self, name: str, key: str, size: int) -> pl.Series:
        """Return running numbers that no record of a table has yet."""
        first = int(self.table(name)[key].max() or 0) + 1
        return pl.int_range(first, first + size, dtype=pl.Int32, eager=True)

    def amend(self, name: str, changes: pl.DataFrame, key: str) -> None:
        """Overwrite columns of a table in the rows that `changes` names by its key."""
        table = self.batch.tables[name]
        columns = [column for column in changes.columns if column != key]
        new = changes.select(
            key, *(pl.col(c).cast(table.schema[c]).alias(f"new {c}") for c in columns), pl.lit(True).alias("hit")
        )
        joined = table.join(new, on=key, how="left", maintain_order="left")
        merged = [pl.when("hit").then(f"new {c}").otherwise(c).alias(c) for c in columns]
        self.batch.tables[name] = joined.with_columns(merged).select(table.columns)

    def remove(self, name: str, rows: pl.DataFrame, on: list[str]) -> None:
        """Take the rows that match out of a table."""
        self.batch.tables[name] = self.batch.tables[name].join(
            rows.select(on), on=on, how="anti", maintain_order="left"
        )

    def add(self, name: str, rows: pl.DataFrame) -> None:
        """Append rows to a table; columns that they lack stay empty."""
        table = self.batch.tables[name]
        rows = rows.with_columns(
            [pl.lit(None, dtype=kind).alias(c) for c, kind in table.schema.items() if c not in rows.columns]
        )
        rows = rows.select([pl.col(c).cast(kind) for c, kind in table.schema.items()])
        self.batch.tables[name] = pl.concat([table, rows])

    def days(self, low: np.ndarray | int, high: np.ndarray | int, size: int) -> np.ndarray:
        """Return `size` days drawn between low and high, both included."""
        low, high = np.broadcast_to(low, size), np.broadcast_to(high, size)
        return (low + np.floor(self.rng.random(size) * (high - low + 1))).astype("int32")

    def some(self, size: int, share: float) -> np.ndarray:
        """Return which of `size` cases take a variant."""
        return self.rng.random(size) < share


def day_series(days: np.ndarray) -> pl.Series:
    """Return days as a column."""
    return pl.Series(np.asarray(days).astype("int32"))


def iso(column: str) -> pl.Expr:
    """Return a day column as ISO text."""
    return pl.col(column).cast(pl.Int32).cast(pl.Date).dt.strftime("%Y-%m-%d")
