"""The views that rules share: days of entitlement, gaps, long-term receipt, who is responsible."""

from datetime import date

import pytest

from amip_dq.engine import Bench
from amip_dq.model import Example


@pytest.fixture(scope="module")
def rows(shipped):
    """A function: tables and a query → its rows, sorted."""
    bench = Bench(shipped)

    def ask(query, stichtag="2022-06-15", **tables):
        bench.set_up(Example("", date.fromisoformat(stichtag), {name: tuple(given) for name, given in tables.items()}))
        return sorted(bench.con.execute(query).fetchall(), key=str)

    return ask


def day(text):
    return date.fromisoformat(text) if text else None


def spell(von, bis=None, kundennr="P1", bg_nr="B1", **more):
    return {"kundennr": kundennr, "bg_nr": bg_nr, "von": day(von), "bis": day(bis), **more}


def member(von="2020-01-01", bis=None, **more):
    return spell(von, bis, **{"personengruppe": "ELB", **more})


def post(ifk="M1", von="2022-01-01", bis=None, team="T1", vertretung=False, kundennr="P1"):
    return {"kundennr": kundennr, "ifk": ifk, "team": team, "von": day(von), "bis": day(bis), "vertretung": vertretung}


@pytest.mark.parametrize(
    "last, klasse, tage",
    [
        ("2022-02-02", "1-7", 1),
        ("2022-02-08", "1-7", 7),
        ("2022-02-09", "8-31", 8),
        ("2022-03-04", "8-31", 31),
        ("2022-03-05", "ueber_31", 32),
    ],
)
def test_a_gap_has_its_days_and_class(rows, last, klasse, tage):
    spells = [spell("2022-01-01", "2022-01-31"), spell(last)]
    assert rows("SELECT tage, klasse FROM luecke", anspruch=spells) == [(tage, klasse)]


def test_the_bg_of_a_gap_is_the_smallest_that_ends_the_day_before(rows):
    spells = [
        spell("2022-01-01", "2022-01-31", bg_nr="B3"),
        spell("2022-01-31", "2022-01-31", bg_nr="B2"),
        spell("2022-01-01", "2022-01-30", bg_nr="B1"),
        spell("2022-01-01", "2022-01-31", kundennr="P2", bg_nr="B0"),
        spell("2022-02-05"),
    ]
    assert rows("SELECT kundennr, bg_nr FROM luecke", anspruch=spells) == [("P1", "B2")]


def test_identical_rows_do_not_move_the_border_between_islands(rows):
    spells = [
        spell("2021-06-02", "2021-10-30"),
        spell("2021-12-01", "2021-12-31"),
        spell("2021-12-01", "2021-12-31"),
        spell("2022-01-01", "2022-12-31"),
    ]
    for _ in range(5):
        assert rows("SELECT von, bis FROM luecke", anspruch=spells) == [(day("2021-10-31"), day("2021-11-30"))]


def test_an_open_spell_makes_an_open_island(rows):
    spells = [spell("2022-01-01"), spell("2022-02-01", "2022-02-28"), spell("2021-01-01", "2021-06-30")]
    islands = rows("SELECT von, bis FROM anspruch_insel", anspruch=spells)
    assert islands == [(day("2021-01-01"), day("2021-06-30")), (day("2022-01-01"), None)]


def test_an_elb_in_two_bg_is_one_row_with_the_smaller_number(rows):
    memberships = [member(bg_nr="B2"), member(bg_nr="B1"), member(bg_nr="B3", personengruppe="NEF")]
    spells = [spell("2022-01-01", bg_nr=name) for name in ("B1", "B2", "B3")]
    assert rows("SELECT * FROM elb_stichtag", bg_mitglied=memberships, anspruch=spells) == [("P1", "B1")]


@pytest.mark.parametrize(
    "first, days, long_term", [("2020-06-15", 638, True), ("2020-06-16", 637, False), ("2010-01-01", 730, True)]
)
def test_long_term_receipt_needs_638_of_730_days(rows, first, days, long_term):
    found = rows("SELECT * FROM lzb_tage", "2022-03-14", bg_mitglied=[member()], anspruch=[spell(first)])
    assert found == [("P1", days, long_term)]


