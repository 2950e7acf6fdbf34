"""The gate: is this delivery fit to be checked? Great Expectations judges the profile, a few hundred rows at most."""

from __future__ import annotations

import atexit
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any

import duckdb

from amip_dq.delivery.profile import Profile, is_weekday, measure_profile
from amip_dq.errors import AmipError, ContentError
from amip_dq.model import Delivery, Gate, GateCheck, Suite

FRAMES = {
    "dateien": ("SELECT * FROM lauf.profil_datei ORDER BY path", ["path"]),
    "tabellen": ('SELECT * FROM lauf.profil_tabelle ORDER BY "table"', ["table"]),
    "spalten": ('SELECT * FROM lauf.profil_spalte ORDER BY "table", "column"', ["table", "column"]),
}


@cache
def warm_up() -> subprocess.Popen[bytes]:
    """Start the process that runs Great Expectations; it gets ready while the files are read, and ends with this one."""
    # the modules come from where this process has them, never from a folder that happens to be the current one
    start = f"import sys; sys.path[:] = {sys.path!r}; from amip_dq.delivery.expectations import main; main()"
    command = [sys.executable, "-P", "-W", "ignore", "-c", start]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    atexit.register(_end, process)
    return process


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


def inspect_delivery(
    con: duckdb.DuckDBPyConnection, delivery: Delivery, suites: Iterable[Suite], stichtag: date,
    previous: Profile | None = None, working_day: Callable[[date], bool] = is_weekday,
) -> Gate:  # fmt: skip
    """Profile the delivery, compare it with the previous one, and check every suite."""
    measure_profile(con, delivery, stichtag, previous, working_day)
    frames = {name: (con.sql(query).df(), keys) for name, (query, keys) in FRAMES.items()} if suites else {}
    checks: list[GateCheck] = []
    results: dict[str, Any] = {}
    for suite in sorted(suites, key=lambda suite: suite.name):
        outcome = _expect(suite, frames)
        title = suite.definition.get("title", suite.name)
        results[suite.name] = {"suite": suite.name, "frame": suite.frame, "title": title,
                               "success": all(entry["success"] for entry in outcome), "results": outcome}  # fmt: skip
        checks.extend(_check(suite, entry) for entry in outcome)
    return Gate(tuple(checks), results)


def _expect(suite: Suite, frames: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return one plain, deterministic entry per expectation of the suite."""
    if suite.frame not in FRAMES:
        raise _broken(suite, f"frame »{suite.frame}« gibt es nicht; möglich: {', '.join(FRAMES)}")
    process = warm_up()
    try:
        pickle.dump((suite, {suite.frame: frames[suite.frame]}), process.stdin)
        process.stdin.flush()
        answer = pickle.load(process.stdout)
    except (OSError, EOFError) as error:
        warm_up.cache_clear()
        raise AmipError("Great Expectations ist abgebrochen; die Eingangsprüfung kam zu keinem Ergebnis.") from error
    if isinstance(answer, str):
        raise _broken(suite, answer)
    return answer


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
