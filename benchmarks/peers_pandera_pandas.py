"""pandera on pandas: one schema per table or prepared frame, all failures collected (lazy)."""

from __future__ import annotations

import logging
from pathlib import Path

import pandas as pd
import pandera
import pandera.pandas as pa
import peers_pandas_frames as prepared
from pandera.errors import SchemaErrors
from peers_checks import CHECKED_TABLES, LATEST_GOAL, Check, checks_of

VERSION = pandera.__version__
logging.getLogger("pandera").setLevel(logging.ERROR)
ROW = "row"  # stands for a check of the whole row, whose failures name every column once


def read(delivery: Path, scratch: Path) -> prepared.Frames:
    """Return every table as a pandas frame."""
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
    in_time = pa.Check(lambda frame: frame["uhr"] <= frame["frist"], name="frist", ignore_na=False)
    covered = prepared.responsible(frames).tolist()
    goal = pa.Column(checks=[pa.Check.gt(prepared.TODAY), pa.Check.le(pd.Timestamp(LATEST_GOAL))])
    work = {
        "A-001": (pa.DataFrameSchema(checks=in_time), prepared.changes(frames)),
        "F-005": (pa.DataFrameSchema({"grund": pa.Column()}), prepared.in_scope(frames["fall_ende"])),
        "U-010": (pa.DataFrameSchema({"kundennr": pa.Column(checks=pa.Check.isin(covered))}), prepared.elb(frames)),
        "Z-003": (pa.DataFrameSchema({"zieldatum": goal}), prepared.goals(frames)),
    }
    return {number: sum(failures(schema, frame).values()) for number, (schema, frame) in work.items()}


def failures(schema: pa.DataFrameSchema, frame: pd.DataFrame) -> dict[str, int]:
    """Return column → failing rows."""
    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
        column = cases["column"].where(cases["schema_context"] == "Column", ROW)
        return cases.groupby(column)["index"].nunique().to_dict()
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
    allowed = check.values if check.kind == "codes" else frames[check.values[0]][check.column].tolist()
    return pa.Column(checks=pa.Check.isin(list(allowed)), nullable=True)
