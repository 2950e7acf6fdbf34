"""Takes a run into the ledger: what is new, what stayed, what was resolved, and by whom the chain is closed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import duckdb
import pyarrow as pa

from amip_dq.ledger.bridge import bridges_of, changed_definitions, note_old_findings
from amip_dq.ledger.chain import append, head, personal_hash
from amip_dq.ledger.definitions import Definition
from amip_dq.ledger.measures import Agreement
from amip_dq.ledger.states import transition_rows
from amip_dq.ledger.steps import CHANGES, FOUND, INSERT_EVENTS, INSERT_FINDINGS, INSERT_FLOWS, KNOWN, MISSING, STEP
from amip_dq.ledger.store import Draft
from amip_dq.ledger.waivers import Exemption, exempt_findings
from amip_dq.model import Bridge, Rule, RuleResult, Run, Status

Outcomes = Callable[[pa.Table], pa.Table]
Rerun = Callable[[Definition], pa.Table | None]


@dataclass(frozen=True)
class Night:
    """A run as the ledger takes it: the findings of now, and how to ask for what it no longer finds.

    `rules` are all rules of the content, run or not. `outcomes` and `rerun` are asked at most once per run and per
    changed rule. `intact` tells whether the chain held before this run, if that was looked at.
    """

    run: Run
    findings: pa.Table
    rules: Mapping[str, Rule]
    definitions: Mapping[str, Definition]
    outcomes: Outcomes
    rerun: Rerun
    exemptions: tuple[Exemption, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    intact: bool | None = None


@dataclass(frozen=True)
class Entered:
    """The run with its number and waived counts; what changed per finding; what rule changes did; the chain's text."""

    run: Run
    nr: int
    changes: pa.Table
    bridges: tuple[Bridge, ...]
    body: Mapping[str, Any]


def enter(draft: Draft, night: Night) -> Entered:
    """Compare the run with what was known and write its rows; `close` must follow."""
    con, run = draft.con, night.run
    nr = head(con).nr + 1
    con.register("night_findings", night.findings)
    con.execute("CREATE OR REPLACE TEMP TABLE found AS SELECT * FROM night_findings")
    con.unregister("night_findings")
    exempt_findings(con, night.exemptions, run.stichtag, "found")
    con.execute(FOUND)
    _note_rules(con, night)
    con.execute(KNOWN)
    changed = changed_definitions(con, night.definitions)
    note_old_findings(con, changed, night.rerun)
    _note_outcomes(con, night.outcomes)
    con.execute(STEP)
    bridges = bridges_of(con, changed, night.definitions)
    _write_rows(con, nr, night)
    run = replace(run, run_id=f"{run.stichtag.isoformat()}-{nr}", results=_with_waived(con, run.results))
    return Entered(run, nr, con.sql(CHANGES).to_arrow_table(), bridges, _body(con, run, night, bridges))


def close(draft: Draft, entered: Entered, documents: Mapping[str, str], clock: str) -> Entered:
    """Add the documents (name → text) and close the entry; `clock` is the wall clock in ISO form."""
    for name, body in documents.items():
        draft.con.execute("INSERT INTO document VALUES ($1, $2, $3)", [entered.nr, name, body])
    link = append(draft.con, "run", entered.body, clock)
    return replace(entered, run=replace(entered.run, chain_hash=link.chain))


def is_early_warning(rule: Rule) -> bool:
    """Tell whether a rule warns before anything is wrong; such findings are counted apart."""
    return rule.control.kind.startswith("präventiv") or rule.control.kind.startswith("praeventiv")


def _note_rules(con: duckdb.DuckDBPyConnection, night: Night) -> None:
    """Create `rule_mode`: judged, not_judged, or withdrawn (no longer a rule that runs)."""
    said_nothing = (Status.ERROR, Status.NOT_DELIVERED)
    judged = {r.rule.id for r in night.run.results if night.run.judged and r.status not in said_nothing}
    rows = []
    for rule_id in {*night.rules, *(r for (r,) in con.execute("SELECT DISTINCT rule_id FROM finding").fetchall())}:
        rule = night.rules.get(rule_id)
        alive = rule is not None and rule.applies_on(night.run.stichtag)
        mode = "judged" if rule_id in judged else "not_judged" if alive else "withdrawn"
        rows.append((rule_id, mode, rule is not None and is_early_warning(rule)))
    con.execute("CREATE OR REPLACE TEMP TABLE rule_mode (rule_id VARCHAR, mode VARCHAR, early BOOLEAN)")
    if rows:
        con.executemany("INSERT INTO rule_mode VALUES ($1, $2, $3)", rows)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE transition "
        "(state_before VARCHAR, sight VARCHAR, change VARCHAR, state VARCHAR, shown VARCHAR)"
    )
    con.executemany("INSERT INTO transition VALUES ($1, $2, $3, $4, $5)", transition_rows())


