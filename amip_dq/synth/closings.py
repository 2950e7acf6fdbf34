"""Case ends (fall_ende): of ended households, and of those that left and came back."""

from __future__ import annotations

import numpy as np
import polars as pl

from amip_dq.synth.days import OPEN, month_end, month_of, office_day, on_working_day
from amip_dq.synth.entitlement import CLOSED
from amip_dq.synth.origins import exits
from amip_dq.synth.scenario import Batch

RETURN_REASONS = {"arbeitsaufnahme": 0.7, "verzicht": 0.15, "umzug": 0.15}
PENDING_SHARE = 0.004  # present households whose coming end is known but not yet released


def close(batch: Batch) -> pl.DataFrame:
    """Return the table fall_ende with integer keys; every row that lies in the past is released in time."""
    rng = batch.rng("closings")
    ended = batch.bg.filter(~pl.col("active")).select("b", ende="end", grund="reason")
    gone = batch.gaps.filter(pl.col("kind") == CLOSED).select("b", ende=pl.col("von") - 1)
    reasons = rng.choice(np.array(list(RETURN_REASONS), dtype=object), gone.height, p=list(RETURN_REASONS.values()))
    gone = gone.with_columns(grund=pl.Series(reasons.tolist(), dtype=pl.String))
    past = _released(batch, rng, pl.concat([ended, gone.select("b", "ende", "grund")]))
    none = pl.lit(None, dtype=pl.Int32)
    rows = pl.concat([past, _pending(batch, rng)]).with_columns(kundennr=none)
    rows = pl.concat([rows, exits(batch, batch.origins).select(rows.columns)])
    rows = rows.sort("b", "ende", "kundennr").with_columns(
        fall_ende_id=pl.int_range(pl.len(), dtype=pl.Int32),
        wiedereroeffnet_am=pl.lit(OPEN, dtype=pl.Int32),
        storniert_am=pl.lit(OPEN, dtype=pl.Int32),
    )
    return rows.rename({"b": "bg_nr"})


def _released(batch: Batch, rng: np.random.Generator, rows: pl.DataFrame) -> pl.DataFrame:
    size, ende = rows.height, rows["ende"].to_numpy()
    limit = on_working_day(np.array([batch.day]), "preceding")[0]
    known = np.minimum(ende + rng.integers(-20, 20, size), limit)
    typed = office_day(known, rng.integers(0, 9, size), limit)
    released = office_day(typed, rng.integers(0, 5, size), limit)
    return rows.with_columns(
        bekannt_am=pl.Series(known, dtype=pl.Int32),
        erfasst_am=pl.Series(typed, dtype=pl.Int32),
        angeordnet_am=pl.Series(released, dtype=pl.Int32),
    )


def _pending(batch: Batch, rng: np.random.Generator) -> pl.DataFrame:
    """Return ends of households that move away at the month's end: typed, not yet released, the case still runs."""
    present = batch.bg.filter(pl.col("active") & ~pl.col("paused") & (pl.col("intensive") == OPEN))
    chosen = present.filter(pl.Series(rng.random(present.height) < PENDING_SHARE))
    known = on_working_day(batch.day - rng.integers(0, 7, chosen.height), "preceding")
    none = pl.lit(None, dtype=pl.Int32)
    ende = pl.lit(int(month_end(month_of(batch.day))), dtype=pl.Int32)
    return chosen.select("b").with_columns(
        ende=ende,
        grund=pl.lit("umzug"),
        bekannt_am=pl.Series(known, dtype=pl.Int32),
        erfasst_am=pl.Series(known, dtype=pl.Int32),
        angeordnet_am=none,
    )
