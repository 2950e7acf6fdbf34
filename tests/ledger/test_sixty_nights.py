"""Sixty simulated nights reconcile with the truth to the last finding, and the stock adds up in every slice."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from night_simulator import Office, take, weekdays
from truth import Truth

from amip_dq.ledger.store import reading
from amip_dq.ledger.verify import verify

LIVING = ("open", "waived")


def follow(ledger: Path, office: Office, days: list[date]) -> None:
    truth = Truth()
    for number, day in enumerate(days, start=1):
        tonight = office.night(day)
        recorded = take(ledger, tonight)
        expected = truth.pass_night(tonight)
        with reading(ledger) as con:
            assert flows(con, number) == expected, day
            assert standing(con) == {k: (s, truth.first_seen[k]) for k, s in truth.state.items()}
        shown = {(r["rule_id"], r["case_id"], r["item"]): r["change"] for r in recorded.changes.to_pylist()}
        assert set(shown) == set(tonight.found())
        assert {r.rule.id: r.waived for r in recorded.run.results} == {
            r.rule.id: sum(truth.state[k] == "waived" for k in tonight.found() if k[0] == r.rule.id)
            for r in recorded.run.results
        }


def flows(con, nr: int) -> Counter:
    rows = con.execute(
        "SELECT rule_id, change, state_before, sum(findings)::BIGINT FROM flow WHERE nr = $1 GROUP BY ALL", [nr]
    ).fetchall()
    return Counter({(rule, change, before): count for rule, change, before, count in rows})


def standing(con) -> dict:
    rows = con.execute(
        "SELECT f.rule_id, f.case_id, f.item, s.state, s.first_seen FROM standing s JOIN finding f USING (id)"
    ).fetchall()
    return {(rule, case, item): (state, first) for rule, case, item, state, first in rows}


def stock(con, nr: int, when: str) -> Counter:
    """Return the findings per rule, team, office, verdict and state that entry `nr` saw before or after itself."""
    suffix = "_before" if when == "before" else ""
    rows = con.execute(
        f"""SELECT rule_id, team{suffix}, geschaeftsstelle{suffix}, verdict{suffix}, state{suffix}, sum(findings)::BIGINT
            FROM flow WHERE nr = $1 AND state{suffix} IN {LIVING} GROUP BY ALL""",
        [nr],
    ).fetchall()
    return Counter({tuple(row[:-1]): row[-1] for row in rows})


def assert_stock_adds_up(ledger: Path, nights: int) -> None:
    """Yesterday + in − out = today, and what one run leaves is what the next one finds, in every slice."""
    with reading(ledger) as con:
        for nr in range(1, nights + 1):
            before, after = stock(con, nr, "before"), stock(con, nr, "after")
            assert before == (stock(con, nr - 1, "after") if nr > 1 else Counter())
            moved = Counter()
            for row in con.execute("SELECT * FROM flow WHERE nr = $1", [nr]).fetchall():
                names = [d[0] for d in con.description]
                cell = dict(zip(names, row, strict=True))
                if cell["state_before"] in LIVING:
                    moved[tuple(cell[c + "_before"] if c != "rule_id" else cell[c] for c in SLICE)] -= cell["findings"]
                if cell["state"] in LIVING:
                    moved[tuple(cell[c] for c in SLICE)] += cell["findings"]
            for cell in set(before) | set(after) | set(moved):
                assert before[cell] + moved[cell] == after[cell]


SLICE = ("rule_id", "team", "geschaeftsstelle", "verdict", "state")


@pytest.mark.parametrize("nights", [8, pytest.param(60, marks=pytest.mark.slow)])
def test_nights_reconcile_with_the_truth(tmp_path, nights):
    ledger = tmp_path / "verlauf.duckdb"
    follow(ledger, Office(seed=4), weekdays(date(2022, 1, 3), nights))
    assert_stock_adds_up(ledger, nights)
    result = verify(ledger)
    assert result.intact and result.entries == nights and not result.hint


@pytest.mark.slow
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), nights=st.integers(1, 7))
def test_stock_equation_holds_for_random_runs(tmp_path_factory, seed, nights):
    ledger = tmp_path_factory.mktemp("verlauf") / "verlauf.duckdb"
    follow(ledger, Office(seed=seed, cases=6), weekdays(date(2022, 1, 3), nights))
    assert_stock_adds_up(ledger, nights)
