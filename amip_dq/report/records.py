"""The records of a case, from every table that names its key, as lanes and as rows of evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from amip_dq.content.catalog import literal, quoted
from amip_dq.model import Content, Field, FieldType, Table
from amip_dq.report.german import datum, wert
from amip_dq.report.privacy import staff_columns
from amip_dq.report.timeline import Lane, Mark, period_text

RECORDS_PER_TABLE = 120
PAIRS = (("von", "bis"),)


@dataclass(frozen=True)
class CaseTable:
    """How one table contributes to a case page."""

    table: Table
    key: str
    periods: tuple[tuple[str, str], ...]
    events: tuple[Field, ...]
    shown: tuple[Field, ...]
    kind: Field | None


def case_tables(content: Content, key: str) -> list[CaseTable]:
    """Return the tables whose records belong to a case with this key column; no staff table, no staff column."""
    hidden = staff_columns(content.tables)
    found = []
    for table in sorted(content.tables.values(), key=lambda t: (t.source, t.name)):
        if table.staff or key not in table.column_names or key in hidden[table.name]:
            continue
        fields = tuple(f for f in table.fields if f.name not in hidden[table.name] and f.name != key)
        periods = tuple(date_pairs(fields))
        paired = {name for pair in periods for name in pair}
        dates = tuple(f for f in fields if f.type is FieldType.DATE and f.name not in paired)
        kind = next((f for f in fields if f.constraints.enum and f.type is FieldType.STRING), None)
        found.append(CaseTable(table, key, periods, dates, fields, kind))
    return found


def date_pairs(fields: Sequence[Field]) -> list[tuple[str, str]]:
    """Return the column pairs that are a period: von/bis, also with a common prefix or suffix."""
    names = {f.name for f in fields if f.type is FieldType.DATE}
    pairs = []
    for name in sorted(names):
        parts = name.split("_")
        if "von" in parts:
            other = "_".join("bis" if part == "von" else part for part in parts)
            if other in names:
                pairs.append((name, other))
    return pairs


def stage(con: duckdb.DuckDBPyConnection, tables: Sequence[CaseTable], unit: str) -> list[str]:
    """Copy the records of all cases that get a page (temporary table `seite`) once, so that no page scans a table."""
    names = []
    for number, entry in enumerate(tables):
        name = f"seite_{unit}_{number}"
        columns = ", ".join(quoted(f.name) for f in entry.shown)
        order = ", ".join(quoted(f.name) for f in (*entry.events, *entry.shown))
        con.execute(
            f"""CREATE OR REPLACE TEMP TABLE {quoted(name)} AS
                SELECT d.{quoted(entry.key)}::VARCHAR AS fall, {columns}, d._datei, d._zeile, d2.path AS datei
                FROM daten.{quoted(entry.table.name)} AS d
                JOIN seite AS s ON s.case_id = d.{quoted(entry.key)}::VARCHAR AND s.unit = {literal(unit)}
                LEFT JOIN lauf.datei AS d2 ON d2.nr = d._datei
                QUALIFY row_number() OVER (PARTITION BY d.{quoted(entry.key)}
                                           ORDER BY {order or "d._zeile"} , d._datei, d._zeile) <= {RECORDS_PER_TABLE}
                ORDER BY fall, d._datei, d._zeile"""
        )  # fmt: skip
        names.append(name)
    return names


def read_records(
    con: duckdb.DuckDBPyConnection, tables: Sequence[CaseTable], staged: Sequence[str], cases: Sequence[str]
) -> dict[str, list[tuple[CaseTable, dict[str, Any]]]]:
    """Return the staged records of some cases, table by table in file order."""
    found: dict[str, list[tuple[CaseTable, dict[str, Any]]]] = defaultdict(list)
    for entry, name in zip(tables, staged, strict=True):
        cursor = con.execute(
            f"SELECT * FROM {quoted(name)} WHERE fall IN (SELECT unnest($1::VARCHAR[])) ORDER BY fall, _datei, _zeile",
            [list(cases)],
        )
        columns = [column[0] for column in cursor.description]
        for row in cursor.fetchall():
            record = dict(zip(columns, row, strict=True))
            found[record["fall"]].append((entry, record))
    return found


def lanes_of(
    records: Sequence[tuple[CaseTable, Mapping[str, Any]]], items: frozenset[str], read: frozenset[str], systems: Mapping[str, str]
) -> list[Lane]:
    """Return one lane per table, those that the findings' rules read first; records named by a finding stand out."""
    marks: dict[str, list[Mark]] = defaultdict(list)
    tables: dict[str, CaseTable] = {}
    for entry, record in records:
        focal = any(str(record.get(name)) in items for name in entry.table.primary_key if record.get(name) is not None)
        tables[entry.table.name] = entry
        marks[entry.table.name] += marks_of(entry, record, focal)
    order = sorted(tables, key=lambda name: (name not in read, not any(m.focal for m in marks[name]), tables[name].table.source, name))
    return [
        Lane(systems.get(tables[name].table.source, tables[name].table.source), tables[name].table.timeline or tables[name].table.title,
             tuple(marks[name]))
        for name in order if marks[name]
    ]  # fmt: skip


def marks_of(entry: CaseTable, record: Mapping[str, Any], focal: bool) -> list[Mark]:
    """Return the periods and events of one record."""
    kind = readable(record.get(entry.kind.name)) if entry.kind else ""
    found = []
    for start_name, end_name in entry.periods:
        start, end = record[start_name], record[end_name]
        if start is not None and (end is None or end >= start):
            text = f"{kind} {period_text(start, end)}".strip()
            found.append(Mark(start, end, text, False, focal))
    for column in entry.events:
        if (day := record[column.name]) is not None:
            name = column.title or column.name.replace("_", " ")
            text = f"{kind}: {name} {datum(day)}" if kind and not entry.periods else f"{name} {datum(day)}"
            found.append(Mark(day, day, text, True, focal))
    return found


def readable(value: object) -> str:
    """Return a code word as a clerk would say it."""
    return "" if value is None else wert(value).replace("_", " ")


def evidence_rows(records: Sequence[tuple[CaseTable, Mapping[str, Any]]], systems: Mapping[str, str]) -> list[tuple[str, str, str, str, str]]:
    """Return date, system, table, content and place of every record, newest first."""
    rows = []
    for entry, record in records:
        days = [record[f.name] for f in entry.shown if f.type is FieldType.DATE and record[f.name] is not None]
        text = "; ".join(
            f"{f.title or f.name} {readable(record[f.name])}" for f in entry.shown if record[f.name] is not None
        )
        place = f"{record['datei'] or wert(None)}, Zeile {record['_zeile']}"
        system = systems.get(entry.table.source, entry.table.source)
        rows.append((max(days, default=date.min), (datum(max(days, default=None)), system, entry.table.title, text, place)))
    return [row for _, row in sorted(rows, key=lambda pair: (pair[0], pair[1]), reverse=True)]
