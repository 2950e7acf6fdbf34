"""Every example of every key figure: the named rules are judged on the same tiny delivery first."""

from amip_dq.engine import Bench
from amip_dq.engine.examples import compare_counts


def test_every_example_of_every_key_figure(shipped):
    bench = Bench(shipped)
    failures = [
        f"{figure.id} · {result.example.name}: {'; '.join(result.differences)}"
        for figure in shipped.key_figures
        for result in bench.run(figure)
        if not result.passed
    ]
    assert not failures, "\n".join(failures)


def test_every_key_figure_has_examples(shipped):
    assert [figure.id for figure in shipped.key_figures if len(figure.examples) < 2] == []


def test_every_key_figure_by_sex_has_an_example_of_it(shipped):
    """A figure whose examples name no slice could be cut along the wrong person unnoticed."""
    by_sex = [figure for figure in shipped.key_figures if "geschlecht" in figure.slices and "geschlecht" in figure.sql]
    named = {figure.id for figure in by_sex for example in figure.examples if any(key.startswith("geschlecht=") for key in example.expect)}
    assert [figure.id for figure in by_sex if figure.id not in named] == []


def test_other_counts_and_repeated_cases_are_named():
    expect = {"numerator": 1, "denominator": 2, "undetermined": 0, "geschlecht=w": [1, 1, 0]}
    assert list(compare_counts(expect, [(1, 2, 0, 0), (1, 1, 0, 0)])) == []
    assert list(compare_counts(expect, [(1, 3, 0, 1), (0, 1, 0, 0)])) == [
        "denominator: erwartet 2, gezählt 3",
        "1 Zeilen wiederholen Fall und Gegenstand (case_id, item)",
        "geschlecht=w, numerator: erwartet 1, gezählt 0",
    ]
