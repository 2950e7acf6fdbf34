"""The hash chain: how an entry is appended, and how the whole ledger is proved untouched.

chain = sha256(previous chain, body): the same for the same input, printed on the reports.
seal  = sha256(previous seal, chain, clock, details): also covers the time and the digests of every row written.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

import duckdb

from amip_dq.errors import LedgerError
from amip_dq.ledger.schema import GENESIS
from amip_dq.ledger.store import file_digest, published_digests, reading

# table → the columns that survive a clean-up, in the order in which they are hashed; the first two are the key
SEALED = {
    "finding": ("nr", "id", "rule_id", "hash"),
    "event": ("nr", "id", "change", "by_rule", "state", "version", "rule_status", "verdict", "typ", "severity",
              "geschaeftsstelle", "team", "responsible", "heilbar_bis", "first_seen", "waived_until", "hash"),
    "flow": ("nr", "rule_id", "change", "by_rule", "state_before", "state", "status_before", "rule_status",
             "verdict_before", "verdict", "team_before", "team", "geschaeftsstelle_before", "geschaeftsstelle",
             "early", "expired", "findings"),
    "definition": ("nr", "rule_id", "digest", "version", "body"),
    "document": ("nr", "name", "body"),
    "answer": ("nr", "row", "id", "team", "answer", "until", "day", "hash"),
    "pruned": ("nr", "id"),
}  # fmt: skip

# table → what `hash` is made of, with the salt of the finding; forgotten together with the case
PERSONAL = {
    "finding": ("fingerprint", "case_id", "item", "record_table"),
    "event": ("text", "evidence"),
    "answer": ("reason",),
}


@dataclass(frozen=True)
class Link:
    """One entry of the chain as it stands in the file."""

    nr: int
    kind: str
    body: str
    chain: str
    clock: str
    details: str
    seal: str


@dataclass(frozen=True)
class Verification:
    """What `verify` found: how many entries hold, and the first place where the chain breaks."""

    entries: int
    chain: str
    broken: int | None = None
    problem: str = ""
    hint: str = ""

    @property
    def intact(self) -> bool:
        return not self.problem


def canonical(value: Any) -> str:
    """Return the one JSON spelling of a value: sorted keys, no blanks, dates in ISO, decimals as text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no canonical form")


def sha256(*parts: str) -> str:
    """Return the digest of the parts, each with its length, so that no two lists look alike."""
    joined = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()


def head(con: duckdb.DuckDBPyConnection) -> Link:
    """Return the last entry; before the first one stands the entry 0."""
    rows = con.execute(f"SELECT {LINK} FROM entry ORDER BY nr DESC LIMIT 1").fetchall()
    return Link(*rows[0]) if rows else Link(0, "", "", GENESIS, "", "", GENESIS)


LINK = "nr, kind, body, chain, clock, details, seal"


def append(con: duckdb.DuckDBPyConnection, kind: str, body: Mapping[str, Any], clock: str) -> Link:
    """Close an entry whose rows are already in the tables under the next number."""
    last = head(con)
    nr = last.nr + 1
    text = canonical({"nr": nr, "kind": kind, **body})
    chain = sha256(last.chain, text)
    details = canonical({table: rows_digest(con, table, nr) for table in SEALED})
    link = Link(nr, kind, text, chain, clock, details, sha256(last.seal, chain, clock, details))
    con.execute("INSERT INTO entry VALUES ($1, $2, $3, $4, $5, $6, $7)", list(vars(link).values()))
    con.execute("UPDATE meta SET head_nr = $1, head_seal = $2", [link.nr, link.seal])
    return link


def rows_digest(con: duckdb.DuckDBPyConnection, table: str, nr: int) -> str:
    """Return the digest of all rows that one entry wrote into a table, empty if it wrote none."""
    texts = ", ".join(f"{column}::VARCHAR" for column in SEALED[table])
    query = f"""
        SELECT sha256(string_agg(part, '' ORDER BY block)) FROM (
            SELECT (place - 1) // 10000 AS block, sha256(string_agg(line, '' ORDER BY place)) AS part
            FROM (SELECT line, row_number() OVER (ORDER BY line) AS place
                  FROM (SELECT sha256(to_json([{texts}])::VARCHAR) AS line FROM {table} WHERE nr = $1))
            GROUP BY block)"""
    return con.execute(query, [nr]).fetchall()[0][0] or ""


def personal_hash(table: str, alias: str, salt: str) -> str:
    """Return the SQL of a row's hash over what a clean-up forgets."""
    texts = ", ".join(f"{alias}.{column}::VARCHAR" for column in PERSONAL[table])
    return f"sha256(to_json([{salt}, {texts}])::VARCHAR)"


