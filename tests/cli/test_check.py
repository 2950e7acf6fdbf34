"""`amip-dq check` on small deliveries of another domain: outputs, exit codes, atomic folder, no network."""

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from amip_dq.cli.console import console
from amip_dq.cli.main import run as amip_dq

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "tests" / "andere_domaene"
DAY = "2023-06-30"


@pytest.fixture(autouse=True)
def library_content(monkeypatch):
    monkeypatch.setenv("AMIP_DQ_CONTENT", str(LIBRARY))
    monkeypatch.setattr(console, "quiet", False)


@pytest.fixture
def delivery(tmp_path):
    return shutil.copytree(LIBRARY / "daten", tmp_path / "lieferung")


def check(delivery, out, *more):
    return amip_dq(["check", str(delivery), "--stichtag", DAY, "--out", str(out), *more])


def run_json(out):
    return json.loads((out / "run.json").read_text(encoding="utf-8"))


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_a_delivery_of_another_domain_runs_unchanged(delivery, tmp_path):
    assert check(delivery, tmp_path / "out") == 0
    told = run_json(tmp_path / "out")
    (rule,) = told["rules"]
    assert {key: rule[key] for key in ("id", "status", "scope", "ok", "violation", "undetermined", "waived")} == {
        "id": "ausleihe.rueckgabe_verspaetet", "status": "failed", "scope": 4, "ok": 2, "violation": 2, "undetermined": 0,
        "waived": 0,
    }  # fmt: skip
    assert told["schema"] == 1
    assert told["not_delivered"] == []
    assert {f["table"]: (f["rows_read"], f["rows_rejected"]) for f in told["delivery"]["files"]} == {
        "buch": (3, 1), "ausleihe": (4, 0)
    }  # fmt: skip
    defects = {(d["table"], d["column"], d["check"]): d["rows"] for d in told["defects"]}
    assert defects[("buch", "zweigstelle", "enum")] == 1
    assert defects[("ausleihe", "signatur", "foreignKey")] == 1
    assert defects[("ausleihe", "verlaengert", "type")] == 1
    assert any(check == "rueckgabe_nach_ausleihe" for _, _, check in defects)


def test_findings_are_complete_in_csv_and_parquet(delivery, tmp_path):
    check(delivery, tmp_path / "out")
    found = rows(tmp_path / "out" / "findings.csv")
    assert [(f["case_id"], f["item"], f["verdict"], f["change"], f["team"]) for f in found] == [
        ("AB001", "2", "violation", "new", "Theke nord"),
        ("AB002", "3", "violation", "new", "Theke sued"),
    ]
    table = pq.read_table(tmp_path / "out" / "findings.parquet")
    assert table.column("fingerprint").to_pylist() == [f["fingerprint"] for f in found]
    rejected = rows(tmp_path / "out" / "rejected.csv")
    assert [(r["file"], r["line"]) for r in rejected] == [("buch.csv", "5")]


def test_same_input_same_bytes(delivery, tmp_path):
    for name in ("a", "b"):
        check(delivery, tmp_path / name)
    first = {p.relative_to(tmp_path / "a"): p.read_bytes() for p in (tmp_path / "a").rglob("*") if p.is_file()}
    second = {p.relative_to(tmp_path / "b"): p.read_bytes() for p in (tmp_path / "b").rglob("*") if p.is_file()}
    assert first == second


@pytest.mark.parametrize(("level", "code"), [("nie", 0), ("kritisch", 0), ("hoch", 1), ("niedrig", 1), ("ziel", 1)])
def test_fail_on_a_severity_or_a_missed_target(delivery, tmp_path, level, code):
    assert check(delivery, tmp_path / "out", "--fail-on", level) == code


def test_a_missing_mandatory_table_is_exit_2_and_no_rule_passes(delivery, tmp_path, capsys):
    (delivery / "ausleihe.csv").unlink()
    assert check(delivery, tmp_path / "out") == 2
    told = run_json(tmp_path / "out")
    assert told["not_delivered"] == ["ausleihe"]
    assert told["rules"][0]["status"] == "not_delivered"
    assert told["key_figures"][0]["value"] is None
    assert "Nicht geliefert: ausleihe." in capsys.readouterr().out


def test_a_broken_rule_is_exit_2_and_said_everywhere(delivery, tmp_path, library_copy, monkeypatch, capsys):
    sql = library_copy / "rules/ausleihe/rueckgabe_verspaetet.sql"
    sql.write_text(sql.read_text(encoding="utf-8").replace("> faellig(von)", "> faellig(von) AND CAST(signatur AS INTEGER) > 0"))
    monkeypatch.setenv("AMIP_DQ_CONTENT", str(library_copy))
    assert check(delivery, tmp_path / "out", "--fail-on", "niedrig") == 2
    assert run_json(tmp_path / "out")["rules"][0]["status"] == "error"
    assert "Nicht geprüft: B-001" in capsys.readouterr().out
    for page in (tmp_path / "out").rglob("*.html"):
        assert "B-001" in page.read_text(encoding="utf-8"), page.name


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (lambda d: [p.unlink() for p in d.iterdir()], "keine"),
        (lambda d: [p.write_bytes(b"") for p in d.iterdir()], ""),
    ],
)
def test_nothing_readable_is_one_german_line(delivery, tmp_path, capsys, break_it, said):
    break_it(delivery)
    assert check(delivery, tmp_path / "out") == 2
    error = capsys.readouterr().err
    assert "Fehler: " in error
    assert "Traceback" not in error
    assert not (tmp_path / "out").exists()


