"""A few hostile offices through the whole command: files in, run.json and findings.csv out, as the oracle says."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from amip_dq.cli.main import run

from .kanonisch import write_delivery
from .oracle import RULES, judge, measure
from .random_office import random_office

VERDICT = {True: "violation", None: "undetermined"}


def read_findings(path: Path) -> set[tuple[str, str, str, str]]:
    """Return (rule_id, case_id, item, verdict) of the oracle's rules; every finding has a sentence and evidence."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert all(isinstance(json.loads(row["evidence"]), dict) and row["text"] for row in rows)
    return {(r["rule_id"], r["case_id"], r["item"], r["verdict"]) for r in rows if r["rule_id"] in RULES}


def counts_of(rule: dict[str, Any]) -> tuple[int, ...]:
    return tuple(rule[key] for key in ("scope", "ok", "violation", "undetermined"))


@pytest.mark.slow
@pytest.mark.parametrize("seed", (80_000, 80_001))
def test_files_in_findings_out(shipped, tmp_path, seed):
    stichtag, office = random_office(seed)
    delivery, rejected = write_delivery(shipped, office, tmp_path / "lieferung", seed)
    out = tmp_path / "ergebnis"
    code = run(["check", str(delivery), "--stichtag", stichtag.isoformat(), "--out", str(out), "--force", "--quiet"])
    assert code in (0, 2)  # 2: the gate may find so hostile a delivery unfit; --force judges it all the same
    judged = judge(office, stichtag)
    written = json.loads((out / "run.json").read_text(encoding="utf-8"))

    assert {file["table"]: file["rows_rejected"] for file in written["delivery"]["files"]} == rejected

    findings = {(r, *case, VERDICT[v]) for r, said in judged.items() for case, v in said.items() if v is not False}
    assert read_findings(out / "findings.csv") == findings

    wanted = {r: (len(v), *(list(v.values()).count(kind) for kind in (False, True, None))) for r, v in judged.items()}
    assert {rule["id"]: counts_of(rule) for rule in written["rules"] if rule["id"] in RULES} == wanted

    figures = {(f["id"].removeprefix("kennzahl."), f["slice"]): f for f in written["key_figures"]}
    for (name, slice_), counts in measure(office, stichtag, judged).items():
        if slice_ == "gesamt" and counts is None:
            assert (figures[name, slice_]["value"], figures[name, slice_]["reached"]) == (None, None), name
        elif slice_ == "gesamt":
            figure = figures[name, slice_]
            assert (figure["numerator"], figure["denominator"], figure["undetermined"]) == counts, name
