"""The views of the monthly key figures say what the oracle-checked macros say of the same days."""

import random
from datetime import date, timedelta

import pytest

from amip_dq.engine import Bench
from amip_dq.model import Example

STICHTAG = date(2022, 6, 30)


@pytest.fixture(scope="module")
def bench(shipped):
    return Bench(shipped)


def filled(bench, spells):
    """Set up one household with ELB who are entitled as `spells` says: (kundennr, bg_nr, von, bis)."""
    members = {(client, bg) for client, bg, *_ in spells}
    tables = {
        "bg_mitglied": tuple(
            {"bg_nr": bg, "kundennr": client, "rolle": "sonstige", "personengruppe": "ELB", "von": date(2015, 1, 1)}
            for client, bg in sorted(members)
        ),
        "anspruch": tuple({"kundennr": c, "bg_nr": b, "von": von, "bis": bis} for c, b, von, bis in spells),
    }
    bench.set_up(Example(name="Monate", stichtag=STICHTAG, tables=tables, expect={}))


def random_spells(seed):
    """Return spells that begin and end around month ends and around the edges of the window."""
    dice = random.Random(seed)
    ends = [date(2022, 7, 1) - timedelta(days=30 * n + 1) for n in range(36)]
    spells = []
    for client in range(40):
        for _ in range(dice.randint(1, 4)):
            von = dice.choice(ends) + timedelta(days=dice.choice((-1, 0, 1, 2, 7, 8, 9)))
            bis = dice.choice((None, von + timedelta(days=dice.choice((-1, 0, 6, 30, 364, 637, 638, 730)))))
            spells.append((f"P{client}", dice.choice(("B1", "B2")), von, bis))
    return [*spells, ("P90", "B1", date(2020, 9, 1), None), ("P91", "B1", date(2020, 9, 2), None)]


@pytest.mark.parametrize("seed", range(4))
def test_months_agree_with_days(bench, seed):
    filled(bench, random_spells(seed))
    months = bench.con.execute("SELECT nr, anfang, ende FROM kennzahl_monat ORDER BY nr").fetchall()
    assert [nr for nr, *_ in months] == list(range(13))
    assert months[0][1:] == (date(2022, 6, 1), STICHTAG)
    assert months[12][1:] == (date(2021, 6, 1), date(2021, 6, 30))
    for view, macro in (("elb_monat", "elb_am({}) WHERE TRUE"), ("lzb_monat", "lzb_am({}) WHERE lzb")):
        for nr, _, ende in months:
            seen = bench.con.execute(f"SELECT kundennr FROM {view} WHERE nr = {nr} ORDER BY 1").fetchall()
            said = bench.con.execute(
                f"SELECT kundennr FROM {macro.format(f'DATE {ende.isoformat()!r}')} ORDER BY 1"
            ).fetchall()
            assert seen == said, (view, ende)


def islands(bench, *spells):
    filled(bench, spells)
    return bench.con.execute("SELECT von, bis, bg_nr_von, bg_nr_bis FROM elb_insel ORDER BY kundennr, von").fetchall()


@pytest.mark.parametrize("pause, expected", [(7, 1), (8, 2)])
def test_seven_days_are_no_movement(bench, pause, expected):
    end, again = date(2022, 1, 31), date(2022, 2, 1) + timedelta(days=pause)
    found = islands(bench, ("P1", "B2", date(2021, 1, 1), end), ("P1", "B1", again, None))
    assert len(found) == expected
    assert (found[0][0], found[0][2]) == (date(2021, 1, 1), "B2")
    assert (found[-1][1], found[-1][3]) == (None, "B1")


def test_a_spell_inside_another_ends_nothing(bench):
    found = islands(
        bench,
        ("P1", "B1", date(2021, 1, 1), date(2021, 12, 31)),
        ("P1", "B2", date(2021, 2, 1), date(2021, 3, 31)),
        ("P1", "B1", date(2022, 1, 5), date(2022, 1, 9)),
        ("P1", "B1", date(2022, 1, 5), date(2022, 1, 9)),
    )
    assert found == [(date(2021, 1, 1), date(2022, 1, 9), "B1", "B1")]
