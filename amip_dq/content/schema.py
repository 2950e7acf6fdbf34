"""JSON Schema of the content files, made from the model and the content at hand: an editor completes and checks while one types.

The keys come from the dataclasses that the loader validates into, the words (tables, columns, risks, roles) from the content
folder, so that there is no second list of either. What only the loader can know (SQL, references between files) is not in it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from amip_dq.content.registers import ENGINE_DECIDES
from amip_dq.model import (
    Calendar,
    CatalogueEntry,
    Content,
    Dialect,
    Field,
    FieldType,
    KeyFigure,
    Parameter,
    Risk,
    Rule,
    Table,
    Vocabulary,
)  # fmt: skip

Schema = dict[str, Any]
DRAFT = "https://json-schema.org/draft/2020-12/schema"
NOT_WRITTEN = {"Rule": ("id", "sql"), "KeyFigure": ("id", "sql"), "Impact": ("sql",)}  # come from the names of the files
NULL: Schema = {"type": "null"}
CELLS = {
    FieldType.STRING: {"type": ["string", "number", "boolean"]},  # 4711 is a word in a text column
    FieldType.INTEGER: {"type": "integer"},
    FieldType.NUMBER: {"type": "number"},
    FieldType.BOOLEAN: {"type": "boolean"},
    FieldType.DATE: {"type": "string", "format": "date"},
}  # fmt: skip


def write_schemas(content: Content, folder: Path) -> Iterator[Path]:
    """Write one <kind>.schema.json per kind of content file and yield their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind, make in KINDS.items():
        path = folder / f"{kind}.schema.json"
        text = json.dumps({"$schema": DRAFT, **make(content)}, ensure_ascii=False, indent=1, sort_keys=True)
        path.write_text(text + "\n", encoding="utf-8", newline="\n")
        yield path


def kind_of(path: Path) -> str | None:
    """Return the kind of a content file by its place in the content folder, or None for files of other parts."""
    above = path.parent.name
    if path.suffix != ".yaml":
        return None
    if path.stem in REGISTERS and above == "rules":
        return REGISTERS[path.stem]
    by_place = {"checks": "table", "layouts": "layout", "kennzahlen": "key_figure"}
    in_family = path.parent.parent.name == "rules" and above not in ("views", "pruefbogen", "kennzahlen")
    return by_place.get(above) or ("rule" if in_family else None)


REGISTERS = {stem: stem for stem in ("parameters", "risks", "vocabulary", "calendar")} | {"katalog": "catalogue"}


# ------------------------------------------------------------------ one schema a kind
def table_schema(content: Content) -> Schema:
    """checks/<table>.yaml: one column may stand without a list."""
    found = schema_of(Table)
    for place in (found, found["$defs"]["ForeignKey"], found["$defs"]["Reference"]):
        for key in {"primaryKey", "fields"} & set(place["properties"]):
            if place["properties"][key]["items"] == {"type": "string"}:
                place["properties"][key] = one_or_more({"type": "string"})
    return found


def layout_schema(content: Content) -> Schema:
    """checks/layouts/<layout>.yaml: a dialect for all tables, and what each table does differently."""
    dialect = schema_of(Dialect)["properties"]
    tables = {name: layout_table(table, dialect) for name, table in sorted(content.tables.items())}
    word = {"type": "string"}
    return closed(
        {"title": word, "description": word, "defaults": closed(dialect), "tables": closed(tables, least=1)}, ("tables",)
    )


def layout_table(table: Table, dialect: Mapping[str, Schema]) -> Schema:
    """Return the schema of one table's entry in a layout."""
    cell = {"type": ["string", "number", "boolean"]}
    columns = closed({field.name: {"type": "string"} for field in table.fields})
    values = closed({field.name: {"type": "object", "additionalProperties": one_or_more(cell)} for field in table.fields})
    constants = closed({field.name: cell for field in table.fields})
    own = {"files": one_or_more({"type": "string"}), "sheet": {"type": "string"}, "columns": columns, "values": values}
    return closed({**dialect, **own, "constants": constants}, ("files",))


def rule_schema(content: Content) -> Schema:
    """rules/<family>/<defect>.yaml."""
    found = with_words(schema_of(Rule), content)
    found["$defs"]["Control"]["properties"]["risk"] = {"enum": sorted(content.risks)}
    verdict = {"enum": ["ok", "violation", "undetermined"]}
    found["properties"]["examples"] = {
        "type": "array", "minItems": 1,
        "items": changed(found["$defs"]["Example"], expect={"type": "object", "additionalProperties": verdict}),
    }  # fmt: skip
    for key in ("basis", "remedy"):
        found["properties"][key]["minItems"] = 1
    return found


def figure_schema(content: Content) -> Schema:
    """rules/kennzahlen/<name>.yaml."""
    found = with_words(schema_of(KeyFigure), content)
    found["properties"]["target"] = {"enum": sorted(content.parameters)}
    return found


