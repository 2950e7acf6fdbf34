"""Amounts in whole cents: read as a German office writes them, shown the same way."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from amip_dq.errors import SamplingError

GROUPED = re.compile(r"-?\d{1,3}(\.\d{3})+,\d{2}")
COMMA = re.compile(r"-?\d+(,\d{1,2})?")
POINT = re.compile(r"-?\d+\.\d{1,2}")


def cents(text: str) -> int:
    """Return an amount in cents; `1.234` is refused, because it may mean a thousand or one and a bit."""
    word = text.strip().replace("\u00a0", "").replace("−", "-").removesuffix("€").strip()
    if GROUPED.fullmatch(word):
        word = word.replace(".", "").replace(",", ".")
    elif COMMA.fullmatch(word):
        word = word.replace(",", ".")
    elif not POINT.fullmatch(word):
        raise SamplingError("kein eindeutiger Betrag; erwartet wird die Form 1.234,56 oder 1234,56")
    try:
        return int(Decimal(word) * 100)
    except InvalidOperation:
        raise SamplingError("kein eindeutiger Betrag") from None


def euros(amount: int) -> str:
    """Return cents as 1.234,56."""
    whole, rest = divmod(abs(amount), 100)
    sign = "−" if amount < 0 else ""
    return f"{sign}{thousands(whole)},{rest:02d}"


def plain_euros(amount: int) -> str:
    """Return cents as 1234,56, the form a worksheet cell is filled with."""
    whole, rest = divmod(abs(amount), 100)
    return f"{'-' if amount < 0 else ''}{whole},{rest:02d}"


def thousands(number: int) -> str:
    """Return a whole number with points between the thousands."""
    return f"{number:,}".replace(",", ".")


def percent(rate: object, places: int = 1) -> str:
    """Return a rate as 4,9 % (half up on the decimal spelling)."""
    value = Decimal(str(float(rate))) * 100  # type: ignore[arg-type]
    return f"{value.quantize(Decimal(1).scaleb(-places), rounding='ROUND_HALF_UP')}".replace(".", ",") + " %"
