"""The views and macros that the data model promises, queried as a new rule would, against the oracle's reading."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from .batch import merged, random_batch
from .days import FOREVER, covers, deadline, plus_months, working_day
from .engine_run import opened
from .kennzahlen import bg_slices, person_slices
from .office import Office

pytestmark = pytest.mark.slow
PROMISED = """SELECT 1 FROM elb_stichtag, anspruch_insel, luecke, lzb_tage, einheit_person, einheit_bedarfsgemeinschaft,
              elb_am(stichtag()), lzb_am(stichtag()), ifk_am('P1', stichtag())"""


@pytest.fixture(scope="module")
def office_and_views(shipped, tmp_path_factory):
    stichtag, offices = random_batch(60_000, 30)
    tables = merged(offices)
    con = opened(shipped, tables, stichtag, tmp_path_factory.mktemp("sichten"), PROMISED)
    yield Office(tables, stichtag), lambda query, *values: con.execute(query, list(values)).fetchall()
    con.close()


def klasse(days: int) -> str:
    return "1-7" if days <= 7 else "8-31" if days <= 31 else "ueber_31"


def test_islands_and_gaps(office_and_views):
    office, rows = office_and_views
    persons = {spell["kundennr"] for spell in office.spells}
    islands = {(k, first, last) for k in persons for first, last in office.islands(k)}
    found = rows(
        "SELECT kundennr, von, coalesce(bis, DATE '9999-12-31') FROM anspruch_insel WHERE kundennr IS NOT NULL"
    )
    assert sorted(found) == sorted(islands)
    lengths = [(gap, (gap["bis"] - gap["von"]).days + 1) for gap in office.gaps]
    gaps = {(g["kundennr"], g["bg_nr"], g["von"], g["bis"], days, klasse(days)) for g, days in lengths}
    found = rows("SELECT kundennr, bg_nr, von, bis, tage, klasse FROM luecke")
    assert len(found) == len(gaps)
    assert set(found) == gaps


@pytest.mark.parametrize("months", (0, -1, -12))
def test_elb_and_long_term_recipients_of_a_day(office_and_views, months):
    office, rows = office_and_views
    day = plus_months(office.st, months)
    elb = office.elb_on(day)
    assert sorted(rows("SELECT kundennr, bg_nr FROM elb_am($1::DATE)", day)) == sorted(elb.items())
    long_term = {k for k in elb if office.is_long_term(k, day)}
    found = rows("SELECT kundennr, tage, lzb FROM lzb_am($1::DATE) WHERE kundennr IS NOT NULL", day)
    assert {kundennr for kundennr, _, lzb in found if lzb} == long_term
    window = [day - timedelta(days=back) for back in range(730)]
    for kundennr, days, _ in found:
        assert days == sum(any(a <= d <= b for a, b in office.islands(kundennr)) for d in window)


def test_who_is_responsible_and_where_a_case_belongs(office_and_views):
    office, rows = office_and_views
    assert sorted(rows("SELECT kundennr, bg_nr FROM elb_stichtag")) == sorted(office.elb.items())
    wanted = {
        (z["kundennr"], z["ifk"], z["team"], z["vertretung"] is True)
        for z in office.tables["zustaendigkeit"]
        if covers(z, office.st)
    }
    persons = sorted({row["kundennr"] for row in office.tables["zustaendigkeit"]})
    found = rows("SELECT p.k, i.* FROM unnest($1::VARCHAR[]) p(k), ifk_am(p.k, stichtag()) i", persons)
    assert set(found) == wanted
    for case_id, place, team in rows("SELECT case_id, geschaeftsstelle, team FROM einheit_person"):
        unit = person_slices(case_id, office)
        assert (place, team) == (unit["geschaeftsstelle"], unit["team"]), case_id
    for case_id, place, team in rows("SELECT case_id, geschaeftsstelle, team FROM einheit_bedarfsgemeinschaft"):
        unit = bg_slices(case_id, office)
        assert (place, team) == (unit["geschaeftsstelle"], unit["team"]), case_id


def test_deadlines_and_working_days(office_and_views):
    office, rows = office_and_views
    days = [date(2021, 10, 1) + timedelta(days=n) for n in range(0, 900)]
    found = rows(
        "SELECT t.w, frist_3_monate(t.w), arbeitstag(t.w, 1), arbeitstag(t.w, 5) FROM unnest($1::DATE[]) t(w)", days
    )
    assert sorted(found) == [(day, deadline(day, office.p), working_day(day, 1), working_day(day, 5)) for day in days]
    assert rows("SELECT frist_3_monate($1::DATE) >= $1::DATE", FOREVER) == [(True,)]
