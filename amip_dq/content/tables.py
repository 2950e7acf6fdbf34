"""Reads checks/<table>.yaml: the tables of the data model."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from amip_dq.content import guard
from amip_dq.content.validate import Problems, validate
from amip_dq.content.yaml_source import Source, read_yaml
from amip_dq.errors import ContentError
from amip_dq.model import Field, FieldType, Table

NAME = re.compile(r"[a-z][a-z0-9_]*")


def load_tables(folder: Path, problems: list[ContentError]) -> dict[str, Table]:
    """Return every table by name; mistakes go to `problems`."""
    tables, sources = {}, {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            source = read_yaml(path)
            table = validate(Table, _with_lists(source.data), source)
        except ContentError as error:
            problems.append(error)
            continue
        except Problems as several:
            problems.extend(several.problems)
            continue
        problems.extend(_mistakes(table, source))
        tables[table.name], sources[table.name] = table, source
    for name, table in tables.items():
        problems.extend(_broken_keys(table, tables, sources[name]))
    return tables


def _with_lists(data: Any) -> Any:
    """The Table Schema standard lets a single column stand without a list; we read both."""
    if not isinstance(data, dict):
        return data
    whole = dict(data)
    if isinstance(whole.get("primaryKey"), str):
        whole["primaryKey"] = [whole["primaryKey"]]
    keys = whole.get("foreignKeys")
    if isinstance(keys, list):
        whole["foreignKeys"] = [_key_with_lists(key) for key in keys]
    return whole


def _key_with_lists(key: Any) -> Any:
    if not isinstance(key, dict):
        return key
    whole = dict(key)
    if isinstance(whole.get("fields"), str):
        whole["fields"] = [whole["fields"]]
    if isinstance(whole.get("reference"), dict):
        whole["reference"] = _key_with_lists(whole["reference"])
    return whole


def _mistakes(table: Table, source: Source) -> list[ContentError]:
    found = []
    if table.name != source.path.stem:
        found.append(source.error(("name",), f"die Tabelle heißt »{table.name}«, die Datei aber »{source.path.stem}«."))
    if not table.fields:
        found.append(source.error(("fields",), "die Tabelle hat keine Spalten."))
    seen: set[str] = set()
    for index, field in enumerate(table.fields):
        place = ("fields", index, "name")
        if not NAME.fullmatch(field.name):
            found.append(source.error(place, f"»{field.name}«: Spaltennamen bestehen aus a–z, 0–9 und _."))
        if field.name.lower() in seen:
            found.append(source.error(place, f"die Spalte »{field.name}« steht doppelt."))
        seen.add(field.name.lower())
        found.extend(_bad_constraints(field, index, source))
    for name in table.primary_key:
        if name not in table.column_names:
            found.append(source.error(("primaryKey",), f"primaryKey nennt »{name}«, eine Spalte mit diesem Namen gibt es nicht."))
    found.extend(_bad_row_checks(table, source))
    return found


def _bad_constraints(field: Field, index: int, source: Source) -> list[ContentError]:
    place = ("fields", index, "constraints")
    rules = field.constraints
    found = []
    if rules.pattern is not None:
        if field.type is not FieldType.STRING:
            found.append(source.error((*place, "pattern"), f"»{field.name}«: pattern gibt es nur für Text."))
        try:
            re.compile(rules.pattern)
        except re.error:
            found.append(source.error((*place, "pattern"), f"»{field.name}«: pattern ist kein gültiger regulärer Ausdruck."))
    comparable = rules.minimum is not None and rules.maximum is not None and type(rules.minimum) is type(rules.maximum)
    if comparable and rules.minimum > rules.maximum:  # type: ignore[operator]
        found.append(source.error((*place, "minimum"), f"»{field.name}«: minimum ist größer als maximum."))
    return found


def _bad_row_checks(table: Table, source: Source) -> list[ContentError]:
    found = []
    for index, check in enumerate(table.row_checks):
        place = ("rowChecks", index, "sql")
        try:
            statement = guard.inspect_expression(check.sql, (), ())
        except guard.Refused as refusal:
            found.append(source.error(place, f"rowCheck »{check.name}«: {refusal}"))
            continue
        if statement.tables or '"SUBQUERY"' in str(statement.tree).replace("'", '"'):
            found.append(source.error(place, f"rowCheck »{check.name}«: eine Unterabfrage ist nicht erlaubt."))
    return found


def _broken_keys(table: Table, tables: Mapping[str, Table], source: Source) -> list[ContentError]:
    found = []
    for index, key in enumerate(table.foreign_keys):
        place = ("foreignKeys", index)
        target = tables.get(key.reference.resource)
        if target is None:
            found.append(source.error(place, f"foreignKeys nennt die Tabelle »{key.reference.resource}«; es gibt sie nicht."))
            continue
        missing = [name for name in key.fields if name not in table.column_names]
        missing += [name for name in key.reference.fields if name not in target.column_names]
        found.extend(source.error(place, f"foreignKeys nennt »{name}«; die Spalte gibt es nicht.") for name in missing)
    return found
