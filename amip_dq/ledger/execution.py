"""Proof that the controls ran: the working days of the calendar against the runs that happened."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

import duckdb

from amip_dq.content.catalog import WEEKDAYS, free_days
from amip_dq.ledger.chain import canonical
from amip_dq.model import Bridge, Calendar, Execution, RunRecord

STALE_DAYS = 3
LONGEST_BREAK = timedelta(60)  # so many days always hold two working days: later runs need no longer count
SAID_NOTHING = ("error", "not_delivered")
MADE_OF = ("delivery", "content", "parameters", "engine")


@dataclass(frozen=True)
class PastRun:
    """A run as the chain describes it; `judged` are the rules that said something, `made_of` the digests of MADE_OF."""

    nr: int
    run_id: str
    stichtag: date
    day: date
    data_as_of: date | None
    complete: bool
    judged: frozenset[str]
    expected_rules: int
    not_delivered: tuple[str, ...]
    figures: tuple[tuple[str, str, str | None], ...]
    bridges: tuple[Bridge, ...]
    chain: str
    made_of: tuple[str, ...]


def past_runs(con: duckdb.DuckDBPyConnection) -> tuple[PastRun, ...]:
    """Return all runs in the order of the chain."""
    rows = con.execute("SELECT nr, body, clock, chain FROM entry WHERE kind = 'run' ORDER BY nr").fetchall()
    return tuple(_past_run(nr, json.loads(body), clock, chain) for nr, body, clock, chain in rows)


def past_run(nr: int, written: Mapping[str, Any], clock: str, chain: str) -> PastRun:
    """Return one run from the body of its entry."""
    return _past_run(nr, json.loads(canonical(written)), clock, chain)


def _past_run(nr: int, body: Mapping[str, Any], clock: str, chain: str) -> PastRun:
    as_of = body["data_as_of"]
    return PastRun(
        nr, body["run_id"], date.fromisoformat(body["stichtag"]), date.fromisoformat(clock[:10]),
        date.fromisoformat(as_of) if as_of else None, body["complete"],
        frozenset(rule for rule, _, status, *_ in body["rules"] if body["judged"] and status not in SAID_NOTHING),
        body["expected_rules"], tuple(body["not_delivered"]),
        tuple((figure, part, value) for figure, part, *_, value in body["figures"]),
        tuple(Bridge(**bridge) for bridge in body["bridges"]), chain, tuple(body[key] for key in MADE_OF),
    )  # fmt: skip


def working_days(calendar: Calendar, start: date, end: date) -> list[date]:
    """Return the working days from `start` to `end`, both included."""
    free, weekend = _free_days(calendar), {WEEKDAYS.index(name) for name in calendar.weekend}
    days = (start + timedelta(n) for n in range((end - start).days + 1))
    return [day for day in days if day in calendar.working or (day.weekday() not in weekend and day not in free)]


@cache
def _free_days(calendar: Calendar) -> frozenset[date]:
    """The holidays of 150 years take a tenth of a second; they are asked for thousands of times."""
    return frozenset(free_days(calendar))


def execution_of(
    runs: Iterable[PastRun], calendar: Calendar, controls: Iterable[tuple[str, str]], start: date, end: date
) -> tuple[Execution, ...]:
    """Return for every (control, rule) how many working days of the period it ran on, and which days fall short.

    late: run on a later day than the Stichtag, after the next working day; stale: Datenstand older than three days
    before the Stichtag; incomplete: the run, but not this control, judged everything it should.
    """
    expected = working_days(calendar, start, end)
    by_day: dict[date, list[PastRun]] = {}
    for run in runs:
        by_day.setdefault(run.stichtag, []).append(run)
    found = []
    for control, rule_id in controls:
        ran = {day: [r for r in by_day.get(day, ()) if rule_id in r.judged] for day in expected}
        done = [day for day in expected if ran[day]]
        found.append(Execution(
            control, rule_id, start, end, len(expected), len(done),
            missing=tuple(day for day in expected if not ran[day]),
            late=tuple(day for day in done if all(_late(calendar, run.stichtag, run.day) for run in ran[day])),
            stale=tuple(day for day in done if all(_stale(run) for run in ran[day])),
            incomplete=tuple(day for day in done if not any(run.complete for run in ran[day])),
        ))  # fmt: skip
    return tuple(found)


@cache
def _late(calendar: Calendar, stichtag: date, day: date) -> bool:
    """A run over night belongs to its Stichtag until the end of the next working day; asked once for every control."""
    return len(working_days(calendar, stichtag + timedelta(1), min(day, stichtag + LONGEST_BREAK))) > 1


def _stale(run: PastRun) -> bool:
    return run.data_as_of is not None and run.stichtag - run.data_as_of > timedelta(STALE_DAYS)


def sentence(execution: Execution) -> str:
    """Return the proof in words: „Kontrolle A-001: 21 von 22 Arbeitstagen ausgeführt."""
    text = f"Kontrolle {execution.control}: {execution.done} von {execution.expected} Arbeitstagen ausgeführt."
    for days, word in ((execution.missing, "ohne Lauf"), (execution.late, "verspätet"),
                       (execution.stale, "auf altem Datenstand"), (execution.incomplete, "unvollständig")):  # fmt: skip
        if days:
            text += f" {len(days)} {word}."
    return text


def records(runs: Iterable[PastRun], open_findings: dict[int, int]) -> tuple[RunRecord, ...]:
    """Return the runs as the archive page lists them."""
    return tuple(
        RunRecord(run.run_id, run.stichtag, run.complete, len(run.judged), run.expected_rules,
                  open_findings.get(run.nr, 0), run.chain)
        for run in runs
    )  # fmt: skip
