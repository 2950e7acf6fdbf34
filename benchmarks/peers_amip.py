"""amip-dq's own parts: read_delivery and find_defects for structure, evaluate for the mission checks.

The shipped content is cut down to the work that all tools do: its tables keep only the checks compared here, and the
four rules get the common, simpler SQL. Everything else is as in a nightly run: file hashes, rejected rows, a database
file, the locked engine, findings with sentence, evidence, team and fingerprint.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
from peers_checks import CHECKS, STICHTAG, Check, checks_of
from peers_sql import MISSION_SQL

import amip_dq
from amip_dq.content import content_folder, load_content
from amip_dq.delivery.defects import find_defects
from amip_dq.delivery.read import read_delivery
from amip_dq.engine import evaluate, open_for_judging
from amip_dq.model import Constraints, Content, Delivery, Field, ForeignKey, Reference, Rule, Table

VERSION = amip_dq.__version__
SPELL = ("kundennr", "von", "bis")
ELB = {"bg_mitglied": (*SPELL, "bg_nr", "personengruppe"), "anspruch": (*SPELL, "bg_nr")}
CLOCKS = ("erfasst_am", "storniert_am")
READS = {
    "A-001": {"aenderung": (*CLOCKS, "aenderung_id", "bg_nr", "art", "wirksam_ab", "angeordnet_am")},
    "F-005": {"fall_ende": (*CLOCKS, "fall_ende_id", "bg_nr", "ende", "grund")},
    "U-010": {**ELB, "zustaendigkeit": (*SPELL, "vertretung")},
    "Z-003": {**ELB, "integrationsziel": (*SPELL, "ziel_id", "zieldatum", "stand")},
}
SENTENCES = {
    "A-001": "Änderung {art} zum {wirksam_ab}: angeordnet am {angeordnet_am}, Frist war der {frist}.",
    "F-005": "Fallabschluss zum {ende} ohne Grund.",
    "U-010": "Keine zuständige IFK (BG {bg_nr}).",
    "Z-003": "Zieldatum {zieldatum} des Ziels {ziel_id} trägt nicht.",
}


def _constraints(check: Check) -> Constraints:
    if check.kind == "range":
        return Constraints(minimum=check.values[0], maximum=check.values[1])
    if check.kind == "pattern":
        return Constraints(pattern=check.values[0])
    return Constraints(required=check.kind == "required", enum=check.values if check.kind == "codes" else ())


def _table(table: Table) -> Table:
    """Return the table with just the checks compared here."""
    checks = {check.column: check for check in checks_of(table.name)}

    def bare(field: Field) -> Field:
        found = checks.get(field.name)
        return replace(field, constraints=_constraints(found) if found else Constraints())

    keys = tuple(check.column for check in checks.values() if check.kind == "unique")
    references = tuple(
        ForeignKey((check.column,), Reference(check.values[0], (check.column,)))
        for check in checks.values()
        if check.kind == "reference"
    )
    fields = tuple(bare(field) for field in table.fields)
    return replace(table, fields=fields, primary_key=keys, foreign_keys=references, row_checks=())


def _rule(content: Content, number: str) -> Rule:
    """Return the shipped rule of a control number with the common reading in it."""
    shipped = next(rule for rule in content.rules if rule.control.id == number)
    return replace(shipped, sql=MISSION_SQL[number], reads=READS[number], finding=SENTENCES[number])


def _content() -> Content:
    shipped = load_content(content_folder(None))
    tables = {name: _table(table) for name, table in shipped.tables.items()}
    return replace(shipped, tables=tables, rules=tuple(_rule(shipped, number) for number in MISSION_SQL))


CONTENT = _content()


@dataclass(frozen=True)
class Read:
    """An open database file and what was delivered."""

    con: duckdb.DuckDBPyConnection
    path: Path
    delivery: Delivery


def read(delivery: Path, scratch: Path) -> Read:
    """Read the delivery into a database file; rows that repeat a key are rejected here."""
    path = scratch / "arbeit.duckdb"
    con = duckdb.connect(str(path))
    return Read(con, path, read_delivery(delivery, CONTENT.layouts["kanonisch"], CONTENT.tables, con))


def structure(read: Read) -> dict[str, int]:
    """Return check → defects; for keys the rejected rows."""
    found = {f"{d.table}.{d.column}": d.rows for d in find_defects(read.con, read.delivery, CONTENT.tables)}
    rejected = 'SELECT "table", count(*) FROM lauf.verworfen GROUP BY ALL'
    repeated = dict(read.con.execute(rejected).fetchall())
    read.con.close()
    return {
        check.name: repeated.get(check.table, 0) if check.kind == "unique" else found.get(check.name, 0)
        for check in CHECKS
    }


def mission(read: Read) -> dict[str, int]:
    """Return check → violations."""
    con = open_for_judging(read.path, CONTENT, STICHTAG, CONTENT.rules)
    results = evaluate(con, CONTENT, CONTENT.rules, read.delivery.delivered)
    con.close()
    for result in results:
        assert result.error is None and not result.missing_tables, result
    return {result.rule.control.id: result.violation for result in results}
