"""What a content folder looks like inside DuckDB: typed tables, dated parameters, working days, views.

The same functions serve the check of a delivery, the binding of rules at load time and their examples.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import duckdb
import holidays

from amip_dq.content import guard
from amip_dq.model import Calendar, Field, FieldType, Parameter, Table, View

FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2080, 12, 31)
WEEKDAYS = ("mo", "di", "mi", "do", "fr", "sa", "so")
ENGINE_SCALARS = frozenset({"param", "stichtag", "arbeitstag"})
CALENDAR_TABLE = "arbeitstage_kalender"


def sql_type(field: Field) -> str:
    """Return the DuckDB type of a column."""
    number = f"DECIMAL(18,{field.decimals})"
    return {
        FieldType.STRING: "VARCHAR", FieldType.INTEGER: "INTEGER", FieldType.NUMBER: number,
        FieldType.BOOLEAN: "BOOLEAN", FieldType.DATE: "DATE",
    }[field.type]  # fmt: skip


def quoted(name: str) -> str:
    """Return a name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: Any) -> str:
    """Return a Python value from a content file as an SQL literal of its own type."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    if isinstance(value, int | Decimal):
        return f"({value})"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(literal(item) for item in value) + "]"
    return "'" + str(value).replace("'", "''") + "'"


def create_tables(con: duckdb.DuckDBPyConnection, tables: Iterable[Table]) -> None:
    """Create every table empty in schema `daten`."""
    con.execute("CREATE SCHEMA IF NOT EXISTS daten")
    for table in tables:
        columns = ", ".join(f"{quoted(f.name)} {sql_type(f)}" for f in table.fields)
        con.execute(f"CREATE TABLE IF NOT EXISTS daten.{quoted(table.name)} ({columns}, _datei INTEGER, _zeile BIGINT)")


def set_stichtag(con: duckdb.DuckDBPyConnection, stichtag: date) -> None:
    """Make `stichtag()` return this day."""
    con.execute(f"CREATE OR REPLACE TEMP MACRO stichtag() AS {literal(stichtag)}")


def set_parameters(
    con: duckdb.DuckDBPyConnection, parameters: Iterable[Parameter], overrides: Mapping[str, Any] | None = None
) -> None:
    """Make `param_<name>(tag)` return the value that holds on that day; an override holds on every day."""
    changed = overrides or {}
    for parameter in parameters:
        newest_first = sorted(parameter.values, reverse=True)
        cases = [f"WHEN tag >= {literal(day)} THEN {literal(parameter.values[day].value)}" for day in newest_first]
        if parameter.name in changed:
            cases = [f"WHEN tag IS NOT NULL THEN {literal(changed[parameter.name])}"]
        con.execute(f"CREATE OR REPLACE TEMP MACRO param_{parameter.name}(tag) AS CASE {' '.join(cases)} END")


def create_calendar(con: duckdb.DuckDBPyConnection, calendar: Calendar) -> None:
    """Create the working days 1990–2080 and `arbeitstag(d, n)`: the n-th working day strictly after d.

    The calendar's column names are rare ones, because a macro's names meet those of the query around it.
    """
    weekend = [WEEKDAYS.index(name) + 1 for name in calendar.weekend]
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE {CALENDAR_TABLE} AS
            SELECT kal_tag, kal_arbeitstag, count(*) FILTER (kal_arbeitstag) OVER (ORDER BY kal_tag) AS kal_nr
            FROM (SELECT r::DATE AS kal_tag,
                         (NOT list_contains($1::INT[], isodow(r)) AND r::DATE NOT IN (SELECT unnest($2::DATE[])))
                         OR r::DATE IN (SELECT unnest($3::DATE[])) AS kal_arbeitstag
                  FROM range(TIMESTAMP '{FIRST_DAY}', TIMESTAMP '{LAST_DAY + timedelta(1)}', INTERVAL 1 DAY) t(r))""",
        [weekend, sorted(free_days(calendar)), sorted(calendar.working)],
    )
    con.execute(
        f"""CREATE OR REPLACE TEMP MACRO arbeitstag(d, n) AS CASE WHEN d IS NOT NULL THEN
            (SELECT min(kal_ziel.kal_tag) FROM temp.main.{CALENDAR_TABLE} kal_start JOIN temp.main.{CALENDAR_TABLE} kal_ziel
             ON kal_ziel.kal_nr = kal_start.kal_nr + n AND kal_ziel.kal_arbeitstag
             WHERE kal_start.kal_tag = greatest(least(d, DATE '2079-12-31'), {literal(FIRST_DAY)})) END"""
    )


def free_days(calendar: Calendar) -> set[date]:
    """Return the holidays of the calendar's state plus the content's own."""
    if not calendar.country:
        return set(calendar.extra_holidays)
    years = range(FIRST_DAY.year, LAST_DAY.year + 1)
    subdivision = calendar.subdivision or None
    official = holidays.country_holidays(calendar.country, subdiv=subdivision, years=years)
    return set(official) | set(calendar.extra_holidays)


def working_day(calendar: Calendar) -> Callable[[date], bool]:
    """Return the predicate that tells working days."""
    weekend, free = {WEEKDAYS.index(name) for name in calendar.weekend}, free_days(calendar)
    return lambda day: day in calendar.working or (day.weekday() not in weekend and day not in free)


def ordered(views: Mapping[str, View]) -> list[View]:
    """Return the views so that each comes after those it reads; raises guard.Refused on a circle."""
    waits = {view.name: guard.names_read(as_query(view)) & set(views) - {view.name} for view in views.values()}
    done: list[View] = []
    while waits:
        ready = sorted(name for name, needs in waits.items() if not needs)
        if not ready:
            raise guard.Refused(f"die Sichten {', '.join(sorted(waits))} lesen sich gegenseitig.")
        for name in ready:
            del waits[name]
            done.append(views[name])
        waits = {name: needs - set(ready) for name, needs in waits.items()}
    return done


def as_query(view: View) -> str:
    """Return a view's or macro's body as one SELECT."""
    return f"SELECT {view.body}\n" if view.scalar else view.body


def create_views(
    con: duckdb.DuckDBPyConnection, views: Iterable[View], materialise: Collection[str] | None = None
) -> None:
    """Create views and macros in order; plain views named in `materialise` are computed once as tables."""
    con.execute("SET search_path = 'daten'")
    for view in views:
        con.execute(view_statement(view, materialise is not None and view.name in materialise))


def view_statement(view: View, as_table: bool) -> str:
    """Return the statement that creates a view, its table, or a macro in the temporary schema."""
    body = rewritten_body(view)
    if view.arguments is None:
        kind = "TABLE" if as_table else "VIEW"
        return f"CREATE OR REPLACE TEMP {kind} {quoted(view.name)} AS {body}"
    arguments = ", ".join(view.arguments)
    marker = "" if view.scalar else "TABLE "
    return f"CREATE OR REPLACE TEMP MACRO {quoted(view.name)}({arguments}) AS {marker}{body}"


@cache
def rewritten_body(view: View) -> str:
    """Return the body with param() resolved."""
    text = guard.rewrite(guard.parse(as_query(view)))
    return f"({text.removeprefix('SELECT ')})" if view.scalar else text
