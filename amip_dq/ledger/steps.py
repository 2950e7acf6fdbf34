"""The SQL that compares tonight with what was known: temporary tables found, known, outcome → step → rows to keep."""

from __future__ import annotations

from amip_dq.ledger.states import State

ATTRIBUTES = (
    "version", "rule_status", "verdict", "typ", "severity", "geschaeftsstelle", "team", "responsible", "heilbar_bis",
    "waived_until",
)  # fmt: skip

FOUND = """
ALTER TABLE found ADD COLUMN waived_until DATE;
UPDATE found SET waived_until = e.until
    FROM (SELECT rule_id, case_id, item, max(until) AS until FROM exempt GROUP BY ALL) e
    WHERE (found.rule_id, found.case_id, found.item) = (e.rule_id, e.case_id, e.item)"""

KNOWN = """
CREATE OR REPLACE TEMP TABLE known AS
    SELECT f.rule_id, f.fingerprint, f.case_id, f.item, f.record_table, f.salt, s.* EXCLUDE (nr, text, evidence, hash)
    FROM standing s JOIN finding f USING (id) WHERE f.salt IS NOT NULL"""

MISSING = f"""
SELECT k.id, k.rule_id, k.case_id, k.item, k.record_table
FROM known k JOIN rule_mode r USING (rule_id) ANTI JOIN found USING (rule_id, case_id, item)
WHERE k.state <> '{State.CLOSED.value}' AND r.mode = 'judged' ORDER BY k.rule_id, k.case_id, k.item"""

# One row for every finding that is found now or was not closed before.
STEP = f"""
CREATE OR REPLACE TEMP TABLE step AS
WITH seen AS (
    SELECT f.*, k.id AS known_id, coalesce(k.state, '{State.ABSENT.value}') AS state_before,
           CASE WHEN f.waived_until IS NULL THEN 'found' ELSE 'found_waived' END AS sight
    FROM found f LEFT JOIN known k USING (rule_id, case_id, item)
), unseen AS (
    SELECT k.*, CASE WHEN r.mode = 'not_judged' THEN 'not_judged'
                     WHEN r.mode = 'withdrawn' THEN 'rule_changed'
                     WHEN o.sight = 'not_delivered' THEN o.sight
                     WHEN n.readable IS FALSE OR of.case_id IS NOT NULL THEN 'rule_changed'
                     ELSE o.sight END AS sight
    FROM known k JOIN rule_mode r USING (rule_id) ANTI JOIN found USING (rule_id, case_id, item)
    LEFT JOIN outcome o USING (id)
    LEFT JOIN renewed n ON n.rule_id = k.rule_id
    LEFT JOIN old_found of ON (of.rule_id, of.case_id, of.item) = (k.rule_id, k.case_id, k.item)
    WHERE k.state <> '{State.CLOSED.value}'
), everything AS (
    SELECT known_id, rule_id, fingerprint, case_id, item, record_table, state_before, sight, {", ".join(ATTRIBUTES)},
           text, evidence FROM seen
    UNION ALL BY NAME
    SELECT id AS known_id, rule_id, fingerprint, case_id, item, record_table, state AS state_before, sight,
           {", ".join(ATTRIBUTES)} FROM unseen
)
SELECT e.* REPLACE (CASE WHEN t.state = '{State.CLOSED.value}' THEN NULL ELSE e.waived_until END AS waived_until),
       t.change, t.state, t.shown, r.early,
       coalesce(k.id, (SELECT coalesce(max(id), 0) FROM finding)
           + row_number() OVER (PARTITION BY k.id IS NULL ORDER BY e.rule_id, e.case_id, e.item)) AS id,
       coalesce(k.salt, uuid()::VARCHAR) AS salt, k.first_seen AS first_before,
       t.shown IN ('new', 'reopened') AND n.readable IS TRUE AND of.case_id IS NULL
           AND e.state_before <> '{State.WAIVED.value}' AS by_rule,
       {", ".join(f"k.{a} AS {a}_before" for a in ATTRIBUTES)}
FROM everything e JOIN transition t USING (state_before, sight) LEFT JOIN known k ON k.id = e.known_id
LEFT JOIN rule_mode r ON r.rule_id = e.rule_id LEFT JOIN renewed n ON n.rule_id = e.rule_id
LEFT JOIN old_found of ON (of.rule_id, of.case_id, of.item) = (e.rule_id, e.case_id, e.item)"""

INSERT_FINDINGS = """
INSERT INTO finding
SELECT $1, id, rule_id, fingerprint, case_id, item, record_table, salt, {hash} FROM step s WHERE known_id IS NULL"""

INSERT_EVENTS = f"""
INSERT INTO event
SELECT $1, id, change, by_rule, state, {", ".join(ATTRIBUTES[:-1])}, coalesce(first_before, $2), waived_until,
       text, evidence, {{hash}}
FROM step s
WHERE change NOT IN ('unchanged', 'not_judged', 'waived') OR (change = 'waived' AND state_before <> state)
   OR (change <> 'not_judged' AND ({" OR ".join(f"{a} IS DISTINCT FROM {a}_before" for a in ATTRIBUTES)}))"""

INSERT_FLOWS = """
INSERT INTO flow
SELECT $1, rule_id, change, by_rule, state_before, state, rule_status_before, rule_status, verdict_before, verdict,
       team_before, team, geschaeftsstelle_before, geschaeftsstelle, coalesce(early, FALSE),
       count(*) FILTER (heilbar_bis < $2), count(*)
FROM step GROUP BY ALL"""

CHANGES = """
SELECT rule_id, case_id, item, shown AS change, first_before AS first_seen, waived_until
FROM step WHERE shown IS NOT NULL ORDER BY rule_id, case_id, item"""
