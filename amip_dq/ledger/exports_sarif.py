"""SARIF 2.1.0: the findings of a run for tools that show results of static checks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from amip_dq.model import Rule, Run

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {"kritisch": "error", "hoch": "error", "mittel": "warning", "niedrig": "note"}
BASELINE = {"new": "new", "reopened": "new", "unchanged": "unchanged"}


def write_sarif(run: Run, findings: Iterable[Mapping[str, Any]], path: Path) -> None:
    """Write one log with one run; `findings` have the columns of `befund` and are streamed. Holds case numbers."""
    index = {result.rule.id: number for number, result in enumerate(run.results)}
    head, tail = _log(run).rsplit('"results":[]', 1)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(head + '"results":[')
        for number, finding in enumerate(findings):
            file.write(",\n" if number else "\n")
            file.write(_json(_result(finding, index)))
        file.write("]" + tail + "\n")


def _log(run: Run) -> str:
    driver = {
        "name": "amip-dq", "version": run.engine_version, "language": "de-DE",
        "rules": [_rule(result.rule) for result in run.results],
    }  # fmt: skip
    invocation = {
        "executionSuccessful": run.judged and not run.not_checked,
        "toolExecutionNotifications": [_notification(r.rule.id, r.status.value) for r in run.not_checked],
    }
    properties = {"stichtag": run.stichtag.isoformat(), "runId": run.run_id, "chainHash": run.chain_hash}
    body = {
        "tool": {"driver": driver}, "invocations": [invocation], "columnKind": "unicodeCodePoints",
        "properties": properties, "results": [],
    }  # fmt: skip
    return _json({"$schema": SCHEMA, "version": "2.1.0", "runs": [body]})


def _rule(rule: Rule) -> dict[str, Any]:
    basis = "; ".join(basis.cite for basis in rule.basis)
    return {
        "id": rule.id, "name": rule.control.id,
        "shortDescription": {"text": rule.title}, "fullDescription": {"text": rule.rationale or rule.title},
        "help": {"text": "\n".join(rule.remedy) or rule.title},
        "defaultConfiguration": {"level": LEVELS[rule.severity.value]},
        "properties": {"tags": [rule.typ.value, rule.status.value], "basis": basis, "version": rule.version},
    }  # fmt: skip


def _notification(rule_id: str, status: str) -> dict[str, Any]:
    return {"level": "error", "message": {"text": f"Regel nicht geprüft: {status}"}, "associatedRule": {"id": rule_id}}


def _result(finding: Mapping[str, Any], index: Mapping[str, int]) -> dict[str, Any]:
    violation = finding["verdict"] == "violation"
    place = "/".join(part for part in (finding["case_id"], finding["item"]) if part)
    result = {
        "ruleId": finding["rule_id"], "ruleIndex": index.get(finding["rule_id"], -1),
        "kind": "fail" if violation else "open", "level": LEVELS[finding["severity"]] if violation else "none",
        "message": {"text": finding["text"] or finding["rule_id"]},
        "locations": [{"logicalLocations": [
            {"name": finding["case_id"], "fullyQualifiedName": place, "kind": "resource"}]}],
        "partialFingerprints": {"amipDq/v1": finding["fingerprint"]},
        "baselineState": BASELINE[finding["change"]],
    }  # fmt: skip
    if finding["waived_until"] is not None:
        note = f"ausgenommen bis {finding['waived_until']:%d.%m.%Y}"
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": note}]
    return result


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
