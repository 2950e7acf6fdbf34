"""What the plan of tasks makes of the start pages and work lists, and what is counted apart from open findings."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from openpyxl import load_workbook
from report_histories import a_history
from report_library import STICHTAG

from amip_dq.ledger.quality import CONFIRMED
from amip_dq.ledger.tasks import CAPACITY
from amip_dq.ledger.worksheet import ANSWERS, COLUMNS, read_lines
from amip_dq.model import Parameter, ParameterValue
from amip_dq.report import write_run
from amip_dq.report.texts import load_texts

A_DAY = 2


@pytest.fixture(scope="module")
def written(make_library, tmp_path_factory):
    """A run of an office whose teams can do two tasks a day, with one exempt finding."""
    out = tmp_path_factory.mktemp("aufgaben") / "bericht"
    library = make_library(seed=4)
    limit = Parameter(CAPACITY, "", "", "", False, {date(1900, 1, 1): ParameterValue(A_DAY)})
    content = replace(library.content, parameters={**library.content.parameters, CAPACITY: limit})
    (rule_id, mark), *_ = library.con.execute(
        "SELECT rule_id, min(fingerprint) FROM befund WHERE verdict = 'violation' AND rule_status = 'aktiv' GROUP BY 1 ORDER BY 1"
    ).fetchall()
    library.con.execute("UPDATE befund SET waived_until = $1 WHERE fingerprint = $2", [STICHTAG + timedelta(60), mark])
    write_run(library.run, content, library.con, out, a_history(library.run, {None: 1}, rule_id, mark))
    return out, rule_id


def sheets(out):
    for path in sorted((out / "worklists").glob("*.xlsx")):
        head, *rows = load_workbook(path)["Arbeitsliste"].iter_rows(values_only=True)
        yield path, [dict(zip(head, row, strict=True)) for row in rows]


def test_work_list_numbers_the_tasks_in_order_one_a_case(written):
    for path, rows in sheets(written[0]):
        numbers = [row["Aufgabe"] for row in rows]
        assert numbers == sorted(numbers) and set(numbers) == set(range(1, len(set(numbers)) + 1))
        for number in set(numbers):
            assert len({row["Fall"] for row in rows if row["Aufgabe"] == number}) == 1, path
        for day in {row["Geplant am"] for row in rows}:
            assert len({row["Aufgabe"] for row in rows if row["Geplant am"] == day}) <= A_DAY


def test_work_list_is_read_back_with_the_new_columns(written):
    path = next(path for path, rows in sheets(written[0]) if rows)
    assert read_lines(path) == ([], load_workbook(path)["Arbeitsliste"].max_row - 1)
    assert COLUMNS[:2] == ("Aufgabe", "Frist")


def test_team_page_shows_todays_tasks_and_what_comes_later(written):
    for path, rows in sheets(written[0]):
        page = (written[0] / "team" / path.stem / "index.html").read_text("utf-8")
        today = [row for row in rows if row["Aufgabe"] <= A_DAY]
        assert page.count('<tr class="') - page.count('<tr class="summe') - page.count('<tr class="eigen') == len(today)
        later = len({row["Aufgabe"] for row in rows} - set(range(1, A_DAY + 1)))
        said = re.search(r"Später: (\d+) weitere", page)
        assert (int(said[1]) if said else 0) == later


def test_exempt_findings_are_named_beside_the_open_ones(written):
    out, rule_id = written
    until = f"{STICHTAG + timedelta(60):%d.%m.%Y}"
    assert f"Dazu ist 1 Befund bis {until} ausgenommen" in (out / "index.html").read_text("utf-8")
    rule_page = (out / "regel" / f"{rule_id.replace('.', '-').replace('_', '-')}.html").read_text("utf-8")
    assert f"davon 1 ausgenommen bis {until}" in rule_page
    assert f"davon 1 ausgenommen bis {until}" in (out / "nachweis.html").read_text("utf-8")


def test_dqm_page_tells_what_the_ledger_knows(written):
    page = (written[0] / "lieferung.html").read_text("utf-8")
    assert "20 Befunde vorher, +7 durch die Regel, −2 durch die Daten, 25 nachher" in page
    assert "rückwirkend erfasst" in page and "Theke</td><td class=\"zahl\">*</td>" in page
    assert "13 von 212 (6 %)" in page and "3 bis 10 %" in page
    evidence = (written[0] / "nachweis.html").read_text("utf-8")
    assert "21 von 22 Arbeitstagen, 1 verspätet" in evidence
    assert "2 Befunde sind heute wieder offen, weil ihre Ausnahme abgelaufen ist" in evidence
    leading = (written[0] / "leitung" / "index.html").read_text("utf-8")
    assert "Termin überschritten" in leading and "weniger Befunde offen als zu Beginn" in leading


def test_every_answer_that_the_ledger_keeps_has_a_word():
    assert {*ANSWERS, CONFIRMED} <= set(load_texts().table("antwort"))
