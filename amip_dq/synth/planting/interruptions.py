"""Defects of interruptions: lost or misdated records, silent or misled IFK, exclusion ignored."""

from __future__ import annotations

import numpy as np
import polars as pl

from amip_dq.synth.days import OPEN, working_day
from amip_dq.synth.entitlement import LAPSED
from amip_dq.synth.interruptions import FACTS, responsible_on
from amip_dq.synth.planting.ground import RARE, Ground, Planted, day_series, iso

INFO_WORKING_DAYS = 5
SHORT_GAP_DAYS = 31
HOLIDAY_DAYS = 21
EXCLUSIONS = ("haft", "altersrente", "ausbildung", "ortsabwesenheit", "stationaer")


def _closed(ground: Ground) -> pl.DataFrame:
    """Return recorded interruptions that were over some days before the Stichtag."""
    return ground.table("unterbrechung").filter(pl.col("bis") < ground.day - 10)


def lose_record(ground: Ground) -> Planted:
    """Lose the record of a gap: deleted, cancelled, or left without a reason."""
    picked = ground.pick(_closed(ground), "bg_nr").with_columns(tag=iso("von"))
    draw = ground.rng.random(picked.height)
    gone = picked.filter(pl.Series(draw < 0.4))
    ground.remove("ifk_info", gone, ["unterbrechung_id"])
    ground.remove("unterbrechung", gone, ["unterbrechung_id"])
    cancelled = picked.filter(pl.Series((draw >= 0.4) & (draw < 0.7)))
    day = np.minimum(cancelled["angeordnet_am"].to_numpy() + 12, ground.day)
    ground.amend(
        "unterbrechung",
        cancelled.select("unterbrechung_id").with_columns(storniert_am=day_series(day)),
        "unterbrechung_id",
    )
    blank = picked.filter(pl.Series(draw >= 0.7)).select("unterbrechung_id", grund=pl.lit(None, dtype=pl.String))
    ground.amend("unterbrechung", blank, "unterbrechung_id")
    return Planted(picked, "kundennr", "tag")


def exclude_while_entitled(ground: Ground) -> Planted:
    """Record a fact that excludes entitlement while it goes on."""
    known = pl.concat([ground.table("abwesenheit").select("kundennr"), ground.table("ifk_info").select("kundennr")])
    present = ground.table("anspruch").filter((pl.col("bis") == OPEN) & (pl.col("von") < ground.day - 260))
    adults = ground.batch.people.filter((pl.col("elb_von") < ground.day - 260) & (pl.col("role") < 2)).select(
        kundennr="p"
    )
    rows = present.join(adults, on="kundennr", how="semi", maintain_order="left").join(
        known, on="kundennr", how="anti", maintain_order="left"
    )
    picked = ground.pick(rows, "bg_nr")
    kind = ground.rng.integers(0, len(EXCLUSIONS), picked.height)
    von = ground.days(ground.day - 240, ground.day - 20, picked.height)
    fact = pl.Series([EXCLUSIONS[n] for n in kind], dtype=pl.String)
    facts = picked.select("kundennr").with_columns(
        art=fact, von=day_series(von), bis=day_series(von + ground.rng.integers(1, 90, picked.height))
    )
    facts = facts.with_columns(
        genehmigt=pl.when(pl.col("art") == "ortsabwesenheit").then(pl.lit(False)),
        prognose_monate=pl.when(pl.col("art") == "stationaer").then(pl.lit(6)),
    )
    ground.add("abwesenheit", facts)
    return Planted(facts.with_columns(fakt=pl.concat_str("art", pl.lit(":"), iso("von"))), "kundennr", "fakt")


def apply_in_time(ground: Ground) -> Planted:
    """Let the application for a period after a short gap have come before the earlier period ended."""
    short = ground.batch.gaps.filter((pl.col("kind") == LAPSED) & (pl.col("bis") - pl.col("von") < SHORT_GAP_DAYS))
    short = short.select(bg_nr="b", von=pl.col("bis") + 1, last=pl.col("von") - 1)
    once = ground.table("bewilligung").filter(pl.len().over("bg_nr", "von") == 1)
    picked = ground.pick(once.join(short, on=["bg_nr", "von"], maintain_order="left"), "bg_nr")
    applied = picked["last"].to_numpy() - ground.rng.integers(0, 30, picked.height)
    ground.amend(
        "bewilligung", picked.select("bewilligung_id").with_columns(antrag_am=day_series(applied)), "bewilligung_id"
    )
    return Planted(picked, "bg_nr", "bewilligung_id")


def _noticed(ground: Ground) -> pl.DataFrame:
    """Return notices with the interruption they belong to."""
    records = ground.table("unterbrechung").select("unterbrechung_id", "bg_nr", "angeordnet_am")
    return ground.table("ifk_info").join(records, on="unterbrechung_id", maintain_order="left")


def stay_silent(ground: Ground) -> Planted:
    """Leave the notice to the IFK out, or send it after five working days."""
    rows = _noticed(ground)
    rows = rows.filter(pl.Series(working_day(rows["angeordnet_am"].to_numpy(), 2 * INFO_WORKING_DAYS) < ground.day))
    picked = ground.pick(rows, "bg_nr")
    steps = np.where(ground.some(picked.height, 0.4), 1, ground.rng.integers(1, 6, picked.height))
    late = picked.with_columns(
        am=day_series(working_day(picked["angeordnet_am"].to_numpy(), INFO_WORKING_DAYS + steps))
    )
    main = ground.table("zustaendigkeit").filter(~pl.col("vertretung"))
    recipient = responsible_on(main, late.select("info_id", "kundennr", "am", n="info_id")).select(
        "info_id", empfaenger="ifk"
    )
    silent = picked.filter(pl.Series(ground.some(picked.height, 0.5)))
    ground.amend("ifk_info", late.select("info_id", "am").join(recipient, on="info_id"), "info_id")
    ground.remove("ifk_info", silent, ["info_id"])
    return Planted(picked, "kundennr", "unterbrechung_id")