def test_an_existing_folder_is_refused_unless_forced(delivery, tmp_path, capsys):
    out = tmp_path / "out"
    assert check(delivery, out) == 0
    (out / "alt.txt").write_text("x")
    assert check(delivery, out) == 2
    assert "--force" in capsys.readouterr().err
    assert (out / "alt.txt").exists()
    assert check(delivery, out, "--force") == 0
    assert not (out / "alt.txt").exists()
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check"], "Es fehlt: "),
        (["check", "nirgends", "--stichtag", DAY, "--out", "x"], "gibt es nicht"),
        (["check", ".", "--stichtag", "30.06.2023", "--out", "x"], "JJJJ-MM-TT"),
        (["check", ".", "--stichtag", DAY, "--out", "x", "--layout", "unbekannt"], "Das Layout »unbekannt« gibt es nicht"),
        (["check", ".", "--stichtag", DAY, "--out", "x", "--rule", "a.b"], "Die Regel »a.b« gibt es nicht"),
        (["check", ".", "--stichtag", DAY, "--out", "x", "--fail-on", "immer"], "möglich ist nie"),
        (["chekc"], "Den Befehl"),
        (["rules"], "Befehl"),
        (["rules", "show", "a.b"], "»amip-dq rules list«"),
        (["check", "--stichtga", "x"], "gibt es hier nicht"),
    ],
)
def test_wrong_use_is_one_german_line_and_exit_2(arguments, said, capsys):
    assert amip_dq(arguments) == 2
    captured = capsys.readouterr()
    assert said in captured.err + captured.out
    assert "Traceback" not in captured.err


def test_only_the_named_rule_and_its_key_figures(delivery, tmp_path):
    assert check(delivery, tmp_path / "out", "--rule", "B-001") == 0
    assert [figure["id"] for figure in run_json(tmp_path / "out")["key_figures"]][0] == "kennzahl.puenktlich"


def test_the_log_can_be_json_and_holds_no_case(delivery, tmp_path, capsys):
    check(delivery, tmp_path / "out", "--log-format", "json")
    console.as_json = False
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert {"zeit", "sekunden", "text"} <= set(lines[0])
    assert "AB001" not in json.dumps(lines)


def test_hostile_values_stay_inert(delivery, tmp_path):
    (delivery / "buch.csv").write_text(
        "signatur;titel;preis;zweigstelle\n=cmd|' /C calc'!A0;<script>alert(1)</script>;1.00;nord\n"
        "'; DROP TABLE buch; --;\"<img src=x onerror=alert(1)>\";2.00;sued\n", encoding="utf-8")  # fmt: skip
    (delivery / "ausleihe.csv").write_text(
        "ausleihe_id;signatur;von;bis;verlaengert\n1;=cmd|' /C calc'!A0;2023-01-01;2023-03-01;false\n", encoding="utf-8")
    assert check(delivery, tmp_path / "out") == 0
    text = (tmp_path / "out" / "findings.csv").read_text(encoding="utf-8-sig")
    assert "'=cmd|" in text
    assert ";=cmd" not in text
    for page in (tmp_path / "out").rglob("*.html"):
        content = page.read_text(encoding="utf-8")
        assert "<script>alert" not in content
        assert "onerror=" not in content.replace("&lt;img src=x onerror=alert(1)&gt;", "")
    assert pq.read_table(tmp_path / "out" / "findings.parquet").column("case_id").to_pylist() == ["=cmd|' /C calc'!A0"]


def test_no_network_at_run_time(delivery, tmp_path):
    """Any attempt to open a connection or to look up a name ends the process."""
    (tmp_path / "sitecustomize.py").write_text(
        "import socket\ndef refuse(*a, **k):\n    import os; os.write(2, b'NETZ'); os._exit(97)\n"
        "socket.socket.connect = refuse\nsocket.socket.connect_ex = refuse\nsocket.getaddrinfo = refuse\n", encoding="utf-8")  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "AMIP_DQ_CONTENT": str(ROOT)}
    office = tmp_path / "buero"
    office.mkdir()
    (office / "bg.csv").write_text("bg_nr;geschaeftsstelle;team_leistung;bg_typ;status;eroeffnet_am;beendet_am\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "amip_dq", "check", str(office), "--stichtag", DAY, "--out", str(tmp_path / "out")],
        env=environment, capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert "NETZ" not in done.stderr
