"""Day arithmetic of the simulation."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from amip_dq.synth.days import add_months, age_limit_day, office_day, to_day, working_day
from amip_dq.synth.households import births_at_limit


def days(*texts: str) -> np.ndarray:
    return np.array([to_day(date.fromisoformat(text)) for text in texts])


def texts(found: np.ndarray) -> list[str]:
    return [str(day) for day in found.astype("M8[D]")]


@pytest.mark.parametrize(
    "start, months, expected",
    [
        ("2021-11-30", 3, "2022-02-28"),
        ("2021-01-31", 3, "2021-04-30"),
        ("2023-11-30", 3, "2024-02-29"),
        ("2024-02-29", 24, "2026-02-28"),
        ("2022-08-31", -6, "2022-02-28"),
        ("2022-03-15", 0, "2022-03-15"),
    ],
)
def test_add_months_clamps(start, months, expected):
    assert texts(add_months(days(start), months)) == [expected]


@pytest.mark.parametrize(
    "start, steps, expected",
    [
        ("2022-04-14", 1, "2022-04-19"),  # Good Friday to Easter Monday
        ("2022-10-28", 1, "2022-11-01"),  # 31 October is a holiday in Brandenburg, 1 November is none
        ("2021-12-23", 1, "2021-12-24"),  # Christmas Eve is a working day
        ("2022-06-18", 5, "2022-06-24"),
    ],  # from a Saturday
)
def test_working_days_of_brandenburg(start, steps, expected):
    assert texts(working_day(days(start), steps)) == [expected]


def test_office_day_is_never_early_and_never_after_the_latest():
    assert texts(office_day(days("2022-06-18", "2022-06-20"), 0)) == ["2022-06-20", "2022-06-20"]
    assert texts(office_day(days("2022-06-20"), 9, latest=days("2022-06-22")[0])) == ["2022-06-22"]
    assert texts(office_day(days("2022-06-25"), 0, latest=days("2022-06-24")[0])) == ["2022-06-25"]


@pytest.mark.parametrize(
    "birth, limit",
    [
        ("1946-12-31", "2011-12-31"),
        ("1947-06-15", "2012-07-31"),
        ("1958-01-02", "2024-01-31"),
        ("1963-12-31", "2030-10-31"),
        ("1964-01-02", "2031-01-31"),
        ("1964-01-01", "2030-12-31"),
        ("1956-09-01", "2022-06-30"),
    ],
)
def test_age_limit(birth, limit):
    assert texts(age_limit_day(days(birth))) == [limit]


def test_births_at_limit_hit_the_day():
    ends = days("2019-07-31", "2021-02-28", "2022-05-31", "2025-11-30")
    births = births_at_limit(np.random.default_rng(1), ends)
    assert texts(age_limit_day(births)) == texts(ends)