def with_words(found: Schema, content: Content) -> Schema:
    """Put the content's own words in place of any text: tables and columns, parameters, vocabulary."""
    properties, example = found["properties"], found["$defs"]["Example"]["properties"]
    for group in {"responsible", "purpose", "unit"} & set(properties):
        if words := getattr(content.vocabulary, group):
            properties[group] = {"enum": sorted(words)}
    columns = {name: listed({"enum": list(table.column_names)}) for name, table in content.tables.items()}
    views = {name: listed({"type": "string"}) for name in (*content.views, "urteil")}
    properties["reads"] = closed({**views, **columns})
    example["tables"] = closed({name: listed(row(table)) for name, table in sorted(content.tables.items())})
    example["parameters"] = closed(dict.fromkeys(sorted(content.parameters), True))
    return found


def row(table: Table) -> Schema:
    """Return the schema of one row of an example; any cell may be empty."""
    return closed({field.name: cell_of(field) for field in table.fields})


def cell_of(field: Field) -> Schema:
    """Return the schema of a cell; code values are completed, others stay possible to show a broken value."""
    found = {"anyOf": [CELLS[field.type], NULL]}
    if field.constraints.enum:
        found["anyOf"].insert(0, {"enum": list(field.constraints.enum)})
    return {**found, "description": field.title} if field.title else found


def parameters_schema(content: Content) -> Schema:
    """rules/parameters.yaml."""
    return entries(schema_of(Parameter), "name", "^[a-z][a-z0-9_]*$")


def risks_schema(content: Content) -> Schema:
    """rules/risks.yaml."""
    return entries(schema_of(Risk), "id", r"^R-\d\d+$")


def catalogue_schema(content: Content) -> Schema:
    """rules/katalog.yaml: a control is decided by something, or cannot be decided."""
    found = schema_of(CatalogueEntry)
    found["properties"]["decided_by"] = one_or_more({"type": "string", "pattern": rf"^({ENGINE_DECIDES}.+|[a-z0-9_]+\.[a-z0-9_]+)$"})
    found["oneOf"] = [{"required": ["decided_by"]}, {"required": ["not_decidable"]}]
    return entries(found, "id", ".")


def vocabulary_schema(content: Content) -> Schema:
    """rules/vocabulary.yaml: words with details, with a title, or bare."""
    words = {"type": "object", "additionalProperties": {"type": ["object", "string", "null"]}}
    bare = {"type": "array", "items": {"type": "string"}}
    return closed({name: {"anyOf": [words, bare]} for name in schema_of(Vocabulary)["properties"]})


def calendar_schema(content: Content) -> Schema:
    """rules/calendar.yaml."""
    return schema_of(Calendar)


KINDS: Mapping[str, Callable[[Content], Schema]] = {
    "table": table_schema, "layout": layout_schema, "rule": rule_schema, "key_figure": figure_schema, "parameters": parameters_schema,
    "risks": risks_schema, "catalogue": catalogue_schema, "vocabulary": vocabulary_schema, "calendar": calendar_schema,
}  # fmt: skip


# ------------------------------------------------------------------ building blocks
def schema_of(cls: type) -> Schema:
    """Return the schema of a dataclass as its YAML file is written."""
    found = TypeAdapter(cls).json_schema(by_alias=True)
    for name, part in {cls.__name__: found, **found.get("$defs", {})}.items():
        tidy(part, NOT_WRITTEN.get(name, ()))
    return found


def tidy(part: Schema, hidden: Iterable[str]) -> None:
    """Drop what is not written in the file and the machine-made titles; close the object."""
    part.pop("title", None)
    if "properties" not in part:
        return
    part["additionalProperties"] = False
    for key in hidden:
        part["properties"].pop(key)
    part["required"] = [key for key in part.get("required", ()) if key not in hidden]
    for value in part["properties"].values():
        value.pop("title", None)
        value.pop("default", None)


def entries(entry: Schema, name: str, pattern: str) -> Schema:
    """Return the schema of a register: name → entry, where the name is no key of the entry."""
    definitions = entry.pop("$defs", {})
    entry["properties"].pop(name)
    entry["required"].remove(name)
    return {"type": "object", "propertyNames": {"pattern": pattern}, "additionalProperties": entry, "$defs": definitions}


def closed(properties: Mapping[str, Any], required: Iterable[str] = (), least: int = 0) -> Schema:
    """Return an object with these keys and no others."""
    found = {"type": "object", "properties": dict(properties), "additionalProperties": False, "required": sorted(required)}
    return found | {"minProperties": least} if least else found


def changed(part: Schema, **properties: Schema) -> Schema:
    """Return a schema with some of its properties replaced."""
    return {**part, "properties": {**part["properties"], **properties}}


def listed(item: Schema) -> Schema:
    """Return a list of items."""
    return {"type": "array", "items": item}


def one_or_more(item: Schema) -> Schema:
    """Return an item, or a list of them."""
    return {"anyOf": [item, listed(item)]}
