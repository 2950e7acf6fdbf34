"""Measures the key figures: integers per slice; what is reached is decided with integers, never with floats."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

import duckdb

from amip_dq.content.catalog import literal, quoted
from amip_dq.content.query import Names, restricted, tables_behind
from amip_dq.content.rules import bind_statement
from amip_dq.engine.database import RULE_SECONDS, explain, failed_views, names_of
from amip_dq.engine.evaluate import judgement_table
from amip_dq.engine.watch import time_limit
from amip_dq.model import Content, FigureResult, KeyFigure

WHOLE = "gesamt"
NOWHERE = "ohne Zuordnung"


def measure(
    con: duckdb.DuckDBPyConnection,
    content: Content,
    figures: Iterable[KeyFigure],
    stichtag: date,
    delivered: frozenset[str],
    seconds: float = RULE_SECONDS,
    shadowed: frozenset[str] = frozenset(),
) -> tuple[FigureResult, ...]:
    """Return every key figure, whole and in its slices; null where a table or a named rule is missing.

    Shadowed tables are read from the temporary schema.
    """
    names, broken = names_of(content), failed_views(con)
    found: list[FigureResult] = []
    for figure in figures:
        found.extend(_measure(con, content, names, figure, stichtag, delivered, broken, seconds, shadowed))
    return tuple(found)


def named_rules(figure: KeyFigure, content: Content) -> frozenset[str]:
    """Return the rules whose verdicts a key figure is made of."""
    return names_of(content).inspect(figure.sql).verdicts


def _measure(con, content, names: Names, figure, stichtag, delivered, broken, seconds, shadowed) -> Iterator[FigureResult]:
    statement = bind_statement(figure.sql, figure.reads, names)
    used = set(figure.reads) - {"urteil"} | statement.scalars
    verdicts = {rule_id: judgement_table(con, rule_id) for rule_id in statement.verdicts}
    target = target_of(figure, content, WHOLE, stichtag)
    if tables_behind(used, names) - delivered or not all(verdicts.values()):
        yield FigureResult(figure, WHOLE, None, None, 0, target)
        return
    for view in sorted(used & set(broken)):
        yield FigureResult(figure, WHOLE, None, None, 0, target, f"Sicht »{view}«: {broken[view]}")
        return
    try:
        with time_limit(con, seconds):
            plain = {rule_id: table.strip('"') for rule_id, table in verdicts.items()}
            rows = list(_counted(con, names, figure, restricted(statement, figure.reads, names, plain, shadowed)))
    except duckdb.Error as error:
        yield FigureResult(figure, WHOLE, None, None, 0, target, explain(error))
        return
    for name, numerator, denominator, undetermined in rows:
        value = name.partition("=")[2] or WHOLE
        yield FigureResult(figure, name, numerator, denominator, undetermined, target_of(figure, content, value, stichtag))


def target_of(figure: KeyFigure, content: Content, value: str, stichtag: date) -> Decimal | None:
    """Return the target in per cent; a slice has one if the parameter `<target>_<value>` exists."""
    name = figure.target if value == WHOLE else f"{figure.target}_{value}"
    parameter = content.parameters.get(name)
    target = parameter.value_on(stichtag) if parameter else None
    return None if target is None else Decimal(target)


def _counted(con, names: Names, figure: KeyFigure, query: str) -> Iterator[tuple[str, int, int, int]]:
    columns = {name.lower() for name in con.sql(query).columns}
    unit_view = f"einheit_{figure.unit}"
    joined = [name for name in figure.slices if name not in columns]
    join = f"LEFT JOIN temp.main.{quoted(unit_view)} e ON e.case_id = k.case_id::VARCHAR" if joined else ""
    places = {name: f"e.{quoted(name)}" if name in joined else f"k.{quoted(name)}" for name in figure.slices}
    listed = "".join(f", coalesce({place}::VARCHAR, {literal(NOWHERE)}) AS {_slice(name)}" for name, place in places.items())
    cases = "WHERE k.case_id IS NOT NULL" if "case_id" in columns else ""
    sums = RATIO if "zaehler" in columns else SHARE
    slices = [_slice(name) for name in figure.slices]
    which = f"grouping({', '.join(slices)})" if slices else "0"
    sets = ", ".join(["()", *(f"({name})" for name in slices)])
    counted = con.execute(
        f"""SELECT {which}, {", ".join([*slices, sums])}
        FROM (SELECT k.*{listed} FROM ({query}) k {join} {cases}) GROUP BY GROUPING SETS ({sets})"""
    ).fetchall()
    yield from sorted_slices(figure.slices, counted)


def _slice(name: str) -> str:
    return quoted("s_" + name)


def sorted_slices(names: Sequence[str], counted: Iterable[tuple]) -> Iterator[tuple[str, int, int, int]]:
    """Yield (slice, numerator, denominator, undetermined), the whole first; `counted` is what GROUPING SETS return.

    In grouping() the last column is the lowest bit, and a bit is set for what is not grouped by.
    """
    parts: dict[int, list[tuple]] = {}
    for grouped, *rest in counted:
        parts.setdefault(grouped, []).append(tuple(rest))
    every = 2 ** len(names) - 1
    yield WHOLE, *parts[every][0][len(names) :]
    for place, name in enumerate(names):
        found = parts.get(every - 2 ** (len(names) - 1 - place), [])
        for value, numbers in sorted((row[place], row[len(names) :]) for row in found):
            yield f"{name}={value}", *numbers


SHARE = "count(*) FILTER (im_zaehler), count(*), count(*) FILTER (im_zaehler IS NULL)"
RATIO = "coalesce(sum(zaehler), 0)::BIGINT, coalesce(sum(nenner), 0)::BIGINT, 0"


def by_figure(results: Iterable[FigureResult]) -> Mapping[str, list[FigureResult]]:
    """Return the results grouped by key figure, the whole first."""
    grouped: dict[str, list[FigureResult]] = {}
    for result in results:
        grouped.setdefault(result.figure.id, []).append(result)
    return grouped
