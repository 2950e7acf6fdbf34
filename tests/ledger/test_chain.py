"""Whoever deletes, changes or reorders anything is found out, and the first broken link is named."""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import date

import duckdb
import pytest
from a_worklist import a_row, write_list
from night_simulator import Office, take, weekdays

from amip_dq.ledger.answers import take_answers
from amip_dq.ledger.chain import PERSONAL, SEALED, canonical, sha256
from amip_dq.ledger.retention import prune
from amip_dq.ledger.store import beside, publish, reading, writing
from amip_dq.ledger.verify import verify, verify_entries

NIGHTS = 6


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """A ledger of five nights, answers of a team and a clean-up."""
    path = tmp_path_factory.mktemp("kette") / "verlauf.duckdb"
    office = Office(seed=11, cases=12)
    for day in weekdays(date(2022, 3, 1), NIGHTS - 1):
        take(path, office.night(day), documents={"run": "{}"})
    with writing(path) as draft:
        number = draft.con.execute(
            "SELECT fingerprint FROM standing JOIN finding USING (id) WHERE state = 'open' LIMIT 1"
        ).fetchall()[0][0]
        answered = write_list(path.parent / "liste.xlsx", [a_row(number, Antwort="kein Fehler", Begründung="geprüft")])
        take_answers(draft, answered, date(2022, 3, 8), "2022-03-08T10:00:00")
        publish(draft)
    with writing(path) as draft:
        prune(draft, date(2022, 3, 3), "2022-03-09T05:00:00")
        publish(draft, compact=True)
    assert verify(path).intact
    return path


@pytest.fixture
def ledger(original, tmp_path):
    """A copy that a test may damage."""
    for path in original.parent.glob("verlauf.duckdb*"):
        shutil.copy(path, tmp_path)
    return tmp_path / "verlauf.duckdb"


def tamper(ledger, *statements):
    """Change the database as somebody with full access would, the file's own checksum included."""
    con = duckdb.connect(str(ledger))
    for statement in statements:
        con.execute(statement)
    con.execute("CHECKPOINT")
    con.close()
    beside(ledger, "sha256").write_text(hashlib.sha256(ledger.read_bytes()).hexdigest())


@pytest.fixture(scope="module")
def opened(original, tmp_path_factory):
    """An open copy; every test rolls back what it did."""
    path = shutil.copy(original, tmp_path_factory.mktemp("offen"))
    con = duckdb.connect(path)
    yield con
    con.close()


@pytest.fixture
def broken_by(opened):
    """Return a function that tells which link a statement breaks."""

    def first_broken(statement: str) -> int | None:
        opened.execute("BEGIN")
        opened.execute(statement)
        found = verify_entries(opened).broken
        opened.execute("ROLLBACK")
        return found

    return first_broken


@pytest.mark.parametrize("nr", range(1, NIGHTS + 2))
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM entry WHERE nr = {nr}",
        "UPDATE entry SET body = body || ' ' WHERE nr = {nr}",
        "UPDATE entry SET clock = clock || '0' WHERE nr = {nr}",
        "UPDATE entry SET chain = reverse(chain) WHERE nr = {nr}",
        "UPDATE entry SET details = '{{}}' WHERE nr = {nr}",
        "INSERT INTO entry SELECT * FROM entry WHERE nr = {nr}",
    ],
)
def test_names_the_entry_that_was_changed(broken_by, statement, nr):
    assert broken_by(statement.format(nr=nr)) == nr


@pytest.mark.parametrize("table", sorted(set(SEALED) - {"pruned"}))
def test_missing_row_breaks_its_entry(opened, broken_by, table):
    nr, row = opened.execute(f"SELECT nr, rowid FROM {table} ORDER BY nr DESC, rowid LIMIT 1").fetchall()[0]
    assert broken_by(f"DELETE FROM {table} WHERE rowid = {row}") == nr


@pytest.mark.parametrize(
    ("table", "column"), [(t, c) for t, columns in SEALED.items() for c in columns if c not in ("nr", "id")]
)
def test_changed_cell_breaks_its_entry(opened, broken_by, table, column):
    nr, row, kind = opened.execute(
        f"SELECT nr, rowid, typeof({column}) FROM {table} ORDER BY nr DESC, rowid LIMIT 1"
    ).fetchall()[0]
    fresh = {"BIGINT": f"coalesce({column}, 0) + 1", "INTEGER": f"coalesce({column}, 0) + 1", "BOOLEAN": f"NOT coalesce({column}, FALSE)",
             "DATE": f"coalesce({column}, DATE '2000-01-01') + 1"}.get(kind, f"coalesce({column}, '') || 'x'")  # fmt: skip
    assert broken_by(f"UPDATE {table} SET {column} = {fresh} WHERE rowid = {row}") == nr


