"""Answers come back: taken, refused or known, and nothing is dropped silently."""

from __future__ import annotations

import shutil
from datetime import date, datetime

import pytest
from a_worklist import a_row, write_list
from night_simulator import Tonight, a_rule, take

from amip_dq.errors import LedgerError
from amip_dq.ledger.answers import ACCEPTED, KNOWN, REJECTED, archive, confirm, take_answers
from amip_dq.ledger.protocol import rows_of, write_html, write_xlsx
from amip_dq.ledger.quality import false_alarm_interval, quality_of
from amip_dq.ledger.store import publish, reading, writing
from amip_dq.ledger.verify import verify
from amip_dq.ledger.worksheet import COLUMNS

RULE = "akte.frist_ueberschritten"
DAY = date(2022, 6, 2)
KEYS = {(RULE, f"B{n}", ""): "violation" for n in range(1, 8)}


@pytest.fixture(scope="module")
def two_nights(tmp_path_factory):
    """Six open findings and a resolved one (B7)."""
    path = tmp_path_factory.mktemp("antworten") / "verlauf.duckdb"
    take(path, Tonight(date(2022, 6, 1), KEYS, rules={RULE: a_rule(RULE)}))
    take(path, Tonight(DAY, {**KEYS, (RULE, "B7", ""): "ok"}, rules={RULE: a_rule(RULE)}))
    return path


@pytest.fixture
def ledger(two_nights, tmp_path):
    for path in two_nights.parent.iterdir():
        shutil.copy(path, tmp_path)
    return tmp_path / two_nights.name


def numbers(ledger) -> dict[str, str]:
    with reading(ledger) as con:
        return dict(con.execute("SELECT case_id, fingerprint FROM finding").fetchall())


def import_list(ledger, path, day=DAY):
    with writing(ledger, 0) as draft:
        protocol = take_answers(draft, path, day, "2022-06-02T09:00:00")
        archive(ledger, path, protocol.digest)
        publish(draft)
    return protocol


@pytest.mark.parametrize(
    ("filled", "verdict", "note"),
    [
        ({"Antwort": "behoben"}, ACCEPTED, "der nächste Lauf"),
        ({"Antwort": "Kein  FEHLER", "Begründung": "Bescheid liegt vor"}, ACCEPTED, "bestätigt"),
        ({"Antwort": "kein Fehler"}, REJECTED, "Begründung"),
        (
            {"Antwort": "Ausnahme", "Begründung": "ruht", "Termin/gültig bis": datetime(2022, 9, 30)},
            ACCEPTED,
            "waiver add",
        ),
        ({"Antwort": "Ausnahme", "Begründung": "ruht"}, REJECTED, "Termin"),
        (
            {"Antwort": "Ausnahme", "Begründung": "ruht", "Termin/gültig bis": "30.09.2023"},
            REJECTED,
            "höchstens 12 Monate",
        ),
        ({"Antwort": "in Klärung", "Termin/gültig bis": "30.06.2022"}, ACCEPTED, ""),
        ({"Antwort": "in Klärung", "Termin/gültig bis": "01.06.2022"}, REJECTED, "Vergangenheit"),
        ({"Antwort": "in Klärung", "Termin/gültig bis": "bald"}, REJECTED, "kein Datum"),
        ({"Antwort": "erledigt"}, REJECTED, "unbekannte Antwort"),
        ({"Begründung": "ohne Antwort"}, REJECTED, "die Antwort fehlt"),
        ({"Antwort": "behoben", "Begründung": "x" * 501}, REJECTED, "länger als 500"),
        ({"Antwort": "behoben", "Befund": "verändert"}, ACCEPTED, "weiße Felder"),
        ({"Antwort": "behoben", "Prüfsumme": ""}, ACCEPTED, "der nächste Lauf"),
    ],
)
def test_each_kind_of_answer(ledger, tmp_path, filled, verdict, note):
    protocol = import_list(ledger, write_list(tmp_path / "liste.xlsx", [a_row(numbers(ledger)["B1"], **filled)]))
    (ruling,) = protocol.rulings
    assert ruling.verdict == verdict and note in ruling.note


def test_unknown_closed_and_repeated_numbers_are_refused(ledger, tmp_path):
    known = numbers(ledger)
    rows = [a_row(n, Antwort="behoben") for n in ("0123456789abcdef", known["B7"], known["B1"], known["B1"], "")]
    protocol = import_list(ledger, write_list(tmp_path / "liste.xlsx", rows))
    assert [r.note for r in protocol.rulings] == [
        "diese Befund-Nr. ist unbekannt", "der Befund ist bereits erledigt",
        "die Befund-Nr. steht mehrfach in der Liste", "die Befund-Nr. steht mehrfach in der Liste", "die Befund-Nr. fehlt",
    ]  # fmt: skip


