"""Cases that should have ended and run on, entitlement and all: as the published figures would count them."""

from __future__ import annotations

import numpy as np
import polars as pl

from amip_dq.synth.days import OPEN, month_end, month_of
from amip_dq.synth.households import SINGLE, births_at_limit
from amip_dq.synth.identifiers import numbers_of
from amip_dq.synth.insurance import insurance_numbers
from amip_dq.synth.people import CHILD, HEAD
from amip_dq.synth.planting.ground import Ground, Planted, day_series

PART = 0.5  # of the defect rate: the other part is planted into cases that have ended since
OVERDUE_DAYS = 31
DEADLINE_DAYS = 93  # more than three months of any length
OLD_YEARS = 55
REASONS = ("umzug", "verzicht", "arbeitsaufnahme")
GRANTS = ("vorlaeufig", "abschliessend")
TALKS = ("gespraech", "telefon", "video")
# what a client does in person: nobody does it after the own death
ACTS = (
    ("vermittlungsvorschlag", "am"),
    ("integration", "beginn"),
    ("massnahme", "bis"),
    ("integrationsziel", "stand"),
    ("aenderung", "wirksam_ab"),
)


def forget_to_close(ground: Ground) -> Planted:
    """Let the last decision run out more than 31 days ago: the money stops, household and entitlement run on."""
    decisions = ground.table("bewilligung").join(
        ground.calm().select("bg_nr", "start"), on="bg_nr", maintain_order="left"
    )
    current = decisions.filter(
        pl.col("von").is_between(ground.day - 199, ground.day - OVERDUE_DAYS - 1)
        & (pl.col("bis") >= ground.day)
        & (pl.col("von") > pl.col("start"))
    )
    picked = ground.pick(current, "bg_nr").select("bg_nr", stop="von")
    for name, column in (("bewilligung", "von"), ("leistungsmonat", "monat")):
        late = ground.table(name).join(picked, on="bg_nr", how="left", maintain_order="left")
        ground.batch.tables[name] = late.filter((pl.col(column) < pl.col("stop")).fill_null(True)).drop("stop")
    return Planted(picked, "bg_nr")


def leave_end_unreleased(ground: Ground) -> Planted:
    """Record an end inside the running decision and never release it, for longer than three months."""
    grants = ground.table("bewilligung").filter(pl.col("art").is_in(GRANTS))
    latest = grants.group_by("bg_nr", maintain_order=True).agg(pl.col("von").max(), pl.col("bis").max())
    running = latest.filter((pl.col("von") < ground.day - DEADLINE_DAYS - 5) & (pl.col("bis") >= ground.day))
    running = running.join(ground.calm(), on="bg_nr", how="semi", maintain_order="left")
    picked = ground.pick(running, "bg_nr", PART)
    size = picked.height
    ende = ground.days(picked["von"].to_numpy(), ground.day - DEADLINE_DAYS, size)
    known = ende + ground.rng.integers(0, 60, size)
    typed = np.where(ground.some(size, 0.5), OPEN, known + ground.rng.integers(0, 30, size))
    ends = picked.select("bg_nr").with_columns(
        fall_ende_id=ground.new_ids("fall_ende", "fall_ende_id", size),
        grund=pl.Series([REASONS[n] for n in ground.rng.integers(0, len(REASONS), size)], dtype=pl.String),
        ende=day_series(ende),
        bekannt_am=day_series(known),
        erfasst_am=day_series(typed),
    )
    ground.add("fall_ende", ends)
    return Planted(ends, "bg_nr", "fall_ende_id")


def die_unnoticed(ground: Ground) -> Planted:
    """Let clients die within weeks of the last thing they did; the entitlement runs on past the month of death."""
    adults = ground.batch.people.filter((pl.col("role") != CHILD) & (pl.col("elb_von") < ground.day - 200))
    adults = adults.select(bg_nr="b", kundennr="p").join(ground.calm(), on="bg_nr", how="semi", maintain_order="left")
    entitled = ground.table("anspruch").filter(pl.col("bis") == OPEN)
    rows = adults.join(entitled, on="kundennr", how="semi", maintain_order="left")
    rows = rows.join(_last_acts(ground), on="kundennr", maintain_order="left")
    died = rows["last"].to_numpy() + ground.rng.integers(1, 15, rows.height)
    rows = rows.with_columns(died=day_series(died)).filter(pl.Series(month_end(month_of(died)) < ground.day))
    picked = ground.pick(rows, "bg_nr", PART)
    ground.amend("person", picked.select("kundennr", tod_am="died"), "kundennr")
    return Planted(picked, "kundennr")


def _last_acts(ground: Ground) -> pl.DataFrame:
    """Return the last day on which each client did something: kundennr, last."""
    talks = ground.table("kontakt").filter(pl.col("art").is_in(TALKS)).select("kundennr", last="am")
    acts = [ground.table(name).select("kundennr", last=column) for name, column in ACTS]
    known = pl.concat([talks, *acts]).drop_nulls()
    return known.group_by("kundennr").agg(pl.col("last").max())


def grow_older_unnoticed(ground: Ground) -> Planted:
    """Let clients have reached the age limit one to four months ago, and stay clients."""
    heads = ground.batch.people.filter(
        (pl.col("role") == HEAD) & (pl.col("birth") < ground.day - OLD_YEARS * 365)
    ).select("sex", bg_nr="b", kundennr="p")
    rows = ground.calm().filter(pl.col("kind") == SINGLE).join(heads, on="bg_nr", maintain_order="left")
    rows = rows.filter(pl.col("kundennr").is_not_null())
    limit = month_end(int(month_of(ground.day)) - ground.rng.integers(1, 5, rows.height))
    births = births_at_limit(ground.rng, limit)
    rows = rows.with_columns(birth=day_series(births)).filter(pl.col("birth") != OPEN)
    picked = ground.pick(rows, "bg_nr", PART)
    rewrite_births(ground, picked)
    # who is a client on the Stichtag beyond the limit also breaks the rule on the age of clients
    return Planted(picked, "kundennr", besides=(("stammdaten.alter_elb_unzulaessig", Planted(picked, "kundennr")),))


def rewrite_births(ground: Ground, rows: pl.DataFrame) -> None:
    """Give people (kundennr, sex) another `birth` and the insurance number that goes with it."""
    numbers = numbers_of(ground.batch)[rows["kundennr"].to_numpy()]
    vsnr = insurance_numbers(rows["birth"].to_numpy(), rows["sex"].to_numpy(), numbers, ground.day)
    ground.amend("person", rows.select("kundennr", geburtsdatum="birth").with_columns(vsnr=vsnr), "kundennr")
