"""After its time a case is really gone from the file; counts and chain stay."""

from __future__ import annotations

from datetime import date

import pytest
from night_simulator import Tonight, a_rule, take

from amip_dq.ledger.retention import cutoff, prune
from amip_dq.ledger.store import publish, reading, writing
from amip_dq.ledger.verify import verify

RULE = "akte.frist_ueberschritten"
OLD, OPEN = "KANARIE4711", "OFFEN0815"
KEYS = {(RULE, OLD, "A1"): "violation", (RULE, OPEN, "A2"): "violation"}


@pytest.fixture
def ledger(tmp_path):
    path = tmp_path / "verlauf.duckdb"
    rules = {RULE: a_rule(RULE)}
    take(path, Tonight(date(2021, 6, 1), KEYS, rules=rules))
    take(path, Tonight(date(2021, 6, 2), {**KEYS, (RULE, OLD, "A1"): "ok"}, rules=rules))
    return path


def clean_up(path, before: date) -> int:
    with writing(path, 0) as draft:
        pruned = prune(draft, before, "2022-07-01T05:00:00")
        publish(draft, compact=True)
    return pruned.findings


def flows(path):
    with reading(path) as con:
        return con.execute("SELECT * FROM flow ORDER BY ALL").fetchall()


def test_case_is_gone_from_every_byte_and_the_chain_holds(ledger):
    before = flows(ledger)
    assert OLD.encode() in ledger.read_bytes()
    assert clean_up(ledger, date(2021, 6, 3)) == 1
    assert OLD.encode() not in ledger.read_bytes()
    assert OPEN.encode() in ledger.read_bytes()
    assert flows(ledger) == before
    assert verify(ledger).intact and verify(ledger).entries == 3


def test_what_was_closed_later_stays(ledger):
    assert clean_up(ledger, date(2021, 6, 2)) == 0
    assert OLD.encode() in ledger.read_bytes()


def test_second_clean_up_finds_nothing(ledger):
    clean_up(ledger, date(2022, 1, 1))
    assert clean_up(ledger, date(2022, 1, 1)) == 0
    assert verify(ledger).intact


def test_forgotten_finding_that_comes_back_is_new(ledger):
    clean_up(ledger, date(2022, 1, 1))
    entered = take(ledger, Tonight(date(2022, 7, 1), KEYS, rules={RULE: a_rule(RULE)}))
    assert {row["case_id"]: row["change"] for row in entered.changes.to_pylist()} == {OLD: "new", OPEN: "unchanged"}
    assert verify(ledger).intact


@pytest.mark.parametrize(
    ("stichtag", "months", "day"),
    [(date(2022, 7, 1), 12, date(2021, 7, 1)), (date(2024, 2, 29), 12, date(2023, 2, 28)), (date(2022, 5, 31), 3, date(2022, 2, 28)),
     (date(2022, 1, 15), 1, date(2021, 12, 15))],
)  # fmt: skip
def test_months_are_counted_back_and_clamped(stichtag, months, day):
    assert cutoff(stichtag, months) == day
