"""Takes a run into the ledger: what is new, what stayed, what was resolved, and by whom the chain is closed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import duckdb
import pyarrow as pa

from amip_dq.ledger.bridge import Bridge, bridges_of, changed_definitions, note_old_findings
from amip_dq.ledger.chain import append, head, personal_hash
from amip_dq.ledger.definitions import Definition
from amip_dq.ledger.states import State, transition_rows
from amip_dq.ledger.store import Draft
from amip_dq.ledger.waivers import Exemption, exempt_findings
from amip_dq.model import Rule, Run, RuleResult, Status

Outcomes = Callable[[pa.Table], pa.Table]
Rerun = Callable[[Definition], pa.Table | None]
Documents = Callable[[duckdb.DuckDBPyConnection, Run, int], Mapping[str, str]]

ATTRIBUTES = (
    "version", "rule_status", "verdict", "typ", "severity", "geschaeftsstelle", "team", "responsible", "heilbar_bis",
    "waived_until",
)  # fmt: skip


@dataclass(frozen=True)
class Night:
    """A run as the ledger takes it: the findings of now, and how to ask for what it no longer finds.

    `rules` are all rules of the content, run or not. `outcomes` and `rerun` are asked at most once per run and per
    changed rule. `clock` is the wall clock in ISO form; only the ledger keeps it.
    """

    run: Run
    findings: pa.Table
    rules: Mapping[str, Rule]
    definitions: Mapping[str, Definition]
    outcomes: Outcomes
    rerun: Rerun
    clock: str
    exemptions: tuple[Exemption, ...] = ()
    documents: Documents = lambda con, run, nr: {}
    intact: bool | None = None


@dataclass(frozen=True)
class Recorded:
    """The run with its number, chain hash and waived counts; what changed per finding; what rule changes did."""

    run: Run
    nr: int
    changes: pa.Table
    bridges: tuple[Bridge, ...]


def record(draft: Draft, night: Night) -> Recorded:
    """Write the run into the draft; nothing is kept before `publish`."""
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
    for name, body in night.documents(con, run, nr).items():
        con.execute("INSERT INTO document VALUES ($1, $2, $3)", [nr, name, body])
    link = append(con, "run", _body(con, run, night, bridges), night.clock)
    return Recorded(replace(run, chain_hash=link.chain), nr, con.sql(CHANGES).to_arrow_table(), bridges)


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
    counts = dict(con.execute("SELECT rule_id, count(*) FROM found WHERE waived_until IS NOT NULL GROUP BY 1").fetchall())
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
        "forced": run.forced,
        "rules": [_counts(result) for result in run.results],
        "expected_rules": sum(rule.applies_on(run.stichtag) for rule in night.rules.values()),
        "figures": [[f.figure.id, f.slice, f.numerator, f.denominator, f.undetermined] for f in run.figures],
        "defects": sum(defect.rows for defect in run.defects),
        "changes": dict(changes),
        "bridges": [vars(bridge) for bridge in bridges],
        "waivers": sum(exemption.in_force(run.stichtag) for exemption in night.exemptions),
        "intact_before": night.intact,
    }


def _counts(result: RuleResult) -> list:
    return [
        result.rule.id, result.rule.version, result.status.value,
        result.ok, result.violation, result.undetermined, result.waived,
    ]  # fmt: skip


FOUND = """
ALTER TABLE found ADD COLUMN waived_until DATE;
UPDATE found SET waived_until = e.until
    FROM (SELECT rule_id, case_id, item, max(until) AS until FROM exempt GROUP BY ALL) e
    WHERE (found.rule_id, found.case_id, found.item) = (e.rule_id, e.case_id, e.item)"""

KNOWN = """
CREATE OR REPLACE TEMP TABLE known AS
    SELECT f.rule_id, f.fingerprint, f.case_id, f.item, f.record_table, f.salt, s.* EXCLUDE (nr, text, evidence, hash)
    FROM standing s JOIN finding f USING (id) WHERE f.salt IS NOT NULL"""

MISSING = f"""
SELECT k.id, k.rule_id, k.case_id, k.item, k.record_table
FROM known k JOIN rule_mode r USING (rule_id) ANTI JOIN found USING (rule_id, case_id, item)
WHERE k.state <> '{State.CLOSED.value}' AND r.mode = 'judged' ORDER BY k.rule_id, k.case_id, k.item"""

# One row for every finding that is found now or was not closed before.
STEP = f"""
CREATE OR REPLACE TEMP TABLE step AS
WITH seen AS (
    SELECT f.*, k.id AS known_id, coalesce(k.state, '{State.ABSENT.value}') AS state_before,
           CASE WHEN f.waived_until IS NULL THEN 'found' ELSE 'found_waived' END AS sight
    FROM found f LEFT JOIN known k USING (rule_id, case_id, item)
), unseen AS (
    SELECT k.*, CASE WHEN r.mode = 'not_judged' THEN 'not_judged'
                     WHEN r.mode = 'withdrawn' THEN 'rule_changed'
                     WHEN o.sight = 'not_delivered' THEN o.sight
                     WHEN n.readable IS FALSE OR of.case_id IS NOT NULL THEN 'rule_changed'
                     ELSE o.sight END AS sight
    FROM known k JOIN rule_mode r USING (rule_id) ANTI JOIN found USING (rule_id, case_id, item)
    LEFT JOIN outcome o USING (id)
    LEFT JOIN renewed n ON n.rule_id = k.rule_id
    LEFT JOIN old_found of ON (of.rule_id, of.case_id, of.item) = (k.rule_id, k.case_id, k.item)
    WHERE k.state <> '{State.CLOSED.value}'
), everything AS (
    SELECT known_id, rule_id, fingerprint, case_id, item, record_table, state_before, sight, {", ".join(ATTRIBUTES)},
           text, evidence FROM seen
    UNION ALL BY NAME
    SELECT id AS known_id, rule_id, fingerprint, case_id, item, record_table, state AS state_before, sight,
           {", ".join(ATTRIBUTES)} FROM unseen
)
SELECT e.* REPLACE (CASE WHEN t.state = '{State.CLOSED.value}' THEN NULL ELSE e.waived_until END AS waived_until),
       t.change, t.state, t.shown, r.early,
       coalesce(k.id, (SELECT coalesce(max(id), 0) FROM finding)
           + row_number() OVER (PARTITION BY k.id IS NULL ORDER BY e.rule_id, e.case_id, e.item)) AS id,
       coalesce(k.salt, uuid()::VARCHAR) AS salt, k.first_seen AS first_before,
       t.shown IN ('new', 'reopened') AND n.readable IS TRUE AND of.case_id IS NULL
           AND e.state_before <> '{State.WAIVED.value}' AS by_rule,
       {", ".join(f"k.{a} AS {a}_before" for a in ATTRIBUTES)}
