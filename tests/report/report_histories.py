"""An invented history that fits a run: movements add up to what is open today."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from amip_dq.model import (
    Answer,
    Bridge,
    Estimate,
    Execution,
    FindingEvent,
    History,
    Lookback,
    Marker,
    Measure,
    Movement,
    RuleChange,
    RuleSample,
    Run,
    RunRecord,
    SampledQuota,
    Samples,
    SampleSource,
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
        measures=(
            Measure(rule_id, "Mahnlauf wöchentlich statt monatlich", "Zweigstellenleitung", day + timedelta(30), "offen", "weniger"),
            Measure(rule_id, "Aushang an der Theke", "Zweigstellenleitung", day - timedelta(3), "ueberfaellig", "gleich"),
        ),
        chain_intact=True, differs=("delivery", "content"), returned={rule_id: 2}, early_warnings=0, expired=4,
        bridges=(Bridge(rule_id, 3, 4, 20, 18, 25),), earlier_bridges={day - timedelta(35): (Bridge(rule_id, 2, 3, 11, None, 48),)},
        executions=tuple(executions(run)), lookback=lookback(day), samples=samples(run, rule_id),
    )  # fmt: skip


def executions(run: Run) -> list[Execution]:
    """Return a month in which one night is missing and one was late, for every rule that ran."""
    start, end = run.stichtag.replace(day=1), run.stichtag
    return [
        Execution(r.rule.control.id, r.rule.id, start, end, 22, 21, missing=(start,), late=(end,)) for r in run.results
    ]


def lookback(day: date) -> tuple[Lookback, ...]:
    """Return one look of each kind; the role with one row must not show it."""
    return (
        Lookback("ausleihe", "backdated", "buch", "Theke", 1, 40),
        Lookback("ausleihe", "mass_change", "film", "", 120, None, day - timedelta(1)),
        Lookback("leser", "flipped_back", "gruppe", "", 3),
    )


def samples(run: Run, rule_id: str) -> Samples:
    """Return a sample that finds the rule wanting, and a confirmed quota for the first key figure."""
    source = SampleSource(run.stichtag - timedelta(20), Decimal("0.95"), 2, False)
    low = Estimate(Decimal("0.4"), Decimal("0.28"), Decimal("0.53"))
    quotas = {
        f.figure.id: SampledQuota(f.figure.id, source, 55, 60, Estimate(Decimal("0.91"), Decimal("0.82"), Decimal("0.96")), Decimal("0.83"))
        for f in run.figures[:1]
    }  # fmt: skip
    return Samples({rule_id: RuleSample(rule_id, source, 60, 60, 24, 1, low, None)}, quotas)
