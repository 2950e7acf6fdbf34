"""Answers to questions about past runs: the list, one run, the difference between two."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from amip_dq.ledger.chain import LINK, Link


@dataclass(frozen=True)
class RuleDifference:
    """How many findings of a rule came, went (by how) and stayed between two runs."""

    rule_id: str
    came: int
    went: Mapping[str, int]
    stayed: int


def entries(con: duckdb.DuckDBPyConnection) -> list[tuple[Link, dict[str, Any]]]:
    """Return every entry with its content, in order."""
    rows = con.execute(f"SELECT {LINK} FROM entry ORDER BY nr").fetchall()
    return [(Link(*row), json.loads(row[2])) for row in rows]


def entry(con: duckdb.DuckDBPyConnection, nr: int) -> tuple[Link, dict[str, Any]]:
    """Return one entry with its content."""
    (row,) = con.execute(f"SELECT {LINK} FROM entry WHERE nr = $1", [nr]).fetchall()
    return Link(*row), json.loads(row[2])


def difference(con: duckdb.DuckDBPyConnection, first: int, second: int) -> list[RuleDifference]:
    """Return per rule what changed in the known stock between two entries, waived findings included."""
    rows = con.execute(DIFFERENCE, [first, second]).fetchall()
    found: dict[str, list] = {}
    for rule_id, was, is_now, change, number in rows:
        cell = found.setdefault(rule_id, [0, {}, 0])
        if is_now and not was:
            cell[0] += number
        elif was and not is_now:
            cell[1][change] = cell[1].get(change, 0) + number
        else:
            cell[2] += number
    return [RuleDifference(rule_id, came, went, stayed) for rule_id, (came, went, stayed) in sorted(found.items())]


def open_findings(con: duckdb.DuckDBPyConnection) -> Iterator[dict[str, Any]]:
    """Yield what the last run left open or waived, with the columns of `befund`; no other query meanwhile."""
    cursor = con.execute(OPEN_FINDINGS)
    names = [column[0] for column in cursor.description]
    while batch := cursor.fetchmany(5_000):
        for row in batch:
            yield dict(zip(names, row, strict=True))


# How the finding stood after an entry: its last event up to then.
DIFFERENCE = """
WITH earlier AS (SELECT id, state FROM event WHERE nr <= $1
                 QUALIFY row_number() OVER (PARTITION BY id ORDER BY nr DESC) = 1),
     later AS (SELECT id, state, change FROM event WHERE nr <= $2
               QUALIFY row_number() OVER (PARTITION BY id ORDER BY nr DESC) = 1)
SELECT f.rule_id, coalesce(t.state, 'absent') IN ('open', 'waived') AS was,
       coalesce(l.state, 'absent') IN ('open', 'waived') AS is_now, l.change, count(*)
FROM finding f LEFT JOIN earlier t USING (id) LEFT JOIN later l USING (id)
GROUP BY ALL HAVING was OR is_now ORDER BY ALL"""

OPEN_FINDINGS = """
SELECT f.rule_id, s.version, f.case_id, f.item, s.verdict, s.typ, s.severity, s.geschaeftsstelle, s.team, s.responsible,
       s.heilbar_bis, CASE WHEN s.nr < (SELECT max(nr) FROM entry WHERE kind = 'run') THEN 'unchanged'
                           WHEN s.change IN ('new', 'reopened') THEN s.change ELSE 'unchanged' END AS change,
       s.first_seen, w.text, w.evidence, f.fingerprint, s.rule_status, s.waived_until
FROM standing s JOIN finding f USING (id)
LEFT JOIN (SELECT id, text, evidence FROM event WHERE text IS NOT NULL
           QUALIFY row_number() OVER (PARTITION BY id ORDER BY nr DESC) = 1) w USING (id)
WHERE s.state IN ('open', 'waived') AND f.salt IS NOT NULL ORDER BY f.rule_id, f.case_id, f.item"""
