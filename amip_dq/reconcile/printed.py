"""Numbers as they are printed: a value and the digits it was rounded to. Exact arithmetic throughout."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

NUMBER = re.compile(r"(?P<sign>[-−–+]?)\s*(?P<whole>\d{1,3}(?:[.\u00a0\u202f ]\d{3})+|\d+)(?:,(?P<part>\d+))?\s*(?:%|EUR|€)?(?P<after>-?)")


@dataclass(frozen=True)
class Printed:
    """A printed number: its value and how many decimals stand there."""

    text: str
    value: Fraction
    decimals: int

    @property
    def unit(self) -> Fraction:
        """Return the smallest printable step, e.g. 1/10 for one decimal."""
        return Fraction(1, 10**self.decimals)

    @property
    def whole(self) -> bool:
        """Tell whether the number is a count: whole numbers are taken as exact."""
        return self.decimals == 0

    @property
    def lowest(self) -> Fraction:
        return self.value if self.whole else self.value - self.unit / 2

    @property
    def highest(self) -> Fraction:
        return self.value if self.whole else self.value + self.unit / 2


def parse(text: str) -> Printed | None:
    """Return a German printed number (1.234,5; −6,9; 12-; 22,5 %), or None for anything else."""
    match = NUMBER.fullmatch(text.strip())
    if not match:
        return None
    part = match["part"] or ""
    digits = re.sub(r"\D", "", match["whole"])
    value = Fraction(int(digits + part), 10 ** len(part))
    negative = match["sign"] in ("-", "−", "–") or match["after"] == "-"
    return Printed(text.strip(), -value if negative and match["sign"] != "+" else value, len(part))


def rounded(value: Fraction, decimals: int) -> Fraction:
    """Return the value rounded half away from zero, as statistics offices print it."""
    scaled = abs(value) * 10**decimals + Fraction(1, 2)
    whole = Fraction(scaled.numerator // scaled.denominator, 10**decimals)
    return whole if value >= 0 else -whole


def german(value: Fraction, decimals: int) -> str:
    """Return a number the way the tables print it: 1.234,5 with a real minus sign."""
    number = Decimal(rounded(value, decimals).numerator) / Decimal(rounded(value, decimals).denominator)
    text = f"{abs(number):,.{decimals}f}".translate(str.maketrans({",": ".", ".": ","}))
    return f"−{text}" if number < 0 else text
