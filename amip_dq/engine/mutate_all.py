"""Proves the whole rule set in several processes, the longest work first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path

from amip_dq.content import load_content
from amip_dq.engine.examples import Bench
from amip_dq.engine.mutate import MutationResult, mutate
from amip_dq.engine.mutate_views import mutate_view, readers_of
from amip_dq.model import Content, KeyFigure, Rule


def mutate_all(content: Content, names: Iterable[str], workers: int) -> Iterator[MutationResult]:
    """Yield the result of every named rule, key figure or view in the order of the names."""
    wanted, folder = list(names), content.folder.resolve()
    longest_first = sorted(wanted, key=lambda name: -_work(content, name))
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:  # a forked DuckDB has lost its threads
        running = {name: pool.submit(_mutate_one, folder, name) for name in longest_first}
        for name in wanted:
            yield running[name].result()


def _work(content: Content, name: str) -> int:
    """Return how long something will take, in a unit that only compares: examples, and how much SQL there is to change."""
    if name in content.views:
        return 10 * sum(len(item.examples) for item in readers_of(content.views[name], content))
    item = _item(content, name)
    return len(item.examples) * len(item.sql) // 100


def _item(content: Content, name: str) -> Rule | KeyFigure:
    return next(item for item in (*content.rules, *content.key_figures) if item.id == name)


@cache
def _bench(folder: Path) -> Bench:
    return Bench(load_content(folder))


def _mutate_one(folder: Path, name: str) -> MutationResult:
    bench = _bench(folder)
    view = bench.content.views.get(name)
    return mutate_view(bench, view) if view else mutate(bench, _item(bench.content, name))
