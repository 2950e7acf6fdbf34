"""Nights of a lending library, judged by the real engine and taken into one ledger."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

from amip_dq.content import catalog
from amip_dq.engine import evaluate, measure, open_for_judging
from amip_dq.ledger.nightly import Taken, take
from amip_dq.ledger.store import publish, reading, writing
from amip_dq.model import Content, Delivery, FileRead, Gate, GateCheck, Run

BOOKS = [("AB001", "a", 1, "nord"), ("AB002", "b", 1, None)]
MONDAY, TUESDAY, WEDNESDAY = date(2023, 6, 26), date(2023, 6, 27), date(2023, 6, 28)
LATE = (2, "AB001", date(2023, 1, 1), date(2023, 1, 30), False)
IN_TIME = (2, "AB001", date(2023, 1, 1), date(2023, 1, 29), False)
OTHER = (1, "AB002", date(2023, 1, 1), date(2023, 1, 29), False)


class Library:
    """Runs nights against one ledger and remembers what the last one wrote into `befund`."""

    def __init__(self, folder: Path, content: Content) -> None:
        self.ledger, self.content, self.folder = folder / "verlauf.duckdb", content, folder
        self.rows: list[tuple] = []

    def night(
        self, day: date, loans, books=BOOKS, gate_holds=True, delivered=("buch", "ausleihe"), content=None
    ) -> Taken:
        content = content or self.content
        path = self.folder / "arbeit.duckdb"
        path.unlink(missing_ok=True)
        self._fill(path, content, loans, books)
        rules = [rule for rule in content.rules if rule.applies_on(day)] if gate_holds else []
        con = open_for_judging(path, content, day, [*rules, *content.key_figures])
        gate = Gate(() if gate_holds else (GateCheck("s", "Zeilen", "critical", False, "0"),))
        file = FileRead("ausleihe.csv", "0" * 64, "ausleihe", len(loans), 0)
        read = Delivery(self.folder, f"{loans}", (file,), frozenset(delivered), (), (), day)
        results = evaluate(con, content, rules, read.delivered)
        figures = measure(con, content, content.key_figures, day, read.delivered) if gate_holds else ()
        run = Run(day, read, gate, (), results, figures, content.digest, content.parameters_digest, "1.0")
        with writing(self.ledger, 0) as draft:
            taken = take(draft, run, content, con, f"{day}T05:00:00")
            publish(draft)
        self.rows = con.execute("SELECT item, change, first_seen, waived_until FROM befund ORDER BY item").fetchall()
        con.close()
        return taken

    def _fill(self, path: Path, content: Content, loans, books) -> None:
        con = duckdb.connect(str(path))
        catalog.create_tables(con, content.tables.values())
        con.execute("CREATE SCHEMA lauf")
        con.execute('CREATE TABLE lauf.profil_tabelle ("table" VARCHAR)')
        con.execute('CREATE TABLE lauf.profil_spalte ("table" VARCHAR, "column" VARCHAR)')
        for book in books:
            con.execute("INSERT INTO daten.buch VALUES (?, ?, ?, ?, 1, 1)", book)
        for loan in loans:
            con.execute("INSERT INTO daten.ausleihe VALUES (?, ?, ?, ?, ?, 1, 1)", loan)
        con.close()

    def change_of(self, item: str) -> str:
        """Return the last change of a finding in the ledger, the last run's flows included."""
        with reading(self.ledger) as con:
            rows = con.execute(
                """SELECT s.change FROM standing s JOIN finding f USING (id)
                   WHERE f.item = $1 AND s.nr = (SELECT max(nr) FROM entry)
                   UNION ALL SELECT change FROM flow
                   WHERE nr = (SELECT max(nr) FROM entry) AND change = 'not_judged'""",
                [item],
            ).fetchall()
        return rows[0][0] if rows else "unchanged"
