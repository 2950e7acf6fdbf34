"""The files of a synthetic delivery: same arguments, same bytes; the same rows in every format and layout."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from ruamel.yaml import YAML

from amip_dq.cli.main import run
from amip_dq.content import content_folder
from amip_dq.content.tables import load_tables
from amip_dq.errors import AmipError
from amip_dq.model import Dialect
from amip_dq.synth import write_office
from amip_dq.synth.layouts import amount
from amip_dq.synth.writers import XlsxFiles

STICHTAG = date(2022, 6, 30)


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def write(folder: Path, **changed) -> Path:
    arguments = {"elb": 150, "months": 6, "stichtag": STICHTAG, "seed": 9, "defect_rate": 0.1, **changed}
    write_office(folder, **arguments)
    return folder


@pytest.mark.parametrize(
    "file_format, layout", [("csv", "kanonisch"), ("parquet", "kanonisch"), ("xlsx", "kanonisch"), ("csv", "buero")]
)
def test_same_arguments_same_bytes(tmp_path, file_format, layout):
    first = digests(write(tmp_path / "a", file_format=file_format, layout=layout))
    assert first == digests(write(tmp_path / "b", file_format=file_format, layout=layout))


@pytest.mark.slow
def test_another_process_and_thread_count_write_the_same_bytes(tmp_path):
    for threads in ("1", "3"):
        arguments = "elb=3000, months=12, stichtag=date(2022, 6, 30), seed=9, defect_rate=0.1"
        code = (
            "from datetime import date; from pathlib import Path; from amip_dq.synth import write_office;"
            f"write_office(Path({str(tmp_path / threads)!r}), {arguments})"
        )
        subprocess.run([sys.executable, "-c", code], check=True, env={"POLARS_MAX_THREADS": threads, "PATH": ""})
    assert digests(tmp_path / "1") == digests(tmp_path / "3")


def test_another_seed_writes_another_office(tmp_path):
    one, other = digests(write(tmp_path / "a")), digests(write(tmp_path / "b", seed=10))
    assert [name for name in one if one[name] == other[name]] == ["budget.csv"]


def test_defects_do_not_disturb_the_rest(tmp_path):
    clean, planted = write(tmp_path / "a", defect_rate=0), write(tmp_path / "b")
    for untouched in ("mitarbeiter.csv", "budget.csv"):
        assert (clean / untouched).read_bytes() == (planted / untouched).read_bytes()


def test_every_table_is_delivered_with_the_columns_of_its_file(tmp_path):
    problems: list = []
    tables = load_tables(content_folder(None) / "checks", problems)
    folder = write(tmp_path / "a")
    for name, table in tables.items():
        if name != "lieferung":
            header = (folder / f"{name}.csv").read_text(encoding="utf-8").splitlines()[0]
            assert tuple(header.split(";")) == table.column_names


def test_lieferung_tells_rows_and_sums(tmp_path):
    folder = write(tmp_path / "a")
    rows = YAML(typ="safe").load((folder / "lieferung.yaml").read_text(encoding="utf-8"))["dateien"]
    assert {row["datei"] for row in rows} == {path.name for path in folder.glob("*.csv")} - {"wahrheit.csv"}
    for row in rows:
        frame = pl.read_csv(folder / row["datei"], separator=";", infer_schema=False)
        assert (row["zeilen_soll"], row["datenstand"]) == (frame.height, STICHTAG)
        if "summe_spalte" in row:
            assert row["summe_soll"] == pytest.approx(frame[row["summe_spalte"]].cast(pl.Float64).sum(), abs=0.001)


def test_parquet_holds_the_rows_of_the_csv(tmp_path):
    csv, parquet = write(tmp_path / "a"), write(tmp_path / "b", file_format="parquet")
    for path in csv.glob("[a-v]*.csv"):
        frame = pl.read_parquet(parquet / f"{path.stem}.parquet").select(pl.all().cast(pl.String))
        assert frame.equals(pl.read_csv(path, separator=";", infer_schema=False)), path.stem


def test_office_layout_looks_like_an_office_export(tmp_path):
    folder = write(tmp_path / "a", layout="buero")
    money = next(folder.glob("Leistungsmonate*.csv")).read_bytes().decode("cp1252").split("\r\n")
    count = len(money) - 5  # two titles, header, footer, end
    assert money[2].startswith("Kundennummer;")
    assert money[-2] == f"Anzahl Datensätze: {count:,}".replace(",", ".")
    entitled = next(folder.glob("Leistungsansprueche*.csv")).read_text(encoding="cp1252")
    assert ";31.12.9999" in entitled
    assert "Weiterbewilligung" in next(folder.glob("Unterbrechungen*.csv")).read_text(encoding="cp1252")


@pytest.mark.parametrize(
    "value, text",
    [
        ("0.00", "0,00"),
        ("999.99", "999,99"),
        ("1000.00", "1.000,00"),
        ("1234567.05", "1.234.567,05"),
        ("-1002.50", "-1.002,50"),
        (None, None),
    ],
)
def test_amount_in_german(value, text):
    frame = pl.DataFrame({"v": [value]}, schema={"v": pl.String}).select(pl.col("v").cast(pl.Decimal(18, 2)))
    assert frame.select(amount(pl.col("v"), Dialect(decimal=",", thousands="."))).item() == text


def test_a_sheet_that_would_overflow_is_refused(tmp_path):
    sink = XlsxFiles(tmp_path, STICHTAG)
    rows = pl.DataFrame({"a": pl.int_range(1_048_576, eager=True)})
    with pytest.raises(AmipError, match="--format csv"):
        sink.append("anspruch", rows)
    sink.close()


@pytest.mark.parametrize(
    "changed, word",
    [({"layout": "gibtesnicht"}, "gibtesnicht"), ({"layout": "buero", "file_format": "xlsx"}, "--format csv")],
)
def test_unknown_shapes_are_refused_before_anything_is_written(tmp_path, changed, word):
    with pytest.raises(AmipError, match=word):
        write(tmp_path / "a", **changed)
    assert not (tmp_path / "a").exists()


def test_command_refuses_a_folder_that_is_in_use(tmp_path, capsys):
    (tmp_path / "notiz.txt").write_text("bleibt", encoding="utf-8")
    assert run(["synth", str(tmp_path), "--elb", "100"]) == 2
    assert "nicht leer" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["notiz.txt"]
