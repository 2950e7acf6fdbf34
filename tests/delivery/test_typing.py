"""Cells become values strictly: nothing is rounded, nothing guessed, and what cannot be typed is NULL and a defect."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as Dec

import duckdb
import pytest

from amip_dq.delivery.typing import typing_query, untyped
from amip_dq.model import Dialect, FieldType, LayoutTable
from tests.delivery.conftest import BUCH, book

GERMAN = Dialect(
    dates=("%d.%m.%Y",), decimal=",", thousands=".", missing=("", "k.A."), open_end=("31.12.9999", "99.99.9999"),
    true_words=("ja", "J"), false_words=("nein", "N"),
)  # fmt: skip
DEFECT = object()


@pytest.mark.parametrize(
    "column, cell, value",
    [
        ("von", "2022-02-28", date(2022, 2, 28)),
        ("von", "2022-02-30", DEFECT),
        ("von", "2022-2-3", DEFECT),
        ("von", "2022/02/03", DEFECT),
        ("von", "2022-02-03 00:00:00", DEFECT),
        ("von", "03.02.2022", DEFECT),
        ("von", "infinity", DEFECT),
        ("von", " 2022-02-28\t", date(2022, 2, 28)),
        ("von", "\u00a02022-02-28 ", date(2022, 2, 28)),
        ("preis", "12.5", Dec("12.50")),
        ("preis", "12.340", Dec("12.34")),
        ("preis", "12.345", DEFECT),
        ("preis", "12,34", DEFECT),
        ("preis", "1e3", DEFECT),
        ("preis", "+7", Dec("7.00")),
        ("preis", "-0.01", Dec("-0.01")),
        ("preis", "5.00-", Dec("-5.00")),
        ("preis", "-5-", DEFECT),
        ("preis", ".5", Dec("0.50")),
        ("preis", "9999999999999999.99", Dec("9999999999999999.99")),
        ("preis", "10000000000000000", DEFECT),
        ("preis", "NaN", DEFECT),
        ("seiten", "007", 7),
        ("seiten", "2147483647", 2147483647),
        ("seiten", "2147483648", DEFECT),
        ("seiten", "5.4", DEFECT),
        ("seiten", "0x10", DEFECT),
        ("neu", "true", True),
        ("neu", "false", False),
        ("neu", "True", DEFECT),
        ("neu", "1", DEFECT),
        ("seiten", " ", None),
        ("fach_id", "\u00a0", None),
    ],
)
def test_canonical(column: str, cell: str, value: object) -> None:
    assert_cell(Dialect(), column, cell, value)


@pytest.mark.parametrize(
    "column, cell, value",
    [
        ("von", "28.02.2022", date(2022, 2, 28)),
        ("von", "28.2.2022", DEFECT),
        ("von", "30.02.2022", DEFECT),
        ("von", "2022-02-28", DEFECT),
        ("von", "31.12.9999", None),
        ("bis", "99.99.9999", None),
        ("fach_id", "31.12.9999", "31.12.9999"),
        ("preis", "1.234,50", Dec("1234.50")),
        ("preis", "1234,5", Dec("1234.50")),
        ("preis", "1.5", DEFECT),
        ("preis", "1.2345", DEFECT),
        ("preis", "12.34,5", DEFECT),
        ("preis", "1.234.567,89-", Dec("-1234567.89")),
        ("preis", "1,005", DEFECT),
        ("seiten", "1.234", 1234),
        ("seiten", "12.34", DEFECT),
        ("neu", "ja", True),
        ("neu", "N", False),
        ("neu", "true", DEFECT),
        ("seiten", "k.A.", None),
    ],
)
def test_german(column: str, cell: str, value: object) -> None:
    assert_cell(GERMAN, column, cell, value)


def assert_cell(dialect: Dialect, column: str, cell: str, value: object) -> None:
    """Type one cell alone, by the very query that types a block of a file."""
    query = typing_query(BUCH, LayoutTable(("buch.csv",), dialect=dialect), {column}, "block")
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE block AS SELECT $1 AS {column}, 1 AS _zeile", [cell])
        untypable = "FALSE" if BUCH.field(column).type is FieldType.STRING else untyped(BUCH.field(column))
        found = con.execute(f"SELECT {column}, {untypable} FROM ({query})").fetchall()
    assert found == [(None, True) if value is DEFECT else (value, False)]


def test_untyped_cells_are_null_and_defects_of_their_line(read) -> None:
    result = read({"buch.csv": book(von="2022-02-30", preis="1.005", seiten=" ")})
    assert result.rows("SELECT von, preis, seiten FROM daten.buch") == [(None, None, None)]
    assert result.rows('SELECT line, "column" FROM lauf.defekt ORDER BY 2') == [
        (None, "datenstand"), (2, "preis"), (2, "von"),
    ]  # fmt: skip


def test_another_date_format(read) -> None:
    result = read({"buch.csv": book(von="220228", bis="220231")}, dates=("%y%m%d",))
    assert result.rows("SELECT von, bis FROM daten.buch") == [(date(2022, 2, 28), None)]
    assert ("bis", "type", 1) in result.checks()


def test_two_date_formats(read) -> None:
    result = read({"buch.csv": book(von="2022-02-28", bis="01.03.2022")}, dates=("%d.%m.%Y", "%Y-%m-%d"))
    assert result.rows("SELECT von, bis FROM daten.buch") == [(date(2022, 2, 28), date(2022, 3, 1))]
