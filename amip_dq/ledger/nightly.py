"""The nightly run as the command line takes it into the ledger: engine and content here, the ledger there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

import duckdb
import pyarrow as pa

from amip_dq.ledger.definitions import define
from amip_dq.ledger.documents import documents_of
from amip_dq.ledger.execution import past_run
from amip_dq.ledger.history import Tonight, history_of
from amip_dq.ledger.lookback import look_back
from amip_dq.ledger.measures import load_measures, measures_file
from amip_dq.ledger.profile import profile_document
from amip_dq.ledger.record import Night, close, enter
from amip_dq.ledger.sightings import findings_now, outcomes, rerun
from amip_dq.ledger.store import Draft
from amip_dq.ledger.verify import verify_entries
from amip_dq.ledger.waivers import load_waivers, waivers_file
from amip_dq.model import Content, History, Lookback, Run


@dataclass(frozen=True)
class Taken:
    """The run with number, chain hash and waived counts, and everything the reports show about its past."""

    run: Run
    history: History


def take(draft: Draft, run: Run, content: Content, con: duckdb.DuckDBPyConnection, clock: str) -> Taken:
    """Record a run and bring `befund` on its connection up to date (change, first_seen, waived_until).

    `clock` is the wall clock in ISO form. Nothing is kept before `publish(draft, …)`.
    """
    night = night_of(draft, run, content, con)
    lookback = look_back(draft.con, con, content, run.stichtag)
    taken, changes = keep(draft, night, content, lookback, profile_document(con), clock)
    _update_findings(con, changes)
    return taken


def keep(
    draft: Draft,
    night: Night,
    content: Content,
    lookback: tuple[Lookback, ...],
    documents: Mapping[str, str],
    clock: str,
) -> tuple[Taken, pa.Table]:
    """Write a night and everything that its reports will need again; returns it with the changes per finding."""
    entered = enter(draft, night)
    this_run = past_run(entered.nr, entered.body, clock, "")
    tonight = Tonight(this_run, content, night.exemptions, night.agreements, lookback, night.intact)
    history = history_of(draft.con, tonight)
    closed = close(draft, entered, {**documents, **documents_of(draft.con, entered.run, content, history)}, clock)
    chain, run_id = closed.run.chain_hash, closed.run.run_id
    runs = tuple(replace(r, chain_hash=chain) if r.run_id == run_id else r for r in history.runs)
    return Taken(closed.run, replace(history, runs=runs)), entered.changes


def night_of(draft: Draft, run: Run, content: Content, con: duckdb.DuckDBPyConnection) -> Night:
    """Return the run with the questions that the ledger will ask its database."""
    rules = {rule.id: rule for rule in content.rules}
    delivered = run.delivery.delivered
    return Night(
        run=run,
        findings=findings_now(con, content),
        rules=rules,
        definitions=define((rule for rule in content.rules if rule.applies_on(run.stichtag)), content),
        outcomes=lambda missing: outcomes(con, content, delivered, missing),
        rerun=lambda definition: rerun(con, content, delivered, definition),
        exemptions=load_waivers(waivers_file(draft.path), rules, run.stichtag),
        agreements=load_measures(measures_file(draft.path), content),
        intact=verify_entries(draft.con).intact,
    )


def _update_findings(con: duckdb.DuckDBPyConnection, changes: pa.Table) -> None:
    with _registered(con, "ledger_says", changes):
        con.execute(
            """UPDATE befund SET change = l.change, first_seen = coalesce(l.first_seen, befund.first_seen),
                      waived_until = l.waived_until
               FROM ledger_says l
               WHERE (befund.rule_id, befund.case_id, befund.item) = (l.rule_id, l.case_id, l.item)"""
        )


@contextmanager
def _registered(con: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> Iterator[None]:
    con.register(name, table)
    try:
        yield
    finally:
        con.unregister(name)
