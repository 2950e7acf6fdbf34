"""What polars tools need beforehand: the tables, and the frames that join or derive (no validator joins tables)."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from peers_checks import DEADLINE_MONTHS, RELEVANT, STICHTAG, TABLES

Frames = dict[str, pl.DataFrame]


def read_frames(delivery: Path) -> Frames:
    """Return every table of the delivery."""
    return {table: pl.read_parquet(delivery / f"{table}.parquet") for table in TABLES}


def in_scope(frame: pl.DataFrame) -> pl.DataFrame:
    """Leave out what was cancelled by the Stichtag or recorded after it."""
    cancelled = (pl.col("storniert_am") <= STICHTAG).fill_null(False)
    later = (pl.col("erfasst_am") > STICHTAG).fill_null(False)
    return frame.filter(~cancelled & ~later)


def changes(frames: Frames) -> pl.DataFrame:
    """Return the relevant changes with `uhr`, the day on which the clock stopped (or the Stichtag), and `frist`."""
    released = pl.when(pl.col("angeordnet_am") <= STICHTAG).then("angeordnet_am").otherwise(pl.lit(STICHTAG))
    relevant = pl.col("art").is_in(RELEVANT) & pl.col("wirksam_ab").is_not_null()
    return in_scope(frames["aenderung"]).filter(relevant).select(
        "aenderung_id", uhr=released, frist=pl.col("wirksam_ab").dt.offset_by(f"{DEADLINE_MONTHS}mo")
    )  # fmt: skip


def elb(frames: Frames) -> pl.DataFrame:
    """Return kundennr of every ELB on the Stichtag."""
    members = _covering(frames["bg_mitglied"]).filter(pl.col("personengruppe") == "ELB")
    entitled = _covering(frames["anspruch"])
    return members.join(entitled, on=["kundennr", "bg_nr"], how="semi").select("kundennr").unique()


def responsible(frames: Frames) -> pl.DataFrame:
    """Return kundennr of everybody who has a responsible IFK on the Stichtag."""
    return (
        _covering(frames["zustaendigkeit"])
        .filter(pl.col("vertretung").fill_null(False).not_())
        .select("kundennr")
        .unique()
    )


def goals(frames: Frames) -> pl.DataFrame:
    """Return the goal that counts of every ELB: valid, documented, the newest."""
    valid = _covering(frames["integrationsziel"]).filter(pl.col("stand") <= STICHTAG)
    return (
        valid.join(elb(frames), on="kundennr", how="semi")
        .sort(["stand", "von", "ziel_id"], descending=True)
        .unique("kundennr", keep="first", maintain_order=True)
        .select("kundennr", "zieldatum")
    )


def _covering(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter((pl.col("von") <= STICHTAG) & (pl.col("bis").is_null() | (pl.col("bis") >= STICHTAG)))