def verify(path: Path, expect: str | None = None) -> Verification:
    """Recompute everything and name the first broken link; `expect` is a chain hash printed on a report."""
    damage = _file_damage(path)
    try:
        with reading(path) as con:
            result = verify_entries(con, expect)
    except LedgerError as error:
        if not path.exists():
            raise
        return Verification(0, "", 0, str(error))
    if result.intact and damage:
        return Verification(result.entries, result.chain, result.entries, damage)
    if not published_digests(path):
        return Verification(**{**vars(result), "hint": "ohne Prüfsummendatei: geprüft wurde nur die Kette"})
    return result


def _file_damage(path: Path) -> str:
    known = published_digests(path)
    if known and path.exists() and file_digest(path) not in known:
        return "die Datei wurde nach dem letzten Eintrag außerhalb von amip-dq verändert"
    return ""


def verify_entries(con: duckdb.DuckDBPyConnection, expect: str | None = None) -> Verification:
    """Walk the chain in an open ledger."""
    nr, last = 0, Link(0, "", "", GENESIS, "", "", GENESIS)
    chains = set()
    try:
        head_nr, head_seal = con.execute("SELECT head_nr, head_seal FROM meta").fetchall()[0]
        (count,) = con.execute("SELECT count(*) FROM entry").fetchall()[0]
        for nr in range(1, max(count, head_nr) + 1):
            link, problem = check_link(con, nr, last)
            if problem or link is None:
                return Verification(nr - 1, last.chain, nr, problem)
            last = link
            chains.add(link.chain)
        if last.seal != head_seal:
            return Verification(last.nr, last.chain, last.nr, "das Ende der Kette stimmt nicht mit dem Kopf überein")
        problem = stray_rows(con)
    except (duckdb.Error, UnicodeDecodeError):
        return Verification(max(nr - 1, 0), last.chain, nr, "der Eintrag lässt sich nicht mehr lesen")
    if problem:
        return Verification(last.nr, last.chain, last.nr, problem)
    if expect and expect not in chains:
        return Verification(last.nr, last.chain, last.nr, "der genannte Kettenwert kommt in der Kette nicht vor")
    return Verification(last.nr, last.chain)


def check_link(con: duckdb.DuckDBPyConnection, nr: int, last: Link) -> tuple[Link | None, str]:
    """Return the entry and what is wrong with it, in German, or an empty string."""
    rows = con.execute(f"SELECT {LINK} FROM entry WHERE nr = $1", [nr]).fetchall()
    if len(rows) != 1:
        return None, "der Eintrag fehlt" if not rows else "der Eintrag steht mehrfach in der Kette"
    link = Link(*rows[0])
    try:
        body, details = json.loads(link.body), json.loads(link.details)
    except (ValueError, TypeError):
        return link, "der Inhalt des Eintrags ist verändert"
    if canonical(body) != link.body or (body.get("nr"), body.get("kind")) != (link.nr, link.kind):
        return link, "der Inhalt des Eintrags ist verändert"
    if link.chain != sha256(last.chain, link.body):
        return link, "der Inhalt des Eintrags oder seine Stelle in der Kette ist verändert"
    if link.seal != sha256(last.seal, link.chain, link.clock or "", link.details):
        return link, "Zeit oder Prüfsummen des Eintrags sind verändert"
    for table in SEALED:
        if details.get(table) != rows_digest(con, table, nr):
            return link, f"die Zeilen »{table}« des Eintrags sind verändert"
    return link, personal_problem(con, nr)


def personal_problem(con: duckdb.DuckDBPyConnection, nr: int) -> str:
    """Compare case, text and reasons with their hashes; only what a clean-up names may be gone."""
    for table, columns in PERSONAL.items():
        owner = "t" if table == "finding" else "f"
        join = "" if table == "finding" else "LEFT JOIN finding f ON f.id = t.id"
        gone = " AND ".join(f"t.{column} IS NULL" for column in columns)
        query = f"""
            SELECT count(*) FROM {table} t {join}
            WHERE t.nr = $1 AND NOT CASE
                WHEN {owner}.salt IS NULL THEN {gone} AND t.id IN (SELECT id FROM pruned)
                ELSE t.hash IS NOT DISTINCT FROM {personal_hash(table, "t", owner + ".salt")} END"""
        if con.execute(query, [nr]).fetchall()[0][0]:
            return f"Fallangaben in »{table}« des Eintrags sind verändert"
    return ""


def stray_rows(con: duckdb.DuckDBPyConnection) -> str:
    """Tell whether a table holds rows that belong to no entry."""
    for table in SEALED:
        query = f"SELECT count(*) FROM {table} WHERE nr IS NULL OR nr NOT IN (SELECT nr FROM entry)"
        if con.execute(query).fetchall()[0][0]:
            return f"»{table}« enthält Zeilen, die zu keinem Eintrag gehören"
    return ""
