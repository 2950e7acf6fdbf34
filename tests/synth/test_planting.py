"""What is planted is found, and nothing else: the rules against the truth of the simulation."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import duckdb
import pytest

from amip_dq.content import content_folder, load_content
from amip_dq.delivery import find_defects, read_delivery
from amip_dq.engine import evaluate, open_for_judging
from amip_dq.model import Content, Typ
from amip_dq.synth import office, write_office
from amip_dq.synth.planting import PLANTINGS


@pytest.fixture(scope="module")
def content() -> Content:
    return load_content(content_folder(None))


def judged(content: Content, folder: Path, stichtag: date, layout: str, work: Path) -> tuple[set, set]:
    """Return violations (rule_id, case_id, item) and the rules with undetermined verdicts; no cell may be defective."""
    con = duckdb.connect(str(work / "work.duckdb"))
    delivery = read_delivery(folder, content.layouts[layout], content.tables, con)
    assert sum(file.rows_rejected for file in delivery.files) == 0
    assert delivery.not_delivered == ()
    assert find_defects(con, delivery, content.tables) == ()
    con.close()
    rules = tuple(rule for rule in content.rules if rule.applies_on(stichtag))
    con = open_for_judging(work / "work.duckdb", content, stichtag, rules)
    results = evaluate(con, content, rules, delivery.delivered)
    assert [(result.rule.id, result.error) for result in results if result.error] == []
    rows = con.execute("SELECT rule_id, case_id, coalesce(item, ''), verdict FROM befund").fetchall()
    con.close()
    return {row[:3] for row in rows if row[3] == "violation"}, {row[0] for row in rows if row[3] == "undetermined"}


def truth(folder: Path) -> set[tuple[str, ...]]:
    with (folder / "wahrheit.csv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file, delimiter=";"))
    assert rows[0] == ["rule_id", "case_id", "item"]
    return {tuple(row) for row in rows[1:]}


def of_type(content: Content, found: set, typ: Typ) -> set:
    rules = {rule.id for rule in content.rules if rule.typ is typ}
    return {row for row in found if row[0] in rules}


def test_clean_office_has_no_errors(content, tmp_path):
    write_office(tmp_path / "office", elb=600, months=36, stichtag=date(2022, 6, 30), seed=1)
    found, undetermined = judged(content, tmp_path / "office", date(2022, 6, 30), "kanonisch", tmp_path)
    assert of_type(content, found, Typ.FEHLER) == set()
    assert undetermined == set()
    assert truth(tmp_path / "office") == set()


SCENES = [  # Stichtag, months, seed, rate, layout, format
    (date(2022, 6, 30), 12, 2, 0.1, "kanonisch", "csv"),
    pytest.param(date(2022, 5, 31), 6, 3, 0.2, "kanonisch", "parquet", marks=pytest.mark.slow),
    pytest.param(date(2024, 2, 29), 1, 4, 0.05, "buero", "csv", marks=pytest.mark.slow),
    pytest.param(date(2025, 12, 26), 18, 5, 0.1, "kanonisch", "xlsx", marks=pytest.mark.slow),
    pytest.param(date(2023, 1, 1), 40, 6, 0.3, "kanonisch", "csv", marks=pytest.mark.slow),
]


@pytest.mark.parametrize("stichtag, months, seed, rate, layout, file_format", SCENES)
def test_exactly_the_planted_defects_are_found(content, tmp_path, stichtag, months, seed, rate, layout, file_format):
    folder = tmp_path / "office"
    write_office(
        folder,
        elb=600,
        months=months,
        stichtag=stichtag,
        seed=seed,
        defect_rate=rate,
        layout=layout,
        file_format=file_format,
    )
    found, undetermined = judged(content, folder, stichtag, layout, tmp_path)
    planted = truth(folder)
    errors = of_type(content, found, Typ.FEHLER)
    assert errors - planted == set(), "gefunden, aber nicht eingebaut"
    assert planted - found == set(), "eingebaut, aber nicht gefunden"
    assert undetermined == set()


@pytest.mark.slow
def test_blocks_fit_together(content, tmp_path, monkeypatch):
    monkeypatch.setattr(office, "BATCH_ELB", 250)
    write_office(tmp_path / "office", elb=600, months=12, stichtag=date(2022, 6, 30), seed=7, defect_rate=0.1)
    found, _ = judged(content, tmp_path / "office", date(2022, 6, 30), "kanonisch", tmp_path)
    assert of_type(content, found, Typ.FEHLER) == of_type(content, truth(tmp_path / "office"), Typ.FEHLER)


def test_every_rule_has_a_planting(tmp_path):
    write_office(tmp_path / "office", elb=600, months=12, stichtag=date(2022, 6, 30), seed=2, defect_rate=0.1)
    not_yet = {"vermittlung.par53a_unzulaessig"}  # unlawful from 2023 on only
    assert {row[0] for row in truth(tmp_path / "office")} == set(PLANTINGS) - not_yet
