"""Defects of case ends: late, misdated, unexplained, forgotten, and money after them."""

from __future__ import annotations

import numpy as np
import polars as pl

from amip_dq.synth.days import OPEN, add_months, month_end, month_of, month_start, office_day
from amip_dq.synth.households import SINGLE, births_at_limit
from amip_dq.synth.planting.ground import RARE, Ground, Planted, day_series
from amip_dq.synth.planting.unclosed import PART, rewrite_births

DEADLINE_MONTHS = 3
REOPENED_DAYS = 31
ENTRY_DAYS = 31  # around an end for work, in which the entry must lie


def _ended(ground: Ground) -> pl.DataFrame:
    """Return the released last ends of ended households, with what the household was."""
    bg = ground.batch.bg.filter(~pl.col("active")).select(
        bg_nr="b", ended="end", start="start", kind="kind", reason="reason"
    )
    rows = ground.table("fall_ende").filter(pl.col("angeordnet_am") <= ground.day)
    rows = rows.join(bg, on="bg_nr", maintain_order="left")
    return rows.filter(pl.col("ende") == pl.col("ended"))


def _amended(ground: Ground, picked: pl.DataFrame, **columns) -> Planted:
    ground.amend("fall_ende", picked.select("fall_ende_id").with_columns(**columns), "fall_ende_id")
    return Planted(picked, "bg_nr", "fall_ende_id")


def release_late(ground: Ground) -> Planted:
    """Release ends after the deadline, a part on the very next day."""
    rows = _ended(ground)
    rows = rows.filter(pl.Series(add_months(rows["ende"].to_numpy(), DEADLINE_MONTHS) < ground.day - 10))
    picked = ground.pick(rows, "bg_nr")
    size, deadline = picked.height, add_months(picked["ende"].to_numpy(), DEADLINE_MONTHS)
    released = np.where(ground.some(size, 0.3), deadline + 1, ground.days(deadline + 1, ground.day, size))
    return _amended(ground, picked, angeordnet_am=day_series(released))


def shift_end(ground: Ground) -> Planted:
    """Date lapse and age limit before the day that the reason demands, death after its month or before its day."""
    rows = _ended(ground).filter(pl.col("grund").is_in(("ablauf", "altersgrenze", "tod")))
    movable = rows["ende"].to_numpy() > month_start(month_of(rows["ende"].to_numpy()))
    picked = ground.pick(rows.filter(pl.Series(movable)), "bg_nr")
    ende, size = picked["ende"].to_numpy(), picked.height
    # within the month: an earlier one would leave the money of this month behind the end
    early = np.maximum(ende - ground.rng.integers(1, 20, size), month_start(month_of(ende)))
    after = np.minimum(month_end(month_of(ende) + 1), ground.day)
    late = (picked["grund"] == "tod").to_numpy() & (after > month_end(month_of(ende)))
    return _amended(ground, picked, ende=day_series(np.where(late, after, early)))


def pay_after_end(ground: Ground) -> Planted:
    """Pay a month after the end."""
    rows = _ended(ground)
    rows = rows.filter(pl.Series(month_start(month_of(rows["ende"].to_numpy()) + 1) <= ground.day))
    picked = ground.pick(rows, "bg_nr")
    month = month_start(month_of(picked["ende"].to_numpy()) + 1)
    heads = ground.batch.people.filter(pl.col("role") == 0).select("p", bg_nr="b")
    paid = picked.join(heads, on="bg_nr", maintain_order="left").select(
        "bg_nr", pl.col("p").alias("kundennr"), day_series(month).alias("monat")
    )
    ground.add(
        "leistungsmonat", paid.with_columns(anspruch=pl.lit(0.0), zahlbetrag=pl.lit(449.0), einkommen=pl.lit(0.0))
    )
    return Planted(picked, "bg_nr", "fall_ende_id")


def drop_reason(ground: Ground) -> Planted:
    """Leave the reason out."""
    return _amended(ground, ground.pick(_ended(ground), "bg_nr"), grund=pl.lit(None, dtype=pl.String))


def blur_reason(ground: Ground) -> Planted:
    """Give »sonstige« as the reason."""
    return _amended(ground, ground.pick(_ended(ground), "bg_nr"), grund=pl.lit("sonstige"))


def leave_member_open(ground: Ground) -> Planted:
    """Leave one membership of an ended household open."""
    ended = ground.batch.bg.filter(~pl.col("active")).select(bg_nr="b")
    rows = ground.table("bg_mitglied").with_row_index("row").join(ended, on="bg_nr", how="semi", maintain_order="left")
    last = rows.sort("bg_nr", "kundennr", "von").unique(["bg_nr", "kundennr"], keep="last", maintain_order=True)
    picked = ground.pick(last, "bg_nr")
    members = (
        ground.table("bg_mitglied")
        .with_row_index("row")
        .join(picked.select("row", open=pl.lit(True)), on="row", how="left", maintain_order="left")
    )
    ground.batch.tables["bg_mitglied"] = members.with_columns(
        bis=pl.when("open").then(pl.lit(OPEN, dtype=pl.Int32)).otherwise("bis")
    ).drop("row", "open")
    return Planted(picked, "bg_nr", "kundennr")


