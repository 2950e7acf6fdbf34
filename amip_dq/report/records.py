"""The records of a case, from every table that names its key: marks for the timeline, lines for the table of evidence.

DuckDB words them for all cases with a page at once, lines as HTML; Python only places them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

import duckdb
from markupsafe import Markup

from amip_dq.content.catalog import literal, quoted
from amip_dq.model import Content, Field, FieldType, Table
from amip_dq.report.privacy import staff_columns
from amip_dq.report.spelling import spelled
from amip_dq.report.timeline import Lane, Mark, in_order

RECORDS_PER_TABLE = 120
FIRST_DAY = "DATE '0001-01-01'"  # Python's day 1
EMPTY_LINES = "SELECT '' AS fall, NULL::DATE AS newest, '' AS tabelle, '' AS place, '' AS html WHERE FALSE"
EMPTY_MARKS = (
    "SELECT '' AS fall, 0 AS spur, 0 AS von, 0 AS bis, '' AS text, FALSE AS punkt, '' AS item WHERE FALSE"  # names the columns
)


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


class Names(NamedTuple):
    """How systems are written, and code words with umlauts."""

    systems: Mapping[str, str]
    spelling: Mapping[str, str]


class Records(NamedTuple):
    """What the tables say about one case: `marks` by the number of the table, `lines` as rows of HTML, newest first."""

    marks: Mapping[int, Sequence[tuple]]
    lines: Markup
    count: int


NOTHING_RECORDED = Records({}, Markup(""), 0)


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
        kind = next((f for f in fields if is_kind(f)), None)
        found.append(CaseTable(table, key, periods, events, fields, kind))
    return found


def is_kind(field: Field) -> bool:
    """Tell whether the values of a column say what a record is about; letters like m and w do not."""
    return field.type is FieldType.STRING and any(len(str(value)) > 2 for value in field.constraints.enum or ())


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


def in_words(field: Field, spelling: Mapping[str, str]) -> str:
    """Return SQL that puts the codes of a column in words."""
    column = f"d.{quoted(field.name)}"
    codes = {str(code): spelled(spelling, str(code)) for code in field.constraints.enum or ()}
    cases = "".join(f" WHEN {literal(code)} THEN {literal(words)}" for code, words in codes.items() if code != words)
    return f"CASE {column}{cases} ELSE {column} END" if cases else column


def worded(field: Field, spelling: Mapping[str, str]) -> str:
    """Return an SQL expression for `Titel Wert` in German notation, NULL without a value."""
    column, title = f"d.{quoted(field.name)}", literal(f"{field.title or field.name} ")
    value = {
        FieldType.DATE: f"strftime({column}, '%d.%m.%Y')",
        FieldType.BOOLEAN: f"CASE WHEN {column} THEN 'ja' ELSE 'nein' END",
        FieldType.NUMBER: f"replace({column}::VARCHAR, '.', ',')",
        FieldType.INTEGER: f"{column}::VARCHAR",
        FieldType.STRING: in_words(field, spelling),
    }[field.type]
    return f"CASE WHEN {column} IS NOT NULL THEN {title} || {value} END"


def stage(con: duckdb.DuckDBPyConnection, tables: Sequence[CaseTable], names: Names, unit: str, most: int) -> None:
    """Word the records of all cases that get a page (temporary table `seite`): each table is read once.

    Leaves the temporary tables `marke` (one row per period or event) and `belege` (one row per case, its `most` newest lines).
    """
    marks, lines = [EMPTY_MARKS], [EMPTY_LINES]
    for number, entry in enumerate(tables):
        con.execute(f"CREATE OR REPLACE TEMP TABLE satz_{number} AS {record_query(entry, names, unit)}")
        lines.append(f"SELECT fall, newest, {literal(entry.table.name)}, place, html FROM satz_{number}")
        marks += mark_queries(entry, number)
    con.execute(f"CREATE OR REPLACE TEMP TABLE marke AS {' UNION ALL '.join(marks)}")
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE belege AS
            SELECT fall, string_agg(html, chr(10) ORDER BY rang) FILTER (rang <= {most}) AS html, count(*) AS anzahl
            FROM (SELECT fall, html, row_number() OVER (PARTITION BY fall
                         ORDER BY newest DESC NULLS LAST, tabelle DESC, place DESC) AS rang
                  FROM ({" UNION ALL ".join(lines)}))
            GROUP BY fall"""
    )
    for number in range(len(tables)):
        con.execute(f"DROP TABLE satz_{number}")


