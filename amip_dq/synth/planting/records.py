"""Defects of master data, decisions, sanctions and data matches."""

from __future__ import annotations

from datetime import date

import polars as pl

from amip_dq.synth.days import OPEN, add_months, to_day
from amip_dq.synth.households import SINGLE
from amip_dq.synth.planting.ground import Ground, Planted, day_series

OVERDUE_DAYS = 95  # more than three months of any length
TOO_LATE_DAYS = 200  # more than six months of any length
UNLAWFUL_PERCENT = 50.0  # no regime since 2019-11-05 knows it
CAPPED_SINCE, HIGHEST_PERCENT = to_day(date(2019, 11, 5)), 30  # all sanctions of a day (BVerfG, 1 BvL 7/16)
TOO_LOW_DEGREE = 20  # below every degree that allows equal status


def _changed(ground: Ground, table: str, suitable: pl.DataFrame, case: str, key: str, **columns: pl.Expr) -> Planted:
    """Pick suitable rows of a table by their case and overwrite columns in them."""
    picked = ground.pick(suitable, case)
    ground.amend(table, picked.with_columns(**columns).select(key, *columns), key)
    return Planted(picked, case, "" if key == case else key)


def break_check_digit(ground: Ground) -> Planted:
    """Replace the check digit of insurance numbers by the next one."""
    next_digit = ((pl.col("vsnr").str.slice(11).cast(pl.Int32) + 1) % 10).cast(pl.String)
    known = ground.table("person").filter(pl.col("vsnr").is_not_null())
    return _changed(ground, "person", known, "kundennr", "kundennr", vsnr=pl.col("vsnr").str.slice(0, 11) + next_digit)


def lower_degree(ground: Ground) -> Planted:
    """Give clients of equal status a degree of disability that does not allow it."""
    equal = ground.table("person").filter(pl.col("gleichgestellt").fill_null(False))
    return _changed(ground, "person", equal, "kundennr", "kundennr", gdb=pl.lit(TOO_LOW_DEGREE))


def call_single_a_couple(ground: Ground) -> Planted:
    """Keep single households under the type of a couple."""
    single = ground.batch.bg.filter(pl.col("active") & (pl.col("kind") == SINGLE)).select(bg_nr="b")
    return _changed(ground, "bg", single, "bg_nr", "bg_nr", bg_typ=pl.lit("paar_ohne_kind"))


def release_own_entry(ground: Ground) -> Planted:
    """Let the post that typed a decision release it too."""
    released = ground.table("bewilligung").filter(pl.col("angeordnet_am") <= ground.day)
    return _changed(ground, "bewilligung", released, "bg_nr", "bewilligung_id", anordner=pl.col("erfasser"))


def send_no_notice(ground: Ground) -> Planted:
    """Leave the notice of a revocation out."""
    revoked = ground.table("bewilligung").filter(
        (pl.col("art") == "aufhebung") & (pl.col("angeordnet_am") <= ground.day)
    )
    missing = pl.lit(OPEN, dtype=pl.Int32)
    return _changed(ground, "bewilligung", revoked, "bg_nr", "bewilligung_id", bescheid_am=missing)


def sanction_late(ground: Ground) -> Planted:
    """Find a missed appointment more than six months after it."""
    missed = ground.table("minderung").filter(pl.col("grund") == "meldeversaeumnis")
    breach = pl.col("festgestellt_am") - TOO_LATE_DAYS
    return _changed(ground, "minderung", missed, "kundennr", "minderung_id", pflichtverletzung_am=breach)


def sanction_too_much(ground: Ground) -> Planted:
    """Sanction by a share that the law of no day allows."""
    sanctions = ground.table("minderung")
    return _changed(ground, "minderung", sanctions, "kundennr", "minderung_id", prozent=pl.lit(UNLAWFUL_PERCENT))


def sanction_twice(ground: Ground) -> Planted:
    """Lay a second lawful sanction over one: 30 and 10 per cent, more than may be cut at a time."""
    lawful = (pl.col("von") >= CAPPED_SINCE) & (pl.col("von") <= ground.day)
    picked = ground.pick(ground.table("minderung").filter(lawful), "kundennr")
    later = day_series(add_months(picked["von"].to_numpy(), 1))
    fits = pl.lit(later) <= pl.min_horizontal("bis", pl.lit(ground.day))
    grave = pl.col("grund") == "pflichtverletzung"
    second = picked.with_columns(
        grund=pl.when(grave).then(pl.lit("meldeversaeumnis")).otherwise(pl.lit("pflichtverletzung")),
        prozent=pl.when(grave).then(10.0).otherwise(30.0),
        von=pl.when(fits).then(later).otherwise("von"),
        minderung_id=ground.new_ids("minderung", "minderung_id", picked.height),
    )
    second = second.filter(pl.col("prozent") + picked["prozent"] > HIGHEST_PERCENT)
    ground.add("minderung", second)
    # two that begin on one day are both too many
    both = picked.join(second, on=["kundennr", "von"], how="semi", maintain_order="left")
    cases = pl.concat([second.select("kundennr", "minderung_id"), both.select("kundennr", "minderung_id")])
    return Planted(cases, "kundennr", "minderung_id")


def leave_hit_open(ground: Ground) -> Planted:
    """Leave a hit of the data match open for more than three months."""
    old = ground.table("datenabgleich").filter(pl.col("eingang_am") < ground.day - OVERDUE_DAYS)
    missing = pl.lit(OPEN, dtype=pl.Int32)
    return _changed(ground, "datenabgleich", old, "kundennr", "treffer_id", erledigt_am=missing)


def keep_hit_to_oneself(ground: Ground) -> Planted:
    """Answer a hit on employment without the information to Markt und Integration."""
    hits = ground.table("datenabgleich").filter(
        (pl.col("art") == "beschaeftigung") & (pl.col("erledigt_am") <= ground.day)
    )
    return _changed(ground, "datenabgleich", hits, "kundennr", "treffer_id", information_mi=pl.lit(False))
