"""Defects of decisions: overlapping periods, provisional ones never made final, applications that came too late."""

from __future__ import annotations

from datetime import date

import polars as pl

from amip_dq.synth.days import month_end, month_of, to_day, working_day
from amip_dq.synth.planting.ground import RARE, Ground, Planted, day_series, iso

FINAL_DUE_DAYS = 370  # more than a year after the period
ON_REQUEST = (to_day(date(2020, 3, 1)), to_day(date(2021, 3, 31)))  # periods made final on request only (§ 67 Abs. 4)
LONG_GAP_DAYS = 31


def overlap_periods(ground: Ground) -> Planted:
    """Let a period run on for some days into the next one."""
    rows = ground.table("bewilligung").join(ground.calm(), on="bg_nr", how="semi", maintain_order="left")
    revoked = rows.filter(pl.col("art") == "aufhebung")
    single = rows.filter((pl.len().over("bg_nr", "von") == 1) & (pl.col("angeordnet_am") <= ground.day))
    single = single.join(revoked, on="bg_nr", how="anti", maintain_order="left")
    earlier = single.filter(pl.col("art") == "abschliessend").select("bg_nr", "bis", earlier="bewilligung_id")
    pairs = single.with_columns(bis=pl.col("von") - 1).join(earlier, on=["bg_nr", "bis"], maintain_order="left")
    picked = ground.pick(pairs, "bg_nr", RARE)
    longer = picked["bis"].to_numpy() + ground.rng.integers(1, 28, picked.height)
    changes = picked.select(bewilligung_id="earlier").with_columns(bis=day_series(longer))
    ground.amend("bewilligung", changes, "bewilligung_id")
    return Planted(picked, "bg_nr", "bewilligung_id")


def never_finalise(ground: Ground) -> Planted:
    """Leave the final decision on a provisional period out for longer than a year, and its change with it."""
    rows = ground.table("bewilligung")
    finals = rows.filter(pl.col("art") == "abschliessend")
    finals = finals.select("bis", final="bewilligung_id", bewilligung_id="ersetzt_id")
    due = rows.filter(
        (pl.col("art") == "vorlaeufig")
        & (pl.col("bis") < ground.day - FINAL_DUE_DAYS)
        & ~pl.col("von").is_between(*ON_REQUEST)
    )
    picked = ground.pick(due.join(finals, on=["bewilligung_id", "bis"], maintain_order="left"), "bg_nr")
    ground.remove("bewilligung", picked.select(bewilligung_id="final"), ["bewilligung_id"])
    changes = picked.select("bg_nr", wirksam_ab="von", art=pl.lit("endgueltige_festsetzung"))
    ground.remove("aenderung", changes, ["bg_nr", "wirksam_ab", "art"])
    return Planted(picked, "bg_nr", "bewilligung_id")


def apply_late(ground: Ground) -> Planted:
    """Let the application after a long gap have come after the month in which the receipt began anew."""
    spells = ground.table("anspruch").sort("kundennr", "von")
    before = pl.col("bis").shift(1).over("kundennr")
    resumed = spells.filter(pl.col("von") - before - 1 > LONG_GAP_DAYS)
    decided = ground.table("bewilligung").filter(pl.col("antrag_am").is_not_null()).select("bg_nr", "von")
    resumed = resumed.join(decided, on=["bg_nr", "von"], how="semi", maintain_order="left")
    resumed = _without_earlier_decision(ground, resumed)
    picked = ground.pick(resumed.filter(pl.col("von") < ground.day - 90), "bg_nr").select("bg_nr", "von")
    month = month_end(month_of(picked["von"].to_numpy()))
    applied = month + ground.rng.integers(1, 20, picked.height)
    late = picked.with_columns(applied=day_series(applied), typed=day_series(working_day(applied, 3)))
    rows = ground.table("bewilligung").join(late, on=["bg_nr", "von"], maintain_order="left")
    changes = rows.filter(pl.col("antrag_am").is_not_null()).select(
        "bewilligung_id",
        antrag_am="applied",
        erfasst_am=pl.max_horizontal("erfasst_am", "typed"),
        angeordnet_am=pl.max_horizontal("angeordnet_am", "typed"),
    )
    ground.amend("bewilligung", changes, "bewilligung_id")
    people = resumed.join(picked, on=["bg_nr", "von"], how="semi", maintain_order="left")
    return Planted(people.with_columns(beginn=iso("von")), "kundennr", "beginn")


def _without_earlier_decision(ground: Ground, resumed: pl.DataFrame) -> pl.DataFrame:
    """Return the spells on whose first day no decision from before it counts, not even one that was cut short since."""
    earlier = ground.table("bewilligung").filter(pl.col("art") != "aufhebung").select("bg_nr", begun="von", until="bis")
    covering = resumed.join(earlier, on="bg_nr", maintain_order="left").filter(
        (pl.col("begun") < pl.col("von")) & (pl.col("until") >= pl.col("von"))
    )
    return resumed.join(covering, on=["bg_nr", "von"], how="anti", maintain_order="left")


def receive_twice(ground: Ground) -> Planted:
    """Let who left the parents' household stay entitled there beside the household of one's own."""
    gone = ground.batch.origins.select(bg_nr="b", kundennr="p", bis="left")
    picked = ground.pick(ground.untouched(gone, "kundennr"), "bg_nr")
    own = ground.batch.people.join(picked.select(p="kundennr"), on="p", how="semi").select(bg_nr="b")
    ground.touch(own, "bg_nr")
    longer = picked["bis"].to_numpy() + ground.rng.integers(1, 25, picked.height)
    changes = picked.select("bg_nr", "kundennr", "bis").with_columns(longer=day_series(longer))
    for name in ("anspruch", "bg_mitglied"):
        rows = ground.table(name)
        joined = rows.join(changes, on=["bg_nr", "kundennr", "bis"], how="left", maintain_order="left")
        ground.batch.tables[name] = joined.with_columns(bis=pl.coalesce("longer", "bis")).select(rows.columns)
    return Planted(picked, "kundennr")
