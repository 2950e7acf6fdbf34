"""Day arithmetic on arrays: a day is an int32, counted from 1970-01-01; OPEN stands for "no date"."""

from __future__ import annotations

from datetime import date
from functools import cache

import holidays
import numpy as np

OPEN = 2_932_896  # 9999-12-31
FIRST_DAY = int(np.datetime64("2005-01-01", "D").astype(int))  # the SGB II begins


def to_day(value: date) -> int:
    """Return the day number of a date."""
    return int(np.datetime64(value, "D").astype(int))


def month_of(days: np.ndarray | int) -> np.ndarray:
    """Return the month number (months since 1970-01) in which each day lies."""
    return np.asarray(days, dtype="int64").astype("M8[D]").astype("M8[M]").astype("int64")


def month_start(months: np.ndarray | int) -> np.ndarray:
    """Return the first day of each month number."""
    return np.asarray(months, dtype="int64").astype("M8[M]").astype("M8[D]").astype("int32")


def month_end(months: np.ndarray | int) -> np.ndarray:
    """Return the last day of each month number."""
    return month_start(np.asarray(months) + 1) - 1


def year_of(days: np.ndarray | int) -> np.ndarray:
    """Return the calendar year of each day."""
    return np.asarray(days, dtype="int64").astype("M8[D]").astype("M8[Y]").astype("int64") + 1970


def add_months(days: np.ndarray | int, months: np.ndarray | int) -> np.ndarray:
    """Return the same day n calendar months later, clamped to the month's end."""
    start = month_of(days)
    within = np.asarray(days) - month_start(start)
    target = start + months
    return np.minimum(month_start(target) + within, month_end(target)).astype("int32")


@cache
def _closed_days() -> np.ndarray:
    """Return every public holiday of Brandenburg from 2004 to 2045, as numpy dates."""
    found = holidays.country_holidays("DE", subdiv="BB", years=range(2004, 2046))
    return np.array(sorted(found), dtype="M8[D]")


def working_day(days: np.ndarray, step: np.ndarray | int) -> np.ndarray:
    """Return the step-th working day of Brandenburg strictly after each day."""
    moved = np.busday_offset(np.asarray(days).astype("M8[D]"), step, roll="preceding", holidays=_closed_days())
    return moved.astype("int64").astype("int32")


def on_working_day(days: np.ndarray, roll: str = "following") -> np.ndarray:
    """Return each day itself if people work on it, else the following (or preceding) working day."""
    moved = np.busday_offset(np.asarray(days).astype("M8[D]"), 0, roll=roll, holidays=_closed_days())
    return moved.astype("int64").astype("int32")


def office_day(days: np.ndarray, steps: np.ndarray | int, latest: int = OPEN) -> np.ndarray:
    """Return the day on which people get to it: `steps` working days later (0: at once), never after `latest`."""
    days = np.asarray(days)
    moved = np.where(np.asarray(steps) == 0, on_working_day(days), working_day(days, steps))
    return np.maximum(np.minimum(moved, latest), days).astype("int32")


_EARLY = {1947 + n: 781 + n for n in range(12)}
_LATE = {1959 + n: 794 + 2 * n for n in range(5)}
_LIMITS = np.array([{**_EARLY, **_LATE}.get(year, 780 if year < 1947 else 804) for year in range(1900, 2100)])


def age_limit_months(births: np.ndarray) -> np.ndarray:
    """Return the age in months at which § 7a SGB II ends the entitlement of people born on these days."""
    return _LIMITS[np.clip(year_of(births) - 1900, 0, len(_LIMITS) - 1)]


def age_limit_day(births: np.ndarray) -> np.ndarray:
    """Return the last day of the month in which the § 7a age is completed (born on the 1st: the day before)."""
    return month_end(month_of(add_months(births, age_limit_months(births)) - 1))
