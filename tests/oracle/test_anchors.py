"""The oracle itself: the worked examples of the rule book's sources, so that it cannot drift with the rules."""

from __future__ import annotations

from datetime import date

import pytest

from .days import deadline, easter, working_day
from .fallabschluss import limit_day
from .office import Office
from .parameters import DEFAULTS


@pytest.mark.parametrize(
    ("start", "last"),
    [
        (date(2021, 11, 30), date(2022, 2, 28)),
        (date(2023, 11, 30), date(2024, 2, 29)),
        (date(2021, 1, 31), date(2021, 4, 30)),
        (date(2022, 3, 14), date(2022, 6, 14)),
    ],
)
def test_three_calendar_months_are_clamped_to_the_end_of_the_month(start, last):
    assert deadline(start, DEFAULTS) == last


@pytest.mark.parametrize(
    ("reading", "start", "last"),
    [
        ("t3", date(2022, 3, 14), date(2022, 6, 13)),
        ("t3", date(2022, 3, 15), date(2022, 7, 13)),
        ("streng", date(2022, 3, 15), date(2022, 6, 15)),
        ("t3", date(2022, 9, 14), None),
        ("t3", date(2021, 11, 30), None),
    ],
)
def test_count_days_decide_in_the_other_readings(reading, start, last):
    assert deadline(start, {**DEFAULTS, "aenderung_frist_lesart": reading}) == last


def test_working_days_know_the_holidays_of_brandenburg():
    assert [easter(2022), easter(2024)] == [date(2022, 4, 17), date(2024, 3, 31)]
    assert working_day(date(2022, 4, 14), 1) == date(2022, 4, 19)  # Karfreitag to Ostermontag
    assert working_day(date(2021, 12, 23), 1) == date(2021, 12, 24)
    assert working_day(date(2022, 10, 28), 1) == date(2022, 11, 1)  # Reformationstag is a Monday
    assert working_day(date(2022, 6, 24), 5) == date(2022, 7, 1)


@pytest.mark.parametrize(
    ("born", "limit"),
    [
        (date(1946, 12, 31), date(2011, 12, 31)),
        (date(1947, 1, 2), date(2012, 2, 29)),
        (date(1956, 5, 1), date(2022, 2, 28)),
        (date(1956, 5, 2), date(2022, 3, 31)),
        (date(1956, 2, 29), date(2021, 12, 31)),
        (date(1963, 12, 31), date(2030, 10, 31)),
        (date(1964, 1, 1), date(2030, 12, 31)),
    ],
)
def test_the_age_limit_is_the_end_of_the_month_in_which_the_age_is_completed(born, limit):
    assert limit_day(born) == limit


@pytest.mark.parametrize(("first", "long_term"), [(date(2020, 6, 15), True), (date(2020, 6, 16), False)])
def test_638_of_730_days_make_a_long_term_recipient(first, long_term):
    spell = {"kundennr": "P1", "bg_nr": "B1", "von": first, "bis": None}
    office = Office({"anspruch": [spell]}, date(2022, 3, 14))
    assert office.is_long_term("P1", office.st) is long_term
