"""Decides whether a piece of SQL from a content folder may run at all, and rewrites it for the engine.

DuckDB's own parser is asked (json_serialize_sql), so what is judged is what would run. Everything is
allow-listed: kinds of query nodes, kinds of expressions, functions, and the names in FROM.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import duckdb

from amip_dq.content.functions import CLOCK_WORDS, FUNCTIONS, TABLE_FUNCTIONS

QUERY_NODES = {"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"}
FROM_NODES = {"BASE_TABLE", "SUBQUERY", "JOIN", "TABLE_FUNCTION", "EMPTY", "EXPRESSION_LIST", "COLUMN_DATA"}
EXPRESSIONS = {
    "COLUMN_REF", "CONSTANT", "FUNCTION", "COMPARISON", "CONJUNCTION", "CASE", "CAST", "OPERATOR", "SUBQUERY",
    "WINDOW", "STAR", "BETWEEN", "LAMBDA", "COLLATE", "LAMBDA_REF", "TYPE",
}  # fmt: skip
MODIFIERS = {"ORDER_MODIFIER", "LIMIT_MODIFIER", "DISTINCT_MODIFIER", "ORDER_DEFAULT", "LIMIT_PERCENT_MODIFIER"}


class Refused(Exception):
    """The SQL may not run; the message is the German reason without file and line."""


@dataclass(frozen=True)
class Statement:
    """One allowed SELECT: how it reads the database, and its text for the engine."""

    tree: Mapping[str, Any]
    tables: frozenset[str]
    macros: frozenset[str]
    scalars: frozenset[str]
    parameters: frozenset[str]
    verdicts: frozenset[str]


def inspect(sql: str, macros: Collection[str], scalars: Collection[str]) -> Statement:
    """Return what a SELECT uses; raises Refused if anything in it is not on the allow-lists.

    `macros` are the content's table macros, `scalars` its scalar macros and the engine's own functions.
    """
    return _inspected(sql, frozenset(macros), frozenset(scalars))


@cache
def _inspected(sql: str, macros: frozenset[str], scalars: frozenset[str]) -> Statement:
    tree = parse(sql)
    nodes = list(_walk(tree))
    for node in nodes:
        _check_kind(node)
    ctes = {entry["key"].lower() for node in nodes for entry in node.get("cte_map", {}).get("map", ())}
    ctes |= {node["cte_name"].lower() for node in nodes if node.get("type") == "RECURSIVE_CTE_NODE"}
    functions = [node for node in nodes if node.get("class") == "FUNCTION"]
    table_calls = [node["function"] for node in nodes if node.get("type") == "TABLE_FUNCTION"]
    called = {id(call) for call in table_calls}
    names = {_name(call) for call in functions if id(call) not in called}
    names |= {_name(node) for node in nodes if node.get("class") == "WINDOW" and node.get("function_name")}
    _check_functions(names, scalars)
    from_calls = {_name(call) for call in table_calls}
    _check_table_functions(from_calls, macros)
    tables = {_table(node) for node in nodes if node.get("type") == "BASE_TABLE"} - ctes
    _check_whole_rows(nodes, tables | ctes)
    return Statement(
        tree,
        frozenset(tables),
        frozenset(from_calls & set(macros)),
        frozenset(names & set(scalars)),
        frozenset(_literal(call, "param") for call in functions if _name(call) == "param"),
        frozenset(_literal(call, "urteil") for call in table_calls if _name(call) == "urteil"),
    )


def inspect_expression(sql: str, macros: Collection[str], scalars: Collection[str]) -> Statement:
    """Return what a scalar expression (a macro's body, a row check) uses."""
    return inspect(f"SELECT {sql}\n", macros, scalars)


def rewrite(parsed: Mapping[str, Any], verdict_tables: Mapping[str, str] | None = None) -> str:
    """Return the SQL of a parsed query with `param('x', d)` → `param_x(d)` and `urteil('a.b')` → its table."""
    return _rewritten(json.dumps(parsed), tuple(sorted((verdict_tables or {}).items())))


@cache
def _rewritten(parsed: str, verdict_tables: tuple[tuple[str, str], ...]) -> str:
    """A rule is bound when it is loaded and judged later: the same text both times."""
    tree, tables = json.loads(parsed), dict(verdict_tables)
    for node in list(_walk(tree)):
        if node.get("class") == "FUNCTION" and _name(node) == "param":
            name = _literal(node, "param")
            node["function_name"] = f"param_{name}"
            node["qualified_name"] = {"path": [f"param_{name}"]}
            node["arguments"] = node["arguments"][1:]
        if node.get("type") == "TABLE_FUNCTION" and _name(node["function"]) == "urteil":
            _replace_by_table(node, tables[_literal(node["function"], "urteil")])
    return _deserialize(tree)


@cache
def names_read(sql: str) -> frozenset[str]:
    """Return the names of all functions, tables and macros in a query, judged or not (for ordering views)."""
    nodes = list(_walk(parse(sql)))
    found = {_name(node) for node in nodes if node.get("class") == "FUNCTION"}
    return frozenset(found | {_table(node) for node in nodes if node.get("type") == "BASE_TABLE"})


# ------------------------------------------------------------------ parsing
@cache
def parse(sql: str) -> Mapping[str, Any]:
    """Return DuckDB's own syntax tree of exactly one SELECT; nobody changes it, so it is parsed once."""
    try:
        answer = json.loads(_parser().execute("SELECT json_serialize_sql($1)", [sql]).fetchall()[0][0])
    except duckdb.Error as error:
        raise Refused(f"das SQL ist nicht lesbar ({type(error).__name__}).") from None
    if answer["error"]:
        if "Only SELECT" in answer["error_message"]:
            raise Refused("erlaubt ist genau eine SELECT-Abfrage, nichts anderes.")
        raise Refused(f"das SQL ist nicht lesbar: {answer['error_message']}")
    if len(answer["statements"]) != 1:
        raise Refused("erlaubt ist genau eine SELECT-Abfrage; es sind mehrere.")
    return answer["statements"][0]


@cache
def _parser() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"enable_external_access": "false"})


