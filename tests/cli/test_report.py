"""A past IKS report comes back to the byte, and run and ledger are published together."""

import shutil
from pathlib import Path

import pytest

from amip_dq.cli.main import run as amip_dq

LIBRARY = Path(__file__).resolve().parents[1] / "andere_domaene"


@pytest.fixture
def nights(tmp_path, monkeypatch):
    """Two nights of the library; between them one book comes back."""

    monkeypatch.setenv("AMIP_DQ_CONTENT", str(LIBRARY))
    delivery = shutil.copytree(LIBRARY / "daten", tmp_path / "lieferung")
    ledger = tmp_path / "verlauf.duckdb"
    for day in ("2023-06-29", "2023-06-30"):
        if day.endswith("30"):
            file = delivery / "ausleihe.csv"
            file.write_text(file.read_text(encoding="utf-8").replace("2023-03-30", "2023-02-20"), encoding="utf-8")
        code = amip_dq(["check", str(delivery), "--stichtag", day, "--out", str(tmp_path / day), "--history", str(ledger)])
        assert code == 0
    return tmp_path, ledger


@pytest.mark.parametrize("day", ["2023-06-29", "2023-06-30"])
def test_a_past_report_comes_back_to_the_byte(nights, day):
    folder, ledger = nights
    assert amip_dq(["report", day, "--history", str(ledger), "--out", str(folder / "wieder")]) == 0
    for name in ("iks-bericht.html", "iks-bericht.pdf"):
        assert (folder / "wieder" / name).read_bytes() == (folder / day / name).read_bytes(), name


def test_the_ledger_knows_what_changed(nights, capsys):
    _, ledger = nights
    capsys.readouterr()
    assert amip_dq(["history", "list", "--history", str(ledger)]) == 0
    assert amip_dq(["history", "diff", "2023-06-29", "2023-06-30", "--history", str(ledger)]) == 0
    assert amip_dq(["history", "verify", "--history", str(ledger)]) == 0
    told = capsys.readouterr().out
    assert "2023-06-29" in told
    assert "behoben" in told


def test_an_unknown_run_is_one_german_line(nights, capsys):
    folder, ledger = nights
    assert amip_dq(["report", "2020-01-01", "--history", str(ledger), "--out", str(folder / "x")]) == 2
    assert "gibt es in dieser Verlaufsdatei nicht" in capsys.readouterr().err
    assert not (folder / "x").exists()
