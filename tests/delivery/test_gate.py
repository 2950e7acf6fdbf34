"""The gate: what stops a run, what only warns, and what it compares with."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from amip_dq.content.layouts import canonical_layout
from amip_dq.content.load import load_suites
from amip_dq.delivery.gate import inspect_delivery
from amip_dq.delivery.previous import load_previous
from amip_dq.delivery.profile import read_profile
from amip_dq.delivery.read import read_delivery
from amip_dq.errors import ContentError, DeliveryError
from amip_dq.model import Gate, Suite
from tests.delivery.conftest import STICHTAG, TABLES

pytestmark = pytest.mark.slow  # Great Expectations: a third of a second a time, three more to import

SUITES = load_suites(Path(__file__).parents[2] / "checks" / "lieferung", [])
HEAD = "buch_id;fach_id;titel;preis;seiten;neu;von;bis\n"


def books(count: int, price: str = "1.50", fach: str = "") -> str:
    return HEAD + "".join(f"B{n:05d};{fach};x;{price};;;;\n" for n in range(count))


def entry(**more: object) -> str:
    facts = {"datei": "buch.csv", "tabelle": "buch", "quelle": "a", "datenstand": "2022-06-29"} | more
    return "dateien:\n- {" + ", ".join(f"{key}: {value}" for key, value in facts.items()) + "}\n"


def failing(gate: Gate, severity: str) -> list[str]:
    return [check.title for check in gate.checks if not check.success and check.severity == severity]


def gate_of(read, files: dict, previous=None, stichtag: date = STICHTAG) -> Gate:
    result = read(files)
    return inspect_delivery(result.con, result.delivery, SUITES, stichtag, previous)


def profile_of(read, files: dict) -> dict:
    result = read(files)
    inspect_delivery(result.con, result.delivery, (), STICHTAG)
    return json.loads(json.dumps(read_profile(result.con)))


@pytest.mark.parametrize(
    "facts, critical",
    [
        ({}, []),
        ({"zeilen_soll": 2, "summe_spalte": "preis", "summe_soll": 3}, []),
        ({"zeilen_soll": 3}, ["Zeilenzahl der Datei wie in lieferung.yaml angegeben"]),
        ({"summe_spalte": "preis", "summe_soll": 3.01}, ["Kontrollsumme der Datei wie in lieferung.yaml angegeben"]),
        ({"summe_spalte": "titel", "summe_soll": 3.01}, []),
    ],
)
def test_declared_rows_and_sums(read, facts: dict, critical: list[str]) -> None:
    gate = gate_of(read, {"buch.csv": books(2), "lieferung.yaml": entry(**facts)})
    assert failing(gate, "critical") == critical
    assert gate.passed is not bool(critical)


def test_rejected_rows_belong_to_the_rows_of_the_file(read) -> None:
    gate = gate_of(read, {"buch.csv": books(2) + "kaputt\n", "lieferung.yaml": entry(zeilen_soll=3)})
    assert gate.passed and failing(gate, "warning") == ["Höchstens eine von tausend Zeilen abgewiesen"]


@pytest.mark.parametrize(
    "stichtag, warned", [(date(2022, 6, 30), False), (date(2022, 7, 1), True), (date(2022, 6, 1), False)]
)
def test_an_old_datenstand_only_warns(read, stichtag: date, warned: bool) -> None:
    gate = gate_of(read, {"buch.csv": books(1), "lieferung.yaml": entry()}, stichtag=stichtag)
    assert gate.passed
    assert ("Datenstand höchstens einen Arbeitstag vor dem Stichtag" in failing(gate, "warning")) is warned


def test_a_weekend_does_not_age_a_delivery(read) -> None:
    files = {"buch.csv": books(1), "lieferung.yaml": entry(datenstand="2022-06-24")}
    assert failing(gate_of(read, files, stichtag=date(2022, 6, 27)), "warning") == []


@pytest.mark.parametrize(
    "before, now, critical, warnings",
    [
        (100, 49, 1, 1),
        (100, 50, 0, 1),
        (100, 80, 0, 0),
        (100, 79, 0, 1),
        (100, 151, 1, 1),
        (99, 1, 0, 0),
        (99, 0, 1, 0),
        (100, 0, 2, 1),
    ],
)
def test_jumps_against_the_previous_delivery(read, before: int, now: int, critical: int, warnings: int) -> None:
    previous = profile_of(read, {"buch.csv": books(before), "lieferung.yaml": entry()})
    gate = gate_of(read, {"buch.csv": books(now)}, previous)
    assert (len(failing(gate, "critical")), len(failing(gate, "warning"))) == (critical, warnings)


def test_columns_that_changed_their_nature(read) -> None:
    fach = {"fach.csv": "fach_id;art\nF01;zu\nF02;zu\n", "lieferung.yaml": "dateien: []\n"}
    previous = profile_of(read, fach | {"buch.csv": books(10, fach="F01")})
    now = {"fach.csv": "fach_id;art\nF1;offen\nF2;\n", "buch.csv": books(10, price="x")}
    gate = gate_of(read, now, previous)
    assert gate.passed
    places = {check.title: check.places for check in gate.checks if not check.success and check.suite == "spalten"}
    assert places == {
        "Anteil leerer Felder höchstens 20 Prozentpunkte anders als in der vorigen Lieferung": (
            "buch.fach_id: 1", "buch.preis: 1", "fach.art: 0,5",
        ),
        "Alle Werte haben den Typ ihrer Spalte": ("buch.preis: 10",),
        "Keine Codes, die in der vorigen Lieferung nicht vorkamen": ("fach.art: 1",),
        "Kennungen fester Länge sind so lang wie in der vorigen Lieferung": ("fach.fach_id: ja",),
    }  # fmt: skip


def test_orphans_and_unknown_codes_warn(read) -> None:
    gate = gate_of(read, {"fach.csv": "fach_id;art\nF1;x\n", "buch.csv": books(2, fach="F9")})
    found = {check.title: check.places for check in gate.checks if check.suite == "spalten" and not check.success}
    assert found["Höchstens fünf von tausend Verweisen gehen ins Leere"] == ("buch.fach_id: 1",)
    assert found["Alle Werte stehen in der Codeliste ihrer Spalte"] == ("fach.art: 1",)


def test_same_delivery_same_result(read) -> None:
    files = {"buch.csv": books(3), "lieferung.yaml": entry(zeilen_soll=4)}
    first, second = gate_of(read, files), gate_of(read, files)
    assert json.dumps(first.result) == json.dumps(second.result) and first.checks == second.checks
    assert set(first.result) == {"dateien", "spalten", "tabellen"}


def test_the_profile_keeps_no_text_of_a_client(read) -> None:
    profile = json.dumps(profile_of(read, {"buch.csv": HEAD + "GEHEIM1;F;GEHEIM2;;;;2022-01-01;\n"}))
    assert "GEHEIM" not in profile and "2022-01-01" in profile


def test_previous_from_an_output_folder_and_from_a_delivery(tmp_path: Path, read) -> None:
    layout = canonical_layout(TABLES)
    profile = profile_of(read, {"buch.csv": books(5)})
    out = tmp_path / "lauf" / "lieferung"
    out.mkdir(parents=True)
    (out / "profil.json").write_text(json.dumps(profile))
    assert load_previous(tmp_path / "lauf", layout, TABLES) == profile
    assert load_previous(tmp_path / "lieferung", layout, TABLES)["tabellen"][0]["rows"] == 5
    assert load_previous(None, layout, TABLES) is None
    (out / "profil.json").write_text('{"tabellen": [{}], "spalten": []}')
    with pytest.raises(DeliveryError, match="kein Profil"):
        load_previous(tmp_path / "lauf", layout, TABLES)


@pytest.mark.parametrize(
    "frame, expectation",
    [
        ("zeilen", {"type": "expect_column_values_to_be_null", "kwargs": {"column": "rows"}}),
        ("tabellen", {"type": "expect_nothing", "kwargs": {}}),
        ("tabellen", {"type": "expect_column_values_to_be_null", "kwargs": {"column": "gibt_es_nicht"}}),
        ("tabellen", {"type": "expect_column_values_to_be_between", "kwargs": {"column": "table", "max_value": 1}}),
    ],
)
def test_a_suite_that_cannot_run_is_a_mistake_and_not_a_failed_check(read, frame: str, expectation: dict) -> None:
    result = read({"buch.csv": books(1)})
    suite = Suite("eigene", frame, {"name": "eigene", "frame": frame, "expectations": [expectation]})
    with pytest.raises(ContentError, match="checks/lieferung/eigene.json"):
        inspect_delivery(result.con, result.delivery, (suite,), STICHTAG)


def test_holidays_come_from_the_caller(read) -> None:
    result = read({"buch.csv": books(1), "lieferung.yaml": entry()})
    gate = inspect_delivery(result.con, result.delivery, SUITES, date(2022, 7, 1), None, lambda day: day.day != 30)
    assert "Datenstand höchstens einen Arbeitstag vor dem Stichtag" not in failing(gate, "warning")


def test_read_delivery_names_the_missing_folder(tmp_path: Path, con) -> None:
    with pytest.raises(DeliveryError, match="gibt es nicht"):
        read_delivery(tmp_path / "weg", canonical_layout(TABLES), TABLES, con)
