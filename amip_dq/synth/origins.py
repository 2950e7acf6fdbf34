"""Young people who left their parents' household for one of their own, overnight: two households, no gap."""

from __future__ import annotations

import numpy as np
import polars as pl

from amip_dq.synth.days import OPEN, add_months, office_day, on_working_day
from amip_dq.synth.households import FAMILY, LONE_PARENT, SINGLE
from amip_dq.synth.people import HEAD
from amip_dq.synth.scenario import Batch

FROM_HOME_SHARE = 0.7  # of the young single households that began within the history
EARLIEST_AGE, LATEST_AGE = 18, 24  # in years, on the day of leaving
PARENT_YEARS = 18
LEAST_PARENT_AGE = 40


def find_origins(batch: Batch) -> pl.DataFrame:
    """Return who left home: p, b (of the parents), birth, von, elb_von, left (last day there); adds client_von."""
    rng = batch.rng("origins")
    pairs = pl.concat([_pairs(batch, rng, site) for site in range(3)], how="vertical").sort("p")
    batch.people = batch.people.join(pairs.select("p", earlier="elb_von"), on="p", how="left", maintain_order="left")
    batch.people = batch.people.with_columns(client_von=pl.coalesce("earlier", "elb_von")).drop("earlier")
    return pairs


def _pairs(batch: Batch, rng: np.random.Generator, site: int) -> pl.DataFrame:
    """Match young heads with families of the site that were there two hundred days before and have run undisturbed."""
    heads = batch.people.filter(pl.col("role") == HEAD).join(batch.bg, on="b", maintain_order="left")
    heads = heads.filter(pl.col("site") == site)
    first = batch.scenario.history_start + 60
    start, birth = heads["start"].to_numpy(), heads["birth"].to_numpy()
    of_age = (start >= add_months(birth, 12 * EARLIEST_AGE)) & (start < add_months(birth, 12 * LATEST_AGE))
    young = heads.filter(
        pl.Series(of_age & (rng.random(heads.height) < FROM_HOME_SHARE))
        & (pl.col("kind") == SINGLE)
        & (pl.col("intensive") == OPEN)
        & (pl.col("start") > first)
        & (pl.col("start") < batch.day - 120)
    )
    disturbed = pl.concat([batch.gaps.select("b"), batch.person_gaps.select("b")])
    families = heads.join(disturbed, on="b", how="anti", maintain_order="left").filter(
        pl.col("active")
        & (pl.col("intensive") == OPEN)
        & pl.col("kind").is_in((FAMILY, LONE_PARENT))
        & (pl.col("birth") < batch.day - LEAST_PARENT_AGE * 365)
    )
    families = families[rng.permutation(families.height)].select(family="b", begun="start", parent="birth")
    count = min(young.height, families.height)
    pairs = pl.concat([young[:count], families[:count]], how="horizontal")
    pairs = pairs.filter(
        (pl.col("begun") < pl.col("start") - 200) & (pl.col("parent") < pl.col("birth") - PARENT_YEARS * 365)
    )
    von = np.maximum(pairs["begun"].to_numpy(), pairs["birth"].to_numpy())
    grown = np.maximum(add_months(pairs["birth"].to_numpy(), 180), von)
    return pairs.select("p", "birth", b="family", left=pl.col("start") - 1).with_columns(
        von=pl.Series(von, dtype=pl.Int32), elb_von=pl.Series(grown, dtype=pl.Int32)
    )


def home_memberships(origins: pl.DataFrame) -> pl.DataFrame:
    """Return the memberships in the parents' household, split at the 15th birthday."""
    young = origins.filter(pl.col("elb_von") > pl.col("von"))
    young = young.select("p", "b", "von", bis=pl.col("elb_von") - 1, personengruppe=pl.lit("NEF"))
    grown = origins.select("p", "b", von="elb_von", bis="left", personengruppe=pl.lit("ELB"))
    both = pl.concat([young, grown]).with_columns(rolle=pl.lit("kind"), ausschlussgrund=pl.lit(None, dtype=pl.String))
    return both.rename({"p": "kundennr", "b": "bg_nr"})


def exits(batch: Batch, origins: pl.DataFrame) -> pl.DataFrame:
    """Return the end of entitlement in the parents' household, for the person alone, with its clocks."""
    rng = batch.rng("exits")
    limit = on_working_day(np.array([batch.day]), "preceding")[0]
    known = origins["left"].to_numpy() - rng.integers(0, 20, origins.height)
    typed = office_day(known, rng.integers(0, 9, origins.height), limit)
    released = office_day(typed, rng.integers(0, 5, origins.height), limit)
    return origins.select(
        "b",
        pl.col("p").alias("kundennr"),
        pl.col("left").alias("ende"),
        pl.lit("umzug").alias("grund"),
        pl.Series("bekannt_am", known, dtype=pl.Int32),
        pl.Series("erfasst_am", typed),
        pl.Series("angeordnet_am", released),
    )
