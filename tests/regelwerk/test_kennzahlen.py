"""Every example of every key figure: the named rules are judged on the same tiny delivery first."""

import pytest

from amip_dq.content.query import restricted
from amip_dq.content.rules import bind_statement
from amip_dq.engine import Bench
from amip_dq.engine.figures import RATIO, SHARE


@pytest.fixture(scope="module")
def bench(shipped):
    return Bench(shipped)


def judged(bench, rule_id):
    """Return the temporary table that holds what a rule says about the tables as they stand."""
    rule = next(rule for rule in bench.content.rules if rule.id == rule_id)
    table = "probe_" + rule_id.replace(".", "_")
    columns = bench.con.sql(bench.query(rule)).columns
    item = "coalesce(item, '')" if "item" in columns else "''"
    bench.con.execute(
        f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT case_id, {item} AS item, violated FROM ({bench.query(rule)})"
    )
    return table


def measured(bench, figure, example):
    """Return what a key figure counts on an example's tables."""
    bench.set_up(example)
    statement = bind_statement(figure.sql, figure.reads, bench.names)
    verdicts = {rule_id: judged(bench, rule_id) for rule_id in statement.verdicts}
    query = restricted(statement, figure.reads, bench.names, verdicts)
    cases = bench.con.execute(f"SELECT count(*) FROM ({query})").fetchall()[0][0]
    distinct = "case_id" if "item" not in bench.con.sql(query).columns else "(case_id, item)"
    assert cases == bench.con.execute(f"SELECT count(DISTINCT {distinct}) FROM ({query})").fetchall()[0][0]
    sums = RATIO if "zaehler" in bench.con.sql(query).columns else SHARE
    numbers = bench.con.execute(f"SELECT {sums} FROM ({query})").fetchall()[0]
    return dict(zip(("numerator", "denominator", "undetermined"), numbers, strict=True))


def test_every_example_of_every_key_figure(shipped, bench):
    failures = []
    for figure in shipped.key_figures:
        for example in figure.examples:
            found = measured(bench, figure, example)
            if found != dict(example.expect):
                failures.append(f"{figure.id} · {example.name}: erwartet {dict(example.expect)}, gezählt {found}")
    assert not failures, "\n".join(failures)


def test_every_key_figure_has_examples(shipped):
    assert [figure.id for figure in shipped.key_figures if len(figure.examples) < 2] == []
