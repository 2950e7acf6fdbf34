"""The ground that defects are planted into: which cases are still untouched, and how rows are changed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from amip_dq.synth.scenario import Batch


@dataclass(frozen=True)
class Planted:
    """What must be found: the cases, the column of the case key, and the column of the item ("" for none)."""

    cases: pl.DataFrame
    case: str
    item: str = ""


class Ground:
    """A batch under planting. A household, a client's goal or a change gets at most one defect."""

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

    def pick(self, suitable: pl.DataFrame, key: str) -> pl.DataFrame:
        """Return a share of the suitable rows, at least one, whose household, client or change is still untouched."""
        wanted = max(1, round(self.batch.scenario.defect_rate * suitable[key].n_unique()))
        free = suitable.filter(~pl.Series(self.used[key][suitable[key].to_numpy()], dtype=pl.Boolean))
        free = free.unique(key, keep="first", maintain_order=True)
        chosen = np.sort(self.rng.permutation(free.height)[:wanted])
        picked = free[chosen]
        self.used[key][picked[key].to_numpy()] = True
        return picked

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
