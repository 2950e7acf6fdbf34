"""The worksheet survives spreadsheets, hides what must be hidden, and comes back whole or not at all."""

from __future__ import annotations

import json

import openpyxl
import pytest
from audit_office import FAULT, RIGHT, with_errors

from amip_dq.errors import SamplingError
from amip_dq.sampling.amounts import cents
from amip_dq.sampling.sheet import harmless, unharmed
from amip_dq.sampling.sheet_files import address

SMALL = 'verfahren: attribut\ntolerierbar: "0.5"\nerwartet: {faelle: 0}\n'  # four of twenty cases
HEAD = 7  # rows above the first case


def imported(office, name="bogen.csv", *more) -> int:
    return office.run("import", f"@{name}", "--draw", "@ziehung", "--out", "@ergebnis.json", *more)


def broken(office, row: int, column: str, value: str) -> None:
    rows = office.rows()
    rows[HEAD + row][rows[HEAD - 1].index(column)] = value
    office.write_sheet(rows)


@pytest.mark.parametrize("column, value, message", [
    ("A1", "", "E8: das Urteil fehlt"),
    ("A1", "vielleicht", "E8: unbekanntes Urteil"),
    ("A3", "falsch", "H8: der richtige Betrag fehlt"),
    ("betrag_richtig", "1.234", "H8: kein eindeutiger Betrag"),
    ("betrag_richtig", "400,00", "H8: weicht ab"),
    ("datum", "31.02.2025", "M8: kein Datum"),
    ("datum", "30.06.2025", "M8: vor der Hinterlegung"),
    ("pruefer", "", "L8: wer geprüft hat"),
    ("A2", "falsch", "I8: die Ursache fehlt"),
    ("A2", "nicht prüfbar", "K8: der Grund"),
    ("lfd", "2", "A8: lfd wurde verändert"),
    ("einheit", "999", "B8: einheit wurde verändert"),
    ("schicht", "x", "C8: schicht wurde verändert"),
    ("betrag_gezahlt", "501,00", "D8: betrag_gezahlt wurde verändert"),
    ("einheit", "", "B8: einheit fehlt"),
])  # fmt: skip
def test_every_mistake_has_its_cell(office, capsys, column, value, message):
    office.draw(SMALL, size=20)
    office.filled(with_errors(0))
    broken(office, 0, column, value)
    assert imported(office) == 2
    told = capsys.readouterr().err
    assert message in told
    assert not office.path("ergebnis.json").exists()


def test_all_mistakes_come_at_once_and_quote_no_cell(office, capsys):
    office.draw(SMALL, size=20)
    office.filled(with_errors(0))
    for row, (column, value) in enumerate([("A1", "Müller"), ("datum", "gestern"), ("betrag_richtig", "ÖD§")]):
        broken(office, row, column, value)
    assert imported(office) == 2
    told = capsys.readouterr().err
    assert all(cell in told for cell in ("E8:", "M9:", "H10:"))
    assert not any(word in told for word in ("Müller", "gestern", "ÖD§"))


@pytest.mark.parametrize("change, message", [
    (lambda rows: rows[:-1], "einheit fehlt"),
    (lambda rows: [*rows, rows[-1]], "gehört nicht zur Ziehung"),
    (lambda rows: [*rows[:HEAD], rows[HEAD + 1], rows[HEAD], *rows[HEAD + 2 :]], "Reihenfolge"),
    (lambda rows: [rows[0], rows[1], ["plan_hash", "0" * 64], *rows[3:]], "B3: plan_hash"),
    (lambda rows: [*rows[:3], ["draw_hash", "0" * 64], *rows[4:]], "B4: draw_hash"),
    (lambda rows: [*rows[:4], ["blatt", "nachzug:gesamt=1@0"], *rows[5:]], "wurde"),
    (lambda rows: [*rows[: HEAD - 1], ["lfd"], *rows[HEAD:]], "hier muss die Spalte"),
])  # fmt: skip
def test_another_shape_is_refused(office, capsys, change, message):
    office.draw(SMALL, size=20)
    office.filled(with_errors(0))
    office.write_sheet(change(office.rows()))
    assert imported(office) == 2
    assert message in capsys.readouterr().err


def test_a_sheet_of_another_draw_is_refused(office):
    office.draw(SMALL, size=20)
    office.filled(with_errors(0))
    assert (
        office.run("draw", "@plan.yaml", "--public-value", "anders", "--public-date", "2025-07-02", "--out", "@zwei")
        == 0
    )
    assert office.run("import", "@bogen.csv", "--draw", "@zwei", "--out", "@ergebnis.json") == 2


def test_a_partial_sheet_is_taken_over_but_names_no_rate(office):
    office.draw(SMALL, size=20)
    office.filled(lambda place, row: RIGHT if place < 2 else {})
    assert imported(office) == 2
    assert imported(office, "bogen.csv", "--partial") == 0
    assert json.loads(office.path("ergebnis.json").read_text())["complete"] is False
    assert office.run("evaluate", "@ergebnis.json", "--out", "@bericht") == 2
    office.path("bogen.csv").unlink()
    office.filled(with_errors(0))
    assert imported(office, "bogen.csv", "--previous", str(office.path("ergebnis.json"))) == 0
    assert office.run("evaluate", "@ergebnis.json", "--out", "@bericht") == 0


