"""The records of a case, from every table that names its key: marks for the timeline, lines for the table of evidence.

DuckDB words the lines, for all cases with a page at once; Python only places them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import NamedTuple

import duckdb
from markupsafe import Markup

from amip_dq.content.catalog import literal, quoted
from amip_dq.model import Content, Field, FieldType, Table
from amip_dq.report.german import datum
from amip_dq.report.privacy import staff_columns
from amip_dq.report.timeline import Lane, Mark, period_text

RECORDS_PER_TABLE = 120


@dataclass(frozen=True)
class CaseTable:
    """How one table contributes to a case page."""

    table: Table
    key: str
    periods: tuple[tuple[str, str], ...]
    events: tuple[Field, ...]
    shown: tuple[Field, ...]
    kind: Field | None

    @property
    def dates(self) -> tuple[str, ...]:
        return (*(name for pair in self.periods for name in pair), *(field.name for field in self.events))


class Record(NamedTuple):
    """One row of a table; `dates` in the order of CaseTable.dates, `text` all its values in words."""

    case_id: str
    item: str
    kind: str
    text: str
    newest: date | None
    place: str
    dates: tuple[date | None, ...]


Records = Sequence[tuple[CaseTable, Record]]


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
        events = tuple(f for f in fields if f.type is FieldType.DATE and f.name not in paired)
        kind = next((f for f in fields if f.constraints.enum and f.type is FieldType.STRING), None)
        found.append(CaseTable(table, key, periods, events, fields, kind))
    return found


def date_pairs(fields: Sequence[Field]) -> list[tuple[str, str]]:
    """Return the column pairs that are a period: von/bis, also with a common prefix or suffix."""
    names = {f.name for f in fields if f.type is FieldType.DATE}
    pairs = []
    for name in sorted(names):
        parts = name.split("_")
        other = "_".join("bis" if part == "von" else part for part in parts)
        if "von" in parts and other in names:
            pairs.append((name, other))
    return pairs


def worded(field: Field) -> str:
    """Return an SQL expression for `Titel Wert` in German notation, NULL without a value."""
    column, title = f"d.{quoted(field.name)}", literal(f"{field.title or field.name} ")
    value = {
        FieldType.DATE: f"strftime({column}, '%d.%m.%Y')",
        FieldType.BOOLEAN: f"CASE WHEN {column} THEN 'ja' ELSE 'nein' END",
        FieldType.NUMBER: f"replace({column}::VARCHAR, '.', ',')",
        FieldType.INTEGER: f"{column}::VARCHAR",
        FieldType.STRING: f"replace({column}, '_', ' ')" if field.constraints.enum else column,
    }[field.type]
    return f"CASE WHEN {column} IS NOT NULL THEN {title} || {value} END"


def stage(con: duckdb.DuckDBPyConnection, tables: Sequence[CaseTable], unit: str) -> list[str]:
    """Word the records of all cases that get a page (temporary table `seite`), so that each table is read once."""
    names = []
    for number, entry in enumerate(tables):
        name = f"seite_{unit}_{number}"
        con.execute(f"CREATE OR REPLACE TEMP TABLE {quoted(name)} AS {stage_query(entry, unit)}")
        names.append(name)
    return names


def stage_query(entry: CaseTable, unit: str) -> str:
    """Return the query that words one table's records, at most 120 a case, the newest first kept."""
    key, dates = f"d.{quoted(entry.key)}", [f"d.{quoted(name)}" for name in entry.dates]
    item = f"d.{quoted(entry.table.primary_key[0])}::VARCHAR" if len(entry.table.primary_key) == 1 else "''"
    kind = f"coalesce(replace(d.{quoted(entry.kind.name)}, '_', ' '), '')" if entry.kind else "''"
    text = f"concat_ws('; ', {', '.join(worded(field) for field in entry.shown)})" if entry.shown else "''"
    newest = f"greatest({', '.join(dates)})" if dates else "NULL::DATE"
    columns = "".join(f", {column} AS tag_{number}" for number, column in enumerate(dates))
    return f"""
        SELECT {key}::VARCHAR AS fall, {item} AS item, {kind} AS kind, {text} AS text, {newest} AS newest,
               concat(f.path, ', Zeile ', d._zeile) AS place{columns}, d._datei, d._zeile
        FROM daten.{quoted(entry.table.name)} AS d
        JOIN seite AS s ON s.case_id = {key}::VARCHAR AND s.unit = {literal(unit)}
        LEFT JOIN lauf.datei AS f ON f.nr = d._datei
        QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY newest DESC NULLS LAST, d._datei, d._zeile)
                <= {RECORDS_PER_TABLE}
        ORDER BY fall, d._datei, d._zeile"""


