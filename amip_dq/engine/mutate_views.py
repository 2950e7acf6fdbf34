"""Proves the shared views: a wrong version of a view that no example of a rule or key figure reading it notices.

Most mutants of a view change nothing on most examples. So the view itself is compared first, which is quick, and only where it
differs the rule is judged again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import duckdb

from amip_dq.content import catalog, guard
from amip_dq.engine.examples import Bench
from amip_dq.engine.mutants import mutants
from amip_dq.engine.mutate import Item, MutationResult, notices, result
from amip_dq.model import Content, Example, View

DIFFERS = "anders"


def mutate_view(bench: Bench, view: View) -> MutationResult:
    """Run every mutant of a view on the examples of everything that reads it, directly or through other views."""
    alive = dict(_runnable(bench, view))
    total, original = len(alive), catalog.view_statement(view, as_table=False)
    for item in readers_of(view, bench.content):
        query = bench.query(item)
        for example in item.examples if alive else ():
            bench.arrange(item, example)
            suspects = _changed(bench, view, alive, item, query, example)
            expected = bench.answer(item, query, example) if suspects else []
            for change in suspects:
                bench.con.execute(catalog.view_statement(alive[change], as_table=False))
                if notices(bench, item, query, example, expected):
                    del alive[change]
            if suspects:
                bench.con.execute(original)
    return result(f"sicht {view.name}", total, list(alive), view.equivalent_mutants)


def readers_of(view: View, content: Content) -> list[Item]:
    """Return the rules and key figures whose verdicts a view can touch, those that name it themselves first."""
    inside = {name: guard.names_read(catalog.as_query(other)) for name, other in content.views.items()}
    reached = {view.name}
    while more := {name for name, names in inside.items() if names & reached} - reached:
        reached |= more
    items = [item for item in (*content.rules, *content.key_figures) if guard.names_read(item.sql) & reached]
    return sorted(items, key=lambda item: view.name not in guard.names_read(item.sql))


def _changed(bench: Bench, view: View, alive: dict[str, View], item: Item, query: str, example: Example) -> list[str]:
    """Return the mutants that may say something else than the view on the example at hand."""
    if view.scalar:
        return list(alive) if _ever_differs(bench, view, alive, item, query, example) else []
    if view.arguments is not None:
        return list(alive)  # its rows depend on the days that the readers ask for
    rows = _rows(bench, view)
    return [change for change, mutant in alive.items() if _rows(bench, mutant) != rows]


def _rows(bench: Bench, view: View) -> list[tuple] | None:
    try:
        return bench.con.execute(f"SELECT * FROM ({catalog.rewritten_body(view)}) ORDER BY ALL").fetchall()
    except duckdb.Error:
        return None


def _ever_differs(bench: Bench, view: View, alive: dict[str, View], item: Item, query: str, example: Example) -> bool:
    """Judge once with a macro that breaks as soon as any mutant gives another value: unbroken means that none does."""
    original = catalog.rewritten_body(view)
    same = " AND ".join(f"{original} IS NOT DISTINCT FROM {catalog.rewritten_body(mutant)}" for mutant in alive.values())
    trap = f"(CASE WHEN {same} THEN {original} ELSE error('{DIFFERS}') END)"
    arguments = ", ".join(view.arguments or ())
    try:
        bench.con.execute(f"CREATE OR REPLACE TEMP MACRO {catalog.quoted(view.name)}({arguments}) AS {trap}")
        bench.answer(item, query, example)
    except duckdb.Error:
        return True
    finally:
        bench.con.execute(catalog.view_statement(view, as_table=False))
    return False


def _runnable(bench: Bench, view: View) -> Iterator[tuple[str, View]]:
    bench.prepare()
    original = catalog.view_statement(view, as_table=False)
    prefix = "SELECT " if view.scalar else ""
    for mutant in mutants(prefix + view.body):
        changed = replace(view, body=mutant.sql.removeprefix(prefix))
        try:
            bench.names.inspect(catalog.as_query(changed))
            bench.con.execute(catalog.view_statement(changed, as_table=False))
        except (guard.Refused, duckdb.Error):
            continue
        finally:
            bench.con.execute(original)
        yield mutant.change, changed
