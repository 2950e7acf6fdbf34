"""Decisions on periods (bewilligung): whole terms, renewals, provisional and final ones, and case ends."""

from __future__ import annotations

import numpy as np
import polars as pl

from amip_dq.synth.days import OPEN, month_end, month_of, month_start, office_day, on_working_day
from amip_dq.synth.entitlement import INCOME
from amip_dq.synth.payments import amounts
from amip_dq.synth.scenario import Batch

NEXT_WITHIN_DAYS = 50


def segments(batch: Batch) -> pl.DataFrame:
    """Return the chains of decisions: b, von, bis; one ends with the case or a gap that needs a new application."""
    single = batch.person_gaps.filter(pl.col("bis") - pl.col("von") >= 31).select("b", "kind", "von", "bis")
    breaks = pl.concat([batch.gaps.filter((pl.col("kind") != INCOME) & (pl.col("bis") != OPEN)), single])
    own = batch.bg.select("b", von="start", bis="end")
    starts = pl.concat([own.select("b", "von"), breaks.select("b", von=pl.col("bis") + 1)]).sort("b", "von")
    ends = pl.concat([own.select("b", "bis"), breaks.select("b", bis=pl.col("von") - 1)]).sort("b", "bis")
    return starts.with_columns(ends["bis"])


def decide(batch: Batch) -> pl.DataFrame:
    """Return the table bewilligung with integer keys, from the history's beginning on."""
    rng = batch.rng("decisions")
    periods = _periods(batch)
    first = _clocked(batch, rng, periods)
    followers = [_final(batch, rng, first), _shortened(batch, rng, first), *_renewals(batch, rng, first)]
    rows = pl.concat([first.select(COLUMNS), *(frame.select(COLUMNS) for frame in followers)])
    rows = rows.sort("bg_nr", "von", "angeordnet_am", "art", "antrag_am", "bis", "n").with_columns(
        bewilligung_id=pl.int_range(pl.len(), dtype=pl.Int32)
    )
    return _linked(rows)


COLUMNS = (
    "n",
    "replaces",
    "bg_nr",
    "von",
    "bis",
    "art",
    "antrag_am",
    "erfasst_am",
    "angeordnet_am",
    "erfasser",
    "anordner",
)


def _linked(rows: pl.DataFrame) -> pl.DataFrame:
    """Turn `replaces` (the running number of a first decision) into ersetzt_id and add the day of the notice."""
    firsts = rows.filter(pl.col("replaces").is_null() & pl.col("n").is_not_null()).select(
        replaces="n", ersetzt_id="bewilligung_id"
    )
    linked = rows.join(firsts, on="replaces", how="left", maintain_order="left")
    return linked.with_columns(bescheid_am="angeordnet_am").drop("n", "replaces")


def priced(batch: Batch) -> pl.DataFrame:
    """Return the table bewilligung with the household's full monthly amount on every decision that grants one."""
    members = (
        batch.people.filter(pl.col("claim") == 0)
        .select("p", bg_nr="b")
        .join(amounts(batch), on="p", maintain_order="left")
    )
    monthly = members.group_by("bg_nr", maintain_order=True).agg(betrag=pl.col("full").sum().round(2))
    rows = batch.tables["bewilligung"].join(monthly, on="bg_nr", how="left", maintain_order="left")
    grants = pl.col("art").is_in(("vorlaeufig", "abschliessend"))
    return rows.with_columns(betrag=pl.when(grants).then("betrag"))


def _periods(batch: Batch) -> pl.DataFrame:
    """Return one row per term of a chain: planned `bis` on the grid, real `until`, `opening` for a new application."""
    chain = segments(batch).join(batch.bg.select("b", "term", "payer", "site"), on="b", maintain_order="left")
    begin, term = month_of(chain["von"].to_numpy()), chain["term"].to_numpy().astype("int64")
    since = np.maximum(int(month_of(batch.scenario.history_start)) - begin, 0) // term
    last = (month_of(np.minimum(chain["bis"].to_numpy(), batch.day)) - begin) // term
    count = np.maximum(last - since + 1, 0)
    row = np.repeat(np.arange(chain.height), count)
    k = since[row] + np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    month = begin[row] + k * term[row]
    picked = chain[row]
    von = np.where(k == 0, picked["von"].to_numpy(), month_start(month))
    bis = month_end(month + term[row] - 1)
    return (
        picked.select(bg_nr="b", term="term", payer="payer", site="site", until="bis")
        .with_columns(
            n=pl.int_range(pl.len(), dtype=pl.Int32),
            von=pl.Series(von, dtype=pl.Int32),
            bis=pl.Series(bis, dtype=pl.Int32),
            opening=pl.Series(k == 0),
            replaces=pl.lit(None, dtype=pl.Int32),
            art=pl.when(pl.col("term") == 6).then(pl.lit("vorlaeufig")).otherwise(pl.lit("abschliessend")),
        )
        .with_columns(until=pl.min_horizontal("bis", "until"))
    )


