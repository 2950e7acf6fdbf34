"""What is planted is found, and nothing else: the rules against the truth of the simulation."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import duckdb
import pytest

from amip_dq.content import content_folder, load_content
from amip_dq.delivery.defects import find_defects
from amip_dq.delivery.read import read_delivery
from amip_dq.engine import evaluate, measure, open_for_judging, what_if
from amip_dq.model import Content, ImpactResult, Typ
from amip_dq.synth import office, write_office
from amip_dq.synth.planting import PLANTINGS

# Rules of type fehler that nothing is planted for, each with the reason why that cannot be done.
NOT_PLANTED: dict[str, str] = {}
# A municipality that is left out (the planted defect) leaves open whether somebody lives in the district.
LEFT_OPEN = {"stammdaten.zustaendigkeit_ungeklaert"}
UNLAWFUL_SINCE_2023 = {"vermittlung.par53a_unzulaessig"}


@pytest.fixture(scope="module")
def content() -> Content:
    return load_content(content_folder(None))


def judge(content: Content, folder: Path, stichtag: date, layout: str, work: Path, rules, figures=()) -> tuple:
    """Return a database with the judgements, the results and what was delivered; no cell may be defective."""
    con = duckdb.connect(str(work / "work.duckdb"))
    delivery = read_delivery(folder, content.layouts[layout], content.tables, con)
    assert sum(file.rows_rejected for file in delivery.files) == 0
    assert delivery.not_delivered == ()
    assert find_defects(con, delivery, content.tables) == ()
    con.close()
    con = open_for_judging(work / "work.duckdb", content, stichtag, (*rules, *figures))
    results = evaluate(con, content, rules, delivery.delivered)
    assert [(result.rule.id, result.error) for result in results if result.error] == []
    return con, results, delivery.delivered


def judged(content: Content, folder: Path, stichtag: date, layout: str, work: Path) -> tuple[set, set]:
    """Return violations (rule_id, case_id, item) and the rules with undetermined verdicts."""
    rules = tuple(rule for rule in content.rules if rule.applies_on(stichtag))
    con, _, _ = judge(content, folder, stichtag, layout, work, rules)
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
    pytest.param(date(2026, 11, 25), 48, 8, 0.5, "kanonisch", "csv", marks=pytest.mark.slow),
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
    assert undetermined <= LEFT_OPEN


@pytest.mark.slow
def test_blocks_fit_together(content, tmp_path, monkeypatch):
    monkeypatch.setattr(office, "BATCH_ELB", 250)
    write_office(tmp_path / "office", elb=600, months=12, stichtag=date(2022, 6, 30), seed=7, defect_rate=0.1)
    found, _ = judged(content, tmp_path / "office", date(2022, 6, 30), "kanonisch", tmp_path)
    assert of_type(content, found, Typ.FEHLER) == of_type(content, truth(tmp_path / "office"), Typ.FEHLER)


def test_every_rule_has_a_planting(content, tmp_path):
    errors = {rule.id for rule in content.rules if rule.typ is Typ.FEHLER}
    assert errors - set(PLANTINGS) == set(NOT_PLANTED), "Regeln vom Typ fehler ohne eingebauten Fehler"
    assert set(PLANTINGS) <= {rule.id for rule in content.rules}, "eingebaute Fehler ohne Regel"
    write_office(tmp_path / "office", elb=600, months=12, stichtag=date(2022, 6, 30), seed=2, defect_rate=0.1)
    assert {row[0] for row in truth(tmp_path / "office")} == set(PLANTINGS) - UNLAWFUL_SINCE_2023


@pytest.mark.slow
def test_every_rule_has_a_planting_since_2023(content, tmp_path):
    write_office(tmp_path / "office", elb=600, months=18, stichtag=date(2025, 12, 26), seed=5, defect_rate=0.1)
    errors = {rule.id for rule in content.rules if rule.typ is Typ.FEHLER}
    assert errors - {row[0] for row in truth(tmp_path / "office")} == set(NOT_PLANTED)


UNCLOSED = (
    "fallabschluss.verspaetet_angeordnet",
    "fallabschluss.fehlt_nach_bewilligungsende",
    "fallabschluss.tod_leistung_laeuft",
    "fallabschluss.altersgrenze_ueberschritten",
)


def effects(content: Content, folder: Path, stichtag: date, work: Path) -> dict[str, ImpactResult]:
    """Return what putting each rule's findings right does to the number of long-term recipients in the whole office."""
    rules = tuple(rule for rule in content.rules if rule.id in UNCLOSED)
    figures = [figure for figure in content.key_figures if figure.id == "kennzahl.lzb_bestand"]
    con, results, delivered = judge(content, folder, stichtag, "kanonisch", work, rules, figures)
    answers = what_if(con, content, results, measure(con, content, figures, stichtag, delivered), stichtag, delivered)
    con.close()
    return {a.rule.id: a for a in answers if a.office is None and a.slice == "gesamt"}


def test_cases_that_run_on_swell_the_published_figure(content, tmp_path):
    write_office(tmp_path / "office", elb=900, months=12, stichtag=date(2022, 6, 30), seed=4, defect_rate=0.1)
    found = effects(content, tmp_path / "office", date(2022, 6, 30), tmp_path)
    assert set(found) == set(UNCLOSED)
    for rule in UNCLOSED:
        assert found[rule].after.numerator < found[rule].before.numerator, rule
