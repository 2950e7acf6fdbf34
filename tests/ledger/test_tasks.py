"""Several findings of one case are one task; the most urgent comes first and no day holds more than the team can do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import duckdb
import pytest

from amip_dq.engine.evaluate import CREATE_FINDINGS
from amip_dq.ledger.tasks import CAPACITY, plan_tasks
from amip_dq.model import Parameter, ParameterValue

STICHTAG = date(2023, 6, 30)  # a Friday


@pytest.fixture
def tasks(library):
    """Return a function that plans findings given as (case, heilbar_bis, severity, changes)."""

    def plan(*findings, content=library):
        con = duckdb.connect()
        con.execute(CREATE_FINDINGS)
        for number, (case, until, severity, changes) in enumerate(findings):
            row = {"rule_id": library.rules[0].id, "case_id": case, "item": str(number), "verdict": "violation", "severity": severity,
                   "team": "T1", "heilbar_bis": until, "first_seen": STICHTAG, "fingerprint": f"f{number}", "rule_status": "aktiv"} | changes  # fmt: skip
            con.execute(
                f"INSERT INTO befund ({', '.join(row)}) VALUES ({', '.join('?' for _ in row)})", list(row.values())
            )
        plan_tasks(con, content, STICHTAG)
        return con.execute("SELECT team, case_id, befunde, tag FROM aufgabe ORDER BY team, platz").fetchall()

    return plan


def test_findings_of_one_case_are_one_task(tasks):
    rows = tasks(("B1", None, "hoch", {}), ("B1", None, "niedrig", {}), ("B1", None, "hoch", {"team": "T2"}))
    assert [row[:3] for row in rows] == [("T1", "B1", 2), ("T2", "B1", 1)]


def test_order_is_deadline_then_lapsed_then_severity(tasks):
    rows = tasks(
        ("ohne niedrig", None, "niedrig", {}), ("ohne kritisch", None, "kritisch", {}), ("verfallen", date(2023, 6, 1), "hoch", {}),
        ("später", date(2023, 8, 1), "kritisch", {}), ("heute", STICHTAG, "niedrig", {}),
    )  # fmt: skip
    assert [row[1] for row in rows] == ["heute", "später", "verfallen", "ohne kritisch", "ohne niedrig"]


def test_what_is_exempt_on_trial_or_unclear_is_no_task(tasks):
    assert tasks(
        ("B1", None, "hoch", {"waived_until": STICHTAG}), ("B2", None, "hoch", {"rule_status": "pilot"}),
        ("B3", None, "hoch", {"verdict": "undetermined"}),
    ) == []  # fmt: skip


def test_same_number_of_another_unit_is_another_task(tasks, library):
    first = library.rules[0]
    other = replace(first, id="andere.regel", unit="anderes")
    findings = ("B1", None, "hoch", {}), ("B1", None, "hoch", {"rule_id": other.id})
    assert [row[2] for row in tasks(*findings, content=replace(library, rules=(first, other)))] == [1, 1]


def test_day_holds_no_more_than_the_team_can_do(tasks, library):
    two_a_day = Parameter(CAPACITY, "", "", "", False, {date(1900, 1, 1): ParameterValue(2)})
    limited = replace(library, parameters={**library.parameters, CAPACITY: two_a_day})
    rows = tasks(
        *[(f"B{n}", None, "hoch", {}) for n in range(5)], ("C1", None, "hoch", {"team": "T2"}), content=limited
    )
    monday, tuesday, wednesday = date(2023, 7, 3), date(2023, 7, 4), date(2023, 7, 5)
    assert [row[3] for row in rows] == [monday, monday, tuesday, tuesday, wednesday, monday]
