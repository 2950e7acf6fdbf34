"""pandera on polars: one schema per table or prepared frame, all failures collected (lazy), frames eager."""

from __future__ import annotations

import logging
from pathlib import Path

import pandera
import pandera.polars as pa
import peers_polars_frames as prepared
import polars as pl
from pandera.errors import SchemaErrors
from peers_checks import CHECKED_TABLES, LATEST_GOAL, STICHTAG, Check, checks_of

VERSION = pandera.__version__
logging.getLogger("pandera").setLevel(logging.ERROR)


def read(delivery: Path, scratch: Path) -> prepared.Frames:
    """Return every table as a polars frame."""
    return prepared.read_frames(delivery)


def structure(frames: prepared.Frames) -> dict[str, int]:
    """Return check → defects; uniqueness counts every row of a pair, hence half of it."""
    found = {}
    for table in CHECKED_TABLES:
        checks = checks_of(table)
        schema = pa.DataFrameSchema({check.column: _column(check, frames) for check in checks})
        counts = failures(schema, frames[table])
        found |= {check.name: counts.get(check.column, 0) // (2 if check.kind == "unique" else 1) for check in checks}
    return found


def mission(frames: prepared.Frames) -> dict[str, int]:
    """Return check → violations."""
    in_time = pa.Check(lambda data: data.lazyframe.select(pl.col("uhr") <= pl.col("frist")), name="frist")
    covered = prepared.responsible(frames)["kundennr"].to_list()
    goal = pa.Column(checks=[pa.Check.gt(STICHTAG), pa.Check.le(LATEST_GOAL)])
    work = {
        "A-001": (pa.DataFrameSchema(checks=in_time), prepared.changes(frames)),
        "F-005": (pa.DataFrameSchema({"grund": pa.Column()}), prepared.in_scope(frames["fall_ende"])),
        "U-010": (pa.DataFrameSchema({"kundennr": pa.Column(checks=pa.Check.isin(covered))}), prepared.elb(frames)),
        "Z-003": (pa.DataFrameSchema({"zieldatum": goal}), prepared.goals(frames)),
    }
    return {number: sum(failures(schema, frame).values()) for number, (schema, frame) in work.items()}


def failures(schema: pa.DataFrameSchema, frame: pl.DataFrame) -> dict[str | None, int]:
    """Return column → failing rows; None stands for a check of the whole row."""
    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        return dict(errors.failure_cases.group_by("column").agg(pl.col("index").n_unique()).iter_rows())
    return {}


def _column(check: Check, frames: prepared.Frames) -> pa.Column:
    if check.kind == "required":
        return pa.Column(nullable=False)
    if check.kind == "unique":
        return pa.Column(nullable=True, unique=True)
    if check.kind == "range":
        return pa.Column(checks=pa.Check.in_range(*check.values), nullable=True)
    if check.kind == "pattern":
        return pa.Column(checks=pa.Check.str_matches(f"^(?:{check.values[0]})$"), nullable=True)
    # it has no check for a key of another table: the keys are the allowed values
    allowed = check.values if check.kind == "codes" else frames[check.values[0]][check.column].to_list()
    return pa.Column(checks=pa.Check.isin(list(allowed)), nullable=True)