def read_records(
    con: duckdb.DuckDBPyConnection, tables: Sequence[CaseTable], staged: Sequence[str], cases: Sequence[str]
) -> dict[str, list[tuple[CaseTable, Record]]]:
    """Return the staged records of some cases, table by table in file order."""
    found: dict[str, list[tuple[CaseTable, Record]]] = defaultdict(list)
    for entry, name in zip(tables, staged, strict=True):
        rows = con.execute(
            f"""SELECT * EXCLUDE (_datei, _zeile) FROM {quoted(name)}
                WHERE fall IN (SELECT unnest($1::VARCHAR[])) ORDER BY fall, _datei, _zeile""",
            [list(cases)],
        ).fetchall()
        for row in rows:
            found[row[0]].append((entry, Record(*row[:6], row[6:])))
    return found


def lanes_of(records: Records, items: frozenset[str], read: frozenset[str], systems: Mapping[str, str]) -> list[Lane]:
    """Return one lane per table, those that the findings' rules read first; records named by a finding stand out."""
    marks: dict[str, list[Mark]] = defaultdict(list)
    tables: dict[str, CaseTable] = {}
    for entry, record in records:
        tables[entry.table.name] = entry
        marks[entry.table.name] += marks_of(entry, record, bool(record.item) and record.item in items)
    order = sorted(tables, key=lambda n: (n not in read, not any(m.focal for m in marks[n]), tables[n].table.source, n))
    return [
        Lane(systems.get(table.source, table.source), table.timeline or table.title, tuple(marks[n]))
        for n in order
        if marks[n]
        for table in [tables[n].table]
    ]


def marks_of(entry: CaseTable, record: Record, focal: bool) -> list[Mark]:
    """Return the periods and events of one record."""
    found, dates = [], record.dates
    for number in range(len(entry.periods)):
        start, end = dates[2 * number], dates[2 * number + 1]
        if start is not None and (end is None or end >= start):
            found.append(Mark(start, end, f"{record.kind} {period_text(start, end)}".strip(), False, focal))
    for column, day in zip(entry.events, dates[2 * len(entry.periods) :], strict=True):
        if day is not None:
            name = column.title or column.name.replace("_", " ")
            text = (
                f"{record.kind}: {name} {datum(day)}" if record.kind and not entry.periods else f"{name} {datum(day)}"
            )
            found.append(Mark(day, day, text, True, focal))
    return found


def evidence_rows(records: Records, systems: Mapping[str, str], most: int) -> Markup:
    """Return the table rows of the newest `most` records: date, system, table, content, place.

    Written without the template engine: these are most of the cells of all pages together.
    """
    newest_first = sorted(
        records, key=lambda pair: (pair[1].newest or date.min, pair[0].table.name, pair[1].place), reverse=True
    )
    lines = []
    for entry, record in newest_first[:most]:
        table = entry.table
        origin = f"<td>{escape(systems.get(table.source, table.source))}</td><td>{escape(table.title)}</td>"
        text = f'<td class="text">{escape(record.text)}</td><td class="text">{escape(record.place)}</td>'
        lines.append(f"<tr><td>{datum(record.newest)}</td>{origin}{text}</tr>")
    return Markup("\n".join(lines))
