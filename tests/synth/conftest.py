"""Small synthetic offices, written once per test session."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from amip_dq.synth import write_office

STICHTAG = date(2022, 6, 30)


def open_office(folder: Path, stichtag: date = STICHTAG) -> duckdb.DuckDBPyConnection:
    """Return a database with one table per CSV file, and `st()`, `elb(tag)` and `offen(tag)` of our own."""
    con = duckdb.connect()
    for path in sorted(folder.glob("*.csv")):
        con.execute(
            f"CREATE TABLE {path.stem} AS SELECT * FROM read_csv('{path}', delim=';', header=true, sample_size=-1)"
        )
    con.execute(f"CREATE MACRO st() AS DATE '{stichtag}'")
    con.execute("CREATE MACRO offen(d) AS coalesce(d, DATE '9999-12-31')")
    con.execute(
        """CREATE MACRO elb(tag) AS TABLE
           SELECT DISTINCT a.kundennr, a.bg_nr FROM anspruch a JOIN bg_mitglied m USING (kundennr, bg_nr)
           WHERE personengruppe = 'ELB' AND tag BETWEEN a.von AND offen(a.bis) AND tag BETWEEN m.von AND offen(m.bis)"""
    )
    return con


@pytest.fixture(scope="session")
def clean(tmp_path_factory) -> duckdb.DuckDBPyConnection:
    """Return an office of 1.500 clients without planted defects."""
    folder = tmp_path_factory.mktemp("office") / "clean"
    write_office(folder, elb=1500, months=36, stichtag=STICHTAG, seed=3)
    return open_office(folder)


@pytest.fixture(scope="session")
def full(tmp_path_factory) -> duckdb.DuckDBPyConnection:
    """Return an office of the real size, 4.600 clients, with its clients of the Stichtag in `kunde`."""
    folder = tmp_path_factory.mktemp("office") / "full"
    write_office(folder, elb=4600, months=13, stichtag=STICHTAG, seed=5)
    con = open_office(folder)
    con.execute(
        "CREATE TABLE kunde AS SELECT e.*, p.* EXCLUDE (kundennr) FROM elb(st()) e JOIN person p USING (kundennr)"
    )
    return con
