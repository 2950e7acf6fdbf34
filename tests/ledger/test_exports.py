"""The exports pass the public schema or parser of their format, whatever the texts hold."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from night_simulator import a_rule, a_run

from amip_dq.ledger.exports_junit import write_junit
from amip_dq.ledger.exports_openmetrics import write_openmetrics
from amip_dq.ledger.exports_sarif import write_sarif
from amip_dq.model import RuleResult, Severity

SCHEMA = Path(__file__).with_name("sarif-2.1.0-rtm.5.json")  # from the npm package @microsoft/jest-sarif, MIT
NASTY = 'Fall "B1" <&> \\ \n ünï \u0001 ]]>'
RESULTS = (
    RuleResult(a_rule("akte.fehlt", title=NASTY), ok=7, violation=3, undetermined=1, waived=1),
    RuleResult(a_rule("akte.doppelt", severity=Severity.NIEDRIG), ok=5),
    RuleResult(a_rule("notiz.fehlt"), undetermined=2),
    RuleResult(a_rule("notiz.veraltet")),
    RuleResult(a_rule("notiz.kaputt"), error=NASTY),
    RuleResult(a_rule("notiz.ohne_daten"), missing_tables=("notiz",)),
    RuleResult(a_rule("notiz.ausgenommen"), ok=1, violation=2, waived=2),
)
RUN = a_run(date(2022, 6, 30), RESULTS)


def a_finding(**changes):
    return {"rule_id": "akte.fehlt", "case_id": NASTY, "item": "A/1", "verdict": "violation", "severity": "hoch", "text": NASTY,
            "fingerprint": "0123456789abcdef", "change": "new", "waived_until": None} | changes  # fmt: skip


FINDINGS = [
    a_finding(),
    a_finding(change="unchanged", item="", waived_until=date(2022, 12, 31)),
    a_finding(change="reopened", verdict="undetermined", text=None),
]


@pytest.mark.parametrize("findings", [FINDINGS, []])
def test_sarif_follows_the_public_schema(tmp_path, findings):
    jsonschema = pytest.importorskip("jsonschema")
    path = tmp_path / "lauf.sarif"
    write_sarif(RUN, iter(findings), path)
    log = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.Draft4Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(log)
    assert len(log["runs"][0]["results"]) == len(findings)
    assert len(log["runs"][0]["tool"]["driver"]["rules"]) == len(RESULTS)


def test_sarif_tells_findings_from_what_cannot_be_judged(tmp_path):
    write_sarif(RUN, FINDINGS, tmp_path / "lauf.sarif")
    results = json.loads((tmp_path / "lauf.sarif").read_text(encoding="utf-8"))["runs"][0]["results"]
    assert [(r["kind"], r["level"], r["baselineState"]) for r in results] == [
        ("fail", "error", "new"), ("fail", "error", "unchanged"), ("open", "none", "new"),
    ]  # fmt: skip
    assert ["suppressions" in r for r in results] == [False, True, False]


def test_junit_is_read_by_a_public_parser(tmp_path):
    junitparser = pytest.importorskip("junitparser")
    write_junit(RUN, tmp_path / "lauf.xml")
    parsed = junitparser.JUnitXml.fromfile(str(tmp_path / "lauf.xml"))
    assert (parsed.tests, parsed.failures, parsed.errors, parsed.skipped) == (7, 1, 2, 2)
    outcome = {case.name.split()[0]: [type(r).__name__ for r in case.result] for suite in parsed for case in suite}
    assert outcome == {
        "akte.fehlt": ["Failure"], "akte.doppelt": [], "notiz.fehlt": ["Skipped"], "notiz.veraltet": ["Skipped"],
        "notiz.kaputt": ["Error"], "notiz.ohne_daten": ["Error"], "notiz.ausgenommen": [],
    }  # fmt: skip


def test_openmetrics_is_read_by_the_public_parser(tmp_path):
    parser = pytest.importorskip("prometheus_client.openmetrics.parser")
    finished = datetime(2022, 7, 1, 5, 0, tzinfo=UTC)
    write_openmetrics(RUN, finished, tmp_path / "amip.prom")
    families = {
        f.name: f for f in parser.text_string_to_metric_families((tmp_path / "amip.prom").read_text(encoding="utf-8"))
    }
    found = {(s.labels["rule"], s.labels["verdict"]): s.value for s in families["amip_dq_findings"].samples}
    assert found["akte.fehlt", "violation"] == 3 and found["notiz.fehlt", "undetermined"] == 2
    assert families["amip_dq_last_run_timestamp_seconds"].samples[0].value == finished.timestamp()
    assert {s.labels["rule"]: s.value for s in families["amip_dq_rule_checked"].samples}["notiz.kaputt"] == 0
