"""A layout is suggested from files alone, and the suggestion reads those files without a loss."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from amip_dq.cli.layout import layout as command
from amip_dq.content.layouts import canonical_layout, read_layout
from amip_dq.delivery.defects import find_defects
from amip_dq.delivery.read import read_delivery
from amip_dq.delivery.sniff import SAMPLE_BYTES, guess_encoding, take_sample
from amip_dq.delivery.suggest import suggest_layout
from amip_dq.errors import DeliveryError
from tests.delivery.conftest import TABLES

EXPORT = """Bücherliste der Bücherei
Stand: 30.06.2022
Buch-ID;Titel;Preiß;Seitenzahl;Neu ?;Von;Bis;Farbe
B1;Öl;1.234,50;7;ja;01.02.2020;31.12.9999;rot
B2;Rohr 5" lang;0,50;;nein;01.02.2020;k.A.;
B3;x;;12;ja;29.02.2020;01.03.2020;blau
Anzahl Datensätze: 3
"""


@pytest.fixture
def export(tmp_path: Path) -> Path:
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "Buch_2022.csv").write_bytes(EXPORT.encode("cp1252"))
    (folder / "Fach.csv").write_text("Fach-ID;Art\nF1;Offen\nF2;Zu\nF3;Kaputt\n")
    return folder


def test_a_suggestion_reads_its_own_files(export: Path, tmp_path: Path) -> None:
    text = suggest_layout(sorted(export.iterdir()), TABLES, {"kanonisch": canonical_layout(TABLES)})
    path = tmp_path / "eigen.yaml"
    path.write_text(text, encoding="utf-8")
    with duckdb.connect() as con:
        delivery = read_delivery(export, read_layout(path, TABLES), TABLES, con)
        defects = {(d.table, d.column, d.check) for d in find_defects(con, delivery, TABLES) if d.table != "lieferung"}
        rows = con.execute(
            "SELECT buch_id, titel, preis::VARCHAR, seiten, neu, von::VARCHAR, bis::VARCHAR FROM daten.buch"
        )
        assert sorted(rows.fetchall()) == [
            ("B1", "Öl", "1234.50", 7, True, "2020-02-01", None),
            ("B2", 'Rohr 5" lang', "0.50", None, False, "2020-02-01", None),
            ("B3", "x", None, 12, True, "2020-02-29", "2020-03-01"),
        ]
        assert con.execute("SELECT art FROM daten.fach ORDER BY fach_id").fetchall() == [("offen",), ("zu",), (None,)]
    assert defects == {
        ("buch", "fach_id", "missing_column"),
        ("buch", "Farbe", "unknown_column"),
        ("fach", "art", "enum"),
    }
    assert '"Buch_*.csv"' in text and "# nicht zugeordnet: Farbe" in text and "# art, Wörter ohne Code: Kaputt" in text


@pytest.mark.parametrize(
    "raw, encoding",
    [
        (b"a;b", "utf-8"), ("ä".encode(), "utf-8"), ("ä".encode("cp1252"), "cp1252"), (b"\xe4\x81", "latin-1"),
        ("ä".encode("utf-16"), "utf-16"), (("a" + "ä" * SAMPLE_BYTES).encode()[:SAMPLE_BYTES], "utf-8"),
    ],
)  # fmt: skip
def test_encodings(raw: bytes, encoding: str) -> None:
    assert guess_encoding(raw) == encoding


@pytest.mark.parametrize("delimiter", [";", "\t", ",", "|"])
def test_delimiters(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text("Titel, lang\n" + "a;b;c\n1;2;3\n4;5;6\n".replace(";", delimiter))
    sample = take_sample(path)
    assert (sample.dialect.delimiter, sample.dialect.header_row, sample.header) == (delimiter, 2, ("a", "b", "c"))


def test_a_header_with_a_line_break_stays_one_comment(tmp_path: Path) -> None:
    path = tmp_path / "Fach.csv"
    path.write_text('fach_id;art;"Zusatz\nfiles: [x]"\nF1;zu;1\n')
    text = suggest_layout([path], TABLES, {})
    assert "files: [x]" not in [line.strip() for line in text.splitlines()]


@pytest.mark.parametrize(
    "name, content, reason",
    [("x.csv", b"", "keine Kopfzeile"), ("x.csv", b"1;2\n3;4\n", "keine Kopfzeile"), ("x.xlsx", b"PK", "nicht lesbar"),
     ("x.parquet", b"PAR1", "nicht lesbar"), ("x.csv", b'"offen;b\n\0;c', "keine Kopfzeile")],
)  # fmt: skip
def test_files_without_a_header_say_so(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DeliveryError, match=reason):
        take_sample(path)


def test_trying_a_layout_says_what_differs(export: Path, library, monkeypatch) -> None:
    monkeypatch.setattr("amip_dq.cli.layout.loaded", lambda: library)
    answer = CliRunner().invoke(command, ["check", "kanonisch", str(export)], standalone_mode=False)
    assert answer.exception is not None and "keine lesbare Tabelle" in str(answer.exception)
    table = next(iter(library.tables.values()))
    (export / f"{table.name}.csv").write_text(";".join(table.column_names) + ";zuviel\n" + "x;\n")
    answer = CliRunner().invoke(command, ["check", "kanonisch", str(export)], standalone_mode=False)
    assert answer.return_value == 1
    assert f"{table.name}.csv → {table.name}: 0 gelesen, 1 abgewiesen" in answer.output
    assert "Spalte unbekannt »zuviel«: 1, zuerst in Zeile 1" in answer.output
