"""What the ledger knows of each control: how often it ran and whether it ever found anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from amip_dq.ledger.execution import SAID_NOTHING
from amip_dq.ledger.queries import entries
from amip_dq.ledger.store import reading


@dataclass(frozen=True)
class RuleRecord:
    """The runs in which a rule was judged, those with findings, and the most findings in one run."""

    runs: int
    with_findings: int
    most: int
    first: date
    last: date


def read_records(path: Path) -> Mapping[str, RuleRecord]:
    """Return rule id → record; a rule that never ran is absent. Raises LedgerError without a readable ledger."""
    seen: dict[str, list[tuple[date, int]]] = {}
    with reading(path) as con:
        for link, body in entries(con):
            if link.kind != "run" or not body["judged"]:
                continue
            for rule_id, _, status, _, violation, *_ in body["rules"]:
                if status not in SAID_NOTHING:
                    seen.setdefault(rule_id, []).append((date.fromisoformat(body["stichtag"]), int(violation)))
    return {
        rule_id: RuleRecord(
            len(runs), sum(number > 0 for _, number in runs), max(number for _, number in runs),
            min(day for day, _ in runs), max(day for day, _ in runs),
        )
        for rule_id, runs in seen.items()
    }  # fmt: skip
