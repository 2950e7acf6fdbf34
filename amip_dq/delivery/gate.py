"""The gate: is this delivery fit to be checked? Great Expectations judges the profile, a few hundred rows at most."""

from __future__ import annotations

import importlib
import logging
import os
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from threading import Thread
from typing import Any

import duckdb

from amip_dq.delivery.profile import Profile, is_weekday, measure_profile
from amip_dq.errors import ContentError
from amip_dq.model import Delivery, Gate, GateCheck, Suite

FRAMES = {
    "dateien": ("SELECT * FROM lauf.profil_datei ORDER BY path", ["path"]),
    "tabellen": ('SELECT * FROM lauf.profil_tabelle ORDER BY "table"', ["table"]),
    "spalten": ('SELECT * FROM lauf.profil_spalte ORDER BY "table", "column"', ["table", "column"]),
}
RESULT_KEYS = ("element_count", "missing_count", "unexpected_count", "unexpected_index_list", "observed_value")


def warm_up() -> None:
    """Import Great Expectations beside the reading of the files; it takes about three seconds."""
    Thread(target=_expectations, name="great_expectations").start()


def _expectations() -> Any:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"  # read at import; nothing may leave the machine
    logging.getLogger("great_expectations").setLevel(logging.CRITICAL)  # what went wrong becomes a ContentError here
    return importlib.import_module("great_expectations")


def inspect_delivery(
    con: duckdb.DuckDBPyConnection, delivery: Delivery, suites: Iterable[Suite], stichtag: date,
    previous: Profile | None = None, working_day: Callable[[date], bool] = is_weekday,
) -> Gate:  # fmt: skip
    """Profile the delivery, compare it with the previous one, and check every suite."""
    measure_profile(con, delivery, stichtag, previous, working_day)
    checks: list[GateCheck] = []
    results: dict[str, Any] = {}
    ordered = sorted(suites, key=lambda suite: suite.name)
    if not ordered:
        return Gate()
    gx = _expectations()
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    for suite in ordered:
        outcome = _validate(gx, context, con, suite)
        title = suite.definition.get("title", suite.name)
        results[suite.name] = {"suite": suite.name, "frame": suite.frame, "title": title,
                               "success": all(entry["success"] for entry in outcome), "results": outcome}  # fmt: skip
        checks.extend(_check(suite, entry) for entry in outcome)
    return Gate(tuple(checks), results)


def _validate(gx: Any, context: Any, con: duckdb.DuckDBPyConnection, suite: Suite) -> list[dict[str, Any]]:
    """Return one plain, deterministic entry per expectation of the suite."""
    if suite.frame not in FRAMES:
        raise _broken(suite, f"frame »{suite.frame}« gibt es nicht; möglich: {', '.join(FRAMES)}")
    query, keys = FRAMES[suite.frame]
    frame = con.sql(query).df()
    asset = context.data_sources.add_or_update_pandas(suite.name).add_dataframe_asset(suite.frame)
    batch = asset.add_batch_definition_whole_dataframe("profil").get_batch({"dataframe": frame})
    form = {"result_format": "COMPLETE", "unexpected_index_column_names": keys, "include_unexpected_rows": False}
    try:
        expected = gx.ExpectationSuite(
            name=suite.name, expectations=[dict(e) for e in suite.definition["expectations"]]
        )
        if len(expected.expectations) != len(suite.definition["expectations"]):  # unknown ones are dropped in silence
            raise _broken(suite, "eine der Erwartungen ist unbekannt oder unvollständig")
        answer = batch.validate(expected, result_format=form).to_json_dict()
    except (gx.exceptions.GreatExpectationsError, ValueError, TypeError, KeyError) as error:
        raise _broken(suite, f"die Erwartungen sind nicht lesbar ({type(error).__name__})") from None
    return [_entry(suite, result) for result in answer["results"]]


def _entry(suite: Suite, result: dict[str, Any]) -> dict[str, Any]:
    """Keep what says something about the delivery; drop run ids, times and the library's own notes."""
    config = result["expectation_config"]
    if _raised(result["exception_info"]):
        raise _broken(suite, f"die Erwartung {config['type']} ({_kwargs(config)}) lässt sich nicht ausführen")
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


def _check(suite: Suite, entry: dict[str, Any]) -> GateCheck:
    result = entry["result"]
    failing = result.get("unexpected_count", 0 if entry["success"] else 1)
    total = result.get("element_count", 0) - result.get("missing_count", 0)
    observed = f"{failing} von {total} abweichend" if total else "nichts zu vergleichen"
    places = tuple(_place(FRAMES[suite.frame][1], found) for found in result.get("unexpected_index_list") or ())
    return GateCheck(suite.name, entry["title"], entry["severity"], entry["success"], observed, places)


def _place(keys: list[str], found: Mapping[str, Any]) -> str:
    """Return where an expectation failed, with the measured value: "person.vsnr: 0,35"."""
    place = ".".join(str(found[key]) for key in keys)
    measured = [_german(value) for key, value in found.items() if key not in keys and value is not None]
    return f"{place}: {' statt '.join(measured)}" if measured else place


def _german(value: Any) -> str:
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace(".", ",") if isinstance(value, float) else str(value)


def _broken(suite: Suite, problem: str) -> ContentError:
    return ContentError(f"checks/lieferung/{suite.name}.json", None, problem + ".")
