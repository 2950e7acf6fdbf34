"""Reads checks/layouts/<layout>.yaml and knows the one layout that fits every content folder: `kanonisch`."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from amip_dq.content.validate import Problems, validate
from amip_dq.content.yaml_source import Source, read_yaml
from amip_dq.errors import ContentError
from amip_dq.model import Dialect, Layout, LayoutTable, Table

CANONICAL = "kanonisch"
ENCODINGS = ("utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16")
DATE_FORM = re.compile(r"(%[dmYy]|[-./ ])+")
OWN_KEYS = {"files", "sheet", "columns", "values", "constants"}


def load_layouts(folder: Path, tables: Mapping[str, Table], problems: list[ContentError]) -> dict[str, Layout]:
    """Return every layout by name, the built-in one included."""
    layouts = {CANONICAL: canonical_layout(tables)}
    for path in sorted(folder.glob("*.yaml")):
        try:
            layouts[path.stem] = read_layout(path, tables)
        except ContentError as error:
            problems.append(error)
        except Problems as several:
            problems.extend(several.problems)
    return layouts


def canonical_layout(tables: Mapping[str, Table]) -> Layout:
    """Return the layout whose files and headers are called like the tables and columns themselves."""
    found = {
        name: LayoutTable(
            files=(f"{name}.csv", f"{name}.parquet", f"{name}.xlsx"),
            columns={column: column for column in table.column_names},
        )
        for name, table in tables.items()
    }
    return Layout(CANONICAL, "Kanonisch: Dateien und Spalten heißen wie im Datenmodell", found)


def read_layout(path: Path, tables: Mapping[str, Table]) -> Layout:
    """Return one layout; raises Problems with everything that does not fit."""
    source = read_yaml(path)
    data = source.data if isinstance(source.data, dict) else {}
    found: list[ContentError] = []
    for key in sorted(set(data) - {"title", "description", "defaults", "tables"}):
        found.append(source.error((key,), f"unbekannter Schlüssel »{key}«. Erlaubt: title, description, defaults, tables."))
    defaults = data.get("defaults") or {}
    layout_tables = {}
    for name, entry in (data.get("tables") or {}).items():
        try:
            layout_tables[name] = _table(name, entry, defaults, tables, source)
        except Problems as several:
            found.extend(several.problems)
    if not layout_tables and not found:
        found.append(source.error((), "das Layout nennt keine Tabellen (tables)."))
    if found:
        raise Problems(found)
    return Layout(path.stem, str(data.get("title", path.stem)), layout_tables)


def _table(name: str, entry: Any, defaults: dict, tables: Mapping[str, Table], source: Source) -> LayoutTable:
    place = ("tables", name)
    if name not in tables:
        raise Problems([source.error(place, f"die Tabelle »{name}« gibt es nicht; möglich: {', '.join(sorted(tables))}.")])
    if not isinstance(entry, dict) or not entry.get("files"):
        raise Problems([source.error(place, f"»{name}«: der Schlüssel files fehlt (Muster der Dateinamen).")])
    own = {key: value for key, value in entry.items() if key not in OWN_KEYS}
    dialect = validate(Dialect, {**defaults, **own}, source, place)
    found = _bad_dialect(dialect, source, place)
    columns = entry.get("columns") or {column: column for column in tables[name].column_names}
    constants = {key: _word(value) for key, value in (entry.get("constants") or {}).items()}
    values = entry.get("values") or {}
    for group, known in (("columns", columns), ("constants", constants), ("values", values)):
        for column in sorted(set(known) - set(tables[name].column_names)):
            found.append(source.error((*place, group, column), f"{group} nennt »{column}«; die Tabelle »{name}« hat diese Spalte nicht."))
    doubled = {header for header in columns.values() if list(columns.values()).count(header) > 1}
    found.extend(source.error((*place, "columns"), f"die Überschrift »{header}« steht bei zwei Spalten.") for header in sorted(doubled))
    if found:
        raise Problems(found)
    codes = {
        column: {code: tuple(_word(w) for w in _listed(words)) for code, words in mapping.items()}
        for column, mapping in values.items()
    }
    files = tuple(_listed(entry["files"]))
    return LayoutTable(files, columns, codes, constants, entry.get("sheet"), dialect)


def _listed(value: Any) -> list:
    return value if isinstance(value, list) else [value]


def _word(value: Any) -> str:
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _bad_dialect(dialect: Dialect, source: Source, place: tuple) -> list[ContentError]:
    found = []
    if dialect.encoding not in ENCODINGS or not _known(dialect.encoding):
        found.append(source.error((*place, "encoding"), f"encoding »{dialect.encoding}« ist nicht möglich: {', '.join(ENCODINGS)}."))
    for key in ("delimiter", "quote"):
        if len(getattr(dialect, key)) != 1 or not getattr(dialect, key).isascii():
            found.append(source.error((*place, key), f"{key} ist genau ein ASCII-Zeichen."))
    for form in dialect.dates:
        if not DATE_FORM.fullmatch(form):
            found.append(source.error((*place, "dates"), f"dates: »{form}« ist keine Datumsform; zum Beispiel %d.%m.%Y."))
    if dialect.footer is not None:
        try:
            re.compile(dialect.footer)
        except re.error:
            found.append(source.error((*place, "footer"), "footer ist kein gültiger regulärer Ausdruck."))
    return found


def _known(encoding: str) -> bool:
    try:
        codecs.lookup(encoding)
    except LookupError:
        return False
    return True