def test_answer_closes_no_finding(ledger, tmp_path):
    import_list(ledger, write_list(tmp_path / "liste.xlsx", [a_row(numbers(ledger)["B1"], Antwort="behoben")]))
    with reading(ledger) as con:
        assert con.execute("SELECT count(*) FROM standing WHERE state = 'open'").fetchall() == [(6,)]
    assert verify(ledger).intact


def test_same_file_twice_changes_nothing(ledger, tmp_path):
    path = write_list(
        tmp_path / "liste.xlsx", [a_row(numbers(ledger)["B1"], Antwort="behoben"), a_row(numbers(ledger)["B2"])]
    )
    first, second = import_list(ledger, path), import_list(ledger, path)
    assert (first.repeated, first.silent, second.repeated) == (False, 1, True)
    with reading(ledger) as con:
        assert con.execute("SELECT count(*) FROM answer").fetchall() == [(1,)]


def test_same_answer_in_another_file_is_known(ledger, tmp_path):
    number = numbers(ledger)["B1"]
    import_list(ledger, write_list(tmp_path / "a.xlsx", [a_row(number, Antwort="behoben")]))
    again = import_list(
        ledger, write_list(tmp_path / "b.xlsx", [a_row(number, Antwort="behoben"), a_row(numbers(ledger)["B2"])])
    )
    assert [r.verdict for r in again.rulings] == [KNOWN]


def test_original_is_kept_under_its_hash(ledger, tmp_path):
    path = write_list(tmp_path / "liste.xlsx", [a_row(numbers(ledger)["B1"], Antwort="behoben")])
    protocol = import_list(ledger, path)
    (kept,) = (tmp_path / "verlauf.duckdb.rueckmeldungen").iterdir()
    assert kept.name == f"{protocol.digest}.xlsx" and kept.read_bytes() == path.read_bytes()


def test_columns_may_stand_in_any_order_with_others_between(ledger, tmp_path):
    columns = ["Notiz", *reversed(COLUMNS), "Termin / gültig bis"]
    columns.remove("Termin/gültig bis")
    row = {**a_row(numbers(ledger)["B1"], Antwort="in Klärung"), "Termin / gültig bis": datetime(2022, 7, 1)}
    (ruling,) = import_list(ledger, write_list(tmp_path / "liste.xlsx", [row], columns)).rulings
    assert ruling.accepted and ruling.line.until == date(2022, 7, 1)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: path.write_bytes(b"keine Tabelle"), "keine lesbare XLSX-Datei"),
        (lambda path: write_list(path, [], sheet="Anderes"), "das Blatt »Arbeitsliste« fehlt"),
        (lambda path: write_list(path, [], columns=["Befund-Nr.", "Antwort"]), "die Spalte »Begründung«"),
    ],
)
def test_file_that_is_no_work_list_is_refused(ledger, tmp_path, make, said):
    path = tmp_path / "liste.xlsx"
    make(path)
    with pytest.raises(LedgerError, match=said):
        import_list(ledger, path)


def test_hostile_texts_are_inert_in_the_protocol(ledger, tmp_path):
    row = a_row("<script>alert(1)</script>", Antwort='=HYPERLINK("http://x")', Begründung="x")
    protocol = import_list(ledger, write_list(tmp_path / "liste.xlsx", [row]))
    write_html(protocol, tmp_path / "p.html")
    write_xlsx(protocol, tmp_path / "p.xlsx")
    assert "<script>" not in (tmp_path / "p.html").read_text(encoding="utf-8")
    from openpyxl import load_workbook

    assert all(cell.data_type != "f" for line in load_workbook(tmp_path / "p.xlsx").active.iter_rows() for cell in line)
    assert len(rows_of(protocol)) == 1


def test_confirmed_no_error_counts_for_the_rule(ledger, tmp_path):
    known = numbers(ledger)
    rows = [a_row(known["B1"], Antwort="kein Fehler", Begründung="x"), a_row(known["B2"], Antwort="behoben")]
    import_list(ledger, write_list(tmp_path / "liste.xlsx", rows))
    with writing(ledger, 0) as draft:
        confirm(draft, known["B1"], "", DAY, "2022-06-03T09:00:00")
        publish(draft)
    with reading(ledger) as con:
        assert quality_of(con) == {RULE: (1, 2)}
    with writing(ledger, 0) as draft, pytest.raises(LedgerError, match="kein Fehler"):
        confirm(draft, known["B2"], "", DAY, "2022-06-03T09:00:00")


def test_interval_of_false_alarms_is_clopper_pearson():
    low, high = false_alarm_interval(3, 60)
    assert (round(low, 3), round(high, 3)) == (0.010, 0.139)
    assert false_alarm_interval(0, 0) == (0.0, 1.0)
