"""A delivery is read without losing a row in silence: rows read + rows rejected = rows in the file."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amip_dq.content.layouts import canonical_layout
from amip_dq.delivery.read import read_delivery
from amip_dq.errors import DeliveryError
from amip_dq.model import Layout, LayoutTable
from tests.delivery.conftest import BUCH_HEADER, TABLES, book

ROW = "{};;Emil;;;;;\n"


ONE = {"buch": TABLES["buch"]}


def books(*ids: str) -> str:
    return BUCH_HEADER + "\n" + "".join(ROW.format(i) for i in ids)


def test_rejected_rows_keep_line_reason_and_raw_text(read) -> None:
    text = (
        books("B1")
        + "\n"
        + "kurz;zeile\n"
        + ';;ohne;;;;;\nB1;;doppelt;;;;;\n"offen;;;;;;;\nB2;;a\0b;;;;;\n'
        + ROW.format("B3")
    )
    result = read({"buch.csv": text.encode() + b"B4;;\xff\\;;;;;\n"})
    assert result.rejected() == [
        (4, "2 statt 8 Spalten", "kurz;zeile"),
        (5, "Schlüssel buch_id fehlt", ";;ohne;;;;;"),
        (6, "Schlüssel buch_id steht schon in einer früheren Zeile", "B1;;doppelt;;;;;"),
        (7, "Anführungszeichen nicht geschlossen oder an falscher Stelle", '"offen;;;;;;;'),
        (8, "enthält ein NUL-Zeichen", "B2;;a\\x00b;;;;;"),
        (10, "nicht als utf-8 lesbar", "B4;;\\xff\\\\;;;;;"),
    ]
    assert result.balance() == [("buch.csv", 2, 6)]
    assert result.rows("SELECT buch_id, _datei, _zeile FROM daten.buch ORDER BY _zeile") == [("B1", 1, 2), ("B3", 1, 9)]


def test_lines_count_breaks_inside_quotes(read) -> None:
    result = read({"buch.csv": BUCH_HEADER + '\r\nB1;;"zwei\r\nZeilen; ""so""";;;;;\r\nB2;;x;;;;;'})
    assert result.rows("SELECT titel, _zeile FROM daten.buch ORDER BY 2") == [('zwei\r\nZeilen; "so"', 2), ("x", 4)]


