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
from typing import Any

import duckdb

from amip_dq.ledger.schema import GENESIS

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
    details = canonical({table: row_digests(con, table, nr).get(nr, "") for table in SEALED})
    link = Link(nr, kind, text, chain, clock, details, sha256(last.seal, chain, clock, details))
    con.execute("INSERT INTO entry VALUES ($1, $2, $3, $4, $5, $6, $7)", list(vars(link).values()))
    con.execute("UPDATE meta SET head_nr = $1, head_seal = $2", [link.nr, link.seal])
    return link


def row_digests(con: duckdb.DuckDBPyConnection, table: str, nr: int | None = None) -> dict[int, str]:
    """Return entry → digest of all rows that it wrote into a table; entries that wrote none are absent."""
    texts = ", ".join(f"{column}::VARCHAR" for column in SEALED[table])
    query = f"""
        SELECT nr, sha256(string_agg(part, '' ORDER BY block)) FROM (
            SELECT nr, (place - 1) // 10000 AS block, sha256(string_agg(line, '' ORDER BY place)) AS part
            FROM (SELECT nr, line, row_number() OVER (PARTITION BY nr ORDER BY line) AS place
                  FROM (SELECT nr, sha256(to_json([{texts}])::VARCHAR) AS line FROM {table}
                        WHERE $1 IS NULL OR nr = $1))
            GROUP BY nr, block)
        GROUP BY nr"""
    return dict(con.execute(query, [nr]).fetchall())


def personal_hash(table: str, alias: str, salt: str) -> str:
    """Return the SQL of a row's hash over what a clean-up forgets."""
    texts = ", ".join(f"{alias}.{column}::VARCHAR" for column in PERSONAL[table])
    return f"sha256(to_json([{salt}, {texts}])::VARCHAR)"
