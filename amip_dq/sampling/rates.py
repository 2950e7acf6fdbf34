"""Exact rates: what a person typed as 0,07 is seven hundredths, never the nearest binary number."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

from amip_dq.errors import SamplingError

Rate = str | int | float | Decimal | Fraction


def exact(value: Rate, name: str = "Wert") -> Fraction:
    """Return a number as the fraction its decimal spelling means; a float counts as its shortest spelling."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float, Decimal, Fraction)):
        raise SamplingError(f'{name}: eine Zahl wird erwartet, etwa "0.05".')
    text = float.__repr__(value) if isinstance(value, float) else value
    try:
        return Fraction(text)
    except (ValueError, OverflowError, ZeroDivisionError):
        raise SamplingError(f"{name}: keine endliche Zahl.") from None


def share(value: Rate, name: str) -> Fraction:
    """Return a rate that lies strictly between 0 and 1."""
    rate = exact(value, name)
    if not 0 < rate < 1:
        raise SamplingError(f"{name} muss größer als 0 und kleiner als 1 sein.")
    return rate


def count(value: Rate, name: str, at_least: int = 0) -> int:
    """Return a whole number that is not below `at_least`."""
    number = exact(value, name)
    if number.denominator != 1 or number < at_least:
        raise SamplingError(f"{name} muss eine ganze Zahl ab {at_least} sein.")
    return int(number)


def ceil_of(rate: Fraction, size: int) -> int:
    """Return ⌈rate · size⌉ in exact arithmetic: 0,07 · 1300 is 91, not 92."""
    return math.ceil(rate * size)


def ceil_percent(rate: float, places: int = 1) -> Decimal:
    """Return a rate in per cent, rounded up as printed tables do; noise below 1e-9 does not lift a digit."""
    scaled = exact(rate) * 100 * 10**places
    return Decimal(math.ceil(scaled - Fraction(1, 10**7))) / Decimal(10**places)
