"""Defects in how a household is recorded: its number, its head, its partners, the age of its children."""

from __future__ import annotations

import numpy as np
import polars as pl

from amip_dq.synth.days import OPEN, add_months
from amip_dq.synth.households import COUPLE, FAMILY, GROWN_CHILD, LONE_PARENT, SINGLE
from amip_dq.synth.identifiers import household_numbers
from amip_dq.synth.people import CHILD, HEAD
from amip_dq.synth.planting.ground import RARE, Ground, Planted, day_series
from amip_dq.synth.planting.unclosed import rewrite_births

FOREIGN_OFFICE = "03999"
LEAVING_AGE, PARENT_YEARS = 25, 16


def misnumber_household(ground: Ground) -> Planted:
    """Write a household's number under another office, or without the letters in it; both stay unique."""
    picked = ground.pick(ground.batch.bg.select(bg_nr="b"), "bg_nr", RARE)
    numbers = household_numbers(ground.batch).gather(picked["bg_nr"])
    foreign = pl.Series(ground.some(picked.height, 0.5), dtype=pl.Boolean)
    frame = picked.with_columns(old=numbers, foreign=foreign)
    digits = pl.col("old").str.replace("BG", "", literal=True)
    elsewhere = pl.concat_str(pl.lit(FOREIGN_OFFICE), pl.col("old").str.slice(len(FOREIGN_OFFICE)))
    ground.batch.misprints["bg_nr"] = frame.select("bg_nr", number=pl.when("foreign").then(elsewhere).otherwise(digits))
    return Planted(picked, "bg_nr")


def _members(ground: Ground) -> pl.DataFrame:
    """Return the present memberships of calm households, with the table's `row` and the household's kind."""
    rows = ground.table("bg_mitglied").with_row_index("row").filter(pl.col("bis") == OPEN)
    return rows.join(ground.calm().select("bg_nr", "kind"), on="bg_nr", maintain_order="left")


def _amend_members(ground: Ground, changes: pl.DataFrame) -> None:
    """Overwrite rows of the keyless table of memberships, named by their `row`."""
    ground.batch.tables["bg_mitglied"] = ground.table("bg_mitglied").with_row_index("row")
    ground.amend("bg_mitglied", changes, "row")
    ground.batch.tables["bg_mitglied"] = ground.table("bg_mitglied").drop("row")


def miscount_heads(ground: Ground) -> Planted:
    """Leave a single household without a head, or make a grown child a second one."""
    rows = _members(ground)
    alone = (pl.col("kind") == SINGLE) & (pl.col("rolle") == "hauptperson")
    grown = (pl.col("kind") == GROWN_CHILD) & (pl.col("rolle") == "kind") & (pl.col("personengruppe") == "ELB")
    picked = ground.pick(rows.filter(alone | grown), "bg_nr", RARE)
    role = pl.when(pl.col("rolle") == "kind").then(pl.lit("hauptperson")).otherwise(pl.lit("sonstige"))
    _amend_members(ground, picked.select("row", rolle=role))
    return Planted(picked, "bg_nr")


def demote_head(ground: Ground) -> Planted:
    """Record the head of a household of several people as not able to work."""
    heads = _members(ground).filter(
        pl.col("kind").is_in((LONE_PARENT, COUPLE, FAMILY)) & (pl.col("rolle") == "hauptperson")
    )
    # an entry into work needs somebody who was a client before
    idle = heads.join(ground.table("integration"), on="kundennr", how="anti", maintain_order="left")
    picked = ground.pick(idle, "bg_nr", RARE)
    _amend_members(ground, picked.select("row", personengruppe=pl.lit("SLB")))
    return Planted(picked, "bg_nr", "kundennr")


def add_partner(ground: Ground) -> Planted:
    """Record a second partner in a couple's household, without a claim of the own: somebody whose case has ended."""
    couples = ground.calm().filter(pl.col("kind").is_in((COUPLE, FAMILY)) & (pl.col("start") < ground.day - 30))
    ended = ground.batch.bg.filter(~pl.col("active") & (pl.col("kind") == SINGLE) & (pl.col("reason") != "tod"))
    heads = ground.batch.people.filter(pl.col("role") == HEAD).select("b", kundennr="p")
    known = ground.untouched(ended.join(heads, on="b", maintain_order="left"), "kundennr")
    picked = ground.pick(couples, "bg_nr", RARE).head(known.height)
    size = picked.height
    newcomers = known.select("kundennr")[np.sort(ground.rng.permutation(known.height)[:size])]
    ground.touch(newcomers, "kundennr")
    rows = newcomers.with_columns(
        bg_nr=picked["bg_nr"],
        rolle=pl.lit("partner"),
        personengruppe=pl.lit("AUS"),
        ausschlussgrund=pl.lit("altersrente"),
        von=day_series(ground.days(picked["start"].to_numpy(), ground.day - 20, size)),
        bis=pl.lit(OPEN),
    )
    ground.add("bg_mitglied", rows)
    return Planted(picked, "bg_nr")


def _children(ground: Ground) -> pl.DataFrame:
    """Return the children who are clients on the Stichtag and have no change of their own."""
    bg = ground.batch.bg.filter(pl.col("active") & ~pl.col("paused")).select("b")
    rows = ground.batch.people.filter((pl.col("role") == CHILD) & (pl.col("elb_von") <= ground.day))
    rows = rows.join(bg, on="b", how="semi", maintain_order="left").select("sex", "birth", bg_nr="b", kundennr="p")
    return rows.join(ground.table("aenderung"), on="kundennr", how="anti", maintain_order="left")


def _birthday(ground: Ground, years: int) -> int:
    """Return the birthday of who becomes so many years old on the Stichtag."""
    return int(add_months(np.array([ground.day]), -12 * years)[0])


def rejuvenate(ground: Ground) -> Planted:
    """Date the birth of pupils so that they are not yet fifteen, though they are clients."""
    minors = _children(ground).filter(pl.col("birth") > _birthday(ground, 18))
    picked = ground.pick(minors, "kundennr")
    born = _birthday(ground, 15) + ground.rng.integers(1, 120, picked.height)
    ground.amend("person", picked.select("kundennr").with_columns(geburtsdatum=day_series(born)), "kundennr")
    return Planted(picked, "kundennr")


def outgrow(ground: Ground) -> Planted:
    """Let grown children stay in their parents' household beyond their 25th birthday, a part of them by no day."""
    heads = ground.batch.people.filter(pl.col("role") == HEAD).select(bg_nr="b", parent="birth")
    last = _birthday(ground, LEAVING_AGE)
    grown = _children(ground).filter(pl.col("birth") <= _birthday(ground, 18))
    grown = grown.join(heads, on="bg_nr", maintain_order="left")
    picked = ground.pick(grown.filter(pl.col("parent") < last - 300 - PARENT_YEARS * 365), "bg_nr")
    size = picked.height
    born = last - np.where(ground.some(size, 0.3), 0, ground.rng.integers(1, 300, size))
    rewrite_births(ground, picked.with_columns(birth=day_series(born)))
    return Planted(picked, "bg_nr", "kundennr")
