"""Nightly deliveries: each night's files and truth agree, and the ledger tells what came, went and came back."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from amip_dq.cli.check import Wish, perform, select_rules
from amip_dq.cli.main import run as amip_dq
from amip_dq.content.catalog import working_day
from amip_dq.ledger.store import reading
from amip_dq.model import Typ
from amip_dq.synth import office, write_office
from amip_dq.synth.nights import CHANGE, SWAPPED, nights_until, schedule

STICHTAG = date(2022, 6, 30)


def write(folder: Path, nights: int, *more: str) -> list[Path]:
    """Write a small series through the command line; returns its folders, oldest first."""
    wishes = ["--elb", "150", "--months", "12", "--seed", "4", "--defect-rate", "0.1", "--nights", str(nights)]
    assert amip_dq(["synth", str(folder), *wishes, *more]) == 0
    return sorted(folder.iterdir())


def lines(path: Path) -> list[tuple[str, ...]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [tuple(row) for row in csv.reader(file, delimiter=";")]


def truth(folder: Path) -> set[tuple[str, str, str]]:
    head, *rows = lines(folder / "wahrheit.csv")
    assert head == ("rule_id", "case_id", "item")
    assert len(set(rows)) == len(rows)
    return set(rows)


def changed_units(night: Path, clean: Path) -> set[tuple[str, str]]:
    """Return the clients and changes (unit, number) of whom any row stands differently than in the clean delivery."""
    found = set()
    for path in clean.glob("*.csv"):
        if path.stem != "wahrheit":
            head, *rows = lines(path)
            differing = set(rows) ^ set(lines(night / path.name)[1:])
            unit = CHANGE if path.stem == "aenderung" else "kundennr"
            found |= {(unit, row[head.index(unit)]) for row in differing}
    return found


def units_of(rows: set[tuple[str, str, str]]) -> set[tuple[str, str]]:
    return {(SWAPPED[rule], item if SWAPPED[rule] == CHANGE else case) for rule, case, item in rows}


def test_three_nights_differ_from_the_clean_office_by_their_truth_alone(tmp_path):
    folders = write(tmp_path / "serie", 3)
    assert [folder.name for folder in folders] == ["2022-06-28", "2022-06-29", "2022-06-30"]
    write_office(tmp_path / "sauber", elb=150, months=12, stichtag=STICHTAG, seed=4)
    for folder in folders:
        assert {path.name for path in folder.iterdir()} == {path.name for path in (tmp_path / "sauber").iterdir()}
        assert changed_units(folder, tmp_path / "sauber") == units_of(truth(folder))
    seen = [truth(folder) for folder in folders]
    assert seen[0] and seen[1] - seen[0] and seen[0] - seen[2]


@pytest.mark.slow
def test_blocks_and_bytes(tmp_path, monkeypatch):
    monkeypatch.setattr(office, "BATCH_ELB", 80)
    first, again = write(tmp_path / "eins", 2), write(tmp_path / "zwei", 2)
    for one, other in zip(first, again, strict=True):
        for path in one.iterdir():
            assert path.read_bytes() == (other / path.name).read_bytes()
    write_office(tmp_path / "sauber", elb=150, months=12, stichtag=STICHTAG, seed=4)
    assert changed_units(first[1], tmp_path / "sauber") == units_of(truth(first[1]))


def test_a_night_is_a_working_day(shipped):
    days = nights_until(date(2022, 6, 7), 3, working_day(shipped.calendar))
    assert days == (date(2022, 6, 2), date(2022, 6, 3), date(2022, 6, 7))  # 6 June is Whit Monday


def test_defects_stay_go_and_come_back():
    visible = schedule(np.random.default_rng(1), 500, 30)
    assert visible.shape == (500, 30)
    turns = np.diff(visible.astype(int), axis=1)
    assert visible[:, :5].any(axis=1).all(), "jeder Fehler erscheint bis zur fünften Nacht"
    assert ((turns == -1).sum(axis=1) >= 2).all() and ((turns == 1).sum(axis=1) >= 2).all()
    for row in visible.tolist():
        stays = "".join("x" if night else "." for night in row).strip(".").split(".")
        assert max(len(stay) for stay in stays) <= 5


def expected_changes(state: dict[tuple[str, str, str], bool], tonight: set) -> Counter:
    """Move `state` (finding → open) on by one night; returns (rule, change) → findings."""
    changes: Counter = Counter()
    for key in {*state, *tonight}:
        if key in tonight:
            word = "new" if key not in state else "unchanged" if state[key] else "reopened"
            changes[key[0], word] += 1
        elif state[key]:
            changes[key[0], "resolved"] += 1
        state[key] = key in tonight
    return changes


def recorded_changes(history: Path, nr: int, rules: set[str]) -> Counter:
    """Return (rule, change) → findings of one run as the ledger counts them."""
    query = "SELECT rule_id, change, sum(findings)::BIGINT FROM flow WHERE nr = $1 GROUP BY ALL"
    with reading(history) as con:
        rows = con.execute(query, [nr]).fetchall()
    return Counter({(rule, change): number for rule, change, number in rows if rule in rules})


@pytest.mark.slow
def test_eight_nights_through_check_reconcile_with_the_truth(shipped, tmp_path):
    every = select_rules(shipped, (), STICHTAG)
    few = tuple(rule for rule in every if rule.id in SWAPPED)  # half the time; the last night judges all
    errors = {rule.id for rule in every if rule.typ is Typ.FEHLER} | set(SWAPPED)
    history, state, seen = tmp_path / "verlauf.duckdb", {}, Counter()
    for nr, folder in enumerate(write(tmp_path / "serie", 8), start=1):
        layout, out, last = shipped.layouts["kanonisch"], tmp_path / f"aus{nr}", nr == 8
        wish = Wish(every if last else few, layout, folder, STICHTAG, out, history, only=not last)
        run = perform(shipped, wish)
        assert run.gate.passed and run.defects == ()
        expected = expected_changes(state, truth(folder))
        assert recorded_changes(history, nr, errors) == expected, folder.name
        for (_, change), number in expected.items():
            seen[change] += number
    assert {rule for rule, _, _ in state} == set(SWAPPED)
    assert min(seen[change] for change in ("new", "unchanged", "resolved", "reopened")) > 100
