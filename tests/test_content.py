"""Every example of every rule, and the house rules of the shipped content."""

import re

import pytest

from amip_dq.engine import Bench

DEFECT_WORDS = ["fehlt", "fehlend", "doppelt", "widerspruechlich", "unplausibel", "unzulaessig", "verspaetet", "ueberschritten", "abgelaufen", "offen", "falsch", "unvollstaendig", "unspezifisch", "veraltet", "laeuft_ab", "ungeklaert"]


@pytest.fixture(scope="module")
def bench(shipped):
    return Bench(shipped)


def test_every_example_of_every_rule(shipped, bench):
    failures = [
        f"{rule.id} · {result.example.name}: {difference}"
        for rule in shipped.rules
        for result in bench.run(rule)
        for difference in result.differences
    ]
    assert not failures, "\n".join(failures)


def test_no_rule_holds_a_bare_number_as_threshold(shipped):
    """A number of two digits or more in rule SQL is a threshold that belongs into parameters.yaml."""
    for rule in (*shipped.rules, *shipped.key_figures):
        code = re.sub(r"'[^']*'|--[^\n]*|\* 100\b", "", rule.sql)  # times 100 makes a share a percentage
        bare = set(re.findall(r"(?<![\w.])\d{2,}(?![\w.])", code))
        assert not bare, f"{rule.id}: {bare}"


def test_sql_files_stay_short(shipped):
    for rule in (*shipped.rules, *shipped.key_figures):
        assert len(rule.sql.splitlines()) <= 60, rule.id


def test_every_remedy_names_its_system_and_every_rule_says_when_it_closes(shipped):
    for rule in shipped.rules:
        assert rule.closes_when, rule.id
        assert rule.remedy, rule.id


def test_unverified_values_are_marked(shipped):
    assert not shipped.parameters["zaehltag"].verified
