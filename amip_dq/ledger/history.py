"""Everything the reports show beyond tonight, read from the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

import duckdb

from amip_dq.ledger.events import events_of_found
from amip_dq.ledger.execution import MADE_OF, PastRun, execution_of, past_runs, records, working_days
from amip_dq.ledger.measures import Agreement, measures_on
from amip_dq.ledger.movement import OPEN_AFTER, TREND_DAYS, movements, trend
from amip_dq.ledger.quality import answers_of, quality_of
from amip_dq.ledger.samples import samples_before
from amip_dq.ledger.waivers import Exemption
from amip_dq.model import (
    Bridge,
    Calendar,
    Content,
    Execution,
    History,
    Lookback,
    Marker,
    RuleChange,
    Waiver,
)  # fmt: skip


@dataclass(frozen=True)
class Tonight:
    """What the run itself knows and the chain does not yet: its own entry is closed only afterwards."""

    run: PastRun
    content: Content
    exemptions: tuple[Exemption, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    lookback: tuple[Lookback, ...] = ()
    intact: bool | None = None


def history_of(con: duckdb.DuckDBPyConnection, tonight: Tonight) -> History:
    """Return the history of a run while its rows are in the ledger and its temporary tables still exist."""
    before = tuple(run for run in past_runs(con) if run.nr < tonight.run.nr)
    runs = (*before, tonight.run)
    return replace(
        derived_history(con, runs, tonight.content),
        waivers=waivers_in_force(con, tonight.exemptions),
        answers=answers_of(con),
        events=events_of_found(con, runs),
        quality=quality_of(con),
        chain_intact=tonight.intact,
        lookback=tonight.lookback,
        measures=measures_on(con, tonight.agreements, runs, tonight.content),
    )


def derived_history(con: duckdb.DuckDBPyConnection, runs: tuple[PastRun, ...], content: Content) -> History:
    """Return what follows from the ledger's rows alone, as it stood after the last of `runs`."""
    *before, run = runs
    calendar = content.calendar
    numbers = EARLY_AND_EXPIRED.format(after=OPEN_AFTER)
    early, expired = con.execute(numbers, [run.nr]).fetchall()[0]
    return History(
        first_run=not before,
        previous=before[-1].stichtag if before else None,
        movements=movements(con, run.nr) if before else (),
        trend=trend(con, [(run.nr, run.stichtag) for run in runs], run.stichtag),
        markers=markers(runs, calendar, run.stichtag),
        runs=records(runs, open_counts(con)),
        runs_expected=len(working_days(calendar, min(run.stichtag for run in runs), run.stichtag)),
        rule_changes=rule_changes(con, runs),
        figures_before=_figures(before[-1]) if before else {},
        bridges=run.bridges,
        earlier_bridges=earlier_bridges(before),
        differs=differences(before[-1], run) if before else (),
        returned=returned(con, run.nr),
        executions=_executions(runs, content),
        early_warnings=early,
        expired=expired,
        samples=samples_before(con, run.nr),
    )


EARLY_AND_EXPIRED = """
SELECT coalesce(sum(findings) FILTER (early), 0)::BIGINT, coalesce(sum(expired) FILTER (NOT early), 0)::BIGINT
FROM flow WHERE nr = $1 AND {after}"""


def earlier_bridges(before: Iterable[PastRun]) -> dict[date, tuple[Bridge, ...]]:
    """Return what earlier rule changes did, by the Stichtag of their run."""
    found: dict[date, tuple[Bridge, ...]] = {}
    for run in before:
        if run.bridges:
            found[run.stichtag] = (*found.get(run.stichtag, ()), *run.bridges)
    return found


def differences(before: PastRun, run: PastRun) -> tuple[str, ...]:
    """Return what a run was made of that the one before was not: of MADE_OF, in its order."""
    pairs = zip(MADE_OF, before.made_of, run.made_of, strict=True)
    return tuple(name for name, was, now in pairs if was != now)


