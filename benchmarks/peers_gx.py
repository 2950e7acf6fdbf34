"""Great Expectations on pandas: one suite per table or prepared frame, result format BASIC (counts, a few examples)."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

os.environ["GX_ANALYTICS_ENABLED"] = "false"  # read at import; nothing may leave the machine
import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd
import peers_pandas_frames as prepared
from peers_checks import CHECKED_TABLES, LATEST_GOAL, Check, checks_of

VERSION = gx.__version__
SCOPE = "~(storniert_am <= '{day}') & ~(erfasst_am > '{day}')".format(day=prepared.TODAY.date())


def read(delivery: Path, scratch: Path) -> prepared.Frames:
    """Return every table as a pandas frame."""
    return prepared.read_frames(delivery)


def structure(frames: prepared.Frames) -> dict[str, int]:
    """Return check → defects; uniqueness counts every row of a pair, hence half of it."""
    context, found = _context(), {}
    for table in CHECKED_TABLES:
        checks = checks_of(table)
        counts = validate(context, table, frames[table], [_expectation(check, frames) for check in checks])
        found |= {check.name: counts[check.name] // (2 if check.kind == "unique" else 1) for check in checks}
    return found


def mission(frames: prepared.Frames) -> dict[str, int]:
    """Return check → violations; only F-005 is an expectation on a delivered table."""
    context = _context()
    covered = prepared.responsible(frames).tolist()
    last = pd.Timestamp(LATEST_GOAL)
    in_time = gxe.ExpectColumnPairValuesAToBeGreaterThanB(column_A="frist", column_B="uhr", or_equal=True)
    reason = gxe.ExpectColumnValuesToNotBeNull(column="grund", row_condition=SCOPE, condition_parser="pandas")
    looked_after = gxe.ExpectColumnValuesToBeInSet(column="kundennr", value_set=covered)
    dated = gxe.ExpectColumnValuesToNotBeNull(column="zieldatum")
    near = gxe.ExpectColumnValuesToBeBetween(
        column="zieldatum", min_value=prepared.TODAY, strict_min=True, max_value=last
    )
    work = {
        "A-001": (prepared.changes(frames), [in_time]),
        "F-005": (frames["fall_ende"], [reason]),
        "U-010": (prepared.elb(frames), [looked_after]),
        "Z-003": (prepared.goals(frames), [dated, near]),
    }
    found = {}
    for number, (frame, expectations) in work.items():
        for expectation in expectations:
            expectation.meta = {"check": number}
        found[number] = validate(context, number, frame, expectations)[number]
    return found


def validate(context, name: str, frame: pd.DataFrame, expectations: Sequence[gxe.Expectation]) -> Counter[str]:
    """Return how many values every check finds unexpected; an expectation that broke is an error, not a finding."""
    batch = context.data_sources.add_pandas(name).add_dataframe_asset(name).add_batch_definition_whole_dataframe(name)
    suite = gx.ExpectationSuite(name=name, expectations=list(expectations))
    answer = batch.get_batch({"dataframe": frame}).validate(suite, result_format="BASIC")
    counts: Counter[str] = Counter()
    for outcome in answer.results:
        assert "unexpected_count" in outcome.result, outcome.exception_info
        counts[outcome.expectation_config.meta["check"]] += outcome.result["unexpected_count"]
    return counts


def _context():
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    return context


def _expectation(check: Check, frames: prepared.Frames) -> gxe.Expectation:
    named = {"column": check.column, "meta": {"check": check.name}}
    if check.kind == "required":
        return gxe.ExpectColumnValuesToNotBeNull(**named)
    if check.kind == "unique":
        return gxe.ExpectColumnValuesToBeUnique(**named)
    if check.kind == "range":
        return gxe.ExpectColumnValuesToBeBetween(**named, min_value=check.values[0], max_value=check.values[1])
    if check.kind == "pattern":
        return gxe.ExpectColumnValuesToMatchRegex(**named, regex=f"^(?:{check.values[0]})$")
    # it has no expectation for a key of another table: the keys go into the suite as a value set
    allowed = check.values if check.kind == "codes" else frames[check.values[0]][check.column].tolist()
    return gxe.ExpectColumnValuesToBeInSet(**named, value_set=list(allowed))
