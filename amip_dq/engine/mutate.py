"""Proves the examples of a rule: a wrong version of its SQL that no example notices is a missing example.

Views are proved the same way, by the examples of all rules that read them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import duckdb

from amip_dq.content import catalog, guard, load_content
from amip_dq.content.query import restricted
from amip_dq.content.rules import bind_statement
from amip_dq.engine.examples import Bench
from amip_dq.engine.mutants import DIALECT, Mutant, mutants, parse
from amip_dq.model import Content, EquivalentMutant, Rule, View


@dataclass(frozen=True)
class MutationResult:
    """How well the examples watch over one rule or view; mutants that do not even bind do not count."""

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


def mutate(bench: Bench, rule: Rule) -> MutationResult:
    """Run every mutant of a rule on its examples and return who survives."""
    alive = dict(_runnable(bench, rule))
    total = len(alive)
    for example in rule.examples:
        bench.set_up(example)
        expected = bench.verdicts(bench.query(rule))
        for change in [change for change, query in alive.items() if not _same(bench, query, expected)]:
            del alive[change]
    return _result(rule.id, total, list(alive), rule.equivalent_mutants)


def mutate_view(bench: Bench, view: View) -> MutationResult:
    """Run every mutant of a view on the examples of all rules that read it, directly or through other views."""
    alive = dict(_runnable_views(bench, view))
    total, original = len(alive), catalog.view_statement(view, as_table=False)
    for rule in readers_of(view, bench.content):
        query = bench.query(rule)
        for example in rule.examples if alive else ():
            bench.set_up(example)
            expected = bench.verdicts(query)
            for change, statement in list(alive.items()):
                bench.con.execute(statement)
                if not _same(bench, query, expected):
                    del alive[change]
            bench.con.execute(original)
    return _result(f"sicht {view.name}", total, list(alive), view.equivalent_mutants)


def readers_of(view: View, content: Content) -> list[Rule]:
    """Return the rules whose verdicts a view can touch."""
    inside = {name: guard.names_read(catalog.as_query(other)) for name, other in content.views.items()}
    reached = {view.name}
    while more := {name for name, names in inside.items() if names & reached} - reached:
        reached |= more
    return [rule for rule in content.rules if guard.names_read(rule.sql) & reached]


def _result(name: str, total: int, alive: list[str], marked: Iterable[EquivalentMutant]) -> MutationResult:
    reasons = {entry.mutant: entry.reason for entry in marked}
    return MutationResult(
        name,
        total - len(alive),
        tuple((change, reasons[change]) for change in alive if change in reasons),
        tuple(change for change in alive if change not in reasons),
        tuple(change for change in reasons if change not in alive),
    )


def _runnable_views(bench: Bench, view: View) -> Iterator[tuple[str, str]]:
    bench.prepare()
    original = catalog.view_statement(view, as_table=False)
    prefix = "SELECT " if view.scalar else ""
    for mutant in mutants(prefix + view.body):
        changed = replace(view, body=mutant.sql.removeprefix(prefix))
        try:
            bench.names.inspect(catalog.as_query(changed))
            statement = catalog.view_statement(changed, as_table=False)
            bench.con.execute(statement)
        except (guard.Refused, duckdb.Error):
            continue
        finally:
            bench.con.execute(original)
        yield mutant.change, statement


def _runnable(bench: Bench, rule: Rule) -> Iterator[tuple[str, str]]:
    """Yield the mutants that are allowed and bind; the others would not survive the loading of the rule set."""
    baseline = _query(bench, rule, Mutant("", parse(rule.sql).sql(DIALECT, normalize_functions=False)))
    assert baseline is not None, rule.id
    for mutant in mutants(rule.sql):
        query = _query(bench, rule, mutant)
        if query is not None:
            yield mutant.change, query


def _query(bench: Bench, rule: Rule, mutant: Mutant) -> str | None:
    try:
        query = restricted(bind_statement(mutant.sql, rule.reads, bench.names), rule.reads, bench.names)
        bench.prepare()
        bench.con.sql(query)
    except (guard.Refused, duckdb.Error):
        return None
    return query


def _same(bench: Bench, query: str, expected: list) -> bool:
    try:
        return bench.verdicts(query) == expected
    except duckdb.Error:
        return False


def mutate_all(folder: Path, names: Iterable[str], workers: int) -> Iterator[MutationResult]:
    """Yield the result of every named rule or view, worked on by several processes."""
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(_mutate_one, [(folder, name) for name in names])


@cache
def _bench(folder: Path) -> Bench:
    return Bench(load_content(folder))


def _mutate_one(task: tuple[Path, str]) -> MutationResult:
    folder, name = task
    bench = _bench(folder)
    rule = bench.content.rule(name)
    return mutate(bench, rule) if rule else mutate_view(bench, bench.content.views[name])
