"""Intensive support: five clients threatened by long-term receipt for each IFK, six months each, a talk every month."""

from __future__ import annotations

import numpy as np
import polars as pl

from amip_dq.synth.days import OPEN, add_months, month_of, month_start
from amip_dq.synth.households import LONE_PARENT, SINGLE
from amip_dq.synth.scenario import Batch

CLIENTS_PER_IFK = 5
SPELL_MONTHS = 6
MEAN_MONTHS_AGO = 24
MONTHS_OF_RECEIPT = (16, 20)  # threatened: 457 to 637 days of receipt when the support begins


def choose_households(batch: Batch) -> None:
    """Mark ten households per IFK, two cohorts of five, and let their receipt begin 16 to 19 months before."""
    rng = batch.rng("intensive")
    bg = batch.bg
    ifk = batch.staff.filter((pl.col("funktion") == "ifk") & (pl.col("bis") == OPEN))["m"].to_numpy()
    safe = int(batch.elb / 1.4)  # these stay when the households are cut to the wanted number
    eligible = bg.select(
        (pl.col("active") & ~pl.col("paused") & pl.col("kind").is_in((SINGLE, LONE_PARENT)) & pl.col("ifk").is_in(ifk))
        & (pl.int_range(pl.len()) < safe)
    ).to_series()
    # who began about two years ago anyway: moving few starts keeps the history of the office smooth
    near = month_of(bg["start"].to_numpy()) - int(month_of(batch.day)) + MEAN_MONTHS_AGO
    wanted = bg.select("ifk", "start", near=pl.Series(np.abs(near))).with_row_index("n").filter(eligible)
    nearest = wanted.sort("ifk", "near", "n").filter(pl.int_range(pl.len()).over("ifk") < 2 * CLIENTS_PER_IFK)
    chosen = nearest.sort("ifk", pl.col("start"), "n", descending=[False, True, False])
    chosen = chosen.with_columns(rank=pl.int_range(pl.len()).over("ifk"))
    begin = _begins(batch, rng, chosen)
    receipt = month_start(month_of(begin) - rng.integers(*MONTHS_OF_RECEIPT, len(begin)))
    where = chosen["n"].to_numpy()
    start, intensive = bg["start"].to_numpy().copy(), bg["intensive"].to_numpy().copy()
    start[where], intensive[where] = receipt, begin
    batch.bg = bg.with_columns(start=pl.Series(start), intensive=pl.Series(intensive))


def _begins(batch: Batch, rng: np.random.Generator, chosen: pl.DataFrame) -> np.ndarray:
    """Return the first day of support: a month of its own for each IFK, the second cohort half a year earlier."""
    offsets = rng.integers(0, SPELL_MONTHS, batch.staff.height)[chosen["ifk"].to_numpy()]
    earlier = (chosen["rank"].to_numpy() >= CLIENTS_PER_IFK) * SPELL_MONTHS
    return month_start(month_of(batch.day) - offsets - earlier)


def support(batch: Batch) -> pl.DataFrame:
    """Return the table intensivbetreuung; a spell of the second cohort ended after exactly six months."""
    heads = batch.people.filter(pl.col("role") == 0).select("b", "p")
    spells = batch.bg.filter(pl.col("intensive") != OPEN).join(heads, on="b", maintain_order="left")
    last = add_months(spells["intensive"].to_numpy(), SPELL_MONTHS) - 1
    return pl.DataFrame(
        {
            "kundennr": spells["p"],
            "ifk": spells["ifk"],
            "von": spells["intensive"],
            "bis": pl.Series(np.where(last > batch.day, OPEN, last), dtype=pl.Int32),
        }
    )


def monthly_talks(batch: Batch, spells: pl.DataFrame) -> pl.DataFrame:
    """Return one day of talk per client and month of support: (kundennr, am)."""
    first = month_of(spells["von"].to_numpy())
    until = np.minimum(spells["bis"].to_numpy(), batch.day)
    count = month_of(until) - first + 1
    who = np.repeat(np.arange(spells.height), count)
    month = first[who] + np.arange(len(who)) - np.repeat(np.cumsum(count) - count, count)
    rng = batch.rng("intensive talks")
    last = np.minimum(month_start(month + 1) - 1, until[who])
    am = month_start(month) + (rng.random(len(who)) * (last - month_start(month) + 1)).astype("int32")
    return pl.DataFrame({"kundennr": spells["kundennr"].to_numpy()[who], "am": pl.Series(am, dtype=pl.Int32)})
