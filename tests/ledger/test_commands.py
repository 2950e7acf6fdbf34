"""What people type: history, waiver, worklist."""

from __future__ import annotations

import json
import shutil

import pytest
from a_worklist import a_row, write_list
from library_nights import IN_TIME, LATE, MONDAY, OTHER, TUESDAY, Library

from amip_dq.cli.main import run
from amip_dq.ledger.store import reading
from amip_dq.ledger.verify import verify

RULE = "ausleihe.rueckgabe_verspaetet"


THIRD = (3, "AB002", MONDAY.replace(month=1), TUESDAY.replace(month=3), False)


@pytest.fixture(scope="module")
def two_nights(library, tmp_path_factory):
    nights = Library(tmp_path_factory.mktemp("zwei"), library)
    nights.night(MONDAY, [LATE, OTHER])
    nights.night(TUESDAY, [IN_TIME, OTHER, THIRD])
    return nights.ledger


@pytest.fixture
def nights(library, two_nights, tmp_path, monkeypatch):
    monkeypatch.setenv("AMIP_DQ_CONTENT", str(library.folder))
    for path in two_nights.parent.glob("verlauf*"):
        shutil.copy(path, tmp_path)
    return Library(tmp_path, library)


@pytest.fixture
def say(nights, capsys):
    """Return a function that runs a command on the ledger and returns (exit code, both outputs)."""

    def command(*words: str):
        capsys.readouterr()
        code = run([*words, "--history", str(nights.ledger)])
        captured = capsys.readouterr()
        return code, captured.out + captured.err

    return command


def test_list_names_every_entry(say):
    code, text = say("history", "list")
    assert code == 0
    assert [line.split()[1] for line in text.splitlines()] == ["2023-06-26-1", "2023-06-27-2"]
    assert "Stichtag 27.06.2023  vollständig   1 von 1 Regeln  1 offene Befunde" in text


@pytest.mark.parametrize("name", ["2", "2023-06-27-2", "2023-06-27"])
def test_show_finds_a_run_by_number_id_or_day(say, name):
    code, text = say("history", "show", name)
    assert code == 0 and "Veränderungen: 1 neu, 1 behoben" in text


def test_diff_counts_per_rule(say):
    assert say("history", "diff", "1", "2")[1].splitlines()[-1] == f"{RULE}: 1 hinzugekommen; 1 behoben; 0 geblieben"


def test_unknown_run_is_a_german_line(say):
    assert say("history", "show", "99") == (
        2,
        "Fehler: Den Lauf »99« gibt es in dieser Verlaufsdatei nicht; »history list« zeigt alle.\n",
    )


def test_verify_says_intact_or_where_it_breaks(say, nights):
    code, text = say("history", "verify")
    assert code == 0 and text.startswith("Unversehrt: 2 Einträge")
    assert say("history", "verify", "--expect", "0" * 64)[0] == 1
    damaged = bytearray(nights.ledger.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    nights.ledger.write_bytes(damaged)
    code, text = say("history", "verify")
    assert code == 1 and text.startswith("Gebrochen")


def test_prune_forgets_and_says_how_many(say, nights):
    code, text = say("history", "prune", "--months", "1", "--stichtag", "2023-12-31")
    assert code == 0 and text.startswith("1 Befunde, die vor dem 30.11.2023 erledigt waren")
    assert say("history", "list")[1].count("Bereinigung") == 1


@pytest.mark.parametrize(("form", "name"), [("sarif", "a.sarif"), ("junit", "a.xml"), ("openmetrics", "a.prom")])
def test_export_writes_a_run(say, tmp_path, form, name):
    out = tmp_path / name
    assert say("history", "export", "2", "--format", form, "--out", str(out))[0] == 0
    assert RULE in out.read_text(encoding="utf-8")
    assert say("history", "export", "2", "--format", form, "--out", str(out))[0] == 2


def test_sarif_holds_the_last_run_only(say, tmp_path):
    assert say("history", "export", "1", "--format", "sarif", "--out", str(tmp_path / "a.sarif"))[0] == 2
    say("history", "export", "2", "--format", "sarif", "--out", str(tmp_path / "b.sarif"))
    results = json.loads((tmp_path / "b.sarif").read_text(encoding="utf-8"))["runs"][0]["results"]
    assert [(r["baselineState"], r["locations"][0]["logicalLocations"][0]["name"]) for r in results] == [
        ("new", "AB002")
    ]


def test_waiver_is_added_listed_and_revoked(say):
    words = ["--rule", RULE, "--case", "AB002", "--reason", "Sonderfall", "--requested-by", "Theke"]
    code, text = say(
        "waiver", "add", *words, "--approved-by", "Leitung", "--start", "2023-06-01", "--end", "2023-09-30"
    )
    assert code == 0 and text.startswith("Eingetragen: A-0001, gültig vom 01.06.2023 bis 30.09.2023")
    assert "gilt" in say("waiver", "list", "--stichtag", "2023-07-01")[1]
    assert say("waiver", "revoke", "A-0001", "--on", "2023-07-01")[0] == 0
    assert "widerrufen" in say("waiver", "list", "--stichtag", "2023-07-01")[1]
    code, text = say("waiver", "add", *words, "--approved-by", "Theke", "--end", "2023-09-30", "--start", "2023-06-01")
    assert code == 2 and "nicht selbst genehmigen" in text


def test_pattern_waiver_from_the_command_line(say, nights):
    code, _ = say("waiver", "add", "--rule", RULE, "--pattern", "case_id=AB*", "--pattern", "evidence.bis=2023-03-27",
                  "--reason", "Umbau", "--requested-by", "Theke", "--approved-by", "Leitung",
                  "--start", "2023-06-01", "--end", "2023-09-30")  # fmt: skip
    assert code == 0
    taken = nights.night(TUESDAY, [LATE, THIRD])
    assert taken.run.results[0].waived == 1


def test_worklist_comes_back_with_a_protocol(say, nights, tmp_path):
    with reading(nights.ledger) as con:
        (number,) = con.execute("SELECT fingerprint FROM finding WHERE item = '3'").fetchall()[0]
    path = write_list(
        tmp_path / "Arbeitsliste.xlsx",
        [a_row(number, Antwort="kein Fehler", Begründung="x"), a_row("f" * 16, Antwort="behoben")],
    )
    code, text = say("worklist", "import", str(path), "--day", "2023-06-28")
    assert code == 1 and "1 angenommen, 1 abgelehnt" in text
    assert sorted(p.suffix for p in (tmp_path / "verlauf.duckdb.rueckmeldungen").iterdir()) == [
        ".html",
        ".xlsx",
        ".xlsx",
    ]
    assert say("worklist", "import", str(path), "--day", "2023-06-28")[1].strip().endswith("es wurde nichts geändert.")
    assert say("worklist", "confirm", number, "--day", "2023-06-29")[0] == 0
    taken = nights.night(TUESDAY, [OTHER, THIRD])
    assert taken.history.quality == {RULE: (1, 1)}
    assert [a.answer for a in taken.history.answers] == ["kein_fehler_bestaetigt"]
    assert verify(nights.ledger).intact


@pytest.mark.parametrize(
    "words", [("history", "list"), ("history", "verify"), ("history", "prune"), ("history", "show", "1")]
)
def test_missing_ledger_is_a_german_line(words, tmp_path, capsys):
    assert run([*words, "--history", str(tmp_path / "fehlt.duckdb")]) == 2
    assert "gibt es nicht" in capsys.readouterr().err
