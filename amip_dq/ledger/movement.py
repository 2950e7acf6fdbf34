"""Counts how the stock of open findings moved: from the flows of the ledger to the numbers on the pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import duckdb

from amip_dq.model import Movement, TrendPoint

TREND_DAYS = 13 * 7
WEEK = 7

# Open = verdict violation, rule aktiv, not waived, and not an early warning's business to be counted apart.
OPEN_BEFORE = "state_before = 'open' AND verdict_before = 'violation' AND status_before = 'aktiv'"
OPEN_AFTER = "state = 'open' AND verdict = 'violation' AND rule_status = 'aktiv' AND change <> 'not_judged'"

STEPS = f"""
SELECT nr, rule_id, change, team_before, team, coalesce({OPEN_BEFORE}, FALSE) AS was,
       coalesce({OPEN_AFTER}, FALSE) AS is_now, sum(findings)::BIGINT AS findings
FROM flow WHERE nr IN (SELECT unnest($1::BIGINT[])) GROUP BY ALL HAVING was OR is_now"""

Step = tuple[int, str, str, str | None, str | None, bool, bool, int]
Cell = tuple[str | None, str | None]


def movements(con: duckdb.DuckDBPyConnection, nr: int) -> tuple[Movement, ...]:
    """Return the bridge of one run for all, per team, per rule, and per team and rule (team '' = ohne Zuordnung)."""
    counts: dict[Cell, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for step in steps(con, [nr]):
        for cell, word, number in _counted(step):
            counts[cell][word] += number
    keys = sorted(counts, key=lambda cell: (cell[0] is not None, cell[0] or "", cell[1] is not None, cell[1] or ""))
    return tuple(Movement(team, rule, **{"before": 0, **counts[team, rule]}) for team, rule in keys)


def steps(con: duckdb.DuckDBPyConnection, numbers: Iterable[int]) -> list[Step]:
    """Return the flows of these entries that touch the open stock."""
    return con.execute(STEPS, [list(numbers)]).fetchall()


def _counted(step: Step) -> Iterable[tuple[Cell, str, int]]:
    """Yield (cell, what, how many) for every total that a flow belongs to."""
    _, rule, change, team_before, team, was, is_now, number = step
    for wanted_rule in (None, rule):
        yield from _in_cell((None, wanted_rule), was, is_now, change, number)
        places = {team_before or "" if was else None, team or "" if is_now else None} - {None}
        for place in places:
            left = was and (team_before or "") == place
            stays = is_now and (team or "") == place
            yield from _in_cell((place, wanted_rule), left, stays, change, number)


def _in_cell(cell: Cell, was: bool, is_now: bool, change: str, number: int) -> Iterable[tuple[Cell, str, int]]:
    if was:
        yield cell, "before", number
    if was and not is_now:
        yield cell, "moved_out" if change in ("unchanged", "reopened") else change, number
    if is_now and not was:
        yield cell, change if change in ("new", "reopened") else "moved_in", number


def trend(con: duckdb.DuckDBPyConnection, runs: Iterable[tuple[int, date]], stichtag: date) -> tuple[TrendPoint, ...]:
    """Return the stock per run of the last 13 weeks, for all and per team; of two runs of one day the later counts."""
    numbers = {day: nr for nr, day in sorted(runs) if stichtag - timedelta(TREND_DAYS) < day <= stichtag}
    days = {nr: day for day, nr in numbers.items()}
    stock: dict[tuple[date, str | None], list[int]] = defaultdict(lambda: [0, 0, 0])
    for nr, _, change, _, team, was, is_now, number in steps(con, days):
        for place in (None, team or ""):
            cell = stock[days[nr], place]
            cell[0] += number if is_now else 0
            cell[1] += number if is_now and not was and change in ("new", "reopened") else 0
            cell[2] += number if was and change == "resolved" else 0
    for day in numbers:
        stock[day, None]
    return tuple(
        TrendPoint(day, place, cell[0], _week(stock, day, place, 1), _week(stock, day, place, 2))
        for (day, place), cell in sorted(stock.items(), key=lambda e: (e[0][0], e[0][1] or "", e[0][1] is not None))
    )


def _week(stock: Mapping[tuple[date, str | None], list[int]], end: date, place: str | None, column: int) -> int:
    days = ((end - timedelta(n), place) for n in range(WEEK))
    return sum(stock[cell][column] for cell in days if cell in stock)