def reopen(ground: Ground) -> Planted:
    """Close a case at the end of a decision and reopen it within 31 days, as if the renewal had been overlooked."""
    decisions = ground.table("bewilligung").join(
        ground.calm().select("bg_nr"), on="bg_nr", how="semi", maintain_order="left"
    )
    lapsed = decisions.filter((pl.col("bis") < ground.day - 60) & pl.col("art").is_in(("abschliessend", "vorlaeufig")))
    picked = ground.pick(lapsed.sort("bg_nr", "bis", descending=[False, True]), "bg_nr").select("bg_nr", ende="bis")
    ende, size = picked["ende"].to_numpy(), picked.height
    typed = office_day(ende + 1, ground.rng.integers(0, 4, size))
    again = np.where(ground.some(size, 0.2), ende + REOPENED_DAYS, ground.days(typed + 1, ende + REOPENED_DAYS, size))
    rows = picked.with_columns(
        grund=pl.lit("ablauf"),
        bekannt_am=day_series(ende),
        erfasst_am=day_series(typed),
        angeordnet_am=day_series(typed),
        wiedereroeffnet_am=day_series(again),
        fall_ende_id=ground.new_ids("fall_ende", "fall_ende_id", size),
    )
    ground.add("fall_ende", rows)
    return Planted(rows, "bg_nr", "fall_ende_id")


def forget_entry(ground: Ground) -> Planted:
    """Leave the entry into work out behind an end for work."""
    ends = ground.table("fall_ende").filter(
        (pl.col("grund") == "arbeitsaufnahme")
        & (pl.col("angeordnet_am") <= ground.day)
        & (pl.col("ende") < ground.day - ENTRY_DAYS - 1)
    )
    picked = ground.pick(ends, "bg_nr", RARE)
    members = ground.table("bg_mitglied").select("bg_nr", "kundennr").unique(maintain_order=True)
    around = picked.select("bg_nr", "ende").join(members, on="bg_nr", maintain_order="left")
    entries = around.join(ground.table("integration"), on="kundennr", maintain_order="left")
    near = (pl.col("beginn") - pl.col("ende")).abs() <= ENTRY_DAYS
    ground.remove("integration", entries.filter(near), ["integration_id"])
    return Planted(picked, "bg_nr", "fall_ende_id")


def keep_household_open(ground: Ground) -> Planted:
    """Let a household whose case is closed run on in the master data, without any member."""
    picked = ground.pick(_ended(ground), "bg_nr", RARE)
    changes = picked.select("bg_nr", status=pl.lit("aktiv"), beendet_am=pl.lit(OPEN))
    ground.amend("bg", changes, "bg_nr")
    return Planted(picked, "bg_nr")


def _single_ends(ground: Ground, reasons: tuple[str, ...], months: int) -> pl.DataFrame:
    """Return ends of single households after so many months of unbroken entitlement, with the person's key and sex."""
    heads = ground.batch.people.select("sex", bg_nr="b", kundennr="p")
    rows = _ended(ground).filter((pl.col("kind") == SINGLE) & pl.col("reason").is_in(reasons))
    rows = rows.filter(pl.Series(month_of(rows["ende"].to_numpy()) - month_of(rows["start"].to_numpy()) >= months))
    gone = ground.batch.gaps.select(bg_nr="b")
    return (
        rows.drop("kundennr")
        .join(heads, on="bg_nr", maintain_order="left")
        .join(gone, on="bg_nr", how="anti", maintain_order="left")
    )


def die_earlier(ground: Ground) -> Planted:
    """Let clients die in an earlier month than the entitlement ends in."""
    picked = ground.pick(_single_ends(ground, ("ablauf", "verzicht", "umzug"), 6), "bg_nr", PART)
    month = month_of(picked["ende"].to_numpy()) - ground.rng.integers(1, 4, picked.height)
    died = month_start(month) + ground.rng.integers(0, 28, picked.height)
    ground.amend("person", picked.select("kundennr").with_columns(tod_am=day_series(died)), "kundennr")
    return Planted(picked, "kundennr")


def grow_older(ground: Ground) -> Planted:
    """Let clients have reached the age limit one to four months before their entitlement ended."""
    rows = _single_ends(ground, ("altersrente", "ablauf", "verzicht", "sgb_xii"), 8)
    limit = month_end(month_of(rows["ende"].to_numpy()) - ground.rng.integers(1, 5, rows.height))
    births = births_at_limit(ground.rng, limit)
    picked = ground.pick(rows.with_columns(birth=day_series(births)).filter(pl.col("birth") != OPEN), "bg_nr", PART)
    rewrite_births(ground, picked)
    return Planted(picked, "kundennr")
