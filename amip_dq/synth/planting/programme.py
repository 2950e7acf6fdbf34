"""Promises of the programme that are not kept: intensive support, proposals, subsidised work, graduates."""

from __future__ import annotations

import numpy as np
import polars as pl

from amip_dq.synth.days import OPEN, month_of, month_start
from amip_dq.synth.planting.ground import Ground, Planted, day_series, iso

TALKS = ("gespraech", "telefon", "video")
LOOK_BACK_MONTHS, NOTE_DAYS = 6, 150
SHORT_RECEIPT_DAYS = 4 * 365


def free_a_place(ground: Ground) -> Planted:
    """Take one client out of an IFK's intensive support."""
    spells = ground.table("intensivbetreuung").filter(pl.col("bis") == OPEN)
    free = spells.filter(~pl.Series(ground.used["kundennr"][spells["kundennr"].to_numpy()], dtype=pl.Boolean))
    first = free.unique("ifk", keep="first", maintain_order=True)
    wanted = max(1, round(ground.batch.scenario.defect_rate * first.height))
    picked = first[np.sort(ground.rng.permutation(first.height)[:wanted])]
    ground.used["kundennr"][picked["kundennr"].to_numpy()] = True
    ground.remove("intensivbetreuung", picked, ["kundennr", "ifk", "von"])
    return Planted(picked.select(mitarbeiter="ifk"), "mitarbeiter")


def skip_talk(ground: Ground) -> Planted:
    """Leave a whole month of intensive support without a talk; talks about the goal stay."""
    spells = ground.table("intensivbetreuung")
    earliest = int(month_of(ground.day + 1)) - LOOK_BACK_MONTHS
    month = np.maximum(month_of(spells["von"].to_numpy()), earliest)
    last = month_start(month + 1) - 1
    whole = (month_start(month) >= spells["von"].to_numpy()) & (
        last <= np.minimum(spells["bis"].to_numpy(), ground.day)
    )
    rows = spells.with_columns(first=day_series(month_start(month)), last=day_series(last)).filter(pl.Series(whole))
    talks = ground.table("kontakt").filter(pl.col("art").is_in(TALKS) & (pl.col("am") <= ground.day))
    talks = talks.join(rows.select("kundennr", "first", "last"), on="kundennr", maintain_order="left")
    inside = pl.col("am").is_between("first", "last")
    # another talk must carry the goal, so that nothing else goes missing
    noted = talks.filter(~inside & pl.col("vermerk") & pl.col("zielbezug") & (pl.col("am") > ground.day - NOTE_DAYS))
    picked = ground.pick(rows.join(noted, on="kundennr", how="semi", maintain_order="left"), "kundennr")
    gone = talks.filter(inside).join(picked, on="kundennr", how="semi", maintain_order="left")
    ground.remove("kontakt", gone, ["kontakt_id"])
    return Planted(picked.with_columns(monat=iso("first")), "kundennr", "monat")


def lose_result(ground: Ground) -> Planted:
    """Leave a proposal older than four weeks without a result."""
    rows = ground.table("vermittlungsvorschlag").filter(pl.col("am").is_between(ground.day - 300, ground.day - 29))
    picked = ground.pick(rows, "kundennr")
    word = pl.Series(["offen" if said else None for said in ground.some(picked.height, 0.5)], dtype=pl.String)
    changes = picked.select("vv_id").with_columns(ergebnis=word, ergebnis_am=pl.lit(OPEN, dtype=pl.Int32))
    ground.amend("vermittlungsvorschlag", changes, "vv_id")
    return Planted(picked, "kundennr", "vv_id")


def fund_too_early(ground: Ground) -> Planted:
    """Fund somebody by § 16i who has received benefits for less than five years."""
    began = ground.table("anspruch").group_by("kundennr", maintain_order=True).agg(pl.col("von").min().alias("since"))
    rows = ground.table("massnahme").filter((pl.col("art") == "agh") & (pl.col("von") <= ground.day))
    rows = rows.join(began, on="kundennr", maintain_order="left").filter(
        pl.col("von") - pl.col("since") < SHORT_RECEIPT_DAYS
    )
    picked = ground.pick(rows.sort("teilnahme_id"), "kundennr")
    ground.amend("massnahme", picked.select("teilnahme_id", art=pl.lit("par16i")), "teilnahme_id")
    return Planted(picked, "kundennr", "teilnahme_id")


def _graduates(ground: Ground) -> pl.DataFrame:
    """Return participations that ended in the last ten months; they are made further training."""
    ended = pl.col("bis").is_between(ground.day - 300, ground.day - 40)
    return ground.table("massnahme").filter(ended & pl.col("art").is_in(("par45_mat", "fbw"))).sort("teilnahme_id")


def miss_graduate(ground: Ground) -> Planted:
    """Hold the talk with a graduate too early, too late or not at all."""
    picked = ground.pick(_graduates(ground), "kundennr")
    bis, size = picked["bis"].to_numpy(), picked.height
    off = np.where(
        ground.some(size, 0.5), bis + ground.rng.integers(8, 30, size), bis - ground.rng.integers(29, 40, size)
    )
    talk = day_series(np.where(ground.some(size, 0.4), OPEN, off))
    changes = picked.select("teilnahme_id", art=pl.lit("fbw")).with_columns(absolventengespraech_am=talk)
    ground.amend("massnahme", changes, "teilnahme_id")
    return Planted(picked, "kundennr", "teilnahme_id")


def forget_outcome(ground: Ground) -> Planted:
    """Leave the outcome of further training out, or write a word that says nothing."""
    picked = ground.pick(_graduates(ground), "kundennr")
    word = pl.Series(["k. A." if said else None for said in ground.some(picked.height, 0.4)], dtype=pl.String)
    changes = picked.select("teilnahme_id", art=pl.lit("fbw")).with_columns(ergebnis=word)
    ground.amend("massnahme", changes, "teilnahme_id")
    return Planted(picked, "kundennr", "teilnahme_id")