FROM everything e JOIN transition t USING (state_before, sight) LEFT JOIN known k ON k.id = e.known_id
LEFT JOIN rule_mode r ON r.rule_id = e.rule_id LEFT JOIN renewed n ON n.rule_id = e.rule_id
LEFT JOIN old_found of ON (of.rule_id, of.case_id, of.item) = (e.rule_id, e.case_id, e.item)"""

INSERT_FINDINGS = """
INSERT INTO finding
SELECT $1, id, rule_id, fingerprint, case_id, item, record_table, salt, {hash} FROM step s WHERE known_id IS NULL"""

INSERT_EVENTS = f"""
INSERT INTO event
SELECT $1, id, change, by_rule, state, {", ".join(ATTRIBUTES[:-1])}, coalesce(first_before, $2), waived_until,
       text, evidence, {{hash}}
FROM step s
WHERE change NOT IN ('unchanged', 'not_judged', 'waived') OR (change = 'waived' AND state_before <> state)
   OR (change <> 'not_judged' AND ({" OR ".join(f"{a} IS DISTINCT FROM {a}_before" for a in ATTRIBUTES)}))"""

INSERT_FLOWS = """
INSERT INTO flow
SELECT $1, rule_id, change, by_rule, state_before, state, rule_status_before, rule_status, verdict_before, verdict,
       team_before, team, geschaeftsstelle_before, geschaeftsstelle, coalesce(early, FALSE),
       count(*) FILTER (heilbar_bis < $2), count(*)
FROM step GROUP BY ALL"""

CHANGES = """
SELECT rule_id, case_id, item, shown AS change, first_before AS first_seen, waived_until
FROM step WHERE shown IS NOT NULL ORDER BY rule_id, case_id, item"""
