"""Runs the real engine on typed rows: the delivery's database is filled directly, without files to parse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow

from amip_dq.content import catalog
from amip_dq.engine import evaluate, measure, open_for_judging
from amip_dq.engine.evaluate import judgement_table
from amip_dq.model import Content, FieldType, FigureResult, ParameterValue, RuleResult, Table

from .days import BEGINNING
from .random_office import Tables

ARROW = {
    FieldType.STRING: pyarrow.string(),
    FieldType.INTEGER: pyarrow.int32(),
    FieldType.NUMBER: pyarrow.float64(),
    FieldType.BOOLEAN: pyarrow.bool_(),
    FieldType.DATE: pyarrow.date32(),
}
Rows = list[tuple[str, str, bool | None]]


@dataclass(frozen=True)
class EngineRun:
    """What the engine says of an office: per rule its result and every judged case, and the key figures."""

    results: tuple[RuleResult, ...]
    judgements: Mapping[str, Rows]
    figures: tuple[FigureResult, ...]
    causes: Mapping[tuple[str, str, str], str]
    findings_without_evidence: frozenset[str]


def with_parameters(content: Content, overrides: Mapping[str, Any], since: date = BEGINNING) -> Content:
    """Return the content with other values for some parameters, holding from a day on."""
    changed = dict(content.parameters)
    for name, value in overrides.items():
        changed[name] = replace(changed[name], values={since: ParameterValue(value)})
    return replace(content, parameters=changed)


def run_engine(content: Content, tables: Tables, stichtag: date, folder: Path) -> EngineRun:
    """Judge and measure one office with everything the content has."""
    rules = [rule for rule in content.rules if rule.applies_on(stichtag)]
    con = opened(content, tables, stichtag, folder)
    delivered = frozenset(content.tables)
    results = evaluate(con, content, rules, delivered)
    figures = measure(con, content, content.key_figures, stichtag, delivered)
    judgements = {rule.id: judged(con, rule.id) for rule in rules}
    causes = {key: word for rule in rules if "ursache" in rule.sql for key, word in evidence(con, rule.id, "ursache")}
    bare = con.execute(
        "SELECT rule_id FROM befund WHERE coalesce(evidence, '') NOT LIKE '{%}' OR text IS NULL"
    ).fetchall()
    con.close()
    return EngineRun(results, judgements, figures, causes, frozenset(rule_id for (rule_id,) in bare))


def opened(
    content: Content, tables: Tables, stichtag: date, folder: Path, also: str = "SELECT 1"
) -> duckdb.DuckDBPyConnection:
    """Return the locked connection to a delivery that holds the office and the views of `also`."""
    path = folder / "arbeit.duckdb"
    fill(path, content, tables)
    one_more = replace(content.rules[0], sql=also)
    return open_for_judging(path, content, stichtag, [*content.rules, *content.key_figures, one_more])


def judged(con: duckdb.DuckDBPyConnection, rule_id: str) -> Rows:
    """Return every case a rule judged; none if it broke."""
    table = judgement_table(con, rule_id)
    return con.execute(f"SELECT case_id, item, violated FROM {table}").fetchall() if table else []


def evidence(con: duckdb.DuckDBPyConnection, rule_id: str, column: str) -> Iterator[tuple[tuple[str, str, str], str]]:
    """Yield ((rule id, case_id, item), value) of one evidence column of a rule's violations."""
    query = f"SELECT case_id, item, beleg->>$1 FROM {judgement_table(con, rule_id)} WHERE violated"
    for case_id, item, value in con.execute(query, [column]).fetchall():
        yield (rule_id, case_id, item), value


def fill(path: Path, content: Content, tables: Tables) -> None:
    """Create the delivery's database with all tables of the content, those without rows delivered empty."""
    con = duckdb.connect(str(path))
    catalog.create_tables(con, content.tables.values())
    for name, rows in tables.items():
        if rows:
            insert(con, content.tables[name], rows)
    con.close()


def insert(con: duckdb.DuckDBPyConnection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Append typed rows; columns that the rows do not name stay NULL."""
    fields = [field for field in table.fields if field.name in rows[0]]
    columns = {f.name: pyarrow.array([row[f.name] for row in rows], ARROW[f.type]) for f in fields}
    con.register("zeilen", pyarrow.table({**columns, "_datei": [1] * len(rows), "_zeile": range(2, len(rows) + 2)}))
    con.execute(f"INSERT INTO daten.{catalog.quoted(table.name)} BY NAME SELECT * FROM zeilen")
    con.unregister("zeilen")