def inform_wrong_post(ground: Ground) -> Planted:
    """Send the notice to an IFK who was never responsible for the client."""
    posts = ground.batch.staff.filter(pl.col("funktion") == "ifk")["m"].to_numpy()
    rows = _noticed(ground)
    wrong = pl.Series(posts[ground.rng.integers(0, len(posts), rows.height)], dtype=pl.Int32)
    rows = rows.with_columns(wrong=wrong).join(
        ground.table("zustaendigkeit").select("kundennr", wrong="ifk"),
        on=["kundennr", "wrong"],
        how="anti",
        maintain_order="left",
    )
    picked = ground.pick(rows, "bg_nr")
    ground.amend("ifk_info", picked.select("info_id", empfaenger="wrong"), "info_id")
    return Planted(picked, "kundennr", "info_id")


def leave_without_ifk(ground: Ground) -> Planted:
    """End the responsibility before the Stichtag, or leave only a deputy."""
    batch = ground.batch
    intensive = batch.bg.filter((pl.col("intensive") == OPEN) & pl.col("active") & ~pl.col("paused")).select(bg_nr="b")
    entitled = (
        ground.table("anspruch")
        .filter(pl.col("bis") == OPEN)
        .join(intensive, on="bg_nr", how="semi", maintain_order="left")
    )
    rows = (
        ground.table("zustaendigkeit")
        .with_row_index("row")
        .filter(~pl.col("vertretung") & (pl.col("bis") == OPEN) & (pl.col("von") < ground.day - 30))
    )
    rows = rows.join(entitled.select("kundennr", "bg_nr"), on="kundennr", maintain_order="left")
    rows = rows.join(ground.table("ifk_info").select("kundennr"), on="kundennr", how="anti", maintain_order="left")
    picked = ground.pick(rows, "bg_nr")
    deputy = pl.Series(ground.some(picked.height, 0.3))
    last = day_series(ground.days(ground.day - 25, ground.day - 1, picked.height))
    changes = picked.select("row", vertretung=deputy, bis=pl.when(deputy).then("bis").otherwise(last))
    batch.tables["zustaendigkeit"] = ground.table("zustaendigkeit").with_row_index("row")
    ground.amend("zustaendigkeit", changes, "row")
    batch.tables["zustaendigkeit"] = ground.table("zustaendigkeit").drop("row")
    return Planted(picked, "kundennr")


def call_sanction_interruption(ground: Ground) -> Planted:
    """Record an interruption as a sanction, which interrupts nothing."""
    picked = ground.pick(_closed(ground), "bg_nr")
    ground.amend("unterbrechung", picked.select("unterbrechung_id", grund=pl.lit("minderung")), "unterbrechung_id")
    return Planted(picked, "kundennr", "unterbrechung_id")


def misdate_record(ground: Ground) -> Planted:
    """Record the first day too late or the last day off by some days."""
    picked = ground.pick(_closed(ground).filter(pl.col("bis") - pl.col("von") > 8), "bg_nr")
    size = picked.height
    begin = ground.some(size, 0.4)
    shift = np.where(ground.some(size, 0.4), 1, ground.rng.integers(1, 6, size))
    sign = np.where(ground.some(size, 0.5), 1, -1)
    von = picked["von"].to_numpy() + np.where(begin, shift, 0)
    bis = picked["bis"].to_numpy() + np.where(begin, 0, shift * sign)
    changes = picked.select("unterbrechung_id").with_columns(von=day_series(von), bis=day_series(bis))
    ground.amend("unterbrechung", changes, "unterbrechung_id")
    return Planted(picked, "kundennr", "unterbrechung_id")


def _relabelled(ground: Ground, picked: pl.DataFrame, art: str, **fact: pl.Expr) -> Planted:
    """Record another reason for an interruption, with the fact (abwesenheit) that it names."""
    ground.amend("unterbrechung", picked.select("unterbrechung_id", grund=pl.lit(art)), "unterbrechung_id")
    ground.remove("abwesenheit", picked, ["kundennr", "von"])
    ground.add("abwesenheit", picked.select("kundennr", "von", "bis", art=pl.lit(art), **fact))
    return Planted(picked, "kundennr", "unterbrechung_id")


def interrupt_for_holiday(ground: Ground) -> Planted:
    """Record an approved absence of up to three weeks as an interruption."""
    rows = _closed(ground).filter(
        (pl.col("bis") - pl.col("von") < HOLIDAY_DAYS) & pl.col("grund").is_in(("ortsabwesenheit", "entziehung"))
    )
    return _relabelled(ground, ground.pick(rows, "bg_nr"), "ortsabwesenheit", genehmigt=pl.lit(True))


def interrupt_for_hospital(ground: Ground) -> Planted:
    """Record a stay in hospital of less than six months as an interruption."""
    rows = _closed(ground).filter(~pl.col("grund").is_in(FACTS))
    picked = ground.pick(rows, "bg_nr", RARE)
    months = pl.Series(ground.rng.integers(1, 6, picked.height), dtype=pl.Int32)
    return _relabelled(ground, picked, "stationaer", prognose_monate=pl.lit(months))
