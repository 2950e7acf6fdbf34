"""Defects of labour market status and entries into work."""

from __future__ import annotations

from datetime import date

import polars as pl

from amip_dq.synth.days import OPEN, to_day
from amip_dq.synth.labour import WORKING
from amip_dq.synth.planting.ground import Ground, Planted, day_series, iso

NO_UNEMPLOYED = ("fbw", "fbw_abschluss", "agh", "egz")
COUNTED = ("sv_beschaeftigung", "ausbildung", "selbstaendigkeit")
PAR53A_LAST = to_day(date(2022, 12, 31))
STATUS_DAYS, LOOK_BACK_DAYS = 14, 70


def _calm(ground: Ground, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of clients who are entitled on the Stichtag and whose household is untouched."""
    batch = ground.batch
    steady = batch.bg.filter(batch.bg["active"] & ~batch.bg["paused"] & ~pl.Series(ground.used["bg_nr"])).select(
        bg_nr="b"
    )
    entitled = ground.table("anspruch").filter(pl.col("bis") == OPEN)
    entitled = entitled.join(steady, on="bg_nr", how="semi", maintain_order="left")
    return rows.join(entitled.select("kundennr"), on="kundennr", how="semi", maintain_order="left")


def _amend_status(ground: Ground, changes: pl.DataFrame) -> None:
    """Overwrite rows of the keyless table of status, named by their `row`."""
    ground.batch.tables["arbeitsmarktstatus"] = ground.table("arbeitsmarktstatus").with_row_index("row")
    ground.amend("arbeitsmarktstatus", changes, "row")
    ground.batch.tables["arbeitsmarktstatus"] = ground.table("arbeitsmarktstatus").drop("row")


def _open_status(ground: Ground) -> pl.DataFrame:
    """Return the base status that holds on the Stichtag, with its `row`."""
    rows = ground.table("arbeitsmarktstatus").with_row_index("row").filter(pl.col("bis") == OPEN)
    return rows.filter(pl.col("status").is_in(("arbeitslos", "arbeitsuchend", "nicht_arbeitsuchend")))


def stay_unemployed(ground: Ground) -> Planted:
    """Lay »arbeitslos« over the first days of a participation that excludes it."""
    rows = ground.table("massnahme").filter(pl.col("art").is_in(NO_UNEMPLOYED) & (pl.col("von") <= ground.day))
    picked = ground.pick(rows.sort("teilnahme_id"), "kundennr")
    until = pl.min_horizontal(
        "bis", pl.lit(ground.day), pl.col("von") + day_series(ground.rng.integers(0, 20, picked.height))
    )
    ground.add("arbeitsmarktstatus", picked.select("kundennr", status=pl.lit("arbeitslos"), von="von", bis=until))
    return Planted(picked, "kundennr", "teilnahme_id")


def leave_in_measure(ground: Ground) -> Planted:
    """Leave the status »in_massnahme« after the last measure ended."""
    measures = ground.table("massnahme")
    over = measures.group_by("kundennr", maintain_order=True).agg(
        pl.col("bis").max().alias("ended"), pl.col("art").last()
    )
    over = over.filter((pl.col("ended") < ground.day - STATUS_DAYS) & ~pl.col("art").is_in(WORKING))
    rows = (
        _open_status(ground)
        .join(over, on="kundennr", maintain_order="left")
        .filter(pl.col("von") == pl.col("ended") + 1)
    )
    picked = ground.pick(rows, "kundennr")
    _amend_status(ground, picked.select("row", status=pl.lit("in_massnahme")))
    return Planted(picked, "kundennr")


def drop_status(ground: Ground) -> Planted:
    """End the status before the Stichtag without a successor."""
    rows = _calm(ground, _open_status(ground).filter(pl.col("von") < ground.day - 30))
    picked = ground.pick(rows, "kundennr")
    last = ground.day - ground.rng.integers(1, 25, picked.height)
    _amend_status(ground, picked.select("row").with_columns(bis=day_series(last)))
    return Planted(picked, "kundennr")


def begin_53a_late(ground: Ground) -> Planted:
    """Begin § 53a after it was abolished; before 2023 there is nothing to plant."""
    status = ground.table("arbeitsmarktstatus")
    protected = status.filter(pl.col("status") == "par53a").select("kundennr")
    rows = _open_status(ground).filter((pl.col("von") > PAR53A_LAST) & (pl.col("von") <= ground.day))
    picked = ground.pick(rows.join(protected, on="kundennr", how="anti", maintain_order="left"), "kundennr")
    _amend_status(ground, picked.select("row", status=pl.lit("par53a")))
    return Planted(picked.with_columns(beginn=iso("von")), "kundennr", "beginn")


def _entries(ground: Ground) -> pl.DataFrame:
    """Return entries that count, without subsidy, up to the Stichtag."""
    rows = ground.table("integration").filter(pl.col("art").is_in(COUNTED) & (pl.col("beginn") <= ground.day))
    return rows.filter(pl.col("foerderung").is_null())


def enter_twice(ground: Ground) -> Planted:
    """Record an entry a second time."""
    picked = ground.pick(_entries(ground), "kundennr")
    copies = picked.with_columns(integration_id=ground.new_ids("integration", "integration_id", picked.height))
    ground.add("integration", copies)
    return Planted(copies, "kundennr", "integration_id")


def call_subsidised_work_entry(ground: Ground) -> Planted:
    """Give an ordinary entry a subsidy that does not count."""
    picked = ground.pick(_entries(ground), "kundennr")
    public = pl.Series(["agh" if first else "par16i" for first in ground.some(picked.height, 0.5)], dtype=pl.String)
    ground.amend("integration", picked.select("integration_id").with_columns(foerderung=public), "integration_id")
    return Planted(picked, "kundennr", "integration_id")


def enter_without_receipt(ground: Ground) -> Planted:
    """Let somebody who left more than two months before take up work."""
    gone = (
        ground.table("anspruch")
        .group_by("kundennr", maintain_order=True)
        .agg(pl.col("bis").max(), pl.col("bg_nr").last())
    )
    adults = ground.batch.people.filter(pl.col("elb_von") <= ground.day).select(kundennr="p")
    rows = gone.filter(pl.col("bis") < ground.day - 2 * LOOK_BACK_DAYS).join(
        adults, on="kundennr", how="semi", maintain_order="left"
    )
    picked = ground.pick(rows.sort("kundennr"), "bg_nr")
    beginn = day_series(ground.days(ground.day - 60, ground.day, picked.height))
    entry = picked.select("kundennr").with_columns(
        integration_id=ground.new_ids("integration", "integration_id", picked.height),
        beginn=beginn,
        art=pl.lit("selbstaendigkeit"),
        bedarfsdeckend=pl.lit(False),
        ende=pl.lit(OPEN, dtype=pl.Int32),
    )
    ground.add("integration", entry)
    return Planted(entry, "kundennr", "integration_id")