def test_changed_verdicts_keep_their_history(office):
    office.draw(SMALL, size=20)
    office.filled(with_errors(1))
    assert imported(office) == 0
    office.path("bogen.csv").unlink()
    office.filled(with_errors(0))
    assert imported(office) == 2  # without --previous nothing is overwritten
    assert imported(office, "bogen.csv", "--previous", str(office.path("ergebnis.json"))) == 0
    history = json.loads(office.path("ergebnis.json").read_text())["history"]
    assert [(change["kriterium"], change["vorher"], change["nachher"]) for change in history] == [
        ("A2", "falsch", "richtig")
    ]
    assert office.run("evaluate", "@ergebnis.json", "--out", "@bericht") == 0
    assert "1 Urteile wurden" in office.path("bericht/bericht.html").read_text(encoding="utf-8")


def test_a_result_changed_by_hand_is_refused(office):
    office.draw(SMALL, size=20)
    office.filled(with_errors(3))
    assert imported(office) == 0
    text = office.path("ergebnis.json").read_text(encoding="utf-8")
    office.path("ergebnis.json").write_text(text.replace('"A2": "falsch"', '"A2": "richtig"', 1), encoding="utf-8")
    assert office.run("evaluate", "@ergebnis.json", "--out", "@bericht") == 2


def test_xlsx_round_trip_keeps_leading_zeros_days_and_amounts(office):
    office.draw(SMALL, size=20)
    assert office.run("sheet", "@ziehung", "--out", "@bogen.xlsx") == 0
    book = openpyxl.load_workbook(office.path("bogen.xlsx"))
    page = book["Prüfbogen"]
    assert page.protection.sheet and page["B8"].value.startswith("0000") and page["B8"].protection.locked
    assert not page["E8"].protection.locked and page.data_validations.dataValidation
    for row in range(8, 8 + 4):
        for column, value in zip("EFG", ("richtig", "Richtig ", "richtig"), strict=False):
            page[f"{column}{row}"] = value
        page[f"L{row}"], page[f"M{row}"] = "P1", "03.07.2025"
    page["G8"], page["H8"], page["I8"] = "falsch", 412.5, "Rechenfehler"
    book.save(office.path("bogen.xlsx"))
    assert imported(office, "bogen.xlsx") == 0
    reading = json.loads(office.path("ergebnis.json").read_text())["readings"][0]
    assert reading["right_cents"] == 41250 and reading["verdicts"]["A2"] == "richtig"
    page["H8"] = "=400+12,5"
    book.save(office.path("formel.xlsx"))
    assert imported(office, "formel.xlsx", "--previous", str(office.path("ergebnis.json"))) == 2


def test_the_sheet_is_blind_and_mixed(office):
    findings = "\n".join(["rule_id;case_id;verdict", *(f"a.b;{i:06d};violation" for i in range(1, 101))])
    office.path("findings.csv").write_text(findings + "\n")
    office.draw("verfahren: zweiphasen\nschichten: [{name: auffaellig, n: 20}, {name: unauffaellig, n: 20}]\n",
                "--findings", "@findings.csv", size=400)  # fmt: skip
    office.filled(with_errors(0))
    text = office.path("bogen.csv").read_text()
    assert "auffaellig" not in text and "a.b" not in text and text.count("verdeckt") == 40
    flagged = [int(row[1]) <= 100 for row in office.rows()[HEAD:]]
    assert flagged != sorted(flagged) and flagged != sorted(flagged, reverse=True)


@pytest.mark.parametrize("text", ["=1+1", "+4", "-5", "@x", "\tx"])
def test_formulas_are_disarmed_and_restored(text):
    assert harmless(text) == "'" + text and unharmed(harmless(text)) == text and harmless("Otto") == "Otto"


@pytest.mark.parametrize(
    "text, amount", [("1.234,56", 123456), ("1234,5", 123450), ("12.50", 1250), ("−3,00 €", -300), ("7", 700)]
)
def test_amounts(text, amount):
    assert cents(text) == amount


@pytest.mark.parametrize("text", ["1.234", "1,234.56", "", "1,2,3", "zwölf", "1e5", "12,345"])
def test_ambiguous_amounts_are_refused(text):
    with pytest.raises(SamplingError):
        cents(text)


def test_addresses():
    assert [address(0, 0), address(8, 4), address(0, 26), address(9, 701)] == ["A1", "E9", "AA1", "ZZ10"]


def test_second_reading_is_a_tenth_and_its_agreement_is_told(office):
    office.draw('verfahren: attribut\ntolerierbar: "0.05"\nerwartet: {faelle: 2}\n')
    office.filled(with_errors(0))
    assert imported(office) == 0
    office.filled(
        lambda place, row: {**FAULT, "pruefer": "P2"} if place == 0 else {**RIGHT, "pruefer": "P2"},
        "zweit.csv",
        "--second",
    )
    assert len(office.rows("zweit.csv")) == HEAD + 12
    assert imported(office, "zweit.csv", "--previous", str(office.path("ergebnis.json"))) == 0
    assert office.run("evaluate", "@ergebnis.json", "--out", "@bericht") == 0
    told = json.loads(office.path("bericht/result.json").read_text())["second_reading"]
    assert (told["compared"], told["equal"]) == (36, 35)
