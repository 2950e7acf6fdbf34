"""Defects of changes: late, forgotten, misdated."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from amip_dq.synth.days import OPEN, add_months, to_day, working_day
from amip_dq.synth.planting.ground import Ground, Planted, day_series

STATISTICAL = ("einkommen_hoehe", "einkommen_wegfall", "einkommen_aufnahme", "unterkunftskosten", "umzug")
DEADLINE_MONTHS = 3
WARNING_DAYS = 21
RECENT_DAYS = 120


def _sound(ground: Ground) -> pl.DataFrame:
    """Return released, standing changes of statistical weight that correct nothing and are corrected by nothing."""
    rows = ground.table("aenderung")
    corrected = rows.filter(pl.col("ersetzt_id").is_not_null()).select(aenderung_id="ersetzt_id")
    sound = rows.filter(
        pl.col("art").is_in(STATISTICAL)
        & pl.col("ersetzt_id").is_null()
        & (pl.col("storniert_am") == OPEN)
        & (pl.col("angeordnet_am") != OPEN)
    )
    return sound.join(corrected, on="aenderung_id", how="anti", maintain_order="left")


def _deadline(rows: pl.DataFrame) -> np.ndarray:
    return add_months(rows["wirksam_ab"].to_numpy(), DEADLINE_MONTHS)


def _planted(ground: Ground, picked: pl.DataFrame, **columns: np.ndarray) -> Planted:
    changes = picked.select("aenderung_id").with_columns(**{name: day_series(days) for name, days in columns.items()})
    ground.amend("aenderung", changes, "aenderung_id")
    return Planted(picked, "bg_nr", "aenderung_id")


def release_late(ground: Ground) -> Planted:
    """Release after the deadline: some on the very next day, some because the office learnt too late, some never."""
    rows = _sound(ground)
    picked = ground.pick(rows.filter(pl.Series(_deadline(rows) < ground.day - 10)), "aenderung_id")
    size, deadline = picked.height, _deadline(picked)
    released = np.where(ground.some(size, 0.3), deadline + 1, ground.days(deadline + 1, ground.day, size))
    typed, known = picked["erfasst_am"].to_numpy(), picked["bekannt_am"].to_numpy()
    learnt_late = ground.some(size, 0.3) & (released > deadline + 3)
    known, typed = np.where(learnt_late, released - 2, known), np.where(learnt_late, released - 1, typed)
    never = ground.some(size, 0.2)
    released, typed = np.where(never, OPEN, released), np.where(never, OPEN, typed)
    return _planted(ground, picked, angeordnet_am=released, erfasst_am=typed, bekannt_am=known)


def _recent(ground: Ground) -> pl.DataFrame:
    """Return sound changes of the last months; who took up work when is left alone, VerBIS knows it too."""
    recent = pl.col("wirksam_ab") > ground.day - RECENT_DAYS
    return _sound(ground).filter(recent & (pl.col("art") != "einkommen_aufnahme"))


def near_deadline(ground: Ground) -> Planted:
    """Leave changes untyped whose deadline lies in the next three weeks, the Stichtag and the last day among them."""
    picked = ground.pick(_recent(ground), "aenderung_id")
    deadline = ground.day + ground.rng.integers(0, WARNING_DAYS + 1, picked.height)
    since = add_months(deadline, -DEADLINE_MONTHS)
    # 31 May less three months is 28 February, whose own deadline is 28 May: then the first of March it is
    since = np.where(add_months(since, DEADLINE_MONTHS) < ground.day, since + 1, since)
    known = ground.days(since, ground.day - 3, picked.height)
    open_ = np.full(picked.height, OPEN)
    return _planted(ground, picked, wirksam_ab=since, bekannt_am=known, erfasst_am=open_, angeordnet_am=open_)


def leave_unreleased(ground: Ground) -> Planted:
    """Leave typed changes unreleased for more than five working days, far from their deadline."""
    picked = ground.pick(_recent(ground), "aenderung_id")
    typed = ground.days(ground.day - 30, ground.day - 8, picked.height)
    # five working days later must lie before the Stichtag
    typed = np.where(working_day(typed, 5) < ground.day, typed, typed - 7)
    since = ground.days(typed - 20, typed, picked.height)
    return _planted(
        ground, picked, wirksam_ab=since, bekannt_am=since, erfasst_am=typed, angeordnet_am=np.full(picked.height, OPEN)
    )


def misdate(ground: Ground) -> Planted:
    """Date changes more than a year ahead; date final decisions, which have no deadline, nowhere or before 2005."""
    rows = ground.table("aenderung").filter(
        (pl.col("art") == "endgueltige_festsetzung") & (pl.col("storniert_am") == OPEN)
    )
    finals = rows.filter(pl.col("ersetzt_id").is_null())
    picked = ground.pick(pl.concat([_sound(ground), finals]), "aenderung_id")
    size, final = picked.height, (picked["art"] == "endgueltige_festsetzung").to_numpy()
    ahead = add_months(np.array([ground.day]), 12)[0] + np.where(
        ground.some(size, 0.3), 1, ground.rng.integers(1, 400, size)
    )
    before = to_day(date(2005, 1, 1)) - ground.rng.integers(1, 3000, size)
    since = np.where(final, np.where(ground.some(size, 0.5), OPEN, before), ahead)
    return _planted(ground, picked, wirksam_ab=since)


def turn_clocks(ground: Ground) -> Planted:
    """Release before typing, or type before knowing though the change was no announcement."""
    rows = _sound(ground).filter(
        (pl.col("angeordnet_am") < ground.day - 12) & (pl.col("wirksam_ab") <= pl.col("erfasst_am"))
    )
    picked = ground.pick(rows, "aenderung_id")
    size, typed, known = picked.height, picked["erfasst_am"].to_numpy(), picked["bekannt_am"].to_numpy()
    early = ground.some(size, 0.5)
    typed_late = np.where(early, picked["angeordnet_am"].to_numpy() + ground.rng.integers(1, 6, size), typed)
    known_late = np.where(early, known, typed + ground.rng.integers(1, 10, size))
    return _planted(ground, picked, erfasst_am=typed_late, bekannt_am=known_late)
