"""The data files of contract.md."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from report_pages import digest_of

from amip_dq.report import write_run
from amip_dq.report.files import inert

FINDING_COLUMNS = [
    "rule_id",
    "version",
    "case_id",
    "item",
    "verdict",
    "typ",
    "severity",
    "geschaeftsstelle",
    "team",
    "responsible",
    "heilbar_bis",
    "change",
    "first_seen",
    "text",
    "evidence",
    "fingerprint",
]


@pytest.fixture(scope="module")
def out(library, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lauf")
    write_run(library.run, library.content, library.con, folder)
    return folder


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_csv_is_what_excel_opens(out: Path) -> None:
    raw = (out / "findings.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf") and b"\r" not in raw
    assert read_csv(out / "findings.csv")[0]["first_seen"] == "2022-06-30"


def test_findings_are_complete_sorted_and_the_same_in_both_files(out: Path, library) -> None:
    table = pq.read_table(out / "findings.parquet").to_pylist()
    lines = read_csv(out / "findings.csv")
    assert list(lines[0]) == FINDING_COLUMNS == list(table[0])
    assert [r["fingerprint"] for r in table] == [r["fingerprint"] for r in lines]
    keys = [(r["rule_id"], r["case_id"], r["item"]) for r in table]
    assert keys == sorted(keys)
    assert len(table) == sum(r.violation + r.undetermined for r in library.run.results)
    assert all(json.loads(r["evidence"]) for r in table)


@pytest.mark.parametrize("text", ["=1+1", "+49", "-1", "@x", "\tx"])
def test_formulas_are_inert_in_csv_and_raw_in_parquet(text: str, out: Path) -> None:
    assert inert(text) == "'" + text
    assert read_csv(out / "rejected.csv")[0]["raw"] == "'=1+1;x"
    assert pq.read_table(out / "rejected.parquet").to_pylist()[0]["raw"] == "=1+1;x"


def test_run_json_has_exactly_the_keys_of_the_contract(out: Path, library) -> None:
    document = json.loads((out / "run.json").read_text("utf-8"))
    assert list(document) == ["schema", "stichtag", "delivery", "content_digest", "parameters_digest", "engine_version",
                              "rules", "key_figures", "defects", "not_delivered"]  # fmt: skip
    assert list(document["rules"][0]) == [
        "id",
        "version",
        "status",
        "scope",
        "ok",
        "violation",
        "undetermined",
        "waived",
    ]
    assert list(document["key_figures"][0]) == [
        "id",
        "slice",
        "numerator",
        "denominator",
        "undetermined",
        "value",
        "target",
        "reached",
    ]
    assert document["defects"] == [{"table": "leser", "column": "gruppe", "check": "enum", "rows": 1}]
    assert {r["id"]: r["violation"] for r in document["rules"]} == {r.rule.id: r.violation for r in library.run.results}
    assert document["not_delivered"] == ["besuch"] and document["stichtag"] == "2022-06-30"


def test_seconds_only_on_demand(library, tmp_path: Path) -> None:
    write_run(library.run, library.content, library.con, tmp_path / "a", timings=True)
    assert "seconds" in json.loads((tmp_path / "a/run.json").read_text("utf-8"))["rules"][0]


def test_same_run_same_bytes(library, out: Path, tmp_path: Path) -> None:
    write_run(library.run, library.content, library.con, tmp_path / "b")
    assert digest_of(tmp_path / "b") == digest_of(out)
