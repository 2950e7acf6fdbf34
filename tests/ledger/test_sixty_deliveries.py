"""Sixty deliveries through the real engine reconcile with the truth, kept in plain Python."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from library_nights import BOOKS, Library

from amip_dq.ledger.execution import working_days
from amip_dq.ledger.store import reading
from amip_dq.ledger.verify import verify

START = date(2023, 1, 2)
LOAN_DAYS = 28


class Desk:
    """The lending desk: loans come, are returned, corrected and deleted; the lending period changes now and then."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.loans: dict[int, tuple[str | None, date | None, date | None]] = {}
        self.period = LOAN_DAYS
        self.next = 1

    def pass_day(self, today: date) -> None:
        for _ in range(self.random.randrange(4)):
            start = today - timedelta(self.random.randrange(60))
            self.loans[self.next] = (self.random.choice(BOOKS)[0], start, None)
            self.next += 1
        for number, (book, start, end) in list(self.loans.items()):
            dice = self.random.random()
            if dice < 0.05:
                self.loans[number] = (book, start, today - timedelta(self.random.randrange(40)))
            elif dice < 0.07:
                self.loans[number] = (book, None if start else today - timedelta(50), end)
            elif dice < 0.09:
                del self.loans[number]
        if self.random.random() < 0.15:
            self.period = self.random.choice([14, 28, 60])

    def rows(self):
        return [(number, *loan, False) for number, loan in sorted(self.loans.items())]

    def judged(self, today: date, period: int) -> dict[str, str]:
        """Return item → verdict of every loan in scope."""
        return {
            str(number): "violation" if (end or today) > start + timedelta(period) else "ok"
            for number, (book, start, end) in self.loans.items()
            if start is not None and start <= today
        }


def expected_changes(known: dict[str, str], desk: Desk, today: date, runs: bool, last_period: int | None) -> Counter:
    """Move `known` (item → open or closed) on by a night and return how many findings changed how."""
    changes = Counter()
    if not runs:
        return Counter(not_judged=sum(state == "open" for state in known.values()))
    now = desk.judged(today, desk.period)
    old = desk.judged(today, last_period) if last_period not in (None, desk.period) else {}
    for item in {*known, *now}:
        before, verdict = known.get(item), now.get(item)
        if verdict == "violation":
            changes[{None: "new", "open": "unchanged", "closed": "reopened"}[before]] += 1
            known[item] = "open"
        elif before == "open":
            known[item] = "closed"
            if int(item) not in desk.loans:
                changes["vanished"] += 1
            elif old.get(item) == "violation":
                changes["rule_changed"] += 1
            else:
                changes["resolved" if verdict == "ok" else "gone"] += 1
    return changes


@pytest.mark.slow
def test_sixty_deliveries_reconcile_with_the_truth(library, tmp_path):
    nights, desk, random = Library(tmp_path, library), Desk(3), Random(8)
    known: dict[str, str] = {}
    seen, last_period = Counter(), None
    name, parameter = "leihfrist_tage", library.parameters["leihfrist_tage"]
    days = working_days(library.calendar, START, START + timedelta(120))[:60]
    for number, day in enumerate(days, start=1):
        desk.pass_day(day)
        trouble = random.choice(["", "", "", "", "", "", "", "gate", "table"])
        values = {start: replace(value, value=desk.period) for start, value in parameter.values.items()}
        content = replace(library, parameters={**library.parameters, name: replace(parameter, values=values)})
        delivered = ("buch",) if trouble == "table" else ("buch", "ausleihe")
        rows = [] if trouble == "table" else desk.rows()
        taken = nights.night(day, rows, gate_holds=trouble != "gate", delivered=delivered, content=content)
        expected = expected_changes(known, desk, day, not trouble, last_period)
        last_period = last_period if trouble else desk.period
        with reading(nights.ledger) as con:
            found = Counter(dict(con.execute(
                "SELECT change, sum(findings)::BIGINT FROM flow WHERE nr = $1 GROUP BY 1", [number]).fetchall()))  # fmt: skip
        assert +found == +expected, (day, trouble)
        assert not trouble or nights.rows == []
        if number > 1:
            movement = taken.history.movement(None)
            still_open = sum(state == "open" for state in known.values())
            assert (movement.after if movement else 0) == (0 if trouble else still_open)
        seen |= +expected
    assert set(seen) >= {"new", "unchanged", "reopened", "resolved", "gone", "vanished", "rule_changed", "not_judged"}
    assert verify(nights.ledger).entries == 60 and verify(nights.ledger).intact