@pytest.mark.parametrize(
    ("table", "column"), [(t, c) for t, columns in PERSONAL.items() for c in columns if c != "record_table"]
)
def test_changed_case_breaks_its_entry(opened, broken_by, table, column):
    nr, row = opened.execute(
        f"SELECT nr, rowid FROM {table} WHERE {column} IS NOT NULL ORDER BY nr DESC LIMIT 1"
    ).fetchall()[0]
    assert broken_by(f"UPDATE {table} SET {column} = {column} || 'x' WHERE rowid = {row}") == nr


def test_clean_up_cannot_be_hidden(broken_by):
    assert broken_by("DELETE FROM pruned WHERE id = (SELECT min(id) FROM pruned)") is not None


def test_case_that_no_clean_up_names_may_not_disappear(ledger):
    with reading(ledger) as con:
        (finding,) = con.execute("SELECT min(id) FROM finding WHERE salt IS NOT NULL").fetchall()[0]
    tamper(
        ledger,
        f"UPDATE finding SET salt = NULL, case_id = NULL, item = NULL, fingerprint = NULL, record_table = NULL WHERE id = {finding}",
        f"UPDATE event SET text = NULL, evidence = NULL WHERE id = {finding}",
    )
    assert not verify(ledger).intact


def test_reordered_entries_are_found(ledger):
    tamper(ledger, "UPDATE entry SET nr = CASE nr WHEN 2 THEN 3 WHEN 3 THEN 2 ELSE nr END")
    assert verify(ledger).broken == 2


def test_last_entry_cannot_be_cut_off(ledger):
    tamper(ledger, f"DELETE FROM entry WHERE nr = {NIGHTS + 1}", f"DELETE FROM pruned WHERE nr = {NIGHTS + 1}")
    assert not verify(ledger).intact
    tamper(ledger, f"UPDATE meta SET head_nr = {NIGHTS}")
    assert not verify(ledger).intact


def test_rewritten_end_is_found_by_the_hash_on_a_report(ledger):
    with reading(ledger) as con:
        printed = con.execute("SELECT chain FROM entry ORDER BY nr DESC LIMIT 1").fetchall()[0][0]
        seal, nr = con.execute("SELECT seal, nr FROM entry WHERE kind = 'run' ORDER BY nr DESC LIMIT 1").fetchall()[0]
    assert verify(ledger, printed).intact
    tables = [f"DELETE FROM {table} WHERE nr > {nr}" for table in (*SEALED, "entry")]
    tamper(ledger, *tables, f"UPDATE meta SET head_nr = {nr}, head_seal = '{seal}'")
    assert not verify(ledger, printed).intact


def test_stray_rows_are_found(ledger):
    tamper(ledger, "INSERT INTO pruned VALUES (99, 1)")
    assert "pruned" in verify(ledger).problem


HEADERS, BLOCK = 3 * 4096, 262_144  # of a DuckDB file: three headers, then blocks that begin with their checksum


def regions(size: int) -> list[int]:
    """Return a place in every region of the file: each header and its rest, each block's checksum, data and end."""
    headers = [start + offset for start in range(0, HEADERS, 4096) for offset in (0, 8, 64, 4095)]
    blocks = range(HEADERS, size, BLOCK)
    inside = [start + offset for start in blocks for offset in (0, 7, 8, 4096, BLOCK // 2, BLOCK - 1) if start + offset < size]
    return [*headers, *inside, size - 1]


@pytest.mark.slow
def test_flipped_byte_in_every_region_of_the_file_is_noticed(ledger):
    content = bytearray(ledger.read_bytes())
    for place in regions(len(content)):
        content[place] ^= 0x01
        ledger.write_bytes(content)
        assert not verify(ledger).intact, place
        content[place] ^= 0x01
    ledger.write_bytes(content)
    assert verify(ledger).intact


def test_flipped_byte_in_every_part_of_an_entry_is_named(opened):
    nr, body, details, seal = opened.execute("SELECT nr, body, details, seal FROM entry WHERE nr = 3").fetchall()[0]
    starts = [body.index(f'"{key}":') for key in json.loads(body)]
    values = [body.index(":", start) + 1 for start in starts]
    places = [("body", body, place) for place in (0, *(start + 1 for start in starts), *values, len(body) - 1)]
    places += [(name, text, place) for name, text in (("details", details), ("seal", seal)) for place in (0, len(text) // 2, len(text) - 1)]
    for column, text, place in places:
        flipped = text[:place] + chr(ord(text[place]) ^ 1) + text[place + 1 :]
        opened.execute("BEGIN")
        opened.execute(f"UPDATE entry SET {column} = $1 WHERE nr = $2", [flipped, nr])
        assert verify_entries(opened).broken == nr, (column, place)
        opened.execute("ROLLBACK")


def test_canonical_form_tells_lists_apart():
    assert canonical({"b": 1, "a": date(2022, 1, 2)}) == '{"a":"2022-01-02","b":1}'
    assert sha256("a", "bc") != sha256("ab", "c")
