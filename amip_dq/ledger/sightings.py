"""What a run's database says about findings: those of this run, and what became of those it no longer finds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import duckdb
import pyarrow as pa

from amip_dq.content.catalog import literal, quoted
from amip_dq.content.guard import Refused
from amip_dq.engine import evaluate, judgement_table
from amip_dq.engine.database import RULE_SECONDS, create_view, names_in, needed_views, open_beside
from amip_dq.ledger.definitions import Definition, as_content
from amip_dq.ledger.states import Sight
from amip_dq.model import Content, Rule, Table

FOUND_COLUMNS = (
    "rule_id", "version", "case_id", "item", "verdict", "typ", "severity", "geschaeftsstelle", "team", "responsible",
    "heilbar_bis", "text", "evidence", "fingerprint", "rule_status",
)  # fmt: skip
OUTCOME = pa.schema([("id", pa.int64()), ("sight", pa.string())])
NOTHING = "SELECT NULL::BIGINT AS id, NULL::VARCHAR AS sight WHERE FALSE"


def findings_now(con: duckdb.DuckDBPyConnection, content: Content) -> pa.Table:
    """Return the findings of the run, each with the table whose record its item names (or NULL)."""
    rules = {rule_id for (rule_id,) in con.execute("SELECT DISTINCT rule_id FROM befund").fetchall()}
    parts = [
        f"SELECT {', '.join(FOUND_COLUMNS)}, {_record_table(content.rule(rule_id), content.tables)} AS record_table "
        f"FROM befund b WHERE rule_id = {literal(rule_id)}"
        for rule_id in sorted(rules)
    ]
    empty = f"SELECT {', '.join(FOUND_COLUMNS)}, NULL::VARCHAR AS record_table FROM befund WHERE FALSE"
    return con.sql(" UNION ALL ".join([empty, *parts])).to_arrow_table()


def outcomes(
    con: duckdb.DuckDBPyConnection, content: Content, delivered: frozenset[str], missing: pa.Table
) -> pa.Table:
    """Return for findings that were open and are not found now: ok, out of scope, or no longer delivered.

    `missing` has id, rule_id, case_id, item, record_table; all its rules were judged in this run.
    """
    con.register("missing_findings", missing)
    try:
        rules = sorted({str(rule_id) for rule_id in missing.column("rule_id").unique().to_pylist()})
        parts = [NOTHING] + [_outcome(con, rule_id, content, delivered) for rule_id in rules]
        return con.sql(" UNION ALL ".join(parts)).to_arrow_table().cast(OUTCOME)
    finally:
        con.unregister("missing_findings")


def rerun(
    con: duckdb.DuckDBPyConnection, content: Content, delivered: frozenset[str], definition: Definition
) -> pa.Table | None:
    """Run an old version on this delivery and return what it finds (case_id, item), or None if it cannot run."""
    old = as_content(definition, content)
    rule = old.rules[0]
    (stichtag,) = con.execute("SELECT stichtag()").fetchall()[0]
    views = needed_views(old, names_in([rule]))
    side = None
    try:
        side = open_beside(con, old, stichtag, rule, views)
        for view in views:
            create_view(side, view, RULE_SECONDS)
        (result,) = evaluate(side, old, [rule], delivered)
        if result.error is not None or result.missing_tables:
            return None
        return side.sql("SELECT case_id, item FROM befund").to_arrow_table()
    except (duckdb.Error, Refused):
        return None  # the old version does not fit the tables of today; the bridge then says so
    finally:
        if side is not None:
            side.close()


def _record_table(rule: Rule | None, tables: Mapping[str, Table]) -> str:
    """Return SQL that names the first table among the rule's sources whose key is the item."""
    cases = [
        f"WHEN b.item <> '' AND b.item IN (SELECT {quoted(key)}::VARCHAR FROM daten.{quoted(name)}) "
        f"THEN {literal(name)}"
        for name, key in _keyed(rule.reads if rule else (), tables)
    ]
    return f"CASE {' '.join(cases)} END" if cases else "NULL::VARCHAR"


def _keyed(names: Iterable[str], tables: Mapping[str, Table]) -> list[tuple[str, str]]:
    return [(n, tables[n].primary_key[0]) for n in sorted(names) if n in tables and len(tables[n].primary_key) == 1]


def _outcome(con: duckdb.DuckDBPyConnection, rule_id: str, content: Content, delivered: frozenset[str]) -> str:
    judged = judgement_table(con, rule_id)
    good = (
        f"SELECT 1 FROM {judged} j WHERE (j.case_id, j.item) = (m.case_id, m.item)"
        if judged
        else "SELECT 1 WHERE FALSE"
    )
    return f"""
        SELECT m.id, CASE WHEN EXISTS ({good}) THEN '{Sight.OK.value}'
                          WHEN {_still_delivered(content.rule(rule_id), content, delivered)}
                          THEN '{Sight.OUT_OF_SCOPE.value}'
                          ELSE '{Sight.NOT_DELIVERED.value}' END AS sight
        FROM missing_findings m WHERE m.rule_id = {literal(rule_id)}"""


def _still_delivered(rule: Rule | None, content: Content, delivered: frozenset[str]) -> str:
    """Return SQL that tells whether the record, or where the item is none the case, is still in the delivery."""
    key = content.vocabulary.unit_key(rule.unit) if rule else None
    cases = [
        f"m.case_id IN (SELECT {quoted(key)}::VARCHAR FROM daten.{quoted(name)})"
        for name, table in sorted(content.tables.items())
        if key in table.column_names and name in delivered
    ]
    records = [
        f"WHEN m.record_table = {literal(name)} "
        f"THEN m.item IN (SELECT {quoted(column)}::VARCHAR FROM daten.{quoted(name)})"
        for name, column in _keyed(content.tables, content.tables)
    ]
    return (
        f"CASE {' '.join(records)} ELSE {' OR '.join(cases) or 'TRUE'} END"
        if records
        else f"({' OR '.join(cases) or 'TRUE'})"
    )
