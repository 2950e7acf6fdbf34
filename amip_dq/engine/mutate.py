"""Proves the examples of a rule: a wrong version of its SQL that no example notices is a missing example."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

from amip_dq.content import guard, load_content
from amip_dq.content.query import restricted
from amip_dq.content.rules import bind_statement
from amip_dq.engine.examples import Bench
from amip_dq.engine.mutants import DIALECT, Mutant, mutants, parse
from amip_dq.model import Rule


@dataclass(frozen=True)
class MutationResult:
    """How well the examples of one rule watch over its SQL; invalid mutants do not even run and do not count."""

    rule_id: str
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
    reasons = {marked.mutant: marked.reason for marked in rule.equivalent_mutants}
    alive = dict(_runnable(bench, rule))
    total = len(alive)
    for example in rule.examples:
        bench.set_up(example)
        expected = bench.verdicts(bench.query(rule))
        for change in [change for change, query in alive.items() if not _same(bench, query, expected)]:
            del alive[change]
    equivalent = tuple((change, reasons[change]) for change in alive if change in reasons)
    survivors = tuple(change for change in alive if change not in reasons)
    unknown = tuple(change for change in reasons if change not in alive)
    return MutationResult(rule.id, total - len(alive), equivalent, survivors, unknown)


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


def mutate_all(folder: Path, rule_ids: Iterable[str], workers: int) -> Iterator[MutationResult]:
    """Yield the result of every named rule, worked on by several processes."""
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(_mutate_one, [(folder, rule_id) for rule_id in rule_ids])


@cache
def _bench(folder: Path) -> Bench:
    return Bench(load_content(folder))


def _mutate_one(task: tuple[Path, str]) -> MutationResult:
    folder, rule_id = task
    bench = _bench(folder)
    rule = bench.content.rule(rule_id)
    assert rule is not None, rule_id
    return mutate(bench, rule)