def _note_outcomes(con: duckdb.DuckDBPyConnection, outcomes: Outcomes) -> None:
    """Ask the run what became of every finding that was open, is not found now, and whose rule was judged."""
    missing = con.sql(MISSING).to_arrow_table()
    con.execute("CREATE OR REPLACE TEMP TABLE outcome (id BIGINT, sight VARCHAR)")
    if missing.num_rows:
        con.register("run_says", outcomes(missing))
        con.execute("INSERT INTO outcome SELECT id, sight FROM run_says")
        con.unregister("run_says")


def _write_rows(con: duckdb.DuckDBPyConnection, nr: int, night: Night) -> None:
    con.execute(INSERT_FINDINGS.format(hash=personal_hash("finding", "s", "s.salt")), [nr])
    con.execute(INSERT_EVENTS.format(hash=personal_hash("event", "s", "s.salt")), [nr, night.run.stichtag])
    con.execute(INSERT_FLOWS, [nr, night.run.stichtag])
    known = set(con.execute("SELECT rule_id, digest FROM newest_definition").fetchall())
    judged = {rule_id for (rule_id,) in con.execute("SELECT rule_id FROM rule_mode WHERE mode = 'judged'").fetchall()}
    for definition in night.definitions.values():
        if definition.rule_id in judged and (definition.rule_id, definition.digest) not in known:
            row = [nr, definition.rule_id, definition.digest, definition.version, definition.body]
            con.execute("INSERT INTO definition VALUES ($1, $2, $3, $4, $5)", row)


def _with_waived(con: duckdb.DuckDBPyConnection, results: tuple[RuleResult, ...]) -> tuple[RuleResult, ...]:
    counts = dict(
        con.execute("SELECT rule_id, count(*) FROM found WHERE waived_until IS NOT NULL GROUP BY 1").fetchall()
    )
    return tuple(replace(result, waived=counts.get(result.rule.id, 0)) for result in results)


def _body(con: duckdb.DuckDBPyConnection, run: Run, night: Night, bridges: tuple[Bridge, ...]) -> dict:
    """Return what the chain covers: delivery, content, engine and counts, but no case and no clock."""
    changes = con.execute("SELECT change, count(*) FROM step GROUP BY 1 ORDER BY 1").fetchall()
    return {
        "run_id": run.run_id,
        "stichtag": run.stichtag,
        "data_as_of": run.delivery.data_as_of,
        "delivery": run.delivery.digest,
        "files": [[f.path, f.sha256, f.table, f.rows_read, f.rows_rejected] for f in run.delivery.files],
        "not_delivered": list(run.delivery.not_delivered),
        "content": run.content_digest,
        "parameters": run.parameters_digest,
        "engine": run.engine_version,
        "gate": run.gate.passed,
        "judged": run.judged,
        "complete": _complete(run),
        "forced": run.forced,
        "rules": [_counts(result) for result in run.results],
        "expected_rules": sum(rule.applies_on(run.stichtag) for rule in night.rules.values()),
        "figures": [[f.figure.id, f.slice, f.numerator, f.denominator, f.undetermined, f.value] for f in run.figures],
        "defects": sum(defect.rows for defect in run.defects),
        "changes": dict(changes),
        "bridges": [vars(bridge) for bridge in bridges],
        "waivers": sum(exemption.in_force(run.stichtag) for exemption in night.exemptions),
        "intact_before": night.intact,
    }


def _complete(run: Run) -> bool:
    """Tell whether everything could be checked (exit code 0 or 1)."""
    broken = any(r.status is Status.ERROR for r in run.results) or any(f.error for f in run.figures)
    return run.gate.passed and not broken and not run.missing_mandatory


def _counts(result: RuleResult) -> list:
    return [
        result.rule.id, result.rule.version, result.status.value,
        result.ok, result.violation, result.undetermined, result.waived,
    ]  # fmt: skip
