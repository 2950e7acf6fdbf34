"""What the examples must show: every code value that a query names and one that it does not, every branch of a CASE.

A code value is *named* by a query if it stands in its SQL or in a list parameter that the SQL uses. A query's own examples must show
it; a shared view's examples are those of all rules and key figures that read it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import duckdb
import pytest
from sqlglot import exp

from amip_dq.content import catalog, guard
from amip_dq.content.query import restricted
from amip_dq.content.rules import bind_statement
from amip_dq.engine import Bench
from amip_dq.engine.mutants import DIALECT, parse, relevant_nodes
from amip_dq.model import Content, KeyFigure, Rule, Table, View

REACHED = "Zweig erreicht"
# Code values that no query names, so that no example could turn on them.
MATTERS_NOWHERE = {
    ("arbeitsmarktstatus", "status"): {"nicht_arbeitsuchend"},
    ("fall_ende", "grund"): {"aufhebung", "ausbildung", "entziehung", "nicht_erreichbar", "sgb_xii", "stationaer", "versagung"},
    ("lieferung", "quelle"): {"allegro", "cosach", "sonstige", "verbis"},
    ("massnahme", "art"): {"einstiegsgeld", "par45_mag", "sonstige"},
    ("mitarbeiter", "funktion"): {"fuehrung"},
    ("unterbrechung", "grund"): {"altersrente", "einkommen", "entziehung", "nicht_erreichbar", "versagung", "weiterbewilligung_verspaetet"},
}


@dataclass(frozen=True)
class Query:
    """A query and everything whose examples prove it; `own` is None for a view."""

    name: str
    sql: str
    proofs: tuple[Rule | KeyFigure, ...]
    own: Rule | KeyFigure | None = None
    view: View | None = None


def queries(content: Content) -> Iterator[Query]:
    """Yield every rule, key figure and view."""
    items = (*content.rules, *content.key_figures)
    inside = {name: guard.names_read(catalog.as_query(view)) for name, view in content.views.items()}
    for item in items:
        yield Query(item.id, item.sql, (item,), own=item)
    for name, view in content.views.items():
        reached = {name}
        while more := {other for other, names in inside.items() if names & reached} - reached:
            reached |= more
        readers = tuple(item for item in items if guard.names_read(item.sql) & reached)
        yield Query(f"sicht {name}", catalog.as_query(view), readers, view=view)


def shown(items) -> dict[tuple[str, str], set]:
    """Return table and column → the values that examples put there."""
    found: dict[tuple[str, str], set] = {}
    for item in items:
        for example in item.examples:
            for table, rows in example.tables.items():
                for column, value in (cell for row in rows for cell in row.items()):
                    found.setdefault((table, column), set()).add(value)
    return found


def named_values(query: Query, content: Content) -> set:
    """Return the texts in the SQL and in the list parameters it uses."""
    texts = {literal.this for literal in parse(query.sql).find_all(exp.Literal) if literal.is_string}
    lists = [entry.value for name in texts & set(content.parameters) for entry in content.parameters[name].values.values()]
    return texts | {value for entry in lists if isinstance(entry, list) for value in entry}


def deciding_columns(query: Query) -> set[str]:
    """Return the names of the columns that can touch a verdict."""
    tree = parse(query.sql)
    relevant = relevant_nodes(tree) if isinstance(query.own, Rule) else None
    return {column.name.lower() for column in tree.find_all(exp.Column) if relevant is None or id(column) in relevant}


def code_columns(query: Query, tables: Mapping[str, Table]) -> Iterator[tuple[str, str, set]]:
    """Yield table, column and code list of every column with one that a query decides by."""
    used, columns = guard.names_read(query.sql), deciding_columns(query)
    for table in (tables[name] for name in sorted(used & set(tables))):
        visible = query.own.reads.get(table.name, ()) if query.own else table.column_names
        for field in table.fields:
            if field.constraints.enum and field.name in columns and field.name in visible:
                yield table.name, field.name, set(field.constraints.enum)


def code_gaps(content: Content) -> list[str]:
    """Return the code values that examples should show and do not."""
    gaps = []
    for query in queries(content):
        seen, named = shown(query.proofs), named_values(query, content)
        for table, column, codes in code_columns(query, content.tables):
            values = seen.get((table, column), set())
            gaps += [f"{query.name}: {table}.{column} = {code}" for code in sorted(map(str, (codes & named) - values))]
            others = codes - named
            if codes & named and others and not others & values:
                gaps.append(f"{query.name}: {table}.{column} mit keinem anderen Wert als den genannten (z. B. {min(map(str, others))})")
    return gaps


def test_every_code_value_that_a_query_names_is_in_an_example(shipped):
    gaps = code_gaps(shipped)
    assert not gaps, "\n".join(gaps)


def test_a_missing_code_value_is_noticed(shipped):
    rule = shipped.rule("unterbrechung.leistung_trotz_ausschluss")
    kept = tuple(example for example in rule.examples if "haft" not in shown([replace(rule, examples=(example,))]).get(("abwesenheit", "art"), ()))
    poorer = replace(shipped, rules=tuple(replace(rule, examples=kept) if other is rule else other for other in shipped.rules))
    assert any("abwesenheit.art = haft" in gap for gap in code_gaps(poorer))


def test_every_code_value_of_the_model_is_somewhere_in_an_example(shipped):
    seen = shown((*shipped.rules, *shipped.key_figures))
    gaps = []
    for table in shipped.tables.values():
        for field in table.fields:
            place = (table.name, field.name)
            if missing := set(field.constraints.enum) - seen.get(place, set()) - MATTERS_NOWHERE.get(place, set()):
                gaps.append(f"{table.name}.{field.name}: {', '.join(sorted(map(str, missing)))}")
    assert not gaps, "\n".join(gaps)


# ------------------------------------------------------------------ branches
class Branches:
    """Runs examples on queries in which one branch of a CASE raises an error: raised means reached."""

    def __init__(self, content: Content) -> None:
        self.content, self.bench = content, Bench(content)
        self.bench.prepare()

    def unreached(self, query: Query) -> Iterator[str]:
        """Yield every branch that no example reaches."""
        for number, text in enumerate(branch_texts(query.sql)):
            if not self.reaches(query, trapped(query.sql, number)):
                yield f"{query.name}: {text}"

    def reaches(self, query: Query, sql: str) -> bool:
        if query.own:
            return self._raises(query.own, self._runnable(query.own, sql))
        return self._view_reaches(query, sql)

    def _view_reaches(self, query: Query, sql: str) -> bool:
        original = catalog.view_statement(query.view, as_table=False)
        body = sql.removeprefix("SELECT ") if query.view.scalar else sql
        try:
            self.bench.con.execute(catalog.view_statement(replace(query.view, body=body), as_table=False))
            return any(self._raises(item, self._runnable(item, item.sql)) for item in query.proofs)
        finally:
            self.bench.con.execute(original)

    def _runnable(self, item: Rule | KeyFigure, sql: str) -> str:
        statement = bind_statement(item.sql, item.reads, self.bench.names)
        return restricted(replace(statement, tree=guard.parse(sql)), item.reads, self.bench.names)

    def _raises(self, item: Rule | KeyFigure, query: str) -> bool:
        for example in item.examples:
            self.bench.set_up(example)
            try:
                self.bench.con.execute(f"SELECT * FROM ({query})").fetchall()
            except duckdb.InvalidInputException as error:
                if REACHED in str(error):
                    return True
                raise
        return False


def cases(tree: exp.Expression) -> list[tuple[exp.Case, int | None]]:
    """Return every branch of every CASE: the number of its WHEN, or None for the ELSE."""
    found = []
    for case in tree.find_all(exp.Case):
        found += [(case, number) for number in range(len(case.args["ifs"]))]
        found += [(case, None)] if case.args.get("default") else []
    return found


def branch_texts(sql: str) -> list[str]:
    """Return the branches as they are written."""
    texts = []
    for case, number in cases(parse(sql)):
        part = case.args["ifs"][number].this if number is not None else None
        texts.append(f"WHEN {part.sql(DIALECT)}" if part is not None else f"ELSE {case.args['default'].sql(DIALECT)}")
    return texts


def trapped(sql: str, branch: int) -> str:
    """Return the SQL with one branch turned into an error."""
    tree = parse(sql)
    case, number = cases(tree)[branch]
    trap = exp.Anonymous(this="error", expressions=[exp.Literal.string(REACHED)])
    if number is None:
        case.set("default", trap)
    else:
        case.args["ifs"][number].set("true", trap)
    return tree.sql(DIALECT, normalize_functions=False)


def provable(content: Content) -> Iterator[Query]:
    """Yield the queries that examples can run: urteil() needs a whole run, and a view that nothing reads has no examples."""
    for query in queries(content):
        proofs = tuple(item for item in query.proofs if "urteil(" not in item.sql)
        if proofs:
            yield replace(query, proofs=proofs)


@pytest.mark.slow
def test_every_branch_of_a_case_is_in_an_example(shipped):
    branches = Branches(shipped)
    gaps = [gap for query in provable(shipped) for gap in branches.unreached(query)]
    assert not gaps, "\n".join(gaps)


def test_an_unreached_branch_is_noticed(shipped):
    rule = next(rule for rule in shipped.rules if branch_texts(rule.sql))
    query = next(query for query in queries(shipped) if query.own is rule)
    nothing = replace(rule, examples=())
    branches = Branches(shipped)
    assert len(list(branches.unreached(replace(query, own=nothing, proofs=(nothing,))))) == len(branch_texts(rule.sql))
    assert not list(branches.unreached(query))
