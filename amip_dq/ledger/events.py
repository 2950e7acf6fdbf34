"""The life of the findings of tonight, asked for one at a time; the rows stay in Arrow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from amip_dq.ledger.execution import PastRun
from amip_dq.model import FindingEvent

EVENTS_OF_FOUND = """
SELECT f.fingerprint, e.nr, e.change FROM event e JOIN finding k USING (id)
JOIN found f ON (f.rule_id, f.case_id, f.item) = (k.rule_id, k.case_id, k.item)
WHERE e.change <> 'unchanged' ORDER BY f.fingerprint, e.nr"""


class FoundEvents(Mapping[str, tuple[FindingEvent, ...]]):
    """Fingerprint → what happened to the finding, oldest first; `rows` is sorted by fingerprint and entry."""

    def __init__(self, rows: pa.Table, days: Mapping[int, date]) -> None:
        self.changes, self.numbers = rows.column("change"), rows.column("nr")
        encoded = pc.run_end_encode(rows.column("fingerprint").combine_chunks())
        self.marks, self.ends = encoded.values, encoded.run_ends
        self.days = days

    def __getitem__(self, mark: str) -> tuple[FindingEvent, ...]:
        place = self._place(mark)
        if place is None:
            raise KeyError(mark)
        start = self.ends[place - 1].as_py() if place else 0
        span = slice(start, self.ends[place].as_py())
        pairs = zip(self.numbers[span].to_pylist(), self.changes[span].to_pylist(), strict=True)
        return tuple(FindingEvent(self.days[nr], change) for nr, change in pairs)

    def _place(self, mark: str) -> int | None:
        """Find a fingerprint by halving."""
        low, high = 0, len(self.marks)
        while low < high:
            middle = (low + high) // 2
            if self.marks[middle].as_py() < mark:
                low = middle + 1
            else:
                high = middle
        return low if low < len(self.marks) and self.marks[low].as_py() == mark else None

    def __iter__(self) -> Iterator[str]:
        return (mark.as_py() for mark in self.marks)

    def __len__(self) -> int:
        return len(self.marks)


def events_of_found(con: duckdb.DuckDBPyConnection, runs: Iterable[PastRun]) -> FoundEvents:
    """Return the life of every finding of tonight by its fingerprint; what stayed as it was is no event."""
    days = {run.nr: run.stichtag for run in runs}
    return FoundEvents(con.sql(EVENTS_OF_FOUND).to_arrow_table(), days)
