"""Calendar arithmetic of the oracle: months, spells, working days, deadlines."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

Row = Mapping[str, Any]
FOREVER = date.max
BEGINNING = date(1900, 1, 1)  # before it no parameter has a value, so no deadline can be computed


def month_end(day: date) -> date:
    """Return the last day of the month of `day`."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def plus_months(day: date, months: int) -> date:
    """Return the same day `months` later, clamped to the month's end; beyond year 9999: the last date there is."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > FOREVER.year:
        return FOREVER
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def plus_days(day: date, days: int) -> date:
    """Return `day` + `days`; beyond year 9999: the last date there is."""
    return date.fromordinal(min(day.toordinal() + days, FOREVER.toordinal()))


def has_days(spell: Row) -> bool:
    """Tell whether a closed spell covers any day: `von` given and not after `bis`."""
    return spell["von"] is not None and (spell["bis"] is None or spell["bis"] >= spell["von"])


def covers(spell: Row, day: date) -> bool:
    """Tell whether a spell (open end = NULL) covers the day."""
    return has_days(spell) and spell["von"] <= day <= (spell["bis"] or FOREVER)


def shares_day(spell: Row, first: date, last: date) -> bool:
    """Tell whether a spell covers a day of [first, last]; an empty range shares nothing."""
    return has_days(spell) and max(spell["von"], first) <= min(spell["bis"] or FOREVER, last)


def easter(year: int) -> date:
    """Return Easter Sunday (Gauss, in the form of Meeus/Jones/Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(year, f // 31, f % 31 + 1)


def is_holiday(day: date) -> bool:
    """Tell whether the day is a public holiday of Brandenburg."""
    fixed = {(1, 1), (5, 1), (10, 3), (10, 31), (12, 25), (12, 26)}
    after_easter = {-2, 0, 1, 39, 49, 50}
    return (day.month, day.day) in fixed or (day - easter(day.year)).days in after_easter


def is_working_day(day: date) -> bool:
    """Tell whether the office works: Monday to Friday and no holiday."""
    return day.weekday() < 5 and not is_holiday(day)


def working_day(day: date, n: int) -> date:
    """Return the n-th working day strictly after `day`."""
    while n > 0:
        day += timedelta(days=1)
        n -= is_working_day(day)
    return day


def deadline(start: date | None, parameters: Mapping[str, Any]) -> date | None:
    """Return the last day in time for a fact of `start` (frist_3_monate), or None where none can be computed."""
    if start is None or start < BEGINNING:
        return None
    reading = parameters["aenderung_frist_lesart"]
    if reading == "kalender":
        return by_calendar(start, parameters)
    if reading == "t3":
        return by_count_days(start, parameters)
    both = by_calendar(start, parameters), by_count_days(start, parameters)
    return None if None in both else min(both)


def by_calendar(start: date, parameters: Mapping[str, Any]) -> date:
    """Return the same day three months later, on demand moved to the next working day."""
    last = plus_months(start, parameters["aenderung_frist_monate"])
    while parameters["werktag_verschiebung"] and not is_working_day(last):
        last += timedelta(days=1)
    return last


def by_count_days(start: date, parameters: Mapping[str, Any]) -> date | None:
    """Return the Zähltag three months after the first one on or after `start`; the list holds from its first month."""
    later = sorted(
        day for day in parameters["zaehltag"] if day >= start and start >= min(parameters["zaehltag"]).replace(day=1)
    )
    if not later:
        return None
    wanted = plus_months(later[0].replace(day=1), 3)
    return next((day for day in later if day.replace(day=1) == wanted), None)
