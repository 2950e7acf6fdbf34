"""Measures a year of nights in the ledger: time per run, file size, time per question.

    python benchmarks/ledger.py [NIGHTS]

The office is invented but of its real size: the shipped rules, 4.554 clients, about 3.000 open findings in 12 teams,
of which 2 % are repaired and as many appear every night; every tenth night one rule changes.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from statistics import median
from time import process_time

import pyarrow as pa

from amip_dq.content import load_content
from amip_dq.ledger.definitions import define
from amip_dq.ledger.documents import find_run, stored_run
from amip_dq.ledger.execution import past_runs, working_days
from amip_dq.ledger.nightly import keep
from amip_dq.ledger.queries import difference, entries
from amip_dq.ledger.record import Night
from amip_dq.ledger.retention import prune
from amip_dq.ledger.sightings import FOUND_COLUMNS
from amip_dq.ledger.store import publish, reading, writing
from amip_dq.ledger.verify import verify, verify_entries
from amip_dq.model import Content, Delivery, FileRead, Gate, RuleResult, Run

CLIENTS, STOCK, MOVED, TEAMS = 4554, 3000, 0.02, 12
FIRST_DAY = date(2022, 1, 1)
SCHEMA = pa.schema(
    [(name, pa.string()) for name in (*FOUND_COLUMNS, "record_table") if name not in ("version", "heilbar_bis")]
    + [("version", pa.int32()), ("heilbar_bis", pa.date32())]
)
NO_PAIRS = pa.table({"case_id": pa.array([], pa.string()), "item": pa.array([], pa.string())})


class Office:
    """Keeps the open findings and lets nights pass."""

    def __init__(self, content: Content) -> None:
        self.random, self.content = Random(1), content
        self.rules, self.changes = {rule.id: rule for rule in content.rules}, 0
        self.open = {self._finding() for _ in range(STOCK)}

    def _finding(self) -> tuple[str, str, str]:
        rule = self.random.choice(self.content.rules)
        return rule.id, f"K{self.random.randrange(CLIENTS):08d}", f"A{self.random.randrange(9)}"

    def pass_night(self, number: int) -> None:
        moved = int(len(self.open) * MOVED)
        self.open -= set(self.random.sample(sorted(self.open), moved))
        self.open |= {self._finding() for _ in range(moved)}
        if number % 10 == 0:
            rule = self.random.choice(list(self.rules.values()))
            self.rules[rule.id] = replace(rule, version=rule.version + 1)
            self.changes += 1

    def night(self, day: date) -> tuple[Night, Content]:
        content = replace(self.content, rules=tuple(self.rules.values()), digest=f"{self.changes:064d}")
        counts = Counter(rule_id for rule_id, _, _ in self.open)
        results = tuple(RuleResult(rule, ok=CLIENTS, violation=counts[rule.id]) for rule in content.rules)
        digests = {name: hashlib.sha256(name.encode()).hexdigest() for name in content.tables}
        files = tuple(FileRead(f"{name}.csv", digest, name, 9999, 0) for name, digest in digests.items())
        read = Delivery(Path(), f"{day}", files, frozenset(content.tables), (), (), day)
        run = Run(day, read, Gate(), (), results, (), content.digest, content.parameters_digest, "1.0")
        rows = [self._row(key, day) for key in sorted(self.open)]
        night = Night(
            run=run,
            findings=pa.Table.from_pylist(rows, schema=SCHEMA),
            rules=dict(self.rules),
            definitions=define(content.rules, content),
            outcomes=lambda missing: pa.table({"id": missing.column("id"), "sight": ["ok"] * missing.num_rows}),
            rerun=lambda definition: NO_PAIRS,
        )
        return night, content

    def _row(self, key: tuple[str, str, str], day: date) -> dict:
        rule_id, case, item = key
        rule, number = self.rules[rule_id], int(case[1:])
        return {
            "rule_id": rule_id, "version": rule.version, "case_id": case, "item": item, "verdict": "violation",
            "typ": rule.typ.value, "severity": rule.severity.value, "geschaeftsstelle": f"G{number % 3}",
            "team": f"Team {number % TEAMS}", "responsible": rule.responsible,
            "heilbar_bis": FIRST_DAY + timedelta(number % 400),
            "text": f"{rule.title}: {case} {item} am {day:%d.%m.%Y}, Frist war der 30.06.2022.",
            "evidence": '{"art":"einkommen_aufnahme","wirksam_ab":"2022-03-01","frist":"2022-06-01"}',
            "fingerprint": hashlib.sha256("|".join(key).encode()).hexdigest()[:16],
            "rule_status": rule.status.value, "record_table": "aenderung",
        }  # fmt: skip


def main() -> None:
    nights = int(sys.argv[1]) if len(sys.argv) > 1 else 365
    content = load_content(Path(__file__).resolve().parent.parent)
    office = Office(content)
    days = working_days(content.calendar, FIRST_DAY, FIRST_DAY + timedelta(2 * nights))[:nights]
    with tempfile.TemporaryDirectory() as folder:
        ledger = Path(folder) / "verlauf.duckdb"
        step = max(1, nights // 5)
        for start in range(0, nights, step):
            part = [run_night(ledger, office, n, days[n]) for n in range(start, min(start + step, nights))]
            title = f"Nacht {start + 1:>3} bis {start + len(part):>3}"
            print(f"{title}: {median(part):.2f} CPU-s je Lauf, {max(part):.2f} höchstens", flush=True)
        print(f"Datei nach {nights} Nächten: {ledger.stat().st_size / 2**20:.1f} MiB", flush=True)
        ask(ledger, nights)


def run_night(ledger: Path, office: Office, number: int, day: date) -> float:
    office.pass_night(number)
    night, content = office.night(day)
    started = process_time()
    with writing(ledger) as draft:
        checked = replace(night, intact=verify_entries(draft.con).intact)
        keep(draft, checked, content, (), {}, f"{day}T05:00:00")
        publish(draft)
    return process_time() - started


def ask(ledger: Path, nights: int) -> None:
    with reading(ledger) as con:
        timed("history list", lambda: entries(con))
        timed("history show", lambda: stored_run(con, find_run(con, str(nights))))
        timed("history diff (erster gegen letzten Lauf)", lambda: difference(con, 1, nights))
        timed("Laufnachweis (alle Läufe)", lambda: past_runs(con))
    timed("history verify", lambda: verify(ledger))
    timed("history prune", lambda: clean_up(ledger))
    print(f"Datei nach der Bereinigung: {ledger.stat().st_size / 2**20:.1f} MiB")


def clean_up(ledger: Path) -> None:
    with writing(ledger) as draft:
        prune(draft, date(2022, 7, 1), "2023-07-01T05:00:00")
        publish(draft, compact=True)


def timed(name: str, question) -> None:
    started = process_time()
    question()
    print(f"{name}: {process_time() - started:.2f} CPU-s", flush=True)


if __name__ == "__main__":
    main()
