"""What pandas tools need beforehand: the tables, and the frames that join or derive (no validator joins tables)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
from peers_checks import DEADLINE_MONTHS, RELEVANT, STICHTAG, TABLES

Frames = dict[str, pd.DataFrame]
TODAY = pd.Timestamp(STICHTAG)


def read_frames(delivery: Path) -> Frames:
    """Return every table of the delivery; dates as datetime64, because Python dates in a column are far slower."""
    return {t: pq.read_table(delivery / f"{t}.parquet").to_pandas(date_as_object=False) for t in TABLES}


def in_scope(frame: pd.DataFrame) -> pd.DataFrame:
    """Leave out what was cancelled by the Stichtag or recorded after it; a comparison with NaT is False."""
    return frame[~(frame.storniert_am <= TODAY) & ~(frame.erfasst_am > TODAY)]


def changes(frames: Frames) -> pd.DataFrame:
    """Return the relevant changes with `uhr`, the day on which the clock stopped (or the Stichtag), and `frist`."""
    scope = in_scope(frames["aenderung"])
    scope = scope[scope.art.isin(RELEVANT) & scope.wirksam_ab.notna()]
    released = scope.angeordnet_am.where(scope.angeordnet_am <= TODAY, TODAY)
    frist = scope.wirksam_ab + pd.DateOffset(months=DEADLINE_MONTHS)
    return pd.DataFrame({"uhr": released, "frist": frist})


def elb(frames: Frames) -> pd.DataFrame:
    """Return kundennr of every ELB on the Stichtag."""
    members = _covering(frames["bg_mitglied"])
    members = members.loc[members.personengruppe == "ELB", ["kundennr", "bg_nr"]]
    entitled = _covering(frames["anspruch"])[["kundennr", "bg_nr"]]
    return members.merge(entitled, on=["kundennr", "bg_nr"])[["kundennr"]].drop_duplicates()


def responsible(frames: Frames) -> pd.Series:
    """Return kundennr of everybody who has a responsible IFK on the Stichtag."""
    spells = _covering(frames["zustaendigkeit"])
    return spells.loc[~spells.vertretung.eq(True), "kundennr"].drop_duplicates()


def goals(frames: Frames) -> pd.DataFrame:
    """Return the goal that counts of every ELB: valid, documented, the newest."""
    valid = _covering(frames["integrationsziel"])
    valid = valid[(valid.stand <= TODAY) & valid.kundennr.isin(elb(frames).kundennr)]
    newest = valid.sort_values(["stand", "von", "ziel_id"], ascending=False).drop_duplicates("kundennr")
    return newest[["kundennr", "zieldatum"]]


def _covering(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[(frame.von <= TODAY) & ~(frame.bis < TODAY)]
