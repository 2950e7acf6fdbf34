"""Judges a delivery: one materialised table of judgements per rule, findings extracted from it.

Nothing is merged into one scan (fifty rules in one query are eight times slower than fifty queries), and no
judged case ever becomes a Python object.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from time import perf_counter

import duckdb

from amip_dq.content.binding import FIXED
from amip_dq.content.catalog import literal, quoted
from amip_dq.content.query import Names, restricted, tables_behind
from amip_dq.content.rules import bind_statement
from amip_dq.engine.database import RULE_SECONDS, explain, failed_views, names_of
from amip_dq.engine.watch import time_limit
from amip_dq.engine.wording import column_titles, not_checkable, sentence
from amip_dq.model import Content, Rule, RuleResult

FINDINGS = "befund"
TOGETHER = 16  # rules settled by one statement; more are no faster


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
        results.append(_judge(con, content, names, rule, delivered, broken, seconds))
    for few in range(0, len(results), TOGETHER):
        results[few : few + TOGETHER] = _settled(con, names, results[few : few + TOGETHER])
    return tuple(results)


def _judge(
    con: duckdb.DuckDBPyConnection,
    content: Content,
    names: Names,
    rule: Rule,
    delivered: frozenset[str],
    broken: Mapping[str, str],
    seconds: float,
) -> RuleResult:
    """Judge every case by one rule and keep the judgements; a rule that breaks is an error of its own and stops nobody."""
    statement = bind_statement(rule.sql, rule.reads, names)
    used = set(rule.reads) | statement.scalars
    missing = tuple(sorted(tables_behind(used, names) - delivered))
    if missing:
        return RuleResult(rule, missing_tables=missing)
    for view in sorted(used & set(broken)):
        return RuleResult(rule, error=f"Sicht »{view}«: {broken[view]}")
    started = perf_counter()
    query = restricted(statement, rule.reads, names)
    table = _table_name(rule.id)
    try:
        with time_limit(con, seconds):
            columns = content.columns.get(query) or _columns(con, query)
            con.execute(f"CREATE TEMP TABLE {table} AS {judgements_query(rule, content, columns, query)}")
    except duckdb.Error as error:
        con.execute(f"DROP TABLE IF EXISTS {table}")
        return RuleResult(rule, error=explain(error), seconds=perf_counter() - started)
    return RuleResult(rule, seconds=perf_counter() - started)


def _columns(con: duckdb.DuckDBPyConnection, query: str) -> dict[str, str]:
    relation = con.sql(query)
    return {name.lower(): str(kind) for name, kind in zip(relation.columns, relation.types, strict=True)}


def _settled(con: duckdb.DuckDBPyConnection, names: Names, results: Sequence[RuleResult]) -> list[RuleResult]:
    """Settle rules together, and one by one where that fails, so that one of them stops nobody."""
    try:
        return _settle(con, names, results)
    except duckdb.Error as error:
        if len(results) > 1:
            return [settled for result in results for settled in _settled(con, names, [result])]
        con.execute(f"DROP TABLE IF EXISTS {_table_name(results[0].rule.id)}")
        return [replace(results[0], error=explain(error))]


def _settle(con: duckdb.DuckDBPyConnection, names: Names, results: Sequence[RuleResult]) -> list[RuleResult]:
    """Count the judgements of several rules at once and extract their findings: a small query costs as much as a large one."""
    judged = {number: result for number, result in enumerate(results) if result.error is None and not result.missing_tables}
    settled = list(results)
    if not judged:
        return settled
    counting = " UNION ALL ".join(COUNT.format(number=number, table=_table_name(r.rule.id)) for number, r in judged.items())
    for number, rows, cases, ok, violation, undetermined, distinct in con.execute(counting).fetchall():
        settled[number] = replace(judged[number], ok=ok, violation=violation, undetermined=undetermined)
        table = _table_name(judged[number].rule.id)
        if rows != cases:
            con.execute(f"DELETE FROM {table} WHERE case_id IS NULL")
        if distinct != cases:
            con.execute(f"DROP TABLE {table}")
            again = f"{cases - distinct} Zeilen wiederholen Fall und Gegenstand (case_id, item)"
            settled[number] = replace(judged[number], error=again)
    found = [result.rule for result in settled if result.violation or result.undetermined]
    if found:
        con.execute(f"INSERT INTO {FINDINGS} " + " UNION ALL ".join(_findings_query(rule, names) for rule in found))
    return settled


def judgement_table(con: duckdb.DuckDBPyConnection, rule_id: str) -> str | None:
    """Return the table with every case the rule judged (case_id, item, violated), or None if it was not judged."""
    name = _table_name(rule_id)
    known = con.execute("SELECT 1 FROM duckdb_tables() WHERE temporary AND table_name = $1", [name.strip('"')]).fetchall()
    return name if known else None


def _table_name(rule_id: str) -> str:
    return quoted("urteil " + rule_id)


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


COUNT = """SELECT {number}, count(*), count(case_id), count(*) FILTER (case_id IS NOT NULL AND violated IS FALSE),
           count(*) FILTER (case_id IS NOT NULL AND violated), count(*) FILTER (case_id IS NOT NULL AND violated IS NULL),
           (SELECT count(*) FROM (SELECT DISTINCT case_id, item FROM {table} WHERE case_id IS NOT NULL))
           FROM {table}"""

CREATE_FINDINGS = f"""CREATE OR REPLACE TEMP TABLE {FINDINGS} (
    rule_id VARCHAR, version INTEGER, case_id VARCHAR, item VARCHAR, verdict VARCHAR, typ VARCHAR, severity VARCHAR,
    geschaeftsstelle VARCHAR, team VARCHAR, responsible VARCHAR, heilbar_bis DATE, change VARCHAR, first_seen DATE,
    text VARCHAR, evidence VARCHAR, fingerprint VARCHAR, rule_status VARCHAR, waived_until DATE)"""


def _findings_query(rule: Rule, names: Names) -> str:
    unit_view = f"einheit_{rule.unit}"
    has_unit = unit_view in names.views
    place = "coalesce(u.geschaeftsstelle, e.geschaeftsstelle)" if has_unit else "u.geschaeftsstelle"
    team = "coalesce(u.team, e.team)" if has_unit else "u.team"
    join = f"LEFT JOIN temp.main.{quoted(unit_view)} e ON e.case_id = u.case_id" if has_unit else ""
    fixed = ", ".join(literal(value) for value in (rule.typ.value, rule.severity.value))
    return f"""
        SELECT {literal(rule.id)}, {rule.version}, u.case_id, u.item,
               CASE WHEN u.violated THEN 'violation' ELSE 'undetermined' END, {fixed},
               {place}, {team}, {literal(rule.responsible)}, u.heilbar_bis, 'new', stichtag(), u.satz, u.beleg,
               left(sha256(concat({literal(rule.id)}, '|', u.case_id, '|', u.item)), 16),
               {literal(rule.status.value)}, NULL
        FROM {_table_name(rule.id)} u {join} WHERE u.violated IS DISTINCT FROM FALSE"""