def returned(con: duckdb.DuckDBPyConnection, nr: int) -> dict[str, int]:
    """Return rule → findings that were exempt before this run and are open again."""
    query = """SELECT rule_id, sum(findings)::BIGINT FROM flow WHERE nr = $1 AND state_before = 'waived'
               AND state = 'open' AND change = 'reopened' GROUP BY 1 ORDER BY 1"""
    return dict(con.execute(query, [nr]).fetchall())


def open_counts(con: duckdb.DuckDBPyConnection) -> dict[int, int]:
    """Return entry → open findings after it (violations of active rules, not waived)."""
    query = f"SELECT nr, sum(findings)::BIGINT FROM flow WHERE {OPEN_AFTER} GROUP BY nr"
    return dict(con.execute(query).fetchall())


def markers(runs: tuple[PastRun, ...], calendar: Calendar, stichtag: date) -> tuple[Marker, ...]:
    """Return what bends the trend of 13 weeks: rule changes, tables that stopped coming, nights without a run."""
    first = max(min(run.stichtag for run in runs), stichtag - timedelta(TREND_DAYS - 1))
    ran = {run.stichtag for run in runs}
    found = [Marker(day, "no_run", "") for day in working_days(calendar, first, stichtag) if day not in ran]
    absent: frozenset[str] = frozenset()
    for number, run in enumerate(runs):
        if run.stichtag >= first:
            found += [Marker(run.stichtag, "rule_changed", b.rule_id, b.rule) for b in run.bridges]
            stopped = sorted(set(run.not_delivered) - absent) if number else []
            found += [Marker(run.stichtag, "not_delivered", name) for name in stopped]
        absent = frozenset(run.not_delivered)
    return tuple(sorted(found, key=lambda m: (m.stichtag, m.kind, m.name)))


def rule_changes(con: duckdb.DuckDBPyConnection, runs: Iterable[PastRun]) -> tuple[RuleChange, ...]:
    """Return every change of a rule's verdicts since the first run; a rule that joined later has no version before."""
    days = {run.nr: run.stichtag for run in runs}
    rows = con.execute(
        """SELECT nr, rule_id, lag(version) OVER (PARTITION BY rule_id ORDER BY nr) AS before, version FROM definition
           QUALIFY nr > (SELECT min(nr) FROM definition) ORDER BY nr, rule_id"""
    ).fetchall()
    return tuple(RuleChange(days[nr], rule, before, after) for nr, rule, before, after in rows if nr in days)


def waivers_in_force(con: duckdb.DuckDBPyConnection, exemptions: Iterable[Exemption]) -> tuple[Waiver, ...]:
    """Return the decision that each exempt finding of tonight stands under."""
    known = {exemption.id: exemption for exemption in exemptions}
    rows = con.execute(
        """SELECT f.fingerprint, e.waiver_id FROM exempt e JOIN found f USING (rule_id, case_id, item)
           QUALIFY row_number() OVER (PARTITION BY f.rule_id, f.case_id, f.item ORDER BY e.until DESC, e.waiver_id) = 1
           ORDER BY f.rule_id, f.case_id, f.item"""
    ).fetchall()
    return tuple(
        Waiver(mark, known[name].rule, known[name].reason, known[name].start, known[name].end, known[name].approved_by)
        for mark, name in rows
    )


def _figures(run: PastRun) -> dict[tuple[str, str], Decimal]:
    return {(figure, part): Decimal(value) for figure, part, value in run.figures if value is not None}


def _executions(runs: tuple[PastRun, ...], content: Content) -> tuple[Execution, ...]:
    """The proof covers the month of the Stichtag so far, but no day before the first run or the rule's beginning."""
    stichtag = runs[-1].stichtag
    start = max(min(run.stichtag for run in runs), stichtag.replace(day=1))
    of_month = [run for run in runs if run.stichtag >= start]
    found: list[Execution] = []
    for rule in sorted(content.rules, key=lambda rule: rule.control.id):
        if rule.applies_on(stichtag):
            pair = [(rule.control.id, rule.id)]
            found += execution_of(of_month, content.calendar, pair, max(start, rule.valid_from), stichtag)
    return tuple(found)
