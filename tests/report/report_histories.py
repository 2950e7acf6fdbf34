"""An invented history that fits a run: movements add up to what is open today."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from amip_dq.model import (
    Answer,
    FindingEvent,
    History,
    Marker,
    Measure,
    Movement,
    RuleChange,
    Run,
    RunRecord,
    TrendPoint,
    Waiver,
)  # fmt: skip


def a_history(run: Run, open_by_team: dict[str | None, int], rule_id: str, fingerprint: str) -> History:
    """Return thirteen weeks that end with today's stock."""
    day, yesterday = run.stichtag, run.stichtag - timedelta(1)
    movements, trend = [], []
    for team, count in open_by_team.items():
        movements.append(Movement(team, None, count + 9, new=7, reopened=2, resolved=12, gone=3, waived=3))
        for week in range(12, -1, -1):
            stock = count + (week * 3 if week < 6 else 40 - week)
            trend.append(TrendPoint(day - timedelta(7 * week), team, count if not week else stock, 5 + week, 8))
    movements.append(Movement(None, rule_id, 20, new=3, resolved=4))
    figures = {(f.figure.id, f.slice): f.value - Decimal("0.014") for f in run.figures if f.value is not None}
    return History(
        first_run=False, previous=yesterday, movements=tuple(movements), trend=tuple(trend),
        markers=(Marker(day - timedelta(35), "rule_changed", rule_id, 37), Marker(day - timedelta(12), "not_delivered", "besuch")),
        runs=tuple(RunRecord(f"L{n}", day - timedelta(9 - n), n != 4, 3, 4, 40 + n, f"{n:064x}") for n in range(9)), runs_expected=10,
        rule_changes=(RuleChange(day - timedelta(35), rule_id, 2, 3),),
        waivers=(Waiver(fingerprint, rule_id, "abgestimmt mit der Zweigstelle", yesterday, day + timedelta(60), "Leitung"),),
        answers=(Answer(fingerprint, yesterday, "in_klaerung", "Rückruf vereinbart"),),
        events={fingerprint: (FindingEvent(day - timedelta(31), "new"), FindingEvent(day - timedelta(3), "reopened"))},
        quality={rule_id: (13, 212)}, figures_before=figures,
        measures=(Measure(rule_id, "Mahnlauf wöchentlich statt monatlich", "Zweigstellenleitung", day + timedelta(30)),), chain_intact=True,
    )  # fmt: skip
