"""Selection by a fixed interval, and the items that are certain to be drawn."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from amip_dq.errors import SamplingError
from amip_dq.sampling.answer import Answer, choose, listed
from amip_dq.sampling.rates import Rate, count, exact


@dataclass(frozen=True)
class IntervalSelection(Answer):
    """The interval, the rows hit (1-based, in order) and how often each is hit."""

    interval: Fraction
    hits: dict[int, int]
    selected_rows: tuple[int, ...]
    certain_rows: tuple[int, ...] | None = None
    sample_size: int | None = None


def select_fixed_interval(
    *,
    sample_size: int,
    start: Rate,
    unit: str = "money",
    values: Sequence[Rate] | None = None,
    population_size: int | None = None,
) -> IntervalSelection:
    """Return the rows hit by start + i · interval.

    money: a unit belongs to the first row whose running total reaches it (zero rows are never hit);
    items: to the row of that number, rounded up.
    """
    n = count(sample_size, "sample_size", 1)
    reach = choose(unit, {"money": _running_totals, "items": _row_numbers}, "Einheit")(values, population_size)
    if reach[-1] <= 0:
        raise SamplingError("Der Bestand hat keine positive Summe.")
    interval = Fraction(reach[-1]) / n
    first = exact(start, "start")
    if not 0 < first <= interval:
        raise SamplingError("Der Startpunkt muss größer als 0 und höchstens so groß wie das Intervall sein.")
    hits: dict[int, int] = {}
    for i in range(n):
        row = bisect_left(reach, first + i * interval) + 1
        hits[row] = hits.get(row, 0) + 1
    certain = tuple(
        i + 1 for i, (low, high) in enumerate(zip([0, *reach], reach, strict=False)) if high - low >= interval
    )
    return IntervalSelection(interval, hits, tuple(hits), certain, n)


def _running_totals(values: Sequence[Rate] | None, size: int | None) -> list[Fraction]:
    if not values:
        raise SamplingError("values fehlt: zur Auswahl nach Beträgen gehört die Liste der Beträge.")
    if size is not None and size != len(listed(values, "values")):
        raise SamplingError("population_size und die Zahl der Beträge passen nicht zusammen.")
    amounts = [exact(value, "Betrag") for value in listed(values, "values")]
    if any(amount < 0 for amount in amounts):
        raise SamplingError("Negativbeträge haben keine Chance auf Auswahl; sie gehören in eine eigene Schicht.")
    return list(accumulate(amounts))


def _row_numbers(values: Sequence[Rate] | None, size: int | None) -> list[Fraction]:
    if values is not None and size is None:
        size = len(listed(values, "values"))
    if size is None:
        raise SamplingError("population_size fehlt.")
    return [Fraction(row) for row in range(1, count(size, "population_size", 1) + 1)]


@dataclass(frozen=True)
class TopStratum:
    """Rows taken out in full, the interval for the rest, and how many hits remain for it."""

    rows: tuple[int, ...]
    interval: Fraction
    remaining: int


def top_stratum(cents: Sequence[int], sample_size: int) -> TopStratum:
    """Take out every row ≥ interval, recompute the interval on the rest, until none is left (R package MUS).

    Rows are 0-based; amounts are positive whole cents.
    """
    certain: set[int] = set()
    while True:
        rest = sum(amount for row, amount in enumerate(cents) if row not in certain)
        remaining = sample_size - len(certain)
        if remaining <= 0 or rest == 0:
            return TopStratum(tuple(sorted(certain)), Fraction(0), 0)
        interval = Fraction(rest, remaining)
        large = {row for row, amount in enumerate(cents) if row not in certain and amount >= interval}
        if not large:
            return TopStratum(tuple(sorted(certain)), interval, remaining)
        certain |= large


def whole_units(interval: Fraction) -> int:
    """Return the number of whole cents in (0, interval]; a start is drawn from these."""
    return max(1, math.floor(interval))
