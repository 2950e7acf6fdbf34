"""What changed in the past since the last delivery is counted by kind and role, never by case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import duckdb
import pytest

from amip_dq.content import catalog
from amip_dq.errors import ContentErrors
from amip_dq.ledger.chain import append
from amip_dq.ledger.lookback import FILE, load_glances, look_back
from amip_dq.ledger.schema import migrate
from amip_dq.model import Lookback

LAST, STICHTAG = date(2023, 6, 29), date(2023, 6, 30)
DECLARATION = """
ausleihe:
  {entered: bis, valid: von, kind: verlaengert, at_least: 3, factor: 3,
   role: {column: signatur, table: buch, key: signatur, shows: zweigstelle}}
buch: {entered: preis, watched: [zweigstelle]}
"""


@pytest.fixture
def content(library, library_copy):
    (library_copy / FILE).write_text(DECLARATION, encoding="utf-8")
    return replace(library, folder=library_copy)


@pytest.fixture
def ledger():
    con = duckdb.connect()
    migrate(con)
    return con


def delivery(content, loans=(), branch="nord"):
    con = duckdb.connect()
    catalog.create_tables(con, content.tables.values())
    con.execute("INSERT INTO daten.buch VALUES ('AB001', 'a', 1, ?, 1, 1)", [branch])
    for number, (start, end) in enumerate(loans):
        con.execute("INSERT INTO daten.ausleihe VALUES (?, 'AB001', ?, ?, TRUE, 1, 1)", [number, start, end])
    return con


def ran(ledger, day: date) -> None:
    append(ledger, "run", {"stichtag": day}, "")


def test_first_run_has_nothing_to_look_back_to(content, ledger):
    assert look_back(ledger, delivery(content, [(date(2023, 1, 1), STICHTAG)]), content, STICHTAG) == ()


@pytest.mark.parametrize(
    ("start", "end", "counted"),
    [
        (date(2023, 1, 1), STICHTAG, 180),
        (LAST, STICHTAG, 1),
        (STICHTAG, STICHTAG, None),
        (date(2023, 1, 1), LAST, None),
        (date(2023, 1, 1), STICHTAG + timedelta(1), None),
    ],
)
def test_counts_what_was_entered_since_and_holds_from_before(content, ledger, start, end, counted):
    ran(ledger, LAST)
    found = look_back(ledger, delivery(content, [(start, end)]), content, STICHTAG)
    assert found == (() if counted is None else (Lookback("ausleihe", "backdated", "true", "nord", 1, counted),))


def test_mass_of_entries_before_the_stichtag_is_named(content, ledger):
    ran(ledger, LAST)
    usual = [(STICHTAG, STICHTAG - timedelta(n)) for n in range(5, 20)]
    found = look_back(ledger, delivery(content, [*usual, *[(STICHTAG, STICHTAG)] * 4]), content, STICHTAG)
    assert found == ()  # without a day list nothing is a mass
    glance = DECLARATION.replace("at_least: 3", "at_least: 3, day_list: leihfrist_tage")
    (content.folder / FILE).write_text(glance, encoding="utf-8")
    found = look_back(ledger, delivery(content, [*usual, *[(STICHTAG, STICHTAG)] * 4]), content, STICHTAG)
    assert found == (Lookback("ausleihe", "mass_change", "true", "nord", 4, None, STICHTAG),)


def test_value_that_flips_back_is_counted(content, ledger):
    counts = []
    for number, branch in enumerate(["nord", "sued", "sued", "nord", "sued", "nord", None]):
        day = LAST + timedelta(number)
        counts.append(sum(f.rows for f in look_back(ledger, delivery(content, branch=branch), content, day)))
        ran(ledger, day)
    assert counts == [0, 0, 0, 1, 1, 1, 0]


@pytest.mark.parametrize(
    ("text", "said"),
    [("gibtsnicht: {entered: a}", "die Tabelle »gibtsnicht« gibt es nicht"), ("buch: {entered: wann}", "keine Spalte »wann«"),
     ("buch: {entered: preis, wache: [x]}", "unbekannter Schlüssel »wache«"), ("buch: {valid: preis}", "»entered« fehlt"),
     ("buch: {entered: preis, day_list: gibtsnicht}", "den Parameter »gibtsnicht« gibt es nicht")],
)  # fmt: skip
def test_declaration_is_read_strictly(content, text, said):
    (content.folder / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(ContentErrors, match=said):
        load_glances(content)


def test_shipped_declaration_fits_the_tables(shipped):
    assert {glance.table for glance in load_glances(shipped)} >= {"aenderung", "unterbrechung", "fall_ende"}
