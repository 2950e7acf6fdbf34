"""What the teams answered, and what that says about a rule."""

from __future__ import annotations

import duckdb

from amip_dq.model import Answer

CONFIRMED = "kein_fehler_bestaetigt"
CONFIDENCE = 0.95


def answers_of(con: duckdb.DuckDBPyConnection) -> tuple[Answer, ...]:
    """Return the last answer to every finding that is found tonight."""
    rows = con.execute(
        """SELECT f.fingerprint, a.day, a.answer, coalesce(a.reason, ''), a.until
           FROM answer a JOIN finding k USING (id)
           JOIN found f ON (f.rule_id, f.case_id, f.item) = (k.rule_id, k.case_id, k.item)
           QUALIFY row_number() OVER (PARTITION BY a.id ORDER BY a.nr DESC, a.row DESC) = 1 ORDER BY f.fingerprint"""
    ).fetchall()
    return tuple(Answer(*row) for row in rows)


def quality_of(con: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, int]]:
    """Return rule → (findings confirmed as no error, findings that a team answered)."""
    rows = con.execute(
        """SELECT k.rule_id, count(DISTINCT a.id) FILTER (a.answer = $1), count(DISTINCT a.id)
           FROM answer a JOIN finding k USING (id) GROUP BY 1 ORDER BY 1""",
        [CONFIRMED],
    ).fetchall()
    return {rule_id: (confirmed, answered) for rule_id, confirmed, answered in rows}


def false_alarm_interval(confirmed: int, answered: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return the Clopper-Pearson interval of the share of findings that were no error; (0, 1) without answers."""
    from amip_dq.sampling.limits import clopper_pearson  # loads scipy, which most commands do not need

    return clopper_pearson(confirmed, answered, (1 - confidence) / 2) if answered else (0.0, 1.0)
