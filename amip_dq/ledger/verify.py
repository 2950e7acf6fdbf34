"""Recomputes the chain and names its first broken link."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from amip_dq.errors import LedgerError
from amip_dq.ledger.chain import LINK, PERSONAL, SEALED, Link, canonical, personal_hash, row_digests, sha256
from amip_dq.ledger.schema import GENESIS
from amip_dq.ledger.store import file_digest, published_digests, reading

START = Link(0, "", "", GENESIS, "", "", GENESIS)
UNREADABLE = "der Eintrag lässt sich nicht mehr lesen"


@dataclass(frozen=True)
class Verification:
    """How many entries hold, and the first place where the chain breaks (0: before the first entry)."""

    entries: int
    chain: str
    broken: int | None = None
    problem: str = ""
    hint: str = ""

    @property
    def intact(self) -> bool:
        return not self.problem


@dataclass(frozen=True)
class Rows:
    """What the tables hold now: table → entry → digest, and the entries whose case data do not fit their hashes."""

    links: Mapping[int, list[Link]]
    digests: Mapping[str, Mapping[int, str]]
    changed_cases: Mapping[str, frozenset[int]]


def verify(path: Path, expect: str | None = None) -> Verification:
    """Check the file and the whole chain; `expect` is a chain hash printed on a report that must occur in it."""
    known = published_digests(path)
    damaged = bool(known) and path.exists() and file_digest(path) not in known
    try:
        with reading(path) as con:
            result = verify_entries(con, expect)
    except LedgerError as error:
        if not path.exists():
            raise
        return Verification(0, "", 0, str(error))
    if result.intact and damaged:
        problem = "die Datei wurde nach dem letzten Eintrag außerhalb von amip-dq verändert; die Einträge selbst halten"
        return Verification(result.entries, result.chain, result.entries, problem)
    return result if known else replace(result, hint="ohne Prüfsummendatei: geprüft wurde nur die Kette")


def verify_entries(con: duckdb.DuckDBPyConnection, expect: str | None = None) -> Verification:
    """Walk the chain in an open ledger."""
    try:
        rows: Rows | None = rows_of(con)
    except (duckdb.Error, UnicodeDecodeError):
        rows = None  # some block is damaged: read entry by entry, to find the first that suffers
    last, chains = START, set()
    try:
        head_nr, head_seal = con.execute("SELECT head_nr, head_seal FROM meta").fetchall()[0]
        (count,) = con.execute("SELECT count(*) FROM entry").fetchall()[0]
    except (duckdb.Error, UnicodeDecodeError):
        return Verification(0, "", 0, UNREADABLE)
    for nr in range(1, max(count, head_nr) + 1):
        link, problem = check_link(con, nr, last, rows)
        if problem or link is None:
            return Verification(nr - 1, last.chain, nr, problem)
        last = link
        chains.add(link.chain)
    problem = "" if last.seal == head_seal else "das Ende der Kette stimmt nicht mit dem Kopf überein"
    problem = problem or stray_rows(con)
    if not problem and expect and expect not in chains:
        problem = "der genannte Kettenwert kommt in der Kette nicht vor"
    return Verification(last.nr, last.chain, last.nr if problem else None, problem)


def check_link(con: duckdb.DuckDBPyConnection, nr: int, last: Link, rows: Rows | None) -> tuple[Link | None, str]:
    """Return the entry and what is wrong with it, in German, or an empty string."""
    try:
        rows = rows or rows_of(con, nr)
        found = rows.links.get(nr, [])
        if len(found) != 1:
            return None, "der Eintrag fehlt" if not found else "der Eintrag steht mehrfach in der Kette"
        return found[0], _own_problem(found[0], last) or _rows_problem(found[0], rows)
    except (duckdb.Error, UnicodeDecodeError):
        return None, UNREADABLE


def _own_problem(link: Link, last: Link) -> str:
    try:
        body = json.loads(link.body)
        json.loads(link.details)
    except (ValueError, TypeError):
        return "der Inhalt des Eintrags ist verändert"
    if canonical(body) != link.body or (body.get("nr"), body.get("kind")) != (link.nr, link.kind):
        return "der Inhalt des Eintrags ist verändert"
    if link.chain != sha256(last.chain, link.body):
        return "der Inhalt des Eintrags oder seine Stelle in der Kette ist verändert"
    if link.seal != sha256(last.seal, link.chain, link.clock or "", link.details):
        return "Zeit oder Prüfsummen des Eintrags sind verändert"
    return ""


def _rows_problem(link: Link, rows: Rows) -> str:
    details = json.loads(link.details)
    for table in SEALED:
        if details.get(table) != rows.digests[table].get(link.nr, ""):
            return f"die Zeilen »{table}« des Eintrags sind verändert"
    for table, numbers in rows.changed_cases.items():
        if link.nr in numbers:
            return f"Fallangaben in »{table}« des Eintrags sind verändert"
    return ""


def rows_of(con: duckdb.DuckDBPyConnection, nr: int | None = None) -> Rows:
    """Return what the tables hold, of all entries or of one."""
    links: dict[int, list[Link]] = {}
    for row in con.execute(f"SELECT {LINK} FROM entry WHERE $1 IS NULL OR nr = $1", [nr]).fetchall():
        links.setdefault(row[0], []).append(Link(*row))
    return Rows(
        links,
        {table: row_digests(con, table, nr) for table in SEALED},
        {table: changed_cases(con, table, nr) for table in PERSONAL},
    )


def changed_cases(con: duckdb.DuckDBPyConnection, table: str, nr: int | None = None) -> frozenset[int]:
    """Return the entries whose case, text or reason do not fit their hash; only what a clean-up names may be gone."""
    owner = "t" if table == "finding" else "f"
    join = "" if table == "finding" else "LEFT JOIN finding f ON f.id = t.id"
    gone = " AND ".join(f"t.{column} IS NULL" for column in PERSONAL[table])
    rows = con.execute(
        f"""SELECT DISTINCT t.nr FROM {table} t {join} LEFT JOIN pruned p ON p.id = t.id
            WHERE ($1 IS NULL OR t.nr = $1) AND NOT CASE
                WHEN {owner}.salt IS NULL THEN {gone} AND p.id IS NOT NULL
                ELSE t.hash IS NOT DISTINCT FROM {personal_hash(table, "t", owner + ".salt")} END""",
        [nr],
    ).fetchall()
    return frozenset(number for (number,) in rows)


def stray_rows(con: duckdb.DuckDBPyConnection) -> str:
    """Tell whether a table holds rows that belong to no entry."""
    for table in SEALED:
        query = f"SELECT count(*) FROM {table} WHERE nr IS NULL OR nr NOT IN (SELECT nr FROM entry)"
        if con.execute(query).fetchall()[0][0]:
            return f"»{table}« enthält Zeilen, die zu keinem Eintrag gehören"
    return ""
