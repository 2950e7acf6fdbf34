"""Asks what a key figure would be if the findings of a rule were put right: corrects one table, and measures again.

The correction is content: a SELECT that returns the table corrected. It is measured on a second connection to the same
database, where a temporary table of the same name hides the delivered one; the delivered rows are never touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date

import duckdb

from amip_dq.content import guard
from amip_dq.content.catalog import quoted
from amip_dq.content.query import Names, restricted, tables_behind
from amip_dq.content.rules import bind_statement
from amip_dq.engine.database import RULE_SECONDS, VIEW_FAILED, create_view, explain, names_of, needed_views, open_beside
from amip_dq.engine.evaluate import FINDINGS
from amip_dq.engine.figures import NOWHERE, WHOLE, by_figure, measure
from amip_dq.engine.watch import time_limit
from amip_dq.model import Content, FigureResult, ImpactResult, KeyFigure, Rule, RuleResult

VERDICT, CORRECTED, PASSED_OVER = "korrektur_urteil", "korrektur", "korrektur_zeilen"
PLACES = {"team", "geschaeftsstelle"}
MOST_OFFICES = 20  # above that it is no Jobcenter any more, and measuring would take as long as there are offices


@dataclass(frozen=True)
class Question:
    """A rule whose findings are put right, and the key figure as delivered, by slice."""

    rule: Rule
    figure: KeyFigure
    before: dict[str, FigureResult]
    offices: dict[str, int]
    query: str

    @property
    def findings(self) -> int:
        return sum(self.offices.values())


@dataclass(frozen=True)
class Sides:
    """The two connections: `con` holds what was delivered and found, `beside` the figure on the corrected table."""

    con: duckdb.DuckDBPyConnection
    beside: duckdb.DuckDBPyConnection
    content: Content
    names: Names
    stichtag: date
    delivered: frozenset[str]
    seconds: float


def what_if(
    con: duckdb.DuckDBPyConnection,
    content: Content,
    results: Iterable[RuleResult],
    figures: Iterable[FigureResult],
    stichtag: date,
    delivered: frozenset[str],
    seconds: float = RULE_SECONDS,
) -> tuple[ImpactResult, ...]:
    """Return the key figures as they would be without the findings of each rule that has a correction.

    A rule is left out if it found nothing, or if its key figure could not be measured in the first place.
    """
    measured = by_figure(figures)
    names = names_of(content)
    questions = [ask(con, r.rule, measured[r.rule.impact.figure], names) for r in results
                 if r.violation and r.rule.impact and r.rule.impact.figure in measured]  # fmt: skip
    groups: dict[tuple[str, str], list[Question]] = {}
    for question in questions:
        if question.before[WHOLE].exact is not None:
            groups.setdefault((question.figure.id, question.rule.impact.table), []).append(question)
    found: list[ImpactResult] = []
    for (_, table), group in groups.items():
        views = views_of(group[0].figure, content)
        with closing(open_beside(con, content, stichtag, group[0].figure, views)) as beside:
            sides = Sides(con, beside, content, names, stichtag, delivered, seconds)
            make_views(sides, views)
            moving = moved_by(table, views, names)
            for question in group:
                found.extend(answers(sides, question, moving))
    order = {result.rule.id: number for number, result in enumerate(results)}
    return tuple(sorted(found, key=lambda answer: order[answer.rule.id]))


def ask(con: duckdb.DuckDBPyConnection, rule: Rule, before: list[FigureResult], names: Names) -> Question:
    """Return a rule's question, with its findings by office."""
    rows = con.execute(
        f"""SELECT coalesce(geschaeftsstelle, $2) AS ort, count(*) FROM {FINDINGS}
            WHERE rule_id = $1 AND verdict = 'violation' GROUP BY ort ORDER BY ort""", [rule.id, NOWHERE]).fetchall()  # fmt: skip
    query = restricted(bind_statement(rule.impact.sql, rule.impact.reads, names), rule.impact.reads, names, {rule.id: VERDICT})
    return Question(rule, before[0].figure, {result.slice: result for result in before}, dict(rows), query)


