"""The numbers on the pages: movements per team and rule, the trend and what bends it."""

from __future__ import annotations

from datetime import date

import pytest
from night_simulator import Office, Tonight, a_rule, take, weekdays

from amip_dq.ledger.execution import past_runs
from amip_dq.ledger.history import markers, open_counts
from amip_dq.ledger.movement import movements, trend
from amip_dq.ledger.record import is_early_warning
from amip_dq.ledger.store import reading
from amip_dq.model import Calendar, Control, Lifecycle, Movement

RULE = "akte.fehlt"
MONDAY, TUESDAY, THURSDAY = date(2022, 6, 13), date(2022, 6, 14), date(2022, 6, 16)
ONE, TWO = {(RULE, "B1", ""): "violation"}, {(RULE, "B1", ""): "violation", (RULE, "B2", ""): "violation"}


def night(day, verdicts, teams=None, rule=None, **more):
    return Tonight(day, verdicts, teams or {c: ("Nord", "T1") for _, c, _ in verdicts}, {RULE: rule or a_rule(RULE)}, **more)


def moved(ledger, nr) -> dict[tuple, Movement]:
    with reading(ledger) as con:
        return {(m.team, m.rule_id): m for m in movements(con, nr)}


def test_finding_that_changes_team_leaves_one_stock_and_enters_the_other(tmp_path):
    ledger = tmp_path / "v.duckdb"
    take(ledger, night(MONDAY, ONE))
    take(ledger, night(TUESDAY, ONE, {"B1": ("Nord", "T2")}))
    found = moved(ledger, 2)
    assert found["T1", RULE] == Movement("T1", RULE, 1, moved_out=1) and found["T1", RULE].after == 0
    assert found["T2", RULE] == Movement("T2", RULE, 0, moved_in=1) and found["T2", RULE].after == 1
    assert found[None, None] == Movement(None, None, 1)


@pytest.mark.parametrize(
    ("then", "movement"),
    [
        (night(TUESDAY, {(RULE, "B1", ""): "undetermined"}), Movement(None, None, 1, moved_out=1)),
        (night(TUESDAY, ONE, rule=a_rule(RULE, status=Lifecycle.PILOT)), Movement(None, None, 1, moved_out=1)),
        (night(TUESDAY, TWO), Movement(None, None, 1, new=1)),
        (night(TUESDAY, {(RULE, "B1", ""): "ok"}), Movement(None, None, 1, resolved=1)),
        (night(TUESDAY, ONE, broken=frozenset({RULE})), Movement(None, None, 1, not_judged=1)),
        (night(TUESDAY, {}), Movement(None, None, 1, vanished=1)),
    ],
)
def test_open_stock_is_violations_of_active_rules(tmp_path, then, movement):
    ledger = tmp_path / "v.duckdb"
    take(ledger, night(MONDAY, ONE))
    take(ledger, then)
    assert moved(ledger, 2)[None, None] == movement


def test_movements_of_teams_add_up_to_the_whole(tmp_path):
    ledger, office = tmp_path / "v.duckdb", Office(seed=2, cases=20)
    for day in weekdays(MONDAY, 5):
        take(ledger, office.night(day))
    for nr in range(2, 6):
        found = moved(ledger, nr)
        per_rule = [m for (team, rule), m in found.items() if team is None and rule is not None]
        per_team = [m for (team, rule), m in found.items() if team is not None and rule is None]
        whole = found[None, None]
        for parts in (per_rule, per_team):
            assert (sum(m.before for m in parts), sum(m.after for m in parts)) == (whole.before, whole.after)
            assert sum(m.new for m in parts) == whole.new and sum(m.resolved for m in parts) == whole.resolved
        with reading(ledger) as con:
            assert open_counts(con).get(nr, 0) == whole.after


def test_trend_sums_a_week_and_marks_the_night_without_a_run(tmp_path):
    ledger = tmp_path / "v.duckdb"
    take(ledger, night(MONDAY, ONE))
    take(ledger, night(TUESDAY, TWO))
    take(ledger, night(THURSDAY, {**TWO, (RULE, "B1", ""): "ok"}))
    with reading(ledger) as con:
        runs = past_runs(con)
        points = {p.stichtag: p for p in trend(con, [(r.nr, r.stichtag) for r in runs], THURSDAY) if p.team is None}
        marks = markers(runs, Calendar(), THURSDAY)
    assert [(p.open, p.new, p.resolved) for p in points.values()] == [(1, 1, 0), (2, 2, 0), (1, 2, 1)]
    assert [(m.stichtag, m.kind) for m in marks] == [(date(2022, 6, 15), "no_run")]


def test_early_warnings_and_lapsed_findings_are_counted_apart(tmp_path):
    ledger = tmp_path / "v.duckdb"
    warning = a_rule(RULE, control=Control("A-002", "R-01", "praeventiv", "taeglich"))
    assert is_early_warning(warning) and not is_early_warning(a_rule(RULE))
    take(ledger, night(MONDAY, TWO, rule=warning, heilbar_bis={(RULE, "B1", ""): date(2022, 6, 12), (RULE, "B2", ""): MONDAY}))
    with reading(ledger) as con:
        assert con.execute("SELECT early, sum(expired), sum(findings) FROM flow GROUP BY 1").fetchall() == [(True, 1, 2)]
