"""German numbers and dates, plurals, names of files, geometry."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amip_dq.report import german
from amip_dq.report.cards import deadline_names
from amip_dq.report.charts import Share, Step, pareto, variance, waterfall
from amip_dq.report.names import case_name, file_names
from amip_dq.report.spelling import opened, readable, spelled, spelling_of
from amip_dq.report.texts import load_texts
from amip_dq.report.timeline import Lane, Mark, in_order, timeline


@pytest.mark.parametrize("shown, expected", [
    (german.zahl(4600), "4.600"), (german.zahl(-12), "−12"), (german.zahl(None), "–"), (german.zahl(0), "0"),
    (german.dezimal(Decimal("-6.95")), "−7,0"), (german.dezimal(Decimal("1234.5"), 2), "1.234,50"),
    (german.mit_vorzeichen(14), "+14"), (german.mit_vorzeichen(-17), "−17"), (german.mit_vorzeichen(0), "±0"),
    (german.mit_vorzeichen(Decimal("-0.04"), 1), "±0,0"), (german.prozent(12, 170, 1), "7,1 %"), (german.prozent(1, 0), "x"),
    (german.datum(date(2022, 2, 3)), "03.02.2022"), (german.langdatum(date(2022, 3, 1)), "Dienstag, 1. März 2022"),
    (german.wert(True), "ja"), (german.wert("2022-02-28"), "28.02.2022"), (german.wert("2022-02-30"), "2022-02-30"),
    (german.wert("nicht_erreichbar"), "nicht erreichbar"), (german.wert("A_1"), "A_1"), (german.wert(7.0), "7"), (german.wert([1, None]), "1, –"),
])  # fmt: skip
def test_german(shown: str, expected: str) -> None:
    assert shown == expected


@pytest.mark.parametrize(
    "n, text", [(0, "Kein offener Befund"), (1, "1 offener Befund"), (1200, "1.200 offene Befunde")]
)
def test_plural(n: int, text: str) -> None:
    assert load_texts().plain("liste.open", n=n) == text


def test_texts_escape_what_they_are_given() -> None:
    assert "<b>" not in str(load_texts()("liste.unter", wer="<b>", tag=date(2022, 1, 1)))


@given(st.lists(st.text(max_size=80), min_size=1, max_size=30))
def test_file_names_are_distinct_and_portable(texts: list[str]) -> None:
    names = file_names(texts)
    assert len({name.lower() for name in names.values()}) == len(set(texts))
    assert all(
        0 < len(name) <= 80 and not set(name) - set("abcdefghijklmnopqrstuvwxyz0123456789-") for name in names.values()
    )


@pytest.mark.parametrize("name", ["CON", "nul", "Com1", "…"])
def test_names_that_windows_refuses(name: str) -> None:
    assert file_names([name])[name] not in ("con", "nul", "com1", "")


def test_case_name_needs_the_key_and_the_unit() -> None:
    names = {case_name(unit, "1", key) for unit in ("a", "b") for key in (None, b"x", b"y")}
    assert len(names) == 6


def test_bridge_starts_at_zero_and_ends_at_the_stock() -> None:
    drawing = waterfall(
        [Step("vorher", 100, False), Step("neu", 20, True), Step("weg", -30, True), Step("heute", 90, False)],
        "t",
        "d",
        ("a", "b"),
    )
    before, new, gone, today = drawing.rects
    assert before.x == today.x == 150 and new.x == before.x + before.width
    assert gone.x == pytest.approx(today.x + today.width) and new.look == "minus" and gone.look == "plus"
    assert [row[1] for row in drawing.rows] == ["100", "+20", "−30", "90"]


@pytest.mark.parametrize(
    "value, good, look", [(Decimal(89), False, "minus"), (Decimal(91), True, "plus"), (Decimal(90), True, "plus")]
)
def test_variance_stays_inside_the_picture(value: Decimal, good: bool, look: str) -> None:
    drawing = variance(value, Decimal(90), Decimal(1), good, "t", 1)
    assert (
        drawing.rects[0].look == look
        and drawing.rects[0].x >= 0
        and drawing.rects[0].x + drawing.rects[0].width <= drawing.width
    )


def test_pareto_accumulates() -> None:
    drawing = pareto(
        [Share("A", "a", 6, None, ""), Share("B", "b", 4, 1, "+1 neu")], 10, 1, "t", "d", ("r", "n", "neu", "k"), "k"
    )
    assert [row[-1] for row in drawing.rows] == ["60 %", "100 %"] and drawing.rects[0].look == "voll"


DAYS = st.dates(date(1950, 1, 1), date(2090, 1, 1)).map(date.toordinal)


@given(st.lists(st.tuples(DAYS, st.integers(-400, 4000), st.booleans()), max_size=30))
def test_timeline_draws_anything_inside_its_frame(spells: list[tuple[int, int, bool]]) -> None:
    marks = in_order(
        [
            Mark(start, start + days if days >= 0 else None, "x" * 30, days % 2 == 1, focal, "luecke" if days % 3 else "")
            for start, days, focal in spells
        ]
    )
    lane = Lane("S", "Ein sehr langer Titel einer Spur, der umbricht", marks)
    words = {"stichtag": "Stichtag", "frist": "heilbar bis"}
    svg = str(timeline([lane], date(2022, 6, 30), date(2022, 7, 30), words, "t", "d").svg)
    bars = re.findall(r'<rect class="f-(?!papier)\w+" x="([\d.-]+)" y="[\d.-]+" width="([\d.-]+)"', svg)
    assert all(float(x) >= 216 and 0 <= float(width) <= 1219.1 - float(x) for x, width in bars)
    assert all(0 <= float(x) <= 1232 for x in re.findall(r'<text x="([\d.-]+)"', svg))


def test_timeline_marks_today_and_the_deadline() -> None:
    words = {"stichtag": "Stichtag", "frist": "heilbar bis"}
    day = date(2022, 6, 1).toordinal()
    lane = Lane("S", "Spur", [Mark(day, day, "Gespräch <b>", True, True)])
    picture = timeline([lane], date(2022, 6, 30), date(2022, 7, 30), words, "t", "d")
    assert "Stichtag 30.06." in picture.svg and "heilbar bis 30.07." in picture.svg
    assert "Gespräch &lt;b&gt;" in picture.svg and 'class="f-voll"' in picture.svg


@pytest.mark.parametrize("sentence, shown", [
    ("Die Änderung »einkommen_hoehe« fehlt.", "Die Änderung »einkommen Höhe« fehlt."), ("Grund »gespraech«.", "Grund »Gespräch«."),
    ("IZ_0001 und b/a_b.csv bleiben", "IZ_0001 und b/a_b.csv bleiben"), ("ohne Code", "ohne Code"),
])  # fmt: skip
def test_code_words_get_their_umlauts_back(sentence: str, shown: str) -> None:
    assert readable({"hoehe": "Höhe", "gespraech": "Gespräch"}, sentence) == shown


def test_spelling_comes_from_the_content(library_content) -> None:
    words = spelling_of(library_content)
    assert words and all(plain.isascii() and plain.islower() and word != plain for plain, word in words.items())
    assert all(spelled(words, f"bis_{plain}") == f"bis {word}" for plain, word in words.items())
    assert any(word.isascii() for word in words.values())  # a noun without an umlaut
    assert opened(spelled({"luecke": "Lücke"}, "luecke_von")) == "Lücke von"


@pytest.mark.parametrize("expected, days, names", [
    ("Angeordnet spätestens am {anzuordnen_bis}.", {"erfasst_am": 1, "anzuordnen_bis": 2}, ["anzuordnen_bis"]),
    ("Erledigt bis zum {frist}.", {"frist": 1}, ["frist", "frist"]), ("Ein Ziel ist erfasst.", {"stand": 1}, []),
    ("Bis {gestern} erledigt.", {"stand": 1}, []),
])  # fmt: skip
def test_what_a_rule_expects_until_when(expected: str, days: dict[str, int], names: list[str]) -> None:
    assert deadline_names(expected, days) == names