def _clocked(batch: Batch, rng: np.random.Generator, periods: pl.DataFrame) -> pl.DataFrame:
    """Add application, typing and release: an opening application in the first month, a renewal before the term."""
    von, size = periods["von"].to_numpy(), periods.height
    in_month = np.minimum(von + rng.integers(0, 21, size), month_end(month_of(von)))
    antrag = np.where(periods["opening"].to_numpy(), in_month, von - rng.integers(14, 50, size))
    return with_release(
        batch, rng, periods.with_columns(antrag_am=pl.Series(np.minimum(antrag, batch.day), dtype=pl.Int32))
    )


def with_release(
    batch: Batch, rng: np.random.Generator, rows: pl.DataFrame, low: int = 2, high: int = 10
) -> pl.DataFrame:
    """Add the days of typing (2 to 9 working days after the application) and release, and the posts behind them."""
    limit = on_working_day(np.array([batch.day]), "preceding")[0]
    typed = office_day(rows["antrag_am"].to_numpy(), rng.integers(low, high, rows.height), limit)
    released = office_day(typed, rng.integers(0, 4, rows.height), limit)
    first, second = two_payers(batch, rng, rows["payer"].to_numpy(), rows["site"].to_numpy())
    return rows.with_columns(
        erfasst_am=pl.Series(typed, dtype=pl.Int32),
        angeordnet_am=pl.Series(released, dtype=pl.Int32),
        erfasser=pl.Series(first, dtype=pl.Int32),
        anordner=pl.Series(second, dtype=pl.Int32),
    )


def two_payers(
    batch: Batch, rng: np.random.Generator, payer: np.ndarray, site: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return who types (mostly the household's own post) and a different post of the same site that releases."""
    pools = [
        batch.staff.filter((pl.col("funktion") == "leistung") & (pl.col("site") == s))["m"].to_numpy() for s in range(3)
    ]
    first_of = np.array([pool[0] for pool in pools])[site]
    size = np.array([len(pool) for pool in pools])[site]
    shift = 1 + np.floor(rng.random(len(payer)) * (size - 1)).astype("int64")
    return payer, (first_of + (payer - first_of + shift) % size).astype("int32")


def _final(batch: Batch, rng: np.random.Generator, first: pl.DataFrame) -> pl.DataFrame:
    """Return the final decisions on provisional periods that ended two to five months ago."""
    due = first.filter((pl.col("art") == "vorlaeufig") & (pl.col("until") == pl.col("bis")))
    day = due["bis"].to_numpy() + rng.integers(50, 140, due.height)
    due = due.with_columns(day=pl.Series(day, dtype=pl.Int32)).filter(pl.col("day") < batch.day - 30)
    rows = due.with_columns(
        replaces="n", n=pl.lit(None, dtype=pl.Int32), art=pl.lit("abschliessend"), keep="antrag_am", antrag_am="day"
    )
    return with_release(batch, rng, rows).with_columns(antrag_am="keep")


def _shortened(batch: Batch, rng: np.random.Generator, first: pl.DataFrame) -> pl.DataFrame:
    """Return what a case end inside a term leaves: a shorter decision for the old one, and an Aufhebung of the rest."""
    cut = first.filter(pl.col("until") < pl.col("bis"))
    day = np.minimum(cut["until"].to_numpy() + rng.integers(-10, 10, cut.height), batch.day - 1)
    day = np.maximum(day, cut["angeordnet_am"].to_numpy())
    none = pl.lit(None, dtype=pl.Int32)
    base = cut.with_columns(keep="antrag_am", antrag_am=pl.Series(day, dtype=pl.Int32))
    base = with_release(batch, rng, base).with_columns(antrag_am="keep", replaces="n", n=none)
    shorter = base.with_columns(bis="until", art=pl.lit("abschliessend"))
    rest = base.with_columns(von=pl.col("until") + 1, art=pl.lit("aufhebung"), replaces=none, antrag_am=none)
    return pl.concat([shorter, rest])


def _renewals(batch: Batch, rng: np.random.Generator, first: pl.DataFrame) -> list[pl.DataFrame]:
    """Return the next terms of cases that end soon: a third approved ahead, nearly half only applied for."""
    near = (
        (pl.col("until") == pl.col("bis"))
        & (pl.col("bis") >= batch.day)
        & (pl.col("bis") < batch.day + NEXT_WITHIN_DAYS)
    )
    running = first.filter(near)
    chance = rng.random(running.height)
    applied = np.minimum(running["bis"].to_numpy() - rng.integers(30, 55, running.height), batch.day)
    months = pl.Series(month_end(month_of(running["bis"].to_numpy()) + running["term"].to_numpy()), dtype=pl.Int32)
    following = running.with_columns(von=pl.col("bis") + 1, bis=months, antrag_am=pl.Series(applied, dtype=pl.Int32))
    following = following.with_columns(n=pl.lit(None, dtype=pl.Int32), until="bis")
    approved = with_release(batch, rng, following.filter(pl.Series(chance < 0.35)))
    pending = following.filter(pl.Series((chance >= 0.35) & (chance < 0.8)))
    none = pl.lit(None, dtype=pl.Int32)
    pending = pending.with_columns(
        art=pl.lit("beantragt"), erfasst_am="antrag_am", angeordnet_am=none, anordner=none, erfasser="payer"
    )
    return [approved, pending]
