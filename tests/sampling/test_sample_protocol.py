"""Nobody can choose the sample, and everybody can see that nobody did."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from audit_office import KEY, a_frame, with_errors
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from amip_dq.errors import SamplingError
from amip_dq.sampling.draw_log import append, read_log
from amip_dq.sampling.frame import Unit, read_frame, write_frame
from amip_dq.sampling.tickets import ordered, seed, ticket, uniform

ATTRIBUTE = 'verfahren: attribut\ntolerierbar: "0.05"\nerwartet: {faelle: 0}\n'
DOCS = Path(__file__).parents[2] / "docs" / "stichprobe"


def test_tickets_are_those_of_consistent_sampler():
    """Value of the docstring of consistent_sampler 1.0.10 for id AB-130 and seed 01382438112797316654."""
    assert ordered(["AB-130"], "01382438112797316654")[0][0] == (
        "0.26299714122838008416507544297546663599715395525154425586041245287750224561854"
    )
    assert [unit for _, unit in ordered("abcd", "31")] == list("badc")  # its usage example 1


def test_draws_are_uniform_over_many_seeds():
    ids = [f"B{i}" for i in range(20)]
    first = Counter(ordered(ids, str(s))[0][1] for s in range(4000))
    inside = Counter(unit for s in range(1500) for _, unit in ordered(ids, f"x{s}")[:5])
    assert stats.chisquare([first[i] for i in ids]).pvalue > 1e-4
    # drawn without replacement: the variance of a cell is (1 − n/N) of the independent one
    spread = sum((inside[i] - 375) ** 2 / (375 * (1 - 5 / 20)) for i in ids)
    assert stats.chi2.sf(spread * 19 / 20, 19) > 1e-4


def test_start_points_are_uniform():
    found = Counter(uniform(7, str(s), "start") for s in range(3500))
    assert set(found) == set(range(1, 8)) and stats.chisquare(list(found.values())).pvalue > 1e-4


@settings(max_examples=50)
@given(st.text(max_size=20), st.text(max_size=20))
def test_another_plan_or_value_is_another_seed(one, two):
    assert (seed("p", one) == seed("p", two)) == (one == two)
    assert ticket("B1", seed("a", "v")) != ticket("B1", seed("b", "v"))


@pytest.mark.parametrize("change", [
    lambda text: text.replace(";50000\n", ";50001\n", 1),
    lambda text: "".join(text.splitlines(keepends=True)[1:]),
    lambda text: text + "0" * 64 + ";gesamt;1\n",
    lambda text: text.replace(";gesamt;", ";anders;", 1),
])  # fmt: skip
def test_no_change_of_the_list_leaves_the_hash(tmp_path, change):
    frame = a_frame(20)
    write_frame(frame, KEY, tmp_path)
    assert read_frame(tmp_path) == frame
    path = tmp_path / "rahmen.csv"
    path.write_text(change(path.read_text()), newline="\n")
    with pytest.raises(SamplingError, match="verändert"):
        read_frame(tmp_path)


def test_the_published_list_holds_no_case_number(tmp_path):
    write_frame(a_frame(20), KEY, tmp_path)
    for name in ("rahmen.csv", "rahmen.json"):
        assert "B000" not in (tmp_path / name).read_text()
    assert (tmp_path / "vertraulich" / "nummern.csv").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name, before, after", [
    ("ziehung/reihenfolge.csv", ";stichprobe;", ";reserve;"),
    ("ziehung/ziehung.json", "3 11 17 24 38 42", "3 11 17 24 38 43"),
    ("ziehung/ziehung.json", '"draw_number": 1', '"draw_number": 2'),
    ("rahmen/rahmen.csv", ";gesamt;50000\n", ";gesamt;50001\n"),
    ("rahmen/ziehungen.jsonl", "2025-07-02", "2025-07-09"),
])  # fmt: skip
def test_verify_sees_every_change(office, name, before, after):
    office.draw(ATTRIBUTE)
    assert office.run("verify", "@ziehung", "--frame", "@rahmen") == 0
    text = office.path(name).read_text(encoding="utf-8")
    assert before in text
    office.path(name).write_text(text.replace(before, after, 1), encoding="utf-8")
    expected = 0 if name.endswith("jsonl") else 1  # the last entry's day is covered by the next entry's hash
    assert office.run("verify", "@ziehung", "--frame", "@rahmen") == expected


def test_draws_are_numbered_and_the_log_cannot_be_shortened(office, capsys):
    office.draw(ATTRIBUTE)
    again = ("draw", "@plan.yaml", "--public-date", "2025-07-02", "--public-value")
    assert office.run(*again, "3 11 17 24 38 42", "--out", "@gleich") == 0
    assert office.run(*again, "anders", "--out", "@zwei") == 0
    told = capsys.readouterr().out
    assert told.count("1. Ziehung") == 2 and "2. Ziehung aus diesem Bestand" in told
    log = office.path("rahmen/ziehungen.jsonl")
    log.write_text(log.read_text().splitlines(keepends=True)[1])
    with pytest.raises(SamplingError):
        read_log(office.path("rahmen"))
    with pytest.raises(SamplingError):
        append(office.path("rahmen"), "p", "v", "2025-07-03")


def test_a_frame_that_was_drawn_from_cannot_be_replaced(office):
    office.draw(ATTRIBUTE)
    assert (
        office.run(
            "frame",
            "@liste.csv",
            "--unit",
            "bg",
            "--key",
            "bg_nr",
            "--stichtag",
            "2025-06-30",
            "--out",
            "@rahmen",
            "--force",
        )
        == 2
    )


def test_an_older_value_is_refused_and_none_must_be_said(office, capsys):
    office.list_cases(100)
    office.plan(ATTRIBUTE)
    assert (
        office.run(
            "frame", "@liste.csv", "--unit", "bg", "--key", "bg_nr", "--stichtag", "2025-06-30", "--out", "@rahmen"
        )
        == 0
    )
    assert office.run("draw", "@plan.yaml", "--public-value", "x", "--out", "@z") == 2  # nothing committed yet
    assert office.run("plan", "@rahmen", "--plan", "@plan.yaml", "--date", "2025-07-01") == 0
    assert office.run("draw", "@plan.yaml", "--public-value", "x", "--public-date", "2025-06-30", "--out", "@z") == 2
    assert "noch nicht gab" in capsys.readouterr().err
    assert office.run("draw", "@plan.yaml", "--public-date", "2025-07-02", "--out", "@z") == 2
    assert not office.path("rahmen/ziehungen.jsonl").exists()
    assert (
        office.run("draw", "@plan.yaml", "--no-public-value", "--public-date", "2025-07-02", "--out", "@ziehung") == 0
    )
    office.audit(with_errors(0))
    assert "nicht gegen Vorauswahl gesichert" in office.path("bericht/bericht.html").read_text()


def test_a_plan_for_another_frame_is_refused(office):
    office.list_cases(100)
    office.run("frame", "@liste.csv", "--unit", "bg", "--key", "bg_nr", "--stichtag", "2025-06-30", "--out", "@rahmen")
    for binding in (
        "{anzahl: 99}",
        "{sha256: abc}",
        "{stichtag: 2025-05-31}",
        "{summe_cent: 5}",
        "{ausschluesse: [x]}",
    ):
        office.plan(ATTRIBUTE + f"rahmen: {binding}\n")
        assert office.run("plan", "@rahmen", "--plan", "@plan.yaml") == 2
    office.plan(ATTRIBUTE + "rahmen: {anzahl: 100, stichtag: 2025-06-30}\n")
    assert office.run("plan", "@rahmen", "--plan", "@plan.yaml") == 0


def test_replacement_and_extension_continue_the_same_order(office):
    office.draw(ATTRIBUTE)
    rows = [row.split(";") for row in office.path("ziehung/reihenfolge.csv").read_text().splitlines()[1:]]
    assert [row[2] for row in rows] == ["stichprobe"] * 57 + ["reserve"] * 943
    assert [row[5] for row in rows] == sorted(row[5] for row in rows)


def test_a_stranger_recomputes_the_draw_with_twenty_lines(office, tmp_path):
    program = re.search(r"```python\n(.*?)```", (DOCS / "nachrechnen.md").read_text(encoding="utf-8"), re.S)[1]
    lines = [line for line in program.splitlines() if line.strip()]
    assert len(lines) <= 22  # twenty and the two imports
    office.draw(ATTRIBUTE)
    office.path("nachrechnen.py").write_text(program, encoding="utf-8")
    call = [sys.executable, "nachrechnen.py", "rahmen/rahmen.csv", "ziehung/ziehung.json", "ziehung/reihenfolge.csv"]
    told = subprocess.run(call, cwd=office.folder, capture_output=True, text=True, check=True)
    assert told.stdout == "gesamt 57 stimmt\n"
    order = office.path("ziehung/reihenfolge.csv")
    text = order.read_text().splitlines(keepends=True)
    order.write_text("".join([text[0], *text[2:]]))
    assert "NICHT" in subprocess.run(call, cwd=office.folder, capture_output=True, text=True, check=True).stdout


def test_the_draw_does_not_depend_on_anything_else(office, tmp_path):
    """Same frame, plan and value on another day, in another folder, give the same bytes."""
    office.draw(ATTRIBUTE)
    other = type(office)(tmp_path / "anderswo")
    other.folder.mkdir()
    other.draw(ATTRIBUTE)
    for name in ("ziehung/ziehung.json", "ziehung/reihenfolge.csv", "rahmen/rahmen.csv", "rahmen/rahmen.json"):
        assert office.path(name).read_bytes() == other.path(name).read_bytes()
    shutil.rmtree(office.path("ziehung/vertraulich"))
    assert office.run("verify", "@ziehung", "--frame", "@rahmen") == 0


def test_units_are_plain_lines():
    assert Unit("a" * 64, "gesamt", 5).line == "a" * 64 + ";gesamt;5"
    assert json.loads(json.dumps(a_frame(3).describe()))["stichtag"] == date(2025, 6, 30).isoformat()
