"""Every published value is reproduced, and a variant that is not offered is never called reproduced."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from amip_dq.sampling import evaluate_attribute, plan_attribute, plan_mus
from amip_dq.sampling.validation import (
    DIFFERENT,
    NOT_OFFERED,
    REPRODUCED,
    SHIPPED,
    agrees,
    check_vector,
    line,
    read_vectors,
    report,
)

AICPA = json.loads(Path(__file__).with_name("aicpa_tables.json").read_text())
DOCS = Path(__file__).parents[2] / "docs" / "stichprobe"


def test_shipped_values_are_reproduced_and_the_report_in_the_docs_is_theirs():
    checks = [check_vector(vector) for vector in read_vectors(SHIPPED)]
    assert [line(check) for check in checks if check.status != REPRODUCED] == []
    assert len(checks) > 200
    assert (DOCS / "validierung.md").read_text(encoding="utf-8") == report(checks)


@pytest.mark.parametrize("table", AICPA["sizes"], ids=lambda table: table["table"])
def test_aicpa_sample_sizes_complete(table):
    for tolerable, row in zip(table["tolerable_percent"], table["n"], strict=False):
        for expected, n in zip(table["expected_percent"], row, strict=False):
            plan = plan_attribute(
                distribution="binomial", confidence=table["confidence"],
                tolerable_rate=Decimal(str(tolerable)) / 100, expected_rate=Decimal(str(expected)) / 100,
            )  # fmt: skip
            assert plan.sample_size == n, (tolerable, expected)


@pytest.mark.parametrize("table", AICPA["limits"], ids=lambda table: table["table"])
def test_aicpa_upper_limits_complete(table):
    for n, row in zip(table["sizes"], table["upper_percent"], strict=False):
        for errors, upper in enumerate(row):
            found = evaluate_attribute(
                distribution="binomial", confidence=table["confidence"], sample_size=n, errors=errors
            )
            assert found.upper_rate_percent_ceil_0_1 == Decimal(upper), (n, errors)


def test_aicpa_money_unit_sizes_complete():
    for risk, ratio, row in AICPA["money"]["rows"]:
        for tolerable, n in zip(AICPA["money"]["tolerable"], row, strict=False):
            plan = plan_mus(
                confidence=1 - Decimal(risk), tolerable_fraction=tolerable, expected_to_tolerable_ratio=ratio
            )
            assert plan.sample_size == n, (risk, ratio, tolerable)


def vector(**more):
    inputs = {"distribution": "binomial", "confidence": 0.95, "tolerable_rate": 0.05, "expected_errors": 0}
    return {"id": "v", "function": "plan_attribute", "inputs": inputs, "expected": {"sample_size": 59}, **more}


@pytest.mark.parametrize(
    "changes, status",
    [
        ({}, REPRODUCED),
        ({"expected": {"sample_size": 60}}, DIFFERENT),
        ({"expected": {"sample_size": 60}, "tolerance": 1}, REPRODUCED),
        ({"function": "plan_bayes"}, NOT_OFFERED),
        ({"inputs": {"confidence": 0.95, "tolerable_rate": 0.05, "prior": "impartial"}}, NOT_OFFERED),
        ({"inputs": {"confidence": 0.95, "tolerable_rate": 0.05, "distribution": "beta"}}, NOT_OFFERED),
        ({"inputs": {"confidence": 0.95, "tolerable_rate": 0.05, "distribution": "binomial", "stages": [2, 1]}}, NOT_OFFERED),
        ({"expected": {"bayes_factor": 3}}, NOT_OFFERED),
        ({"inputs": {"confidence": 0.95, "tolerable_rate": 0.05, "distribution": "binomial", "expected_rate": 0.05}}, DIFFERENT),
        ({"function": "evaluate_stringer", "inputs": {"method": "stringer_lta", "confidence": 0.95, "sample_size": 60,
          "taints_nonzero": [0.5]}, "expected": {"upper_rate": 0.1}}, NOT_OFFERED),
        ({"function": "stratified_estimate", "inputs": {"kind": "regression", "N": 10, "n": 5}, "expected": {"total": 1}}, NOT_OFFERED),
    ],
)  # fmt: skip
def test_a_variant_is_reproduced_different_or_declared_unsupported(changes, status):
    assert check_vector(vector(**changes)).status == status


def test_numbers_lists_and_mappings_are_compared_entry_by_entry():
    assert agrees({1: 2}, {"1": 2}, 0) and not agrees({1: 2, 2: 1}, {"1": 2}, 0)
    assert agrees((1, 2), [1, 2], 0) and not agrees((1, 2), [1], 0) and not agrees(2, [2], 0)
    assert agrees(0.5, Decimal("0.5000001"), Decimal("0.000001")) and not agrees(0.5, 0.51, 0.001)


def test_the_command_exits_0_only_if_all_are_reproduced(office, capsys):
    office.path("gut.json").write_text(json.dumps([vector()]))
    office.path("schlecht.json").write_text(json.dumps([vector(), vector(expected={"sample_size": 1})]))
    office.path("kaputt.json").write_text("[{]")
    assert office.run("validate", "--vectors", "@gut.json") == 0
    assert "1 of 1 reproduced" in capsys.readouterr().out
    assert office.run("validate", "--vectors", "@schlecht.json") == 1
    assert "1 of 2 reproduced" in capsys.readouterr().out
    assert office.run("validate", "--vectors", "@kaputt.json") == 2
