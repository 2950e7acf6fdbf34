"""The bridge over a rule change: old count → effect of the data → effect of the rule → new count."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import duckdb
import pyarrow as pa

from amip_dq.ledger.definitions import Definition, known_definitions
from amip_dq.model import Bridge


def changed_definitions(con: duckdb.DuckDBPyConnection, definitions: Mapping[str, Definition]) -> dict[str, Definition]:
    """Return the last known wording of every rule that now decides differently and was judged in this run."""
    known = known_definitions(con)
    rows = [(definition.rule_id, definition.digest) for definition in known.values()]
    con.execute("CREATE OR REPLACE TEMP TABLE newest_definition (rule_id VARCHAR, digest VARCHAR)")
    if rows:
        con.executemany("INSERT INTO newest_definition VALUES ($1, $2)", rows)
    judged = {rule_id for (rule_id,) in con.execute("SELECT rule_id FROM rule_mode WHERE mode = 'judged'").fetchall()}
    return {
        rule_id: known[rule_id]
        for rule_id, definition in sorted(definitions.items())
        if rule_id in known and rule_id in judged and known[rule_id].meaning != definition.meaning
    }


def note_old_findings(
    con: duckdb.DuckDBPyConnection, changed: Mapping[str, Definition], rerun: Callable[[Definition], pa.Table | None]
) -> None:
    """Run each old version once on this delivery and keep what it finds in `old_found`, its success in `renewed`."""
    con.execute("CREATE OR REPLACE TEMP TABLE old_found (rule_id VARCHAR, case_id VARCHAR, item VARCHAR)")
    con.execute("CREATE OR REPLACE TEMP TABLE renewed (rule_id VARCHAR, readable BOOLEAN)")
    for rule_id, definition in changed.items():
        old = rerun(definition)
        con.execute("INSERT INTO renewed VALUES ($1, $2)", [rule_id, old is not None])
        if old is not None:
            con.register("old_version", old)
            con.execute("INSERT INTO old_found SELECT DISTINCT $1, case_id, item FROM old_version", [rule_id])
            con.unregister("old_version")


def bridges_of(
    con: duckdb.DuckDBPyConnection, changed: Mapping[str, Definition], definitions: Mapping[str, Definition]
) -> tuple[Bridge, ...]:
    """Return the bridge of every changed rule, from the temporary tables of the run."""
    found = []
    for rule_id, old in changed.items():
        before, after = con.execute(
            """SELECT count(*) FILTER (state_before IN ('open', 'waived')),
                      count(*) FILTER (state IN ('open', 'waived'))
               FROM step WHERE rule_id = $1""",
            [rule_id],
        ).fetchall()[0]
        readable = con.execute("SELECT readable FROM renewed WHERE rule_id = $1", [rule_id]).fetchall()[0][0]
        today = con.execute("SELECT count(*) FROM old_found WHERE rule_id = $1", [rule_id]).fetchall()[0][0]
        version = definitions[rule_id].version
        found.append(Bridge(rule_id, old.version, version, before, today if readable else None, after))
    return tuple(found)