def test_who_is_no_elb_is_not_long_term(rows):
    found = rows(
        "SELECT * FROM lzb_am(DATE '2022-03-14')",
        anspruch=[spell("2010-01-01"), spell("2010-01-01", "2020-03-15", "P2")],
    )
    assert found == [("P1", 730, False), ("P2", 1, False)]


def test_the_day_before_the_window_does_not_count(rows):
    assert rows("SELECT * FROM lzb_am(DATE '2022-03-14')", anspruch=[spell("2010-01-01", "2020-03-14")]) == []


def test_everybody_responsible_on_a_day_deputies_included(rows):
    posts = [
        post("M1", "2022-01-01", "2022-06-14"),
        post("M2", "2022-06-15"),
        post("M2", "2022-06-15"),
        post("M3", "2022-06-01", "2022-06-15", vertretung=True),
        post("M4", "2022-06-16"),
        post("M5", kundennr="P2"),
    ]
    query = "SELECT ifk, vertretung FROM ifk_am('P1', DATE '2022-06-15')"
    assert rows(query, zustaendigkeit=posts) == [("M2", False), ("M3", True)]


@pytest.mark.parametrize(
    "posts, expected",
    [
        ([post("M2")], ("G2", "T1")),
        ([post("M2", bis="2022-06-15")], ("G2", "T1")),
        ([post("M2", bis="2022-06-14")], ("G1", "L1")),
        ([post("M2", von="2022-06-15")], ("G2", "T1")),
        ([post("M2", von="2022-06-16")], ("G1", "L1")),
        ([post("M2", vertretung=True)], ("G1", "L1")),
        ([post("M2", vertretung=None)], ("G2", "T1")),
        ([post("M3", "2022-01-01", team="T3"), post("M2", "2022-01-02")], ("G2", "T1")),
        ([post("M3", team="T3"), post("M2"), post("M2")], ("G2", "T1")),
        ([post("M9", team="T9")], (None, "T9")),
        ([], ("G1", "L1")),
    ],
)
def test_a_person_belongs_to_the_responsible_ifk_else_to_the_bg(rows, posts, expected):
    tables = {
        "bg_mitglied": [member()],
        "anspruch": [spell("2022-01-01")],
        "zustaendigkeit": posts,
        "bg": [{"bg_nr": "B1", "geschaeftsstelle": "G1", "team_leistung": "L1"}],
        "mitarbeiter": [
            {"mitarbeiter": "M2", "geschaeftsstelle": "G2"},
            {"mitarbeiter": "M3", "geschaeftsstelle": "G3"},
        ],
    }
    assert rows("SELECT * FROM einheit_person", **tables) == [("P1", *expected)]


def test_a_person_without_entitlement_belongs_to_the_ifk(rows):
    found = rows(
        "SELECT * FROM einheit_person",
        zustaendigkeit=[post("M2")],
        mitarbeiter=[{"mitarbeiter": "M2", "geschaeftsstelle": "G2"}],
    )
    assert found == [("P1", "G2", "T1")]


def test_the_first_exemption_that_applies_is_shown(rows):
    status = [{"kundennr": "P1", "status": name, "von": day("2021-01-01")} for name in ("par10", "arbeitsunfaehig")]
    training = [{"kundennr": "P1", "art": "ausbildung", "beginn": day("2022-01-01")}]
    entry = {"bg_mitglied": [member()], "anspruch": [spell("2022-06-01")]}
    query = "SELECT ausnahme FROM ziel_ausnahme"
    assert rows(query, arbeitsmarktstatus=status, integration=training, **entry) == [("par10",)]
    assert rows(query, arbeitsmarktstatus=status[1:], integration=training, **entry) == [("ausbildung",)]
    assert rows(query, arbeitsmarktstatus=status[1:], **entry) == [("arbeitsunfaehig",)]
    assert rows(query, **entry) == [("neu",)]
