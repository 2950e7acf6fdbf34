"""Entitlement day by day: interruptions of households and of persons, and the spells between them."""

from __future__ import annotations

import numpy as np
import polars as pl

from amip_dq.synth.days import OPEN, month_of, month_start
from amip_dq.synth.households import SINGLE
from amip_dq.synth.scenario import GAP_PER_YEAR, Batch, uniform_days

LAPSED, INCOME, CLOSED = "weiterbewilligung_verspaetet", "einkommen", "ende"
GAP_KINDS = {LAPSED: 0.30, INCOME: 0.35, CLOSED: 0.35}
PERSON_GAPS = {
    "haft": (20, 120, 0.2),
    "stationaer": (185, 300, 0.1),
    "ortsabwesenheit": (1, 40, 0.5),
    "entziehung": (3, 30, 0.2),
}
PERSON_GAP_PER_YEAR = 0.02
LONGEST_WITHOUT_APPLICATION = 31
PAUSE_REASONS = ("haft", "einkommen", "stationaer")


def draw_gaps(batch: Batch) -> pl.DataFrame:
    """Return interruptions of whole households inside their case: b, kind, von, bis, at least a month apart."""
    rng = batch.rng("gaps")
    bg = batch.bg
    months = int(month_of(batch.day) - month_of(batch.scenario.history_start))
    anchor = month_of(bg["start"].to_numpy())  # the month in which the present chain of decisions began
    calm = (bg["intensive"] != OPEN).to_numpy() | bg["paused"].to_numpy() | (bg["reason"] == "ablauf").to_numpy()
    frames = []
    for slot in range(months // 12):
        gap = _gaps_of_year(batch, rng, slot, anchor, calm)
        anchor = np.where(gap["splits"], month_of(gap["bis"]) + 1, anchor)
        drawn = np.flatnonzero(gap["drawn"])
        kinds = pl.Series(gap["kind"][drawn].tolist(), dtype=pl.String)
        frames.append(
            pl.DataFrame(
                {"b": drawn.astype("int32"), "kind": kinds, "von": gap["von"][drawn], "bis": gap["bis"][drawn]}
            )
        )
    return pl.concat([*frames, _pauses(batch, rng)]).sort("b", "von")


def _gaps_of_year(batch: Batch, rng, slot: int, anchor: np.ndarray, calm: np.ndarray) -> dict[str, np.ndarray]:
    """Return at most one interruption per household in one year of the history; whole months, inside the year."""
    bg, size = batch.bg, batch.bg.height
    first = int(month_of(batch.scenario.history_start)) + 12 * slot
    kind = rng.choice(np.array(list(GAP_KINDS), dtype=object), size, p=list(GAP_KINDS.values()))
    length = np.select(
        [kind == LAPSED, kind == INCOME],
        [rng.choice([1, 2], size, p=[0.85, 0.15]), 1],
        rng.choice([2, 3, 4, 6], size, p=[0.3, 0.3, 0.2, 0.2]),
    )
    at_term = (anchor - first) % 12  # a late renewal begins where a decision ended
    offset = np.where(kind == LAPSED, at_term, 1 + np.floor(rng.random(size) * 10))
    month = (first + offset).astype("int64")
    von, bis = month_start(month), month_start(month + length) - 1
    end = np.minimum(bg["end"].to_numpy(), batch.day)
    fits = (offset > 0) & (offset + length <= 11) & (month >= anchor + 3) & (bis < end - 40) & (von < batch.day - 90)
    drawn = (rng.random(size) < GAP_PER_YEAR) & fits & ~calm
    return {"kind": kind, "von": von, "bis": bis.astype("int32"), "drawn": drawn, "splits": drawn & (kind != INCOME)}


def _pauses(batch: Batch, rng: np.random.Generator) -> pl.DataFrame:
    """Return the interruptions of single households that last over the Stichtag."""
    paused = np.flatnonzero(batch.bg["paused"].to_numpy())
    von = uniform_days(rng, np.full(len(paused), batch.day - 160), np.full(len(paused), batch.day - 60))
    kinds = pl.Series(rng.choice(np.array(PAUSE_REASONS, dtype=object), len(paused)).tolist(), dtype=pl.String)
    von = np.where(kinds == INCOME, month_start(month_of(von)), von)
    bis = np.full(len(paused), OPEN, dtype="int32")
    return pl.DataFrame({"b": paused.astype("int32"), "kind": kinds, "von": von.astype("int32"), "bis": bis})


def islands(batch: Batch, gaps: pl.DataFrame) -> pl.DataFrame:
    """Return the spells in which a household is entitled: b, von, bis (OPEN while it lasts)."""
    own = batch.bg.select("b", von="start", bis="end")
    resumed = gaps.filter(pl.col("bis") != OPEN).select("b", von=pl.col("bis") + 1)
    starts = pl.concat([own.select("b", "von"), resumed]).sort("b", "von")
    stopped = gaps.select("b", bis=pl.col("von") - 1)
    lasting = own.join(gaps.filter(pl.col("bis") == OPEN), on="b", how="anti").select("b", "bis")
    ends = pl.concat([lasting, stopped]).sort("b", "bis")
    return starts.with_columns(ends["bis"])


def draw_person_gaps(batch: Batch, gaps: pl.DataFrame) -> pl.DataFrame:
    """Return interruptions of single persons in households without any other: p, b, kind, von, bis."""
    rng = batch.rng("person gaps")
    calm = batch.bg.join(gaps, on="b", how="anti").filter(pl.col("intensive") == OPEN).select("b", "end", "kind")
    grown = batch.people.join(calm, on="b").filter((pl.col("elb_von") != OPEN) & (pl.col("role") < 2)).sort("p")
    low = np.maximum(grown["elb_von"].to_numpy(), batch.scenario.history_start) + 60
    high = np.minimum(grown["end"].to_numpy(), batch.day) - 60
    names = np.array(list(PERSON_GAPS), dtype=object)
    kind = rng.choice(len(names), grown.height, p=[weight for *_, weight in PERSON_GAPS.values()])
    short, long = (np.array([rule[n] for rule in PERSON_GAPS.values()])[kind] for n in (0, 1))
    length = uniform_days(rng, short, long)
    length = np.where(grown["kind"].to_numpy() == SINGLE, length, np.minimum(length, LONGEST_WITHOUT_APPLICATION))
    chance = PERSON_GAP_PER_YEAR * (high - low) / 365.25
    drawn = (rng.random(grown.height) < chance) & (low + length < high)
    von = uniform_days(rng, low, np.maximum(high - length, low))
    found = grown.select("p", "b").with_columns(
        kind=pl.Series(names[kind].tolist(), dtype=pl.String),
        von=pl.Series(von, dtype=pl.Int32),
        bis=pl.Series(von + length - 1, dtype=pl.Int32),
    )
    return found.filter(pl.Series(drawn))


def spells(batch: Batch, household: pl.DataFrame, person_gaps: pl.DataFrame) -> pl.DataFrame:
    """Return the table anspruch with integer keys: one row per person and spell of entitlement."""
    claim = batch.people.filter(pl.col("claim") == 0).select("p", "b", own="von")
    joined = claim.join(household, on="b").with_columns(von=pl.max_horizontal("von", "own"))
    joined = joined.filter(pl.col("von") <= pl.col("bis")).select("p", "b", "von", "bis")
    split = joined.join(person_gaps.select("p", gap_von="von", gap_bis="bis"), on="p", how="left")
    inside = (pl.col("gap_von") > pl.col("von")) & (pl.col("gap_bis") < pl.col("bis"))
    whole = split.filter(~inside.fill_null(False)).select("p", "b", "von", "bis")
    left = split.filter(inside).select("p", "b", "von", bis=pl.col("gap_von") - 1)
    right = split.filter(inside).select("p", "b", von=pl.col("gap_bis") + 1, bis="bis")
    return pl.concat([whole, left, right]).sort("p", "von")