def record_query(entry: CaseTable, names: Names, unit: str) -> str:
    """Return the query that words one table's records, at most 120 a case, the newest first kept."""
    key, dates = f"d.{quoted(entry.key)}", [f"d.{quoted(name)}" for name in entry.dates]
    item = f"d.{quoted(entry.table.primary_key[0])}::VARCHAR" if len(entry.table.primary_key) == 1 else "''"
    kind = f"coalesce({in_words(entry.kind, names.spelling)}, '')" if entry.kind else "''"
    text = f"concat_ws('; ', {', '.join(worded(field, names.spelling) for field in entry.shown)})" if entry.shown else "''"
    newest = f"greatest({', '.join(dates)})" if dates else "NULL::DATE"
    columns = "".join(f", {column} AS tag_{number}" for number, column in enumerate(dates))
    source = entry.table.source
    origin = f"</td><td>{escape(names.systems.get(source, source))}</td><td>{escape(entry.table.title)}</td><td class=\"text\">"
    return f"""
        SELECT *, concat('<tr><td>', coalesce(strftime(newest, '%d.%m.%Y'), '–'), {literal(origin)}, {escaped("text")},
                         '</td><td class="text">', {escaped("place")}, '</td></tr>') AS html
        FROM (SELECT {key}::VARCHAR AS fall, {item} AS item, {opening(kind)} AS kind, {text} AS text, {newest} AS newest,
                     concat(f.path, ', Zeile ', d._zeile) AS place{columns}
              FROM daten.{quoted(entry.table.name)} AS d
              JOIN seite AS s ON s.case_id = {key}::VARCHAR AND s.unit = {literal(unit)}
              LEFT JOIN lauf.datei AS f ON f.nr = d._datei
              QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY newest DESC NULLS LAST, d._datei, d._zeile)
                      <= {RECORDS_PER_TABLE})"""


def opening(text: str) -> str:
    """Return SQL that writes a text with a capital at its beginning."""
    return text if text == "''" else f"upper(left({text}, 1)) || substr({text}, 2)"


def escaped(column: str) -> str:
    """Return SQL that writes a text as HTML, as html.escape does."""
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#x27;")):
        column = f"replace({column}, {literal(sign)}, {literal(entity)})"
    return column


def mark_queries(entry: CaseTable, number: int) -> list[str]:
    """Return a query for each period and each event of a table; an end before its start is no period."""
    found = []
    for position in range(len(entry.periods)):
        start, end = f"tag_{2 * position}", f"tag_{2 * position + 1}"
        words = f"""CASE WHEN {end} IS NULL THEN strftime({start}, 'ab %d.%m.%Y')
                         ELSE strftime({start}, '%d.%m.–') || strftime({end}, '%d.%m.%Y') END"""
        found.append(
            f"""SELECT fall, {number}, {day(start)}, {day(end)}, trim(kind || ' ' || {words}), FALSE, item FROM satz_{number}
                WHERE isfinite({start}) AND ({end} IS NULL OR {end} >= {start})"""
        )
    for position, column in enumerate(entry.events, 2 * len(entry.periods)):
        words = f"{literal((column.title or column.name.replace('_', ' ')) + ' ')} || strftime(tag_{position}, '%d.%m.%Y')"
        if not entry.periods:
            words = f"CASE WHEN kind <> '' THEN kind || ': ' ELSE '' END || {words}"
        at = day(f"tag_{position}")
        found.append(
            f"SELECT fall, {number}, {at}, {at}, {words}, TRUE, item FROM satz_{number} WHERE isfinite(tag_{position})"
        )
    return found


def day(column: str) -> str:
    """Return SQL for the number that Python gives a day; NULL for one without end."""
    return f"CASE WHEN isfinite({column}) THEN {column} - {FIRST_DAY} + 1 END"


def read_records(con: duckdb.DuckDBPyConnection, cases: Sequence[str]) -> dict[str, Records]:
    """Return what is staged for some cases; a case without any record is left out."""
    lines = con.execute(
        "SELECT fall, html, anzahl FROM belege WHERE fall IN (SELECT unnest($1::VARCHAR[]))", [list(cases)]
    ).fetchall()
    rows = con.execute(
        """SELECT fall, spur, von, bis, text, punkt, item FROM marke WHERE fall IN (SELECT unnest($1::VARCHAR[]))
           ORDER BY fall, spur, von, bis NULLS LAST, text, item""",
        [list(cases)],
    ).fetchall()
    marks: defaultdict[str, dict[int, list[tuple]]] = defaultdict(dict)
    for (case_id, number), group in groupby(rows, itemgetter(0, 1)):
        marks[case_id][number] = list(group)
    return {case_id: Records(marks[case_id], Markup(html), count) for case_id, html, count in lines}


def lanes_of(
    tables: Sequence[CaseTable], records: Records, items: frozenset[str], read: frozenset[str], systems: Mapping[str, str]
) -> list[Lane]:
    """Return one lane per table, those that the findings' rules read first; records named by a finding stand out."""
    lanes = []
    for number, rows in records.marks.items():
        table = tables[number].table
        marks = [Mark(start, end, text, point, item in items) for _, _, start, end, text, point, item in rows]
        if focal := any(mark.focal for mark in marks):
            marks = in_order(marks)
        order = (table.name not in read, not focal, table.source, table.name)
        lanes.append((order, Lane(systems.get(table.source, table.source), table.timeline or table.title, marks)))
    return [lane for _, lane in sorted(lanes, key=itemgetter(0))]
