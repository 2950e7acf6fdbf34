"""Proves the examples of a rule or key figure: a wrong version of its SQL that no example notices is a missing example.

Views are proved the same way, by the examples of everything that reads them (see mutate_views).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import duckdb

from amip_dq.content import guard
from amip_dq.content.catalog import quoted
from amip_dq.engine.examples import Bench
from amip_dq.engine.mutants import DIALECT, Mutant, mutants, parse
from amip_dq.model import EquivalentMutant, Example, KeyFigure, Rule

Item = Rule | KeyFigure
ENOUGH = 95  # per cent of the mutants that the examples of each rule must notice


@dataclass(frozen=True)
class MutationResult:
    """How well the examples watch over one rule, key figure or view; mutants that do not even bind do not count."""

    name: str
    killed: int
    equivalent: tuple[tuple[str, str], ...]
    survivors: tuple[str, ...]
    unknown_equivalents: tuple[str, ...] = ()

    @property
    def judged(self) -> int:
        return self.killed + len(self.survivors)

    @property
    def score(self) -> float | None:
        """Return the share of killed mutants, or None where there is nothing to change."""
        return self.killed / self.judged if self.judged else None

    @property
    def enough(self) -> bool:
        return 100 * self.killed >= ENOUGH * self.judged


def mutate(bench: Bench, item: Item) -> MutationResult:
    """Run every mutant on the examples until one notices it, and return who survives."""
    alive = dict(_runnable(bench, item))
    total, original = len(alive), bench.query(item)
    for example in item.examples:
        if not alive:
            break
        bench.arrange(item, example)
        places = _laid_out(bench, item)
        expected = bench.answer(item, _reading(original, places), example)
        for change, query in list(alive.items()):
            if notices(bench, item, _reading(query, places), example, expected):
                del alive[change]
    return result(item.id, total, list(alive), item.equivalent_mutants)


def notices(bench: Bench, item: Item, query: str, example: Example, expected: list) -> bool:
    """Return whether a query says something else than expected; one that breaks does."""
    try:
        return bench.answer(item, query, example) != expected
    except duckdb.Error:
        return True


def _laid_out(bench: Bench, item: Item) -> dict[str, str]:
    """Compute the views that a query reads once for the example at hand; return what to read in their place."""
    places = {}
    for name in item.reads:
        view = bench.content.views.get(name)
        if view and view.arguments is None:
            table = f"temp.main.{quoted('muster ' + name)}"
            bench.con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM temp.main.{quoted(name)}")
            places[f"FROM temp.main.{quoted(name)})"] = f"FROM {table})"
    return places


def _reading(query: str, places: dict[str, str]) -> str:
    """Return the query over plain tables: many mutants are judged on one example, the views are the same for all."""
    for view, table in places.items():
        query = query.replace(view, table)
    return query


def result(name: str, total: int, alive: list[str], marked: Iterable[EquivalentMutant]) -> MutationResult:
    """Return the result for those still alive; a mark that fits none of them is reported as unknown."""
    reasons = {entry.mutant: entry.reason for entry in marked}
    return MutationResult(
        name,
        total - len(alive),
        tuple((change, reasons[change]) for change in alive if change in reasons),
        tuple(change for change in alive if change not in reasons),
        tuple(change for change in reasons if change not in alive),
    )


def _runnable(bench: Bench, item: Item) -> Iterator[tuple[str, str]]:
    """Yield the mutants that are allowed and bind; the others would not survive the loading of the rule set."""
    bench.arrange(item, item.examples[0])
    places = _laid_out(bench, item)  # a query over plain tables binds in a tenth of the time
    baseline = _query(bench, item, Mutant("", parse(item.sql).sql(DIALECT, normalize_functions=False)), places)
    assert baseline is not None, item.id
    for mutant in mutants(item.sql):
        query = _query(bench, item, mutant, places)
        if query is not None:
            yield mutant.change, query


def _query(bench: Bench, item: Item, mutant: Mutant, places: dict[str, str]) -> str | None:
    try:
        query = bench.query(item, mutant.sql)
        bench.con.sql(_reading(query, places))
    except (guard.Refused, duckdb.Error):
        return None
    return query
