"""`rules mutate`: which wrong versions it makes, that it notices a poor example, and a small sample of the shipped rules.

The whole set is proved by `amip-dq rules mutate`, which takes minutes.
"""

from dataclasses import replace

import pytest

from amip_dq.engine import Bench
from amip_dq.engine.mutants import mutants
from amip_dq.engine.mutate import MutationResult, mutate
from amip_dq.engine.mutate_views import mutate_view, readers_of
from amip_dq.model import EquivalentMutant

SAMPLE = ("fallabschluss.grund_fehlt", "stammdaten.bg_nummer_falsch", "vermittlung.integration_doppelt", "kennzahl.weiterbildung_abschluss")


@pytest.fixture(scope="module")
def bench(shipped):
    return Bench(shipped)


def item(shipped, name):
    return next(item for item in (*shipped.rules, *shipped.key_figures) if item.id == name)


@pytest.mark.parametrize("name", SAMPLE)
def test_a_sample_of_the_shipped_rules_is_proved(shipped, bench, name):
    result = mutate(bench, item(shipped, name))
    assert result.judged and result.enough, result.survivors
    assert not result.unknown_equivalents


def test_a_missing_example_leaves_a_survivor(shipped, bench):
    rule = item(shipped, "vermittlung.integration_doppelt")
    (first, *_) = rule.examples
    poorer = mutate(bench, replace(rule, examples=(first,)))
    assert poorer.survivors and poorer.killed < mutate(bench, rule).killed


def test_a_key_figure_is_noticed_by_its_counts_and_its_slices(shipped, bench):
    figure = item(shipped, "kennzahl.weiterbildung_abschluss")
    without = replace(figure, examples=tuple(e for e in figure.examples if "geschlecht=w" not in e.expect))
    assert "p.kundennr = m.kundennr → p.kundennr <> m.kundennr" in mutate(bench, without).survivors


def test_a_mark_that_fits_nothing_is_reported(shipped, bench):
    rule = replace(item(shipped, "fallabschluss.grund_fehlt"), equivalent_mutants=(EquivalentMutant("a → b", "nie"),))
    assert mutate(bench, rule).unknown_equivalents == ("a → b",)


@pytest.mark.parametrize("name", ["deckt_tag", "bg_beendet"])
def test_views_are_proved_by_their_readers(shipped, name):
    view = shipped.views[name]
    few = replace(shipped, rules=tuple(r for r in shipped.rules if r in readers_of(view, shipped))[:3], key_figures=())
    result = mutate_view(Bench(few), view)
    assert result.name == f"sicht {name}" and result.killed


@pytest.mark.parametrize(
    ("sql", "change"),
    [
        ("SELECT a AS case_id, a > 1 AS violated FROM t", "a > 1 → a >= 1"),
        ("SELECT a AS case_id, a > 1 AS violated FROM t", "a > 1 → a > (1 + 1)"),
        ("SELECT a AS case_id, b AND c AS violated FROM t", "b AND c → b OR c"),
        ("SELECT a AS case_id, b AND c AS violated FROM t", "b AND c → b"),
        ("SELECT a AS case_id, coalesce(b, FALSE) AS violated FROM t", "COALESCE(b, FALSE) → b"),
        ("SELECT a AS case_id, b IS NULL AS violated FROM t", "b IS NULL → NOT b IS NULL"),
        ("SELECT a AS case_id, EXISTS (SELECT 1 FROM u) AS violated FROM t", "EXISTS(SELECT 1 FROM u) → NOT EXISTS(SELECT 1 FROM u)"),
        ("SELECT a AS case_id, b AS violated FROM t WHERE c", "WHERE c → —"),
        ("SELECT a AS case_id, count(*) FILTER (WHERE c) > 0 AS violated FROM t", "COUNT(*) FILTER(WHERE c) → COUNT(*)"),
        ("SELECT t.a AS case_id, u.b AS violated FROM t JOIN u ON u.a = t.a", "JOIN u ON u.a = t.a → LEFT JOIN u ON u.a = t.a"),
        ("SELECT a AS case_id, param('p', d) AS violated FROM t", "param('p', d) → (param('p', d) + 1)"),
    ],
)
def test_what_a_slip_of_the_pen_would_write(sql, change):
    assert change in [mutant.change for mutant in mutants(sql)]


def test_evidence_is_left_alone():
    assert mutants("SELECT a AS case_id, b AS violated, c > 1 AS beleg FROM t") == []


@pytest.mark.parametrize(("killed", "alive", "enough"), [(19, 1, True), (18, 1, False), (0, 0, True)])
def test_ninety_five_per_cent(killed, alive, enough):
    assert MutationResult("x", killed, (), ("m",) * alive).enough is enough
