"""Judges a delivery: one materialised table of judgements per rule, findings extracted from it.

Nothing is merged into one scan (fifty rules in one query are eight times slower than fifty queries), and no
judged case ever becomes a Python object.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from time import perf_counter

import duckdb

from amip_dq.content.binding import FIXED
from amip_dq.content.catalog import literal, quoted
from amip_dq.content.query import Names, restricted, tables_behind
from amip_dq.content.rules import bind_statement
from amip_dq.engine.database import RULE_SECONDS, explain, failed_views, names_of, time_limit
from amip_dq.engine.wording import column_titles, not_checkable, sentence
from amip_dq.model import Content, Rule, RuleResult

FINDINGS = "befund"


def evaluate(
    con: duckdb.DuckDBPyConnection,
    content: Content,
    rules: Iterable[Rule],
    delivered: frozenset[str],
    seconds: float = RULE_SECONDS,
    progress: Callable[[Rule], None] = lambda rule: None,
) -> tuple[RuleResult, ...]:
    """Return what every rule says; findings lie in the temporary table `befund` afterwards."""
    con.execute(CREATE_FINDINGS)
    names, broken = names_of(content), failed_views(con)
    results = []
    for rule in rules:
        progress(rule)
        results.append(judge(con, content, names, rule, delivered, broken, seconds))
    return tuple(results)


def judge(
    con: duckdb.DuckDBPyConnection,
    content: Content,
    names: Names,
    rule: Rule,
    delivered: frozenset[str],
    broken: Mapping[str, str],
    seconds: float = RULE_SECONDS,
) -> RuleResult:
    """Judge one rule and add its findings; a rule that breaks is an error of its own and stops nobody."""
    statement = bind_statement(rule.sql, rule.reads, names)
    used = set(rule.reads) | statement.scalars
    missing = tuple(sorted(tables_behind(used, names) - delivered))
    if missing:
        return RuleResult(rule, missing_tables=missing)
    for view in sorted(used & set(broken)):
        return RuleResult(rule, error=f"Sicht »{view}«: {broken[view]}")
    started = perf_counter()
    try:
        with time_limit(con, seconds):
            result = _judge(con, content, names, rule, restricted(statement, rule.reads, names))
    except duckdb.Error as error:
        con.execute(f"DROP TABLE IF EXISTS {_table_name(rule.id)}")
        con.execute(f"DELETE FROM {FINDINGS} WHERE rule_id = $1", [rule.id])
        return RuleResult(rule, error=explain(error), seconds=perf_counter() - started)
    return replace(result, seconds=perf_counter() - started)


def judgement_table(con: duckdb.DuckDBPyConnection, rule_id: str) -> str | None:
    """Return the table with every case the rule judged (case_id, item, violated), or None if it was not judged."""
    name = _table_name(rule_id)
    known = con.execute("SELECT 1 FROM duckdb_tables() WHERE temporary AND table_name = $1", [name.strip('"')]).fetchall()
    return name if known else None


def _table_name(rule_id: str) -> str:
    return quoted("urteil " + rule_id)


def _judge(con: duckdb.DuckDBPyConnection, content: Content, names: Names, rule: Rule, query: str) -> RuleResult:
    relation = con.sql(query)
    columns = {name.lower(): str(kind) for name, kind in zip(relation.columns, relation.types, strict=True)}
    table = _table_name(rule.id)
    con.execute(f"CREATE TEMP TABLE {table} AS {judgements_query(rule, content, columns, query)}")
    rows, cases, ok, violation, undetermined, distinct = con.execute(COUNT.format(table=table)).fetchall()[0]
    if rows != cases:
        con.execute(f"DELETE FROM {table} WHERE case_id IS NULL")
    if distinct != cases:
        con.execute(f"DROP TABLE {table}")
        return RuleResult(rule, error=f"{cases - distinct} Zeilen wiederholen Fall und Gegenstand (case_id, item)")
    con.execute(_insert_findings(rule, names, table))
    return RuleResult(rule, ok=ok, violation=violation, undetermined=undetermined)


def judgements_query(rule: Rule, content: Content, columns: Mapping[str, str], query: str) -> str:
    """Return the query that judges every case and words the findings, evidence as JSON only where needed."""
    evidence = {name: kind for name, kind in columns.items() if name not in FIXED}
    packed = ", ".join(f"{quoted(name)} := u.{quoted(name)}" for name in evidence)
    as_json = f"to_json(struct_pack({packed}))::VARCHAR" if packed else "'{}'"
    titles = column_titles(content.tables, rule.reads)
    item = "coalesce(u.item::VARCHAR, '')" if "item" in columns else "''"
    known = {**columns, "item": "VARCHAR"}
    worded = sentence(rule.finding, known, "v")
    unknown = not_checkable(rule.title, evidence, titles, "v")
    optional = ", ".join(
        f"u.{name}" if name in columns else f"NULL AS {name}" for name in ("heilbar_bis", "team", "geschaeftsstelle")
    )
    return f"""
        SELECT v.case_id, v.item, v.violated,
               CASE WHEN v.heilbar_bis IS NOT NULL THEN least(v.heilbar_bis::DATE, DATE '9999-12-31') END AS heilbar_bis,
               v.team::VARCHAR AS team,
               v.geschaeftsstelle::VARCHAR AS geschaeftsstelle,
               CASE WHEN v.violated IS DISTINCT FROM FALSE THEN v."urteil beleg" END AS beleg,
               CASE WHEN v.violated THEN {worded} WHEN v.violated IS NULL THEN {unknown} END AS satz
        FROM (SELECT u.* EXCLUDE ({", ".join(name for name in columns if name in FIXED)}),
                     u.case_id::VARCHAR AS case_id, {item} AS item, u.violated::BOOLEAN AS violated, {optional},
                     CASE WHEN u.violated IS DISTINCT FROM FALSE THEN {as_json} END AS "urteil beleg"
              FROM ({query}) AS u) AS v"""


COUNT = """SELECT count(*), count(case_id), count(*) FILTER (case_id IS NOT NULL AND violated IS FALSE),
           count(*) FILTER (case_id IS NOT NULL AND violated), count(*) FILTER (case_id IS NOT NULL AND violated IS NULL),
           (SELECT count(*) FROM (SELECT DISTINCT case_id, item FROM {table} WHERE case_id IS NOT NULL))
           FROM {table}"""

CREATE_FINDINGS = f"""CREATE OR REPLACE TEMP TABLE {FINDINGS} (
    rule_id VARCHAR, version INTEGER, case_id VARCHAR, item VARCHAR, verdict VARCHAR, typ VARCHAR, severity VARCHAR,
    geschaeftsstelle VARCHAR, team VARCHAR, responsible VARCHAR, heilbar_bis DATE, change VARCHAR, first_seen DATE,
    text VARCHAR, evidence VARCHAR, fingerprint VARCHAR, rule_status VARCHAR, waived_until DATE)"""


def _insert_findings(rule: Rule, names: Names, table: str) -> str:
    unit_view = f"einheit_{rule.unit}"
    has_unit = unit_view in names.views
    place = "coalesce(u.geschaeftsstelle, e.geschaeftsstelle)" if has_unit else "u.geschaeftsstelle"
    team = "coalesce(u.team, e.team)" if has_unit else "u.team"
    join = f"LEFT JOIN temp.main.{quoted(unit_view)} e ON e.case_id = u.case_id" if has_unit else ""
    fixed = ", ".join(literal(value) for value in (rule.typ.value, rule.severity.value))
    return f"""
        INSERT INTO {FINDINGS}
        SELECT {literal(rule.id)}, {rule.version}, u.case_id, u.item,
               CASE WHEN u.violated THEN 'violation' ELSE 'undetermined' END, {fixed},
               {place}, {team}, {literal(rule.responsible)}, u.heilbar_bis, 'new', stichtag(), u.satz, u.beleg,
               left(sha256(concat({literal(rule.id)}, '|', u.case_id, '|', u.item)), 16),
               {literal(rule.status.value)}, NULL
        FROM {table} u {join} WHERE u.violated IS DISTINCT FROM FALSE"""
