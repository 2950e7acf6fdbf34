"""Published tables are recomputed cell by cell; the programme's own tables are among them."""

from fractions import Fraction
from pathlib import Path

import pytest

from amip_dq.errors import AmipError
from amip_dq.reconcile import read_tables, reconcile
from amip_dq.reconcile.printed import german, parse, rounded

PROGRAMME = Path(__file__).resolve().parents[2] / "docs" / "examples" / "amip_2022_tabellen.yaml"


@pytest.mark.parametrize(
    ("text", "value", "decimals"),
    [("1.024", 1024, 0), ("−6,9", Fraction(-69, 10), 1), ("633.487-", -633487, 0), ("22,5 %", Fraction(45, 2), 1),
     ("12 345", 12345, 0), ("+3", 3, 0)],
)  # fmt: skip
def test_reads_numbers_as_they_are_printed(text, value, decimals):
    printed = parse(text)
    assert (printed.value, printed.decimals) == (value, decimals)


@pytest.mark.parametrize("text", ["", "–", "k. A.", "1.02", "1,2,3", "x1"])
def test_what_is_no_number_is_none(text):
    assert parse(text) is None


def test_rounds_half_away_from_zero():
    assert rounded(Fraction(-25, 1000), 2) == Fraction(-3, 100)
    assert german(Fraction(-1470392), 0) == "−1.470.392"


def test_the_programme_contradicts_itself_in_two_cells_only():
    findings = reconcile(read_tables(PROGRAMME))
    wrong = {(f.row, f.printed, f.should_be) for f in findings if f.verdict == "widerspricht"}
    assert wrong == {
        ("Insgesamt", "-155", "−183"),
        ("sonstige Dienstleistungen, Private Haushalte", "-41", "−69"),
    }


@pytest.mark.parametrize(
    ("row", "printed"),
    [("Integrationsquote", "22,5"), ("Integrationsquote", "22,2"), ("Integrationsquote dav. Frauen", "18,3"),
     ("Integrationsquote dav. Frauen", "20,1"), ("Integrationsquote dav. Männer", "26,3"),
     ("Integrationsquote dav. Männer", "24,1"), ("Ist/Ist in %", "-6,9")],
)  # fmt: skip
def test_the_programmes_own_figures_reproduce_to_the_printed_digit(row, printed):
    matching = [f for f in reconcile(read_tables(PROGRAMME)) if f.row == row and f.printed == printed]
    assert matching
    assert all(f.verdict in ("stimmt", "gerundet") for f in matching)


def a_table(tmp_path, body):
    path = tmp_path / "t.yaml"
    path.write_text(f"tables:\n  t:\n    columns: [a, b, c]\n{body}", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("values", "relation", "verdict"),
    [
        ('["10", "7", "3"]', "{kind: difference, result: c, minuend: a, subtrahend: b}", "stimmt"),
        ('["10", "7", "4"]', "{kind: difference, result: c, minuend: a, subtrahend: b}", "widerspricht"),
        ('["1", "8", "12,5"]', "{kind: ratio, result: c, numerator: a, denominator: b}", "stimmt"),
        ('["1", "8", "12"]', "{kind: ratio, result: c, numerator: a, denominator: b}", "widerspricht"),
        ('["1", "8", "13"]', "{kind: ratio, result: c, numerator: a, denominator: b}", "stimmt"),
        ('["1", "0", "13"]', "{kind: ratio, result: c, numerator: a, denominator: b}", "nicht prüfbar"),
        ('["103", "100", "3,0"]', "{kind: change, result: c, new: a, old: b}", "stimmt"),
        ('["33,3", "33,3", "66,7"]', "{kind: sum, total: c, parts: [a, b]}", "gerundet"),
        ('["33,3", "33,3", "66,8"]', "{kind: sum, total: c, parts: [a, b]}", "widerspricht"),
        ('["33,3", "", "66,8"]', "{kind: sum, total: c, parts: [a, b]}", "nicht prüfbar"),
    ],
)
def test_recomputes_by_the_printed_digits(tmp_path, values, relation, verdict):
    path = a_table(tmp_path, f"    rows: {{z: {values}}}\n    relations: [{relation}]\n")
    (finding,) = reconcile(read_tables(path))
    assert finding.verdict == verdict


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('    rows: {z: ["1", "2"]}\n', "hat 2 Werte, die Tabelle hat 3 Spalten"),
        ('    rows: {z: [1, 2, 3]}\n', "in Anführungszeichen"),
        ('    rows: {z: ["1", "2", "3"]}\n    relations: [{kind: sum, total: x, parts: [a]}]\n', "»x« gibt es nicht"),
        ('    rows: {z: ["1", "2", "3"]}\n    relations: [{kind: produkt}]\n', "kind ist eines von sum"),
    ],
)
def test_a_mistake_in_the_transcription_is_named(tmp_path, body, said):
    with pytest.raises(AmipError, match=said):
        read_tables(a_table(tmp_path, body))


def test_a_plain_csv_finds_its_relations_itself(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(
        "Träger;2021;2022;Veränderung absolut;Veränderung in %\nGesamt;100;110;10;10,0\n"
        "dav. Frauen;40;50;10;25,0\ndav. Männer;60;61;1;1,7\n".encode("cp1252")
    )
    wrong = [f for f in reconcile(read_tables(path)) if f.verdict == "widerspricht"]
    assert [(f.row, f.column, f.should_be) for f in wrong] == [
        ("Gesamt", "2022", "111"),
        ("Gesamt", "Veränderung absolut", "11"),
    ]


def test_a_spreadsheet_is_read_with_the_digits_it_shows(tmp_path):
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["", "Zähler", "Nenner", "Quote in %"])
    for row in (["A", 1, 3, 33.3333], ["B", 2, 3, 66.7], ["C", 1, 4, 26.0]):
        book.active.append(row)
    for line in (2, 3, 4):
        book.active.cell(line, 4).number_format = "0.0"
    book.save(tmp_path / "t.xlsx")
    wrong = [f for f in reconcile(read_tables(tmp_path / "t.xlsx")) if f.verdict == "widerspricht"]
    assert [(f.row, f.printed, f.should_be) for f in wrong] == [("C", "26,0", "25,0")]


def test_an_unknown_format_is_refused(tmp_path):
    (tmp_path / "t.pdf").write_bytes(b"")
    with pytest.raises(AmipError, match="unbekanntes Format"):
        read_tables(tmp_path / "t.pdf")
