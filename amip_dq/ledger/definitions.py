"""What decides a rule's verdicts, kept in the ledger so that an old version can be run once more."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from amip_dq.content import catalog
from amip_dq.content.query import Names
from amip_dq.ledger.chain import canonical, sha256
from amip_dq.ledger.freeze import plain, revived, value_of
from amip_dq.model import Content, Parameter, ParameterValue, Rule, View

Uses = Callable[[str], tuple[frozenset[str], frozenset[str]]]


@dataclass(frozen=True)
class Definition:
    """One wording of a rule; two wordings with the same `meaning` give the same verdicts."""

    rule_id: str
    version: int
    meaning: str
    body: str

    @property
    def digest(self) -> str:
        return sha256(self.body)

    @property
    def rule(self) -> Rule:
        return value_of(Rule, json.loads(self.body)["rule"])


def define(rules: Iterable[Rule], content: Content) -> dict[str, Definition]:
    """Return every rule with the views and parameters that it uses, directly or through views."""
    names = Names(content.tables, content.views, content.parameters)

    @cache
    def used(query: str) -> tuple[frozenset[str], frozenset[str]]:
        statement = names.inspect(query)
        read = statement.tables | statement.macros | statement.scalars
        return read & frozenset(names.views), statement.parameters & frozenset(names.parameters)

    return {rule.id: _definition(rule, content, *_behind(rule.sql, names, used)) for rule in rules}


def _behind(query: str, names: Names, used: Uses) -> tuple[set[str], set[str]]:
    """Return the views and the parameters behind a query."""
    views, parameters, waiting = set(), set(), {query}
    while waiting:
        read, asked = used(waiting.pop())
        parameters |= asked
        waiting |= {catalog.as_query(names.views[name]) for name in read - views}
        views |= read
    return views, parameters


def _definition(rule: Rule, content: Content, views: Iterable[str], parameters: Iterable[str]) -> Definition:
    decides = {
        "version": rule.version,
        "sql": rule.sql,
        "reads": {table: list(columns) for table, columns in rule.reads.items()},
        "views": {name: _view(content.views[name]) for name in sorted(views)},
        "parameters": {name: _values(content.parameters[name]) for name in sorted(parameters)},
        "examples": [[e.name, e.stichtag, {k: str(v) for k, v in e.expect.items()}] for e in rule.examples],
    }
    body = {"decides": decides, "rule": plain(replace(rule, examples=()))}
    return Definition(rule.id, rule.version, sha256(canonical(decides)), canonical(body))


def as_content(definition: Definition, content: Content) -> Content:
    """Return the content with this one rule, and its views and parameters as they were then."""
    decides = json.loads(definition.body)["decides"]
    views = {**content.views, **{name: _view_back(name, body) for name, body in decides["views"].items()}}
    parameters = {**content.parameters, **{n: _parameter_back(n, v) for n, v in decides["parameters"].items()}}
    rule = replace(definition.rule, sql=decides["sql"], version=decides["version"])
    return replace(content, rules=(rule,), views=views, parameters=parameters)


def known_definitions(con: duckdb.DuckDBPyConnection) -> dict[str, Definition]:
    """Return the newest wording of every rule in the ledger."""
    rows = con.execute(
        """SELECT rule_id, version, body FROM definition
           QUALIFY row_number() OVER (PARTITION BY rule_id ORDER BY nr DESC) = 1"""
    ).fetchall()
    return {rule_id: _stored(rule_id, version, body) for rule_id, version, body in rows}


def _stored(rule_id: str, version: int, body: str) -> Definition:
    return Definition(rule_id, version, sha256(canonical(json.loads(body)["decides"])), body)


def _view(view: View) -> dict[str, Any]:
    arguments = None if view.arguments is None else list(view.arguments)
    return {"arguments": arguments, "scalar": view.scalar, "body": view.body}


def _view_back(name: str, body: Mapping[str, Any]) -> View:
    arguments = None if body["arguments"] is None else tuple(body["arguments"])
    return View(name, arguments, body["scalar"], body["body"], Path())


def _values(parameter: Parameter) -> dict[str, Any]:
    return {day.isoformat(): plain(value.value) for day, value in sorted(parameter.values.items())}


def _parameter_back(name: str, values: Mapping[str, Any]) -> Parameter:
    dated = {date.fromisoformat(day): ParameterValue(revived(value)) for day, value in values.items()}
    return Parameter(name, name, "", "", True, dated)
