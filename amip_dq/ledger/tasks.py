"""Turns findings into tasks: one per case and team, in working order, spread over days by the team's capacity."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import duckdb

from amip_dq.content.catalog import literal
from amip_dq.ledger.execution import working_days
from amip_dq.model import Calendar, Content, Severity

CAPACITY = "tageskapazitaet_aufgaben"


def plan_tasks(
    con: duckdb.DuckDBPyConnection, content: Content, stichtag: date, capacity: Mapping[str, int] | None = None
) -> None:
    """Create the temporary table `aufgabe` on the run's connection: what each team does first, and on which day.

    A row is one case of one team (or of nobody, team NULL) with all its open findings. Order: what can still be
    healed by its deadline, then what has lapsed, then what has no deadline; then severity, number of key figures
    distorted, age. `capacity` is team → tasks a day; a team without one uses the parameter, else everything is due now.
    """
    usual = content.parameters[CAPACITY].value_on(stichtag) if CAPACITY in content.parameters else None
    ranks = ", ".join(f"({literal(s.value)}, {s.rank})" for s in Severity)
    weights = ", ".join(f"({literal(rule.id)}, {len(rule.kennzahlen)})" for rule in content.rules) or "(NULL, 0)"
    limits = (
        ", ".join(f"({literal(team)}, {int(number)})" for team, number in (capacity or {}).items()) or "(NULL, NULL)"
    )
    con.execute(
        PLAN.format(stichtag=literal(stichtag), ranks=ranks, weights=weights, limits=limits, usual=literal(usual))
    )
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
WITH rang(severity, rang) AS (VALUES {ranks}), gewicht(rule_id, kennzahlen) AS (VALUES {weights}),
     grenze(team, je_tag) AS (VALUES {limits}),
     fall AS (
        SELECT team, case_id, count(*) AS befunde,
               list(fingerprint ORDER BY heilbar_bis NULLS LAST, rule_id, item) AS befund_nr,
               min(heilbar_bis) FILTER (heilbar_bis >= {stichtag}) AS heilbar_bis,
               count(*) FILTER (heilbar_bis < {stichtag}) AS verfallen,
               max(rang) AS schwere, sum(coalesce(kennzahlen, 0))::BIGINT AS wirkung, min(first_seen) AS seit
        FROM befund LEFT JOIN rang USING (severity) LEFT JOIN gewicht USING (rule_id)
        WHERE verdict = 'violation' AND rule_status = 'aktiv' AND waived_until IS NULL
        GROUP BY team, case_id),
     gereiht AS (
        SELECT *, row_number() OVER (PARTITION BY team ORDER BY
            CASE WHEN heilbar_bis IS NOT NULL THEN 0 WHEN verfallen > 0 THEN 1 ELSE 2 END, heilbar_bis,
            schwere DESC, wirkung DESC, seit, case_id) AS platz
        FROM fall)
SELECT g.*, CASE WHEN coalesce(je_tag, {usual}) > 0 THEN (platz - 1) // coalesce(je_tag, {usual}) ELSE 0 END AS tag_nr
FROM gereiht g LEFT JOIN grenze l ON l.team = g.team ORDER BY team, platz"""
