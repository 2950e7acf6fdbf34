"""Forgets cases after their time: evidence and case go, counts and the chain stay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from amip_dq.ledger.answers import archive_folder
from amip_dq.ledger.chain import append, head
from amip_dq.ledger.store import Draft

MONTHS = 12
PARAMETER = "aufbewahrung_befunde_monate"


@dataclass(frozen=True)
class Pruned:
    """How much a clean-up forgot."""

    findings: int
    originals: tuple[Path, ...]


def cutoff(stichtag: date, months: int) -> date:
    """Return the day before which a closed finding is forgotten; clamped to the month's end."""
    year, month = divmod(stichtag.year * 12 + stichtag.month - 1 - months, 12)
    for day in range(stichtag.day, 27, -1):
        try:
            return date(year, month + 1, day)
        except ValueError:
            continue  # the month is shorter
    return date(year, month + 1, stichtag.day)


def prune(draft: Draft, before: date, clock: str) -> Pruned:
    """Forget the case of every finding that was closed by a run before this day, and close an entry that says so.

    The file must be published compact, or the old bytes stay in it. The lists and protocols of answers read in before
    that day are returned, for the caller to delete after publishing.
    """
    con = draft.con
    con.execute(DUE, [before])
    (count,) = con.execute("SELECT count(*) FROM forgotten").fetchall()[0]
    con.execute("INSERT INTO pruned SELECT $1, id FROM forgotten", [head(con).nr + 1])
    con.execute("UPDATE event SET text = NULL, evidence = NULL WHERE id IN (SELECT id FROM forgotten)")
    con.execute("UPDATE answer SET reason = NULL WHERE id IN (SELECT id FROM forgotten)")
    con.execute(FORGET)
    originals = con.execute(OLD_ORIGINALS, [before]).fetchall()
    append(con, "prune", {"before": before, "findings": count}, clock)
    folder = archive_folder(draft.path)
    return Pruned(count, tuple(path for (digest,) in originals for path in sorted(folder.glob(f"{digest}*"))))


DUE = """
CREATE OR REPLACE TEMP TABLE forgotten AS
    SELECT f.id FROM finding f JOIN standing s USING (id) JOIN entry e ON e.nr = s.nr
    WHERE f.salt IS NOT NULL AND s.state = 'closed' AND (e.body ->> '$.stichtag')::DATE < $1"""

FORGET = """
UPDATE finding SET fingerprint = NULL, case_id = NULL, item = NULL, record_table = NULL, salt = NULL
WHERE id IN (SELECT id FROM forgotten)"""

OLD_ORIGINALS = """
SELECT DISTINCT body ->> '$.original' FROM entry WHERE kind = 'answers' AND (body ->> '$.day')::DATE < $1"""
