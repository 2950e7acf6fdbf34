"""Runs the examples of a rule: each is a tiny delivery with the verdicts that law and programme demand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from amip_dq.content import catalog
from amip_dq.content.query import restricted
from amip_dq.content.rules import bind_statement
from amip_dq.engine.database import VIEW_FAILED, explain, names_of
from amip_dq.engine.evaluate import evaluate, judgement_table
from amip_dq.engine.figures import RATIO, SHARE, measure
from amip_dq.engine.impact import what_if
from amip_dq.model import Content, Example, FieldType, KeyFigure, Rule, Verdict

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
        self._known_columns: dict[str, frozenset[str]] = {}

    def run(self, item: Rule | KeyFigure) -> Iterator[ExampleResult]:
        """Yield the result of every example of a rule or key figure."""
        for example in item.examples:
            yield ExampleResult(item.id, example, tuple(self.differences(item, example)))
        for example in item.impact.examples if isinstance(item, Rule) and item.impact else ():
            yield ExampleResult(item.id, example, tuple(self.impact_differences(item, example)))

    def query(self, item: Rule | KeyFigure, sql: str | None = None) -> str:
        """Return the query that runs for a rule or key figure, or for another version of its SQL."""
        statement = bind_statement(sql or item.sql, item.reads, self.names)
        return restricted(statement, item.reads, self.names, {name: verdict_table(name) for name in statement.verdicts})

    def differences(self, item: Rule | KeyFigure, example: Example) -> Iterator[str]:
        """Yield what differs between an example's expectation and what is judged or counted."""
        try:
            self.arrange(item, example)
            answer = self.answer(item, self.query(item), example)
        except duckdb.Error as error:
            yield f"das SQL scheitert: {explain(error)}"
            return
        yield from compare(example.expect, answer) if isinstance(item, Rule) else compare_counts(example.expect, answer)

    def arrange(self, item: Rule | KeyFigure, example: Example) -> None:
        """Set up an example, with the verdicts of the rules that a key figure is made of."""
        self.set_up(example)
        for rule_id in sorted(self.names.inspect(item.sql).verdicts):
            rule = self.content.rule(rule_id)
            table = catalog.quoted(verdict_table(rule_id))
            self.con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {self._judged(rule, self.query(rule))}")

    def answer(self, item: Rule | KeyFigure, query: str, example: Example) -> list[tuple]:
        """Return what a query says: (item or case_id, violated) of every case, or what a key figure counts, whole and in the
        slices that the example names."""
        if isinstance(item, Rule):
            rows = self.con.execute(f"SELECT * FROM ({self._judged(item, query)}) ORDER BY 1, 2").fetchall()
            return [(of or case_id, violated) for case_id, of, violated in rows]
        columns = self._columns(item)
        key = "(case_id, item)" if "item" in columns else "case_id"
        sums = RATIO if "zaehler" in columns else SHARE
        cases = "WHERE case_id IS NOT NULL" if "case_id" in columns else "WHERE TRUE"
        repeated = f"count({key}) - count(DISTINCT {key})" if "case_id" in columns else "0"
        slices = [f"AND {name} = {catalog.literal(value)}" for name, _, value in map(split, example.expect) if value]
        asked = [f"SELECT {sums}, {repeated} FROM ({query}) {cases} {only}" for only in ("", *slices)]
        return [row for sql in asked for row in self.con.execute(sql).fetchall()]

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

    def _judged(self, rule: Rule, query: str) -> str:
        item = "coalesce(item::VARCHAR, '')" if "item" in self._columns(rule) else "''"
        return f"SELECT case_id::VARCHAR AS case_id, {item} AS item, violated::BOOLEAN AS violated FROM ({query}) WHERE case_id IS NOT NULL"

    def _columns(self, item: Rule | KeyFigure) -> frozenset[str]:
        """Return the columns of a query; asked once, as asking costs as much as judging an example."""
        if item.sql not in self._known_columns:
            self._known_columns[item.sql] = frozenset(name.lower() for name in self.con.sql(self.query(item)).columns)
        return self._known_columns[item.sql]

    def set_up(self, example: Example) -> None:
        """Fill the tables with the example's rows and set its Stichtag and parameters."""
        for table in self._filled:
            self.con.execute(f"DELETE FROM daten.{catalog.quoted(table)}")
        self._filled = tuple(example.tables)
        if example.stichtag != self._stichtag:
            catalog.set_stichtag(self.con, example.stichtag)
            self._stichtag = example.stichtag
        if changed := set(example.parameters) | set(self._overrides):
            touched = [self.content.parameters[name] for name in sorted(changed)]
            catalog.set_parameters(self.con, touched, example.parameters)
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


def verdict_table(rule_id: str) -> str:
    """Return the table in which a rule's verdicts on an example lie."""
    return "urteil im beispiel " + rule_id


def split(key: str) -> tuple[str, str, str]:
    """Return column, sign and value of a slice that an example names (`geschlecht=w`); no value: it is none."""
    return key.partition("=")


COUNTS = ("numerator", "denominator", "undetermined")


def compare_counts(expect: Mapping[str, Any], counted: list[tuple]) -> Iterator[str]:
    """Yield one German line for every count that differs; a case may not come twice."""
    slices = [key for key in expect if split(key)[2]]
    wanted = {"": [expect[name] for name in COUNTS], **{key: expect[key] for key in slices}}
    for (place, numbers), (*found, repeated) in zip(wanted.items(), counted, strict=True):
        for name, number, seen in zip(COUNTS, numbers, found, strict=True):
            if number != seen:
                yield f"{place + ', ' if place else ''}{name}: erwartet {number}, gezählt {seen}"
        if repeated and not place:
            yield f"{repeated} Zeilen wiederholen Fall und Gegenstand (case_id, item)"


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
