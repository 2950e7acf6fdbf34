"""Turns findings into tasks: one per case and team, in working order, spread over days by the team's capacity."""

from __future__ import annotations

from datetime import date

import duckdb

from amip_dq.content.catalog import literal
from amip_dq.ledger.execution import working_days
from amip_dq.model import Calendar, Content, Severity

CAPACITY = "tageskapazitaet_aufgaben"


def daily_capacity(content: Content, stichtag: date) -> int | None:
    """Return how many tasks a team can do a day, or None where the content does not limit it."""
    return int(content.parameters[CAPACITY].value_on(stichtag)) if CAPACITY in content.parameters else None


def plan_tasks(con: duckdb.DuckDBPyConnection, content: Content, stichtag: date) -> None:
    """Create the temporary table `aufgabe` on the run's connection: what each team does first, and on which day.

    A row is one case of one team (or of nobody, team NULL) with all its open findings. Order: what can still be
    healed by its deadline, then what has lapsed, then what has no deadline; then severity, number of key figures
    distorted, age. Without a capacity everything is due on the first day.
    """
    ranks = ", ".join(f"({literal(s.value)}, {s.rank})" for s in Severity)
    rules = (f"({literal(rule.id)}, {len(rule.kennzahlen)}, {literal(rule.unit)})" for rule in content.rules)
    limit = daily_capacity(content, stichtag)
    con.execute(PLAN.format(
        stichtag=literal(stichtag), ranks=ranks, rules=", ".join(rules) or "(NULL, 0, NULL)", limit=literal(limit or None)
    ))  # fmt: skip
    days = _days(content.calendar, stichtag, con)
    con.execute("ALTER TABLE aufgabe ADD COLUMN tag DATE")
    con.execute("UPDATE aufgabe SET tag = ($1::DATE[])[tag_nr + 1]", [days])


def _days(calendar: Calendar, stichtag: date, con: duckdb.DuckDBPyConnection) -> list[date]:
    """Return enough working days after the Stichtag for the longest queue."""
    (last,) = con.execute("SELECT coalesce(max(tag_nr), 0) FROM aufgabe").fetchall()[0]
    start = stichtag.toordinal() + 1
    span = 30
    while len(days := working_days(calendar, date.fromordinal(start), date.fromordinal(start + span))) <= last:
        span *= 2
    return days


PLAN = """
CREATE OR REPLACE TEMP TABLE aufgabe AS
WITH rang(severity, rang) AS (VALUES {ranks}), regel(rule_id, kennzahlen, einheit) AS (VALUES {rules}),
     fall AS (
        SELECT team, coalesce(einheit, '') AS einheit, case_id, count(*) AS befunde,
               list(fingerprint ORDER BY heilbar_bis NULLS LAST, rule_id, item) AS befund_nr,
               min(heilbar_bis) FILTER (heilbar_bis >= {stichtag}) AS heilbar_bis,
               count(*) FILTER (heilbar_bis < {stichtag}) AS verfallen,
               max(rang) AS schwere, sum(coalesce(kennzahlen, 0))::BIGINT AS wirkung, min(first_seen) AS seit
        FROM befund LEFT JOIN rang USING (severity) LEFT JOIN regel USING (rule_id)
        WHERE verdict = 'violation' AND rule_status = 'aktiv' AND waived_until IS NULL
        GROUP BY team, coalesce(einheit, ''), case_id),
     gereiht AS (
        SELECT *, row_number() OVER (PARTITION BY team ORDER BY
            CASE WHEN heilbar_bis IS NOT NULL THEN 0 WHEN verfallen > 0 THEN 1 ELSE 2 END, heilbar_bis,
            schwere DESC, wirkung DESC, seit, case_id, einheit) AS platz
        FROM fall)
SELECT *, CASE WHEN {limit} > 0 THEN (platz - 1) // {limit} ELSE 0 END AS tag_nr FROM gereiht ORDER BY team, platz"""
