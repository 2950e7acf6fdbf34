"""Builds the query that really runs for a rule: its SELECT over exactly the columns that `reads` names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from amip_dq.content import guard
from amip_dq.content.catalog import ENGINE_SCALARS, as_query, quoted
from amip_dq.model import Parameter, Table, View


@dataclass(frozen=True)
class Names:
    """Everything a query may refer to."""

    tables: Mapping[str, Table]
    views: Mapping[str, View]
    parameters: Mapping[str, Parameter]

    @property
    def macros(self) -> frozenset[str]:
        return frozenset(v.name for v in self.views.values() if v.arguments is not None and not v.scalar)

    @property
    def scalars(self) -> frozenset[str]:
        return ENGINE_SCALARS | {view.name for view in self.views.values() if view.scalar}

    def inspect(self, sql: str) -> guard.Statement:
        """Return what a query uses; raises guard.Refused, also for unknown parameters."""
        statement = guard.inspect(sql, self.macros, self.scalars)
        for name in sorted(statement.parameters - set(self.parameters)):
            raise guard.Refused(f"der Parameter »{name}« steht nicht in parameters.yaml.")
        return statement


def check_reads(statement: guard.Statement, reads: Mapping[str, tuple[str, ...]]) -> None:
    """Raise guard.Refused where FROM names something that `reads` does not."""
    declared = {name.lower() for name in reads}
    for name in sorted((statement.tables | statement.macros) - declared):
        raise guard.Refused(f"»{name}« wird gelesen, steht aber nicht unter reads.")


def restricted(
    statement: guard.Statement,
    reads: Mapping[str, tuple[str, ...]],
    names: Names,
    verdict_tables: Mapping[str, str] | None = None,
    shadowed: frozenset[str] = frozenset(),
) -> str:
    """Return the query with one CTE per table and view of `reads`, holding just the declared columns.

    A shadowed table is taken from the temporary schema, where a corrected copy lies.
    """
    sources = []
    for name, columns in sorted(reads.items()):
        if name in names.macros:
            continue
        place = f"daten.{quoted(name)}" if name in names.tables and name not in shadowed else f"temp.main.{quoted(name)}"
        listed = ", ".join(quoted(column) for column in columns)
        sources.append(f"{quoted(name)} AS NOT MATERIALIZED (SELECT {listed} FROM {place})")
    body = guard.rewrite(statement.tree, verdict_tables)
    return f"WITH {', '.join(sources)} SELECT * FROM ({body}) AS urteil_zeilen" if sources else body


def tables_behind(names_used: frozenset[str] | set[str], names: Names) -> frozenset[str]:
    """Return every content table that is read directly or through views and macros."""
    found: set[str] = set()
    waiting, seen = {name.lower() for name in names_used}, set()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        if name in names.tables:
            found.add(name)
        elif name in names.views:
            waiting |= guard.names_read(as_query(names.views[name])) - seen
    return frozenset(found)
