"""Pointblank on polars: one validation per table or prepared frame, failing rows kept as by default."""

from __future__ import annotations

from pathlib import Path

import peers_polars_frames as prepared
import pointblank as pb
import polars as pl
from peers_checks import CHECKED_TABLES, LATEST_GOAL, STICHTAG, Check, checks_of

VERSION = pb.__version__


def read(delivery: Path, scratch: Path) -> prepared.Frames:
    """Return every table as a polars frame."""
    return prepared.read_frames(delivery)


def structure(frames: prepared.Frames) -> dict[str, int]:
    """Return check → defects; uniqueness counts every row of a pair, hence half of it."""
    found = {}
    for table in CHECKED_TABLES:
        checks, plan = checks_of(table), pb.Validate(frames[table])
        for check in checks:
            plan = _step(plan, check, frames)
        for check, failed in zip(checks, failures(plan), strict=True):
            found[check.name] = failed // (2 if check.kind == "unique" else 1)
    return found


def mission(frames: prepared.Frames) -> dict[str, int]:
    """Return check → violations."""
    goal = pl.col("zieldatum").is_between(STICHTAG, LATEST_GOAL, closed="right").fill_null(False)
    covered = prepared.responsible(frames)
    plans = {
        "A-001": pb.Validate(prepared.changes(frames)).col_vals_le("uhr", pb.col("frist")),
        "F-005": pb.Validate(frames["fall_ende"]).col_vals_not_null("grund", pre=prepared.in_scope),
        "U-010": pb.Validate(prepared.elb(frames)).col_vals_in_table(
            "kundennr", ref_table=covered, ref_column="kundennr"
        ),
        "Z-003": pb.Validate(prepared.goals(frames)).col_vals_expr(goal),
    }
    return {number: sum(failures(plan)) for number, plan in plans.items()}


def failures(plan: pb.Validate) -> list[int]:
    """Return how many rows fail each step; a step that broke is an error, not a finding."""
    done = plan.interrogate()
    assert not any(step.eval_error for step in done.validation_info), done.validation_info
    return list(done.n_failed().values())


def _step(plan: pb.Validate, check: Check, frames: prepared.Frames) -> pb.Validate:
    column, values = check.column, check.values
    if check.kind == "required":
        return plan.col_vals_not_null(column)
    if check.kind == "unique":
        return plan.rows_distinct(column)
    if check.kind == "range":
        return plan.col_vals_between(column, *values, na_pass=True)
    if check.kind == "pattern":
        return plan.col_vals_regex(column, f"^(?:{values[0]})$", na_pass=True)
    if check.kind == "codes":
        return plan.col_vals_in_set(column, list(values))
    return plan.col_vals_in_table(column, ref_table=frames[values[0]], ref_column=column, na_pass=True)
