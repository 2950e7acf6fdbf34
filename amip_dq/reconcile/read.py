"""Reads published tables: a YAML that transcribes them with their relations, or a plain CSV or XLSX."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from amip_dq.content.yaml_source import Source, read_yaml
from amip_dq.errors import AmipError
from amip_dq.reconcile.guess import with_guessed_relations
from amip_dq.reconcile.printed import Printed, parse
from amip_dq.reconcile.tables import KINDS, PublishedTable, Relation


def read_tables(path: Path) -> list[PublishedTable]:
    """Return every table of a file; raises AmipError where it cannot be read."""
    suffix = path.suffix.lower()
    if suffix in (".yaml", ".yml"):
        return _from_yaml(read_yaml(path))
    if suffix == ".csv":
        return [_plain(path.stem, _csv_rows(path))]
    if suffix == ".xlsx":
        return [_plain(name, rows) for name, rows in _sheets(path)]
    raise AmipError(f"{path.name}: unbekanntes Format; möglich sind .yaml, .csv und .xlsx.")


# ------------------------------------------------------------------ YAML
def _from_yaml(source: Source) -> list[PublishedTable]:
    data = source.data if isinstance(source.data, dict) else {}
    if not isinstance(data.get("tables"), dict):
        raise source.error((), "erwartet wird »tables:« mit mindestens einer Tabelle.")
    return [_table(name, entry, source, str(data.get("source", ""))) for name, entry in data["tables"].items()]


def _table(name: str, entry: Any, source: Source, origin: str) -> PublishedTable:
    place = ("tables", name)
    for key in ("columns", "rows"):
        if not isinstance(entry, dict) or not entry.get(key):
            raise source.error(place, f"»{name}«: der Schlüssel {key} fehlt.")
    columns = tuple(str(column) for column in entry["columns"])
    rows = {}
    for label, values in entry["rows"].items():
        if len(values) != len(columns):
            raise source.error((*place, "rows", label), f"»{label}« hat {len(values)} Werte, die Tabelle hat {len(columns)} Spalten.")
        rows[str(label)] = tuple(_cell(value, source, (*place, "rows", label)) for value in values)
    table = PublishedTable(name, str(entry.get("title", name)), str(entry.get("source", origin)), columns, rows)
    relations = tuple(
        _relation(relation, table, source, (*place, "relations", index))
        for index, relation in enumerate(entry.get("relations") or ())
    )
    return PublishedTable(table.name, table.title, table.source, columns, rows, relations)


def _cell(value: Any, source: Source, place: tuple) -> Printed | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise source.error(place, f"»{value}«: bitte die Zahl so in Anführungszeichen schreiben, wie sie gedruckt ist.")
    return parse(value)


def _relation(entry: Any, table: PublishedTable, source: Source, place: tuple) -> Relation:
    kind = entry.get("kind") if isinstance(entry, dict) else None
    if kind not in KINDS:
        raise source.error(place, f"kind ist eines von {', '.join(KINDS)}.")
    names = {key: _listed(entry.get(key)) for key in KINDS[kind]}
    missing = [key for key, values in names.items() if not values]
    if missing:
        raise source.error(place, f"bei {kind} fehlt {', '.join(missing)}.")
    relation = Relation(kind, names, int(entry.get("factor", 100)), _listed(entry.get("only")), str(entry.get("within", "")))
    _check_names(relation, table, source, place)
    return relation


def _check_names(relation: Relation, table: PublishedTable, source: Source, place: tuple) -> None:
    in_rows = [name in table.rows for name in relation.all_names]
    in_columns = [name in table.columns for name in relation.all_names]
    if not all(in_rows) and not all(in_columns):
        unknown = [n for n in relation.all_names if n not in table.rows and n not in table.columns]
        said = f"»{unknown[0]}« gibt es nicht" if unknown else "die Namen sind teils Zeilen, teils Spalten"
        raise source.error(place, f"{said}; alle Namen einer Beziehung sind Zeilen oder alle sind Spalten.")


def _listed(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(str(item) for item in value) if isinstance(value, list) else (str(value),)


# ------------------------------------------------------------------ CSV and XLSX
def _csv_rows(path: Path) -> list[list[str]]:
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    first = text.splitlines()[0] if text.strip() else ""
    delimiter = max(";\t,", key=first.count)
    return [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if any(cell.strip() for cell in row)]


def _sheets(path: Path) -> list[tuple[str, list[list[str]]]]:
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=True)
    return [
        (sheet.title, [row for row in ([_shown(cell) for cell in line] for line in sheet.iter_rows()) if any(row)])
        for sheet in book.worksheets
    ]


def _shown(cell: Any) -> str:
    """The printed form of a spreadsheet number follows its number format: 0.0 shows one decimal."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    pattern = str(cell.number_format or "")
    decimals = len(pattern.partition(".")[2].rstrip("%").split(";")[0].strip("_ )")) if "." in pattern else 0
    if pattern == "General" and isinstance(value, float) and not value.is_integer():
        return repr(value).replace(".", ",")
    scaled = value * 100 if pattern.endswith("%") else value
    return f"{scaled:.{decimals}f}".replace(".", ",")


def _plain(name: str, rows: list[list[str]]) -> PublishedTable:
    if len(rows) < 2:
        raise AmipError(f"»{name}«: die Tabelle braucht eine Kopfzeile und mindestens eine Zeile.")
    columns = tuple(_distinct(cell.strip() for cell in rows[0][1:]))
    labels = _distinct(row[0].strip() for row in rows[1:])
    cells = {
        label: tuple(parse(row[index + 1]) if index + 1 < len(row) else None for index in range(len(columns)))
        for label, row in zip(labels, rows[1:], strict=True)
    }
    return with_guessed_relations(PublishedTable(name, name, "", columns, cells))


def _distinct(names: Any) -> list[str]:
    found: list[str] = []
    for name in names:
        candidate, number = name, 2
        while candidate in found:
            candidate, number = f"{name} ({number})", number + 1
        found.append(candidate)
    return found