def test_a_quote_inside_a_plain_field_is_a_character(read) -> None:
    result = read({"buch.csv": book(titel='Rohr 5" lang')})
    assert result.rows("SELECT titel FROM daten.buch") == [('Rohr 5" lang',)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16"])
def test_encodings(read, encoding: str) -> None:
    result = read({"buch.csv": book(titel="Öl für Käse").encode(encoding)}, encoding=encoding)
    assert result.rows("SELECT titel FROM daten.buch") == [("Öl für Käse",)]


@pytest.mark.parametrize(
    "encoding, bad, raw",
    [("cp1252", b"B2;;\x81;;;;;\n", "B2;;\\x81;;;;;"), ("utf-8", b"B2;;\xc3;;;;;\n", "B2;;\\xc3;;;;;")],
)
def test_undecodable_bytes_reject_their_row_only(read, encoding: str, bad: bytes, raw: str) -> None:
    result = read({"buch.csv": books("B1").encode() + bad + b"B3;;x;;;;;\n"}, encoding=encoding)
    assert result.rejected() == [(3, f"nicht als {encoding} lesbar", raw)]
    assert result.balance() == [("buch.csv", 2, 1)]


def test_utf16_cut_in_half(read) -> None:
    result = read({"buch.csv": (books("B1") + "B2;;x;;;;;").encode("utf-16") + b"\x3b"}, encoding="utf-16")
    assert result.balance() == [("buch.csv", 1, 1)]


def test_titles_and_footers_are_no_rows(read) -> None:
    text = 'Bücherliste "vorläufig\nStand 30.06.\n' + books("B1", "B2") + "\nAnzahl Datensätze: 2;;;;;;;\n"
    result = read({"buch.csv": text.encode("cp1252")}, header_row=3, footer=r"^Anzahl Datensätze\b", encoding="cp1252")
    assert result.balance() == [("buch.csv", 2, 0)]
    assert "1 Fußzeile(n)" in result.notices
    assert result.rows("SELECT _zeile FROM daten.buch ORDER BY 1") == [(4,), (5,)]


# ------------------------------------------------------------------ headers
def test_reordered_surplus_and_missing_columns(read) -> None:
    result = read({"buch.csv": "titel;buch_id;farbe;Seiten;neu;von;bis;preis\nEmil;B1;rot;7;;;;\n"})
    assert result.rows("SELECT buch_id, titel, seiten FROM daten.buch") == [("B1", "Emil", None)]
    assert result.checks() == {
        ("fach_id", "missing_column", 1), ("seiten", "missing_column", 1),
        ("farbe", "unknown_column", 1), ("Seiten", "unknown_column", 1),
    }  # fmt: skip
    assert "anderer Reihenfolge" in result.notices and "Gemeint ist »seiten«" in result.notices


@pytest.mark.parametrize(
    "content, check, balance",
    [
        ("", ("", "unreadable", 1), (0, 0)),
        ("buch_id;titel;titel\nB1;a;b\n", ("", "unreadable", 1), (1, 0)),
        ("B1;Emil\nB2;Emil\n", ("", "unreadable", 1), (1, 0)),
        ("buch_id;von\nB1;\nB2\n", ("titel", "missing_column", 1), (1, 1)),
    ],
)
def test_not_delivered(read, content: str, check: tuple, balance: tuple) -> None:
    result = read({"buch.csv": content, "fach.csv": "fach_id;art\nF1;zu\n"})
    assert result.delivery.not_delivered == ("buch", "lieferung")
    assert check in result.checks()
    assert result.rows("SELECT count(*) FROM daten.buch") == [(0,)]
    assert result.balance()[0][1:] == balance


def test_header_alone_is_delivered(read) -> None:
    assert read({"buch.csv": "\ufeff " + BUCH_HEADER}).delivery.delivered == {"buch"}


# ------------------------------------------------------------------ files
def test_no_readable_table(tmp_path: Path, con) -> None:
    (tmp_path / "notiz.txt").write_text("x")
    with pytest.raises(DeliveryError, match="keine lesbare Tabelle"):
        read_delivery(tmp_path, canonical_layout(TABLES), TABLES, con)


def test_several_files_are_appended_in_path_order(read) -> None:
    result = read(
        {"b/buch.csv": books("B2", "B1"), "a/buch.csv": books("B1"), "Buch.csv": books("B9"), "wahrheit.csv": "x"}
    )
    assert result.balance() == [("a/buch.csv", 1, 0), ("b/buch.csv", 1, 1)]
    assert "Buch.csv: Die Datei passt auf keine Tabelle" in result.notices and "wahrheit" not in result.notices


def packed(files: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


def test_zip_in_a_folder_and_zip_as_delivery(read, tmp_path: Path, con) -> None:
    result = read({"paket.zip": packed({"../../boese/buch.csv": books("B1"), "liste.csv": "x"})})
    assert result.balance() == [("paket.zip/../../boese/buch.csv", 1, 0)]
    alone = tmp_path / "alles.zip"
    alone.write_bytes(packed({"buch.csv": books("B1")}))
    assert read_delivery(alone, canonical_layout(TABLES), TABLES, con).files[0].path == "buch.csv"
    assert not list(tmp_path.parent.rglob("boese"))


def test_damaged_zip_member_is_unreadable(read) -> None:
    whole = bytearray(packed({"buch.csv": books("B1")}))
    whole[whole.index(b"Emil")] ^= 1
    result = read({"fach.csv": "fach_id;art\n", "paket.zip": bytes(whole)})
    assert ("", "unreadable", 1) in result.checks() and "buch" in result.delivery.not_delivered


def test_one_table_in_two_formats_is_refused(read) -> None:
    out = io.BytesIO()
    parquet.write_table(pa.table({"buch_id": ["B1"], "titel": ["x"]}), out)
    result = read({"buch.csv": books("B1"), "buch.parquet": out.getvalue(), "fach.csv": "fach_id;art\n"})
    assert "buch" in result.delivery.not_delivered and "mehreren Formaten (CSV, Parquet)" in result.notices.replace(
        " vor", ""
    )


def test_the_most_specific_pattern_wins(read) -> None:
    layout = Layout("x", "x", {"buch": LayoutTable(("B_*.csv",)), "fach": LayoutTable(("B_Fach_*.csv",))})
    result = read({"B_1.csv": books("B1"), "B_Fach_1.csv": "fach_id;art\nF1;zu\n"}, layout=layout)
    assert {file.path: file.table for file in result.delivery.files} == {"B_1.csv": "buch", "B_Fach_1.csv": "fach"}


# ------------------------------------------------------------------ layout
def test_headers_codes_and_constants(read) -> None:
    table = LayoutTable(
        ("Regale.csv",), columns={"fach_id": "Regal Nr.", "art": "Zustand"},
        values={"art": {"offen": ("auf", "halb auf")}}, constants={},
    )  # fmt: skip
    result = read(
        {"Regale.csv": "Regal Nr.;Zustand\nF1;auf\nF2;halb auf\nF3;zu\nF4;weg\n"},
        layout=Layout("x", "x", {"fach": table}),
    )
    assert result.rows("SELECT art FROM daten.fach ORDER BY fach_id") == [("offen",), ("offen",), ("zu",), (None,)]
    assert ("art", "enum", 1) in result.checks("fach")
    constant = replace(table, columns={"fach_id": "Regal Nr."}, constants={"art": "zu"})
    result = read({"Regale.csv": "Regal Nr.\nF1\n\n"}, layout=Layout("x", "x", {"fach": constant}))
    assert result.rows("SELECT art FROM daten.fach") == [("zu",)] and result.checks("fach") == set()


# ------------------------------------------------------------------ Parquet, XLSX
def test_parquet_types(read) -> None:
    out = io.BytesIO()
    columns = {
        "buch_id": pa.array(["B1", "B2"]).dictionary_encode(), "titel": ["Emil", "Ottokar"],
        "preis": pa.array([1.1, 1.005]), "seiten": pa.array([5.0, 5.5]), "neu": [True, None],
        "von": pa.array([datetime(2022, 1, 1), datetime(2022, 1, 1, 8)]), "bis": pa.array([date(2022, 1, 2), None]),
        "fach_id": pa.array([17, None], pa.int64()),
    }  # fmt: skip
    parquet.write_table(pa.table(columns), out)
    result = read({"buch.parquet": out.getvalue(), "fach.csv": "fach_id;art\n17;\n"})
    assert result.rows("SELECT preis, seiten, neu, von, bis, fach_id, _zeile FROM daten.buch ORDER BY buch_id") == [
        (Decimal("1.10"), 5, True, date(2022, 1, 1), date(2022, 1, 2), "17", 1),
        (None, None, None, None, None, None, 2),
    ]
    assert result.checks() == {("preis", "type", 1), ("seiten", "type", 1), ("von", "type", 1)}


def sheet(rows: list[list[object]]) -> bytes:
    out = io.BytesIO()
    book_ = xlsxwriter.Workbook(out, {"in_memory": True})
    page, day = book_.add_worksheet("Liste"), book_.add_format({"num_format": "dd.mm.yyyy"})
    for r, cells in enumerate(rows):
        for c, cell in enumerate(cells):
            page.write_datetime(r, c, cell, day) if isinstance(cell, date) else page.write(r, c, cell)
    book_.close()
    return out.getvalue()


def test_xlsx_types(read) -> None:
    head = BUCH_HEADER.split(";")
    rows = [
        ["Bücher"], [], head,
        ["B1", "", "Emil", 1234.5, 7, True, date(2022, 1, 1), "31.12.9999"],
        [], ["B2", "", "x", 0.125, 7.5, "ja", datetime(2022, 1, 1, 8, 30), "01.02.2022", "", "zu viel"],
        [4711, "", "y", "1,50", "", "", datetime(2022, 1, 1, 8, 30), ""],
        ["Anzahl: 3"],
    ]  # fmt: skip
    result = read(
        {"buch.xlsx": sheet(rows)}, header_row=2, footer="^Anzahl", decimal=",", dates=("%d.%m.%Y",),
        open_end=("31.12.9999",), true_words=("ja",), false_words=("nein",),
    )  # fmt: skip
    assert result.rows("SELECT buch_id, preis, seiten, neu, von, bis, _zeile FROM daten.buch ORDER BY _zeile") == [
        ("B1", Decimal("1234.50"), 7, True, date(2022, 1, 1), None, 4),
        ("4711", Decimal("1.50"), None, None, None, None, 7),
    ]
    assert [row[:2] for row in result.rejected()] == [(6, "Werte rechts von den 8 Spalten der Kopfzeile")]
    assert result.checks() == {("von", "type", 1)}


@pytest.mark.parametrize("name", ["buch.parquet", "buch.xlsx"])
def test_damaged_binary_files(read, name: str) -> None:
    result = read({name: b"PK\x03\x04 kein Archiv", "fach.csv": "fach_id;art\n"})
    assert ("", "unreadable", 1) in result.checks()


# ------------------------------------------------------------------ lieferung.yaml
def test_manifest(read) -> None:
    manifest = "dateien:\n- {datei: buch.csv, tabelle: buch, datenstand: 2022-06-29, quelle: a, zeilen_soll: 1}\n"
    result = read({"buch.csv": books("B1"), "fach.csv": "fach_id;art\n", "lieferung.yaml": manifest})
    assert result.delivery.data_as_of == date(2022, 6, 29)
    assert result.rows("SELECT path, data_as_of, source FROM lauf.datei WHERE \"table\" = 'buch'") == [
        ("buch.csv", date(2022, 6, 29), "a")
    ]
    assert result.checks("lieferung") == {("datenstand", "required", 1)}


@pytest.mark.parametrize(
    "text, reason",
    [
        ("dateien: [", "kein gültiges YAML"),
        ("datein: []", "dateien:"),
        ("dateien: [x]", "erwartet wird ein Eintrag"),
        ("a: 1\na: 2", "doppelt"),
    ],
)
def test_broken_manifest_is_a_defect(read, text: str, reason: str) -> None:
    result = read({"buch.csv": books("B1"), "lieferung.yaml": text})
    assert ("", "unreadable", 1) in result.checks("lieferung") and reason in result.notices
    assert result.delivery.delivered == {"buch"} and result.delivery.data_as_of is None


# ------------------------------------------------------------------ nothing is lost, whatever the bytes
PIECES = st.lists(
    st.sampled_from(
        [b";", b'"', b"\n", b"\r\n", b"\r", b"B1", b"x", b"\0", b"\xff", b" ", b";;;;;;;", b'B2;;"t";;;;;\n']
    ),
    max_size=50,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PIECES)
def test_balance_for_any_bytes(tmp_path: Path, con, pieces: list[bytes]) -> None:
    body = b"".join(pieces)
    (tmp_path / "buch.csv").write_bytes(BUCH_HEADER.encode() + b"\n" + body)
    file = read_delivery(tmp_path, canonical_layout(ONE), ONE, con).files[0]
    lines = body.split(b"\n")
    filled = sum(bool(line.strip(b" \t\r")) for line in lines)
    stored = con.execute("SELECT count(*) FROM daten.buch").fetchall()[0][0]
    refused = con.execute("SELECT count(*) FROM lauf.verworfen").fetchall()[0][0]
    assert (file.rows_read, file.rows_rejected) == (stored, refused)
    assert stored + refused <= filled
    if b'"' not in body:
        assert stored + refused == filled
