"""Opens a delivery's database for judging: read-only, without access to anything outside, configuration locked."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from datetime import date
from pathlib import Path

import duckdb

from amip_dq.content import catalog, guard
from amip_dq.content.binding import SQL_MISTAKES, first_line
from amip_dq.content.query import Names
from amip_dq.engine.watch import time_limit
from amip_dq.model import Content, KeyFigure, Rule, View

RULE_SECONDS = 60.0
MEMORY_SHARE = 0.5
VIEW_FAILED = "sicht_gescheitert"


def open_for_judging(
    path: Path, content: Content, stichtag: date, items: Collection[Rule | KeyFigure], seconds: float = RULE_SECONDS
) -> duckdb.DuckDBPyConnection:
    """Return the locked connection, with Stichtag, parameters, working days and the views of `items` in place."""
    con = duckdb.connect(
        str(path), read_only=True,
        config={
            "memory_limit": f"{memory_bytes() * MEMORY_SHARE / 2**20:.0f}MiB",
            "temp_directory": str(path.parent / "auslagerung"),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "python_enable_replacements": "false",
            "preserve_insertion_order": "false",
        },
    )  # fmt: skip
    con.execute("SET enable_external_access = false")
    catalog.set_stichtag(con, stichtag)
    catalog.set_parameters(con, content.parameters.values())
    catalog.create_calendar(con, content.calendar)
    con.execute("SET search_path = 'daten'")
    con.execute("SET lock_configuration = true")
    con.execute(f"CREATE TEMP TABLE {VIEW_FAILED} (name VARCHAR, grund VARCHAR)")
    for view in needed_views(content, names_in(items)):
        create_view(con, view, seconds)
    return con


def open_beside(
    con: duckdb.DuckDBPyConnection, content: Content, stichtag: date, figure: KeyFigure, views: Iterable[View]
) -> duckdb.DuckDBPyConnection:
    """Return a second connection to the same locked database, with a temporary schema of its own and no views yet.

    Laying out parameters and working days takes longer than measuring the figure: only those come that it needs.
    """
    beside, names = con.cursor(), names_of(content)
    used = [names.inspect(sql) for sql in (figure.sql, *(catalog.as_query(view) for view in views))]
    needed = frozenset().union(*(statement.parameters for statement in used))
    catalog.set_stichtag(beside, stichtag)
    catalog.set_parameters(beside, [content.parameters[name] for name in sorted(needed)])
    if any("arbeitstag" in statement.scalars for statement in used):
        catalog.create_calendar(beside, content.calendar)
    beside.execute("SET search_path = 'daten'")
    beside.execute(f"CREATE TEMP TABLE {VIEW_FAILED} (name VARCHAR, grund VARCHAR)")
    return beside


def names_of(content: Content) -> Names:
    """Return everything that a query of this content may refer to."""
    return Names(content.tables, content.views, content.parameters)


def names_in(items: Collection[Rule | KeyFigure]) -> set[str]:
    """Return every name that rules, their corrections and key figures use, and the view that places their unit."""
    found = {name for item in items for name in (f"einheit_{item.unit}", *guard.names_read(item.sql))}
    impacts = [item.impact for item in items if isinstance(item, Rule) and item.impact]
    return found | {name for impact in impacts for name in guard.names_read(impact.sql)}


def needed_views(content: Content, needed: Collection[str]) -> list[View]:
    """Return the views and macros behind the needed names in the order of their creation."""
    wanted: set[str] = set()
    waiting = set(needed) & set(content.views)
    while waiting:
        wanted |= waiting
        waiting = {
            name for view in waiting for name in guard.names_read(catalog.as_query(content.views[view]))
        } & set(content.views) - wanted
    return [view for view in catalog.ordered(content.views) if view.name in wanted]


def create_view(con: duckdb.DuckDBPyConnection, view: View, seconds: float) -> None:
    """A view that breaks breaks the rules that read it, not the run; an empty stand-in keeps the others alive."""
    try:
        with time_limit(con, seconds):
            con.execute(catalog.view_statement(view, as_table=True))
    except duckdb.Error as error:
        con.execute(f"INSERT INTO {VIEW_FAILED} VALUES ($1, $2)", [view.name, explain(error)])


def failed_views(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return the views that could not be computed, with the reason."""
    return dict(con.execute(f"SELECT name, grund FROM {VIEW_FAILED}").fetchall())


def explain(error: duckdb.Error) -> str:
    """Return what may be shown of an error: text about SQL; of all others the class name, as they may quote a cell."""
    if isinstance(error, duckdb.InterruptException):
        return "Zeit überschritten"
    if isinstance(error, duckdb.OutOfMemoryException):
        return "Speicher überschritten"
    return first_line(error) if isinstance(error, SQL_MISTAKES) else type(error).__name__


def memory_bytes() -> int:
    """Return the machine's memory."""
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return 8 * 2**30
