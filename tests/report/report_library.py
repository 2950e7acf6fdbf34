"""A library instead of a Jobcenter: the report must not care. Every text cell can be made hostile."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb

from amip_dq.content import catalog
from amip_dq.engine import evaluate, measure, open_for_judging
from amip_dq.model import Content, DefectCount, Delivery, FileRead, Gate, GateCheck, Notice, Run

STICHTAG = date(2022, 6, 30)
FOLDER = Path(__file__).parent / "bibliothek"
TEAMS = ("Leistung 1", "Leistung 2", "Süd & West", None)
OFFICES = ("Nord", "Süd", "West")
STAFF = "KRAFT-0815"
LAUF = """
CREATE SCHEMA lauf;
CREATE TABLE lauf.datei (nr INTEGER, path VARCHAR, sha256 VARCHAR, "table" VARCHAR, rows_read BIGINT, rows_rejected BIGINT,
                         data_as_of DATE, source VARCHAR);
CREATE TABLE lauf.verworfen (file INTEGER, line BIGINT, "table" VARCHAR, reason VARCHAR, raw VARCHAR);
CREATE TABLE lauf.defekt (file INTEGER, line BIGINT, "table" VARCHAR, "column" VARCHAR, "check" VARCHAR);
CREATE TABLE lauf.profil_tabelle ("table" VARCHAR, rows BIGINT, rows_expected BIGINT, rows_previous BIGINT, change_share DOUBLE);
CREATE TABLE lauf.profil_spalte ("table" VARCHAR, "column" VARCHAR, rows BIGINT, nulls BIGINT, null_share DOUBLE,
                                 distinct_values BIGINT, minimum VARCHAR, maximum VARCHAR);
"""


@dataclass(frozen=True)
class Library:
    """A judged delivery of the invented library."""

    content: Content
    con: duckdb.DuckDBPyConnection
    run: Run


def fill(path: Path, content: Content, readers: int, seed: int, hostile: str) -> None:
    """Write the invented readers and loans into a work file."""
    con = duckdb.connect(str(path))
    catalog.create_tables(con, content.tables.values())
    con.execute(LAUF)
    draw = random.Random(seed)
    con.execute("INSERT INTO daten.theke VALUES ($1, 'L00001', DATE '2020-01-01', 1, 2)", [STAFF])
    people, loans = [], []
    for number in range(readers):
        reader = f"L{number:05d}{hostile}"
        since = date(2020, 1, 1) + timedelta(days=draw.randrange(800)) if draw.random() > 0.05 else None
        people.append((reader, draw.choice(OFFICES) + hostile, draw.choice(TEAMS), since, 1, number + 2))
        for loan in range(draw.randrange(3)):
            start = STICHTAG - timedelta(days=draw.randrange(5, 200))
            due = start + timedelta(days=draw.choice((28, 28, 28, -3)))
            back = None if draw.random() < 0.4 else start + timedelta(days=draw.randrange(5, 60))
            warned = due + timedelta(days=3) if draw.random() < 0.3 else None
            loans.append((f"A{number}-{loan}{hostile}", reader, draw.choice(("buch", "film", "spiel")), start, back, due,
                          warned, STAFF, 2, len(loans) + 2))  # fmt: skip
    for table, rows in (("leser", people), ("ausleihe", loans)):
        if rows:
            con.executemany(f"INSERT INTO daten.{table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
    con.execute("INSERT INTO lauf.datei VALUES (1, 'leser.csv', 'aa', 'leser', 60, 0, DATE '2022-06-29', 'kartei'), "
                "(2, 'ausleihe.csv', 'bb', 'ausleihe', 50, 1, DATE '2022-06-29', 'verbuchung')")  # fmt: skip
    con.execute("INSERT INTO lauf.verworfen VALUES (2, 7, 'ausleihe', $1, $2)", ["Spaltenzahl", "=1+1;x" + hostile])
    con.execute("INSERT INTO lauf.defekt VALUES (1, 3, 'leser', 'gruppe', 'enum')")
    con.execute("INSERT INTO lauf.profil_tabelle VALUES ('leser', 60, 61, 50, 0.2), ('ausleihe', 50, NULL, NULL, NULL)")
    con.execute("INSERT INTO lauf.profil_spalte VALUES ('leser', 'gruppe', 60, 3, 0.05, 4, 'a', 'z')")
    con.close()


def judge(path: Path, content: Content, gate: Gate, forced: bool, hostile: str) -> Library:
    """Judge the work file as `check` does."""
    rules = [rule for rule in content.rules if rule.applies_on(STICHTAG)]
    delivered = frozenset({"leser", "ausleihe", "theke"})
    con = open_for_judging(path, content, STICHTAG, [*rules, *content.key_figures])
    judged = rules if gate.passed or forced else []
    results = evaluate(con, content, judged, delivered)
    figures = measure(con, content, content.key_figures if judged else (), STICHTAG, delivered)
    delivery = Delivery(
        Path("lieferung"), "d1" * 32,
        (FileRead("leser.csv", "aa" * 32, "leser", readers_of(con), 0), FileRead("ausleihe" + hostile + ".csv", "bb" * 32, "ausleihe", 50, 1)),
        delivered, ("besuch",), (Notice("leser.csv", "Spalten in anderer Reihenfolge" + hostile),), date(2022, 6, 29),
    )  # fmt: skip
    run = Run(STICHTAG, delivery, gate, (DefectCount("leser", "gruppe", "enum", 1),), results, figures,
              content.digest, content.parameters_digest, "0.0", forced)  # fmt: skip
    return Library(content, con, run)


def readers_of(con: duckdb.DuckDBPyConnection) -> int:
    return con.execute("SELECT count(*) FROM daten.leser").fetchall()[0][0]


def a_gate(hostile: str = "", success: bool = True) -> Gate:
    checks = (
        GateCheck("lieferung", "Zeilenzahl wie angekündigt" + hostile, "critical", success, "60" + hostile, ("leser",)),
        GateCheck("lieferung", "Anteil leerer Zellen", "warning", False, "5 %", ("leser.gruppe",)),
    )
    return Gate(checks, {"lieferung": {"success": success, "results": [{"observed": 60}]}})
