"""Runs the examples of a rule: each is a tiny delivery with the verdicts that law and programme demand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from amip_dq.content import catalog
from amip_dq.content.query import Names, restricted
from amip_dq.content.rules import bind_statement
from amip_dq.engine.database import VIEW_FAILED, explain, names_of
from amip_dq.engine.evaluate import evaluate, judgement_table
from amip_dq.engine.figures import measure
from amip_dq.engine.impact import what_if
from amip_dq.model import Content, Example, FieldType, Rule, Verdict

WORDS = {True: Verdict.VIOLATION, False: Verdict.OK, None: Verdict.UNDETERMINED}


@dataclass(frozen=True)
class ExampleResult:
    """What one example shows; `differences` is empty when the rule says what was expected."""

    rule_id: str
    example: Example
    differences: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return not self.differences


class Bench:
    """A database in memory in which examples are set up, judged and cleared away."""

    def __init__(self, content: Content) -> None:
        self.content, self.names = content, names_of(content)
        self.con = duckdb.connect(config={"enable_external_access": "false", "threads": "1"})
        catalog.create_tables(self.con, content.tables.values())
        catalog.create_calendar(self.con, content.calendar)
        catalog.set_parameters(self.con, content.parameters.values())
        self._stichtag, self._overrides, self._filled = None, {}, ()
        self._views_ready = False

    def run(self, rule: Rule) -> Iterator[ExampleResult]:
        """Yield the result of every example of a rule."""
        for example in rule.examples:
            yield ExampleResult(rule.id, example, tuple(self.differences(rule, example)))
        for example in rule.impact.examples if rule.impact else ():
            yield ExampleResult(rule.id, example, tuple(self.impact_differences(rule, example)))

    def query(self, rule: Rule) -> str:
        """Return the query that runs for a rule."""
        return restricted(bind_statement(rule.sql, rule.reads, self.names), rule.reads, self.names)

    def differences(self, rule: Rule, example: Example, query: str | None = None) -> Iterator[str]:
        """Yield what differs between an example's expectation and the verdicts."""
        try:
            self.set_up(example)
            verdicts = self.verdicts(query or self.query(rule))
        except duckdb.Error as error:
            yield f"das SQL scheitert: {explain(error)}"
            return
        yield from compare(example.expect, verdicts)

    def impact_differences(self, rule: Rule, example: Example) -> Iterator[str]:
        """Yield what differs between an example of a correction and the key figure as it is measured again."""
        figure = next((f for f in self.content.key_figures if f.id == rule.impact.figure), None)
        if figure is None:  # a single rule is tried, key figures are not loaded
            return
        self.set_up(example)
        tables = frozenset(self.content.tables)
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE {VIEW_FAILED} (name VARCHAR, grund VARCHAR)")
        results = evaluate(self.con, self.content, [rule], tables)
        if judged := judgement_table(self.con, rule.id):
            self.con.execute(f"DROP TABLE {judged}")
        measured = measure(self.con, self.content, [figure], example.stichtag, tables)
        said = what_if(self.con, self.content, results, measured, example.stichtag, tables)
        whole = next((answer for answer in said if answer.office is None), None)
        seen = {"findings": 0, "before": measured[0].numerator, "after": measured[0].numerator}
        if whole is not None:
            seen = {"findings": whole.corrected, "before": whole.before.numerator, "after": whole.after.numerator}
        for key, value in seen.items():
            if example.expect[key] != value:
                yield f"{key}: erwartet {example.expect[key]}, gemessen {value}"

    def verdicts(self, query: str) -> list[tuple[str, Any]]:
        """Return (item or case_id, violated) of every row that has a case_id."""
        relation = self.con.sql(query)
        item = "coalesce(item::VARCHAR, '')" if "item" in [name.lower() for name in relation.columns] else "''"
        rows = self.con.execute(
            f"SELECT case_id::VARCHAR, {item}, violated::BOOLEAN FROM ({query}) WHERE case_id IS NOT NULL ORDER BY 1, 2"
        ).fetchall()
        return [(item or case_id, violated) for case_id, item, violated in rows]

    def set_up(self, example: Example) -> None:
        """Fill the tables with the example's rows and set its Stichtag and parameters."""
        for table in self._filled:
            self.con.execute(f"DELETE FROM daten.{catalog.quoted(table)}")
        self._filled = tuple(example.tables)
        if example.stichtag != self._stichtag:
            catalog.set_stichtag(self.con, example.stichtag)
            self._stichtag = example.stichtag
        if example.parameters or self._overrides:
            catalog.set_parameters(self.con, self.content.parameters.values(), example.parameters)
            self._overrides = example.parameters
        self.prepare()
        for table, rows in example.tables.items():
            self._insert(table, rows)

    def prepare(self) -> None:
        """Create the views, which need a Stichtag to bind."""
        if self._views_ready:
            return
        if self._stichtag is None:
            self._stichtag = date(2022, 6, 30)
            catalog.set_stichtag(self.con, self._stichtag)
        catalog.create_views(self.con, catalog.ordered(self.content.views))
        self._views_ready = True

    def _insert(self, table: str, rows: tuple[Mapping[str, Any], ...]) -> None:
        fields = {field.name: field for field in self.content.tables[table].fields}
        for line, row in enumerate(rows, start=1):
            names = ", ".join(catalog.quoted(name) for name in row)
            values = [str(v) if fields[n].type is FieldType.STRING and v is not None else v for n, v in row.items()]
            listed = ", ".join(catalog.literal(value) for value in values)
            comma = ", " if row else ""
            self.con.execute(
                f"INSERT INTO daten.{catalog.quoted(table)} ({names}{comma}_datei, _zeile) VALUES ({listed}{comma}1, {line})"
            )


def compare(expect: Mapping[str, str], verdicts: list[tuple[str, Any]]) -> Iterator[str]:
    """Yield one German line for every case whose verdict is missing, surplus, doubled or different."""
    seen: dict[str, Verdict] = {}
    for key, violated in verdicts:
        if key in seen:
            yield f"{key}: kommt zweimal vor"
        seen[key] = WORDS[violated]
    for key in sorted(set(expect) | set(seen)):
        wanted, got = expect.get(key), seen.get(key)
        if got is None:
            yield f"{key}: erwartet {wanted}, ist nicht im Umfang der Regel"
        elif wanted is None:
            yield f"{key}: nicht erwartet, Urteil {got.value}"
        elif wanted != got.value:
            yield f"{key}: erwartet {wanted}, Urteil {got.value}"
