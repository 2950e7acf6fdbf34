"""The tables of the ledger file, and how an older file becomes a current one."""

from __future__ import annotations

import duckdb

from amip_dq.errors import LedgerError

GENESIS = "0" * 64

VERSION_1 = """
CREATE TABLE meta (schema_version INTEGER, head_nr BIGINT, head_seal VARCHAR);
INSERT INTO meta VALUES (1, 0, repeat('0', 64));

-- One row is one link of the chain: a run, an import of answers, a clean-up.
-- chain covers body only and is the same for the same input; seal also covers the clock and the personal rows.
CREATE TABLE entry (
    nr BIGINT, kind VARCHAR, body VARCHAR, chain VARCHAR, clock VARCHAR, details VARCHAR, seal VARCHAR);

-- One row is one finding ever seen; the only place that knows the case. `salt` and the case go when it is pruned.
CREATE TABLE finding (
    nr BIGINT, id BIGINT, rule_id VARCHAR, fingerprint VARCHAR, case_id VARCHAR, item VARCHAR,
    record_table VARCHAR, salt VARCHAR, hash VARCHAR);

-- One row is a change of one finding in one run; a finding that stays as it is writes nothing.
CREATE TABLE event (
    nr BIGINT, id BIGINT, change VARCHAR, by_rule BOOLEAN, state VARCHAR, version INTEGER, rule_status VARCHAR,
    verdict VARCHAR, typ VARCHAR, severity VARCHAR, geschaeftsstelle VARCHAR, team VARCHAR, responsible VARCHAR,
    heilbar_bis DATE, first_seen DATE, waived_until DATE, text VARCHAR, evidence VARCHAR, hash VARCHAR);

-- One row counts the findings that moved alike in one run; every known finding that is not closed is in one.
CREATE TABLE flow (
    nr BIGINT, rule_id VARCHAR, change VARCHAR, by_rule BOOLEAN, state_before VARCHAR, state VARCHAR,
    status_before VARCHAR, rule_status VARCHAR, verdict_before VARCHAR, verdict VARCHAR,
    team_before VARCHAR, team VARCHAR, geschaeftsstelle_before VARCHAR, geschaeftsstelle VARCHAR,
    early BOOLEAN, expired BIGINT, findings BIGINT);

-- One row is one wording of a rule with everything that decides its verdicts.
CREATE TABLE definition (nr BIGINT, rule_id VARCHAR, digest VARCHAR, version INTEGER, body VARCHAR);

-- What a past report needs, without any case.
CREATE TABLE document (nr BIGINT, name VARCHAR, body VARCHAR);

-- One row is one answer of a team to a finding, or a decision about such an answer.
CREATE TABLE answer (
    nr BIGINT, row BIGINT, id BIGINT, team VARCHAR, answer VARCHAR, reason VARCHAR, until DATE, day DATE, hash VARCHAR);

-- One row is a finding whose case was forgotten by a clean-up.
CREATE TABLE pruned (nr BIGINT, id BIGINT);

-- Working memory of the look back, not history: one row per watched value, as keyed hashes (now, before its change).
CREATE TABLE watched (record VARCHAR, value VARCHAR, earlier VARCHAR);
CREATE TABLE secret (key VARCHAR);

-- How each finding stands now.
CREATE VIEW standing AS
    SELECT * FROM event QUALIFY row_number() OVER (PARTITION BY id ORDER BY nr DESC) = 1;
"""

MIGRATIONS = {1: VERSION_1}
VERSION = max(MIGRATIONS)


def migrate(con: duckdb.DuckDBPyConnection) -> None:
    """Bring the file to the current version, inside the caller's transaction."""
    version = version_of(con)
    if version > VERSION:
        raise LedgerError(
            f"Die Verlaufsdatei hat die Version {version}, dieses Programm kennt sie bis {VERSION}. "
            "Bitte mit dem neueren Programm öffnen."
        )
    for step in range(version + 1, VERSION + 1):
        con.execute(MIGRATIONS[step])
        con.execute("UPDATE meta SET schema_version = $1", [step])


def version_of(con: duckdb.DuckDBPyConnection) -> int:
    """Return the file's version, 0 for an empty file; refuse a database of another kind."""
    tables = {name for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    if "meta" in tables and "entry" in tables:
        return int(con.execute("SELECT schema_version FROM meta").fetchall()[0][0])
    if tables:
        raise LedgerError("Die angegebene Datei ist eine Datenbank, aber keine Verlaufsdatei von amip-dq.")
    return 0
