"""Binds every rule and key figure once against empty tables, so that a wrong column is found at load time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

import duckdb

from amip_dq.content import catalog, guard
from amip_dq.content.correction import correction_of
from amip_dq.content.query import Names, restricted, tables_behind
from amip_dq.content.rules import PLACEHOLDER, bind_statement
from amip_dq.content.yaml_source import Source
from amip_dq.errors import ContentError
from amip_dq.model import Calendar, Impact, KeyFigure, Rule, View

SQL_MISTAKES = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException)
EMPTY_VERDICT = "urteil_leer"
FIXED = ("case_id", "item", "violated", "heilbar_bis", "team", "geschaeftsstelle")
KINDS = {"violated": "BOOLEAN", "heilbar_bis": "DATE", "im_zaehler": "BOOLEAN"}


def empty_database(names: Names, views: list[View], calendar: Calendar) -> duckdb.DuckDBPyConnection:
    """Return a database in memory with all tables empty, all macros and views, locked.

    Raises ContentError for the first view that does not bind.
    """
    con = duckdb.connect(config={"enable_external_access": "false", "python_enable_replacements": "false"})
    catalog.create_tables(con, names.tables.values())
    catalog.set_stichtag(con, date(2022, 6, 30))
    catalog.set_parameters(con, names.parameters.values())
    catalog.create_calendar(con, calendar)
    con.execute(f"CREATE TEMP TABLE {EMPTY_VERDICT} (case_id VARCHAR, item VARCHAR, violated BOOLEAN)")
    con.execute("SET search_path = 'daten'")
    for view in views:
        try:
            con.execute(catalog.view_statement(view, as_table=False))
        except SQL_MISTAKES as mistake:
            raise ContentError(view.path, None, first_line(mistake)) from None
    con.execute("SET lock_configuration = true")
    return con


def check_views(names: Names) -> Iterator[ContentError]:
    """Yield the views whose SQL is not allowed."""
    for view in names.views.values():
        try:
            statement = names.inspect(catalog.as_query(view))
            unknown = statement.tables - set(names.tables) - set(names.views)
            if unknown:
                yield ContentError(view.path, None, f"liest »{', '.join(sorted(unknown))}«; das gibt es nicht.")
        except guard.Refused as refusal:
            yield ContentError(view.path, None, str(refusal))


def check_row_checks(con: duckdb.DuckDBPyConnection, names: Names, folder: Path) -> Iterator[ContentError]:
    """Yield the row checks that name a column which does not exist."""
    for table in names.tables.values():
        for check in table.row_checks:
            try:
                con.sql(f"SELECT ({check.sql})::BOOLEAN FROM daten.{catalog.quoted(table.name)}")
            except SQL_MISTAKES as mistake:
                yield ContentError(folder / f"{table.name}.yaml", None, f"rowCheck »{check.name}«: {first_line(mistake)}")


def check_rules(
    con: duckdb.DuckDBPyConnection, rules: Iterable[tuple[Rule, Source]], names: Names, known: dict[str, Mapping[str, str]]
) -> Iterator[ContentError]:
    """Yield what the database says against the rules: unknown columns, wrong types, wrong placeholders.

    The columns of each query that will run are added to `known`.
    """
    for rule, source in rules:
        sql_path = source.path.with_suffix(".sql")
        try:
            columns = _columns(con, rule, names, known)
        except guard.Refused as refusal:
            yield ContentError(sql_path, None, str(refusal))
            continue
        except SQL_MISTAKES as mistake:
            yield ContentError(sql_path, None, f"{first_line(mistake)} (sichtbar sind nur die Spalten unter reads)")
            continue
        yield from _bad_columns(columns, ("case_id", "violated"), sql_path)
        allowed = set(columns) | {"case_id", "item"}
        for key in ("finding", "expected"):
            for name in PLACEHOLDER.findall(getattr(rule, key)):
                if name not in allowed:
                    yield source.error((key,), f"»{{{name}}}« ist keine Spalte des SQL; möglich: {', '.join(sorted(allowed))}.")


def check_key_figures(
    con: duckdb.DuckDBPyConnection,
    figures: Iterable[tuple[KeyFigure, Source]],
    names: Names,
    rule_ids: frozenset[str],
) -> Iterator[ContentError]:
    """Yield what does not fit in the key figures, slices and named rules included."""
    for figure, source in figures:
        sql_path = source.path.with_suffix(".sql")
        try:
            unknown = names.inspect(figure.sql).verdicts - rule_ids
            columns = _columns(con, figure, names)
        except guard.Refused as refusal:
            yield ContentError(sql_path, None, str(refusal))
            continue
        except SQL_MISTAKES as mistake:
            yield ContentError(sql_path, None, f"{first_line(mistake)} (sichtbar sind nur die Spalten unter reads)")
            continue
        for rule_id in sorted(unknown):
            yield ContentError(sql_path, None, f"urteil('{rule_id}'): diese Regel gibt es nicht.")
        wanted = ("zaehler", "nenner") if "zaehler" in columns or "nenner" in columns else ("im_zaehler",)
        yield from _bad_columns(columns, wanted, sql_path)
        joined = {"team", "geschaeftsstelle"} if f"einheit_{figure.unit}" in names.views and "case_id" in columns else set()
        for name in figure.slices:
            if name not in columns and name not in joined:
                yield source.error(("slices",), f"slices nennt »{name}«; das SQL liefert keine solche Spalte.")


def check_impacts(
    con: duckdb.DuckDBPyConnection,
    rules: Iterable[tuple[Rule, Source]],
    figures: Mapping[str, KeyFigure] | None,
    names: Names,
) -> Iterator[ContentError]:
    """Yield what does not fit in the corrections; without `figures` a single rule is tried and they are not known."""
    for rule, source in rules:
        if rule.impact is None:
            continue
        path = correction_of(source.path)
        try:
            if names.inspect(rule.impact.sql).verdicts != {rule.id}:
                yield ContentError(path, None, f"die Korrektur liest genau ein Urteil: urteil('{rule.id}').")
            yield from _wrong_table(_columns(con, rule.impact, names), rule.impact, names, path)
        except guard.Refused as refusal:
            yield ContentError(path, None, str(refusal))
        except SQL_MISTAKES as mistake:
            yield ContentError(path, None, f"{first_line(mistake)} (sichtbar sind nur die Spalten unter impact, reads)")
        if figures is not None and (problem := _unmeasurable(figures.get(rule.impact.figure), rule.impact, names)):
            yield source.error(("impact", "figure"), problem)


def _wrong_table(columns: Mapping[str, str], impact: Impact, names: Names, path: Path) -> Iterator[ContentError]:
    """The correction returns the whole table, and per row the finding that decides it."""
    wanted = {field.name: catalog.sql_type(field) for field in names.tables[impact.table].fields}
    for name, kind in {**wanted, "case_id": "VARCHAR", "item": "VARCHAR"}.items():
        if name not in columns:
            yield ContentError(path, None, f"die Spalte »{name}« fehlt im Ergebnis.")
        elif columns[name] != kind:
            yield ContentError(path, None, f"die Spalte »{name}« muss {kind} sein; sie ist {columns[name]}.")
    for name in sorted(set(columns) - set(wanted) - {"case_id", "item"}):
        yield ContentError(path, None, f"die Spalte »{name}« gehört nicht zur Tabelle »{impact.table}«.")


def _unmeasurable(figure: KeyFigure | None, impact: Impact, names: Names) -> str:
    if figure is None:
        return f"die Kennzahl »{impact.figure}« gibt es nicht."
    statement = names.inspect(figure.sql)
    if statement.verdicts:
        return f"»{impact.figure}« besteht aus Urteilen; nachmessen lässt sich nur, was die Tabellen selbst zählen."
    if impact.table not in tables_behind(set(figure.reads) | statement.scalars, names):
        return f"»{impact.figure}« liest die Tabelle »{impact.table}« nicht; die Korrektur ändert nichts."
    return ""


def _columns(
    con: duckdb.DuckDBPyConnection, item: Rule | KeyFigure | Impact, names: Names,
    known: dict[str, Mapping[str, str]] | None = None,
) -> Mapping[str, str]:  # fmt: skip
    statement = bind_statement(item.sql, item.reads, names)
    for macro in sorted(set(item.reads) & names.macros):
        arguments = ", ".join("NULL" for _ in names.views[macro].arguments or ())
        listed = ", ".join(catalog.quoted(column) for column in item.reads[macro])
        con.sql(f"SELECT {listed} FROM {macro}({arguments})")
    verdicts = dict.fromkeys(statement.verdicts, EMPTY_VERDICT)
    query = restricted(statement, item.reads, names, verdicts)
    relation = con.sql(query)
    lowered = [name.lower() for name in relation.columns]
    doubled = {name for name in lowered if lowered.count(name) > 1}
    if doubled:
        raise guard.Refused(f"die Spalte »{sorted(doubled)[0]}« kommt im Ergebnis doppelt vor.")
    columns = dict(zip(lowered, (str(kind) for kind in relation.types), strict=True))
    if known is not None:
        known[query] = columns
    return columns


def _bad_columns(columns: Mapping[str, str], wanted: tuple[str, ...], path: Path) -> Iterator[ContentError]:
    for name in wanted:
        if name not in columns:
            yield ContentError(path, None, f"die Spalte »{name}« fehlt im Ergebnis.")
    for name, kind in KINDS.items():
        if name in columns and columns[name] not in (kind, '"NULL"', "INTEGER" if name == "heilbar_bis_" else kind):
            yield ContentError(path, None, f"die Spalte »{name}« muss {kind} sein; sie ist {columns[name]}.")


def first_line(error: duckdb.Error) -> str:
    """Return the first line of a message about SQL text (never about data)."""
    return str(error).strip().splitlines()[0]