def views_of(figure: KeyFigure, content: Content) -> list:
    """Return the views behind a key figure, that of its unit only where it places the cases."""
    unit = {f"einheit_{figure.unit}"} if PLACES & set(figure.slices) else set()
    return needed_views(content, guard.names_read(figure.sql) | unit)


def moved_by(table: str, views: list, names: Names) -> list:
    """Return the views that hold rows of a table and must be made anew when it is corrected; macros hold none."""
    return [view for view in views if view.arguments is None and table in tables_behind({view.name}, names)]


def make_views(sides: Sides, views: list) -> None:
    """Create views beside; one that fails is remembered and makes the figure say so."""
    for view in views:
        sides.beside.execute(f"DELETE FROM {VIEW_FAILED} WHERE name = $1", [view.name])
        create_view(sides.beside, view, sides.seconds)


def answers(sides: Sides, question: Question, moving: list) -> Iterator[ImpactResult]:
    """Yield a rule's answers: all findings together in every slice, then each office alone."""
    whole = list(answer(sides, question, None, moving))
    yield from whole
    if len(question.offices) == 1:
        yield ImpactResult(question.rule, *question.offices, question.findings, whole[0].corrected, whole[0].before, whole[0].after)
    elif len(question.offices) <= MOST_OFFICES:
        for office in question.offices:
            yield next(answer(sides, question, office, moving))


def answer(sides: Sides, question: Question, office: str | None, moving: list) -> Iterator[ImpactResult]:
    """Yield the figure's slices, the whole first, with the findings of one office (None: all) put right."""
    findings = question.findings if office is None else question.offices[office]
    try:
        with time_limit(sides.con, sides.seconds):
            corrected, changed = correct(sides, question, office)
        after = question.before
        if changed:
            make_views(sides, moving)
            figure = question.figure if office is None else replace(question.figure, slices=())
            again = measure(sides.beside, sides.content, [figure], sides.stichtag, sides.delivered, sides.seconds,
                            frozenset({question.rule.impact.table}))  # fmt: skip
            after = {result.slice: result for result in again}
    except duckdb.Error as error:
        whole = question.before[WHOLE]
        failed = FigureResult(question.figure, WHOLE, None, None, 0, whole.target, explain(error))
        yield ImpactResult(question.rule, office, findings, 0, whole, failed)
        return
    for name in sorted(set(question.before) | set(after), key=lambda name: (name != WHOLE, name)):
        pair = [side.get(name) or FigureResult(question.figure, name, 0, 0, 0, None) for side in (question.before, after)]
        yield ImpactResult(question.rule, office, findings, corrected, *pair)


def correct(sides: Sides, question: Question, office: str | None) -> tuple[int, bool]:
    """Put the corrected table beside; returns how many findings decided a row of it, and whether any row changed."""
    con, beside, table = sides.con, sides.beside, question.rule.impact.table
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE {VERDICT} AS SELECT case_id, item, TRUE AS violated FROM {FINDINGS}
            WHERE rule_id = $1 AND verdict = 'violation' AND ($2::VARCHAR IS NULL OR coalesce(geschaeftsstelle, $3) = $2)""",
        [question.rule.id, office, NOWHERE],
    )
    con.execute(f"CREATE OR REPLACE TEMP TABLE {CORRECTED} AS {question.query}")
    count = f"SELECT count(*) FROM (SELECT DISTINCT case_id, item FROM {CORRECTED} WHERE case_id IS NOT NULL)"
    corrected = con.execute(count).fetchall()[0][0]
    columns = ", ".join(quoted(name) for name in sides.content.tables[table].column_names)
    same = "SELECT count(*), sum(hash({0})::HUGEINT) FROM {1}"
    delivered = con.execute(same.format(columns, f"daten.{quoted(table)}")).fetchall()
    changed = bool(corrected) and con.execute(same.format(columns, CORRECTED)).fetchall() != delivered
    if changed:
        beside.register(PASSED_OVER, con.sql(f"SELECT {columns} FROM {CORRECTED}").to_arrow_reader())
        beside.execute(f"CREATE OR REPLACE TEMP TABLE {quoted(table)} AS SELECT {columns} FROM {PASSED_OVER}")
        beside.unregister(PASSED_OVER)
    con.execute(f"DROP TABLE {CORRECTED}")
    return corrected, changed
