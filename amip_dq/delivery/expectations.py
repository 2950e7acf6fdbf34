"""Runs suites in Great Expectations, in a process of its own: importing it takes two seconds, in which others read files.

What arrives are suites and the profile's frames, what goes back are plain entries; no cell of a client is among them.
"""

from __future__ import annotations

import logging
import os
import pickle
import sys
from collections.abc import Mapping
from typing import Any

from amip_dq.model import Suite

RESULT_KEYS = ("element_count", "missing_count", "unexpected_count", "unexpected_index_list", "observed_value")
Frames = Mapping[str, tuple[Any, list[str]]]  # name → (pandas data frame, columns that name a row)


class Unusable(Exception):
    """A suite that Great Expectations cannot run; the message is German and ends without a full stop."""


def main() -> None:
    """Answer requests from standard input until it closes: (suite, frames) → entries of each expectation, or a complaint."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever a library prints must not meet the answers
    gx = load_library()
    while True:
        try:
            suite, frames = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        try:
            answer: Any = run_suite(gx, suite, frames)
        except Unusable as complaint:
            answer = str(complaint)
        pickle.dump(answer, answers)
        answers.flush()


def load_library() -> Any:
    """Import Great Expectations without its telemetry."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"  # read at import; nothing may leave the machine
    logging.getLogger("great_expectations").setLevel(logging.CRITICAL)  # what went wrong becomes a complaint here
    import great_expectations

    return great_expectations


def run_suite(gx: Any, suite: Suite, frames: Frames) -> list[dict[str, Any]]:
    """Return one plain, deterministic entry per expectation of the suite; raises Unusable."""
    frame, keys = frames[suite.frame]
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_or_update_pandas(suite.name).add_dataframe_asset(suite.frame)
    batch = asset.add_batch_definition_whole_dataframe("profil").get_batch({"dataframe": frame})
    form = {"result_format": "COMPLETE", "unexpected_index_column_names": keys, "include_unexpected_rows": False}
    try:
        expected = gx.ExpectationSuite(
            name=suite.name, expectations=[dict(e) for e in suite.definition["expectations"]]
        )
        if len(expected.expectations) != len(suite.definition["expectations"]):  # unknown ones are dropped in silence
            raise Unusable("eine der Erwartungen ist unbekannt oder unvollständig")
        answer = batch.validate(expected, result_format=form).to_json_dict()
    except (gx.exceptions.GreatExpectationsError, ValueError, TypeError, KeyError) as error:
        raise Unusable(f"die Erwartungen sind nicht lesbar ({type(error).__name__})") from None
    return [_entry(result) for result in answer["results"]]


def _entry(result: dict[str, Any]) -> dict[str, Any]:
    """Keep what says something about the delivery; drop run ids, times and the library's own notes."""
    config = result["expectation_config"]
    if _raised(result["exception_info"]):
        raise Unusable(f"die Erwartung {config['type']} ({_kwargs(config)}) lässt sich nicht ausführen")
    return {
        "type": config["type"],
        "kwargs": _kwargs(config),
        "severity": config.get("severity", "critical"),
        "title": config.get("meta", {}).get("title", config["type"]),
        "success": result["success"],
        "result": {key: _plain(result["result"][key]) for key in RESULT_KEYS if key in result["result"]},
    }


def _plain(value: Any) -> Any:
    """Return the value with None for what pandas calls NaN or NaT."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return None if value in ("NaT", "<NA>", "nan") or value != value else value


def _kwargs(config: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in sorted(config["kwargs"].items()) if key != "batch_id"}


def _raised(info: dict[str, Any]) -> bool:
    """An expectation that broke inside the library also reports success: false; that is a mistake of the suite."""
    return bool(info.get("raised_exception")) or any(isinstance(part, dict) and _raised(part) for part in info.values())