def _deserialize(tree: dict) -> str:
    whole = json.dumps({"error": False, "statements": [tree]})
    return _parser().execute("SELECT json_deserialize_sql($1::JSON)", [whole]).fetchall()[0][0]


def _walk(node: Any) -> Iterator[dict]:
    if isinstance(node, dict):
        yield node
        for child in node.values():
            yield from _walk(child)
    elif isinstance(node, list):
        for child in node:
            yield from _walk(child)


# ------------------------------------------------------------------ what is allowed
def _check_kind(node: dict) -> None:
    kind, cls = node.get("type"), node.get("class")
    if cls is not None and cls not in EXPRESSIONS:
        raise Refused(_why(cls))
    if cls is None and isinstance(kind, str) and kind.isupper() and "_" in kind + "_":
        _check_node_type(kind, node)
    if node.get("at_clause") or node.get("sample"):
        raise Refused("AT und TABLESAMPLE sind nicht erlaubt.")


def _check_node_type(kind: str, node: dict) -> None:
    is_query = kind.endswith("_NODE") or kind.endswith("_QUERY_NODE")
    if is_query and kind not in QUERY_NODES:
        raise Refused("im SQL stehen Befehle, die Daten ändern oder schreiben; erlaubt ist nur SELECT.")
    if not is_query and kind.endswith("_REF") or kind in ("PIVOT", "SHOW_REF"):
        raise Refused("SHOW, DESCRIBE, SUMMARIZE und PIVOT sind nicht erlaubt.")


def _why(cls: str) -> str:
    if cls == "POSITIONAL_REFERENCE":
        return "Spalten nach Nummer (#1) sind nicht erlaubt; bitte den Namen der Spalte schreiben."
    if cls == "PARAMETER":
        return "Platzhalter ($1, ?) sind nicht erlaubt; Schwellen stehen in param('name', tag)."
    return f"der Ausdruck »{cls}« ist nicht erlaubt."


def _check_functions(names: set[str], scalars: Collection[str]) -> None:
    for name in sorted(names):
        if name not in FUNCTIONS and name not in scalars:
            raise Refused(f"die Funktion »{name}« ist nicht erlaubt oder nicht bekannt.")


def _check_table_functions(names: set[str], macros: Collection[str]) -> None:
    for name in sorted(names):
        if name not in TABLE_FUNCTIONS and name not in macros and name != "urteil":
            raise Refused(f"die Tabellenfunktion »{name}« ist nicht erlaubt oder nicht bekannt.")


def _check_whole_rows(nodes: list[dict], sources: set[str]) -> None:
    """A bare table name used as a value is the whole row: it would show columns that `reads` does not name."""
    aliases = {str(node["alias"]).lower() for node in nodes if node.get("type") in FROM_NODES and node.get("alias")}
    outputs = {str(node["alias"]).lower() for node in nodes if node.get("class") and node.get("alias") and not _itself(node)}
    for node in nodes:
        if node.get("class") == "COLUMN_REF" and len(node["column_names"]) == 1:
            name = node["column_names"][0].lower()
            if name in CLOCK_WORDS:
                raise Refused(f"»{name}« ist nicht erlaubt; die einzige Uhr ist stichtag().")
            if name in (sources | aliases) - outputs:
                raise Refused(f"»{name}« ist eine ganze Zeile; bitte die Spalten einzeln nennen.")


def _itself(node: dict) -> bool:
    return [str(node["alias"]).lower()] == [name.lower() for name in node.get("column_names", ())]


def _table(node: dict) -> str:
    path = node.get("qualified_name", {}).get("path") or [node.get("table_name", "")]
    if len(path) != 1 or node.get("schema_name") or node.get("catalog_name"):
        raise Refused("Tabellen stehen ohne Schema und Katalog.")
    return path[0].lower()


def _name(call: Mapping[str, Any]) -> str:
    path = call.get("qualified_name", {}).get("path") or [call.get("function_name", "")]
    if len(path) != 1:
        raise Refused("Funktionen stehen ohne Schema und Katalog.")
    return path[0].lower()


def _literal(call: Mapping[str, Any], function: str) -> str:
    arguments = call["arguments"]
    wanted = {"param": 2, "urteil": 1}[function]
    first = arguments[0]["expression"] if arguments else {}
    if len(arguments) != wanted or first.get("literal", {}).get("kind") != "STRING":
        form = {"param": "param('name', tag)", "urteil": "urteil('familie.befund')"}[function]
        raise Refused(f"{function} wird so geschrieben: {form}, mit dem Namen in Anführungszeichen.")
    return first["literal"]["text"]


def _replace_by_table(node: dict, table: str) -> None:
    alias, location = node.get("alias") or "urteil", node.get("query_location")
    names = node.get("column_name_alias", [])
    node.clear()
    node.update(
        type="BASE_TABLE", alias=alias, sample=None, query_location=location, schema_name="", table_name=table,
        column_name_alias=names, catalog_name="", at_clause=None, qualified_name={"path": [table]},
    )  # fmt: skip
