"""Loaded dice: values near the boundaries that rules decide on, with NULLs, orphans and duplicates mixed in."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, TypeVar

from .days import FOREVER, month_end, plus_months, working_day

T = TypeVar("T")
MONTHS_AWAY = (0, 0, 0, -1, -3, -3, -6, -6, -12, -12, -24, 6, 12, 24)
DAYS_AWAY = (0, 0, 21, -21, -27, -28, -29, -30, -31, -32, -33, 31)
STICHTAGE = (
    date(2024, 2, 29),
    date(2022, 11, 1),
    date(2022, 6, 30),
    date(2022, 4, 19),
    date(2022, 2, 28),
    date(2021, 3, 1),
    date(2023, 8, 31),
    date(2022, 2, 1),
    date(2022, 12, 31),
    date(2025, 5, 30),
    date(2022, 5, 31),
)


class Dice:
    """A seeded source of hostile values for one office with its Stichtag."""

    def __init__(self, seed: int, stichtag: date | None = None) -> None:
        self.rng = random.Random(seed)
        self.st = stichtag or self.some_stichtag()

    def some_stichtag(self) -> date:
        """Return a Stichtag at a month's end, in a leap year, around holidays, or any day."""
        day = self.rng.choice(STICHTAGE)
        return day + timedelta(days=self.rng.randint(-400, 400)) if self.chance(0.2) else day

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def pick(self, values: Sequence[T]) -> T:
        return self.rng.choice(values)

    def weighted(self, **weights: float) -> str | None:
        """Return a word by weight; `none` is NULL."""
        word = self.rng.choices(list(weights), list(weights.values()))[0]
        return None if word == "none" else word

    def maybe(self, value: T, share: float = 0.08) -> T | None:
        """Return NULL with the given chance."""
        return None if self.chance(share) else value

    def jitter(self, day: date, share: float = 0.6) -> date:
        """Return the day, or one of its neighbours."""
        return day if day == FOREVER or self.chance(1 - share) else day + timedelta(days=self.pick((-1, 1)))

    def near(self, *months: int) -> date:
        """Return a day close to the Stichtag moved by one of the months."""
        day = plus_months(self.st, self.pick(months or MONTHS_AWAY))
        if self.chance(0.25):
            day = day + timedelta(days=self.pick(DAYS_AWAY))
        if self.chance(0.25):
            day = self.pick((month_end(day), day.replace(day=1)))
        if self.chance(0.15):
            return day + timedelta(days=self.rng.randint(-45, 45))
        return self.jitter(day)

    def after(self, day: date, *days: int) -> date:
        return day + timedelta(days=self.pick(days))

    def spell(self, first: date | None = None) -> tuple[date | None, date | None]:
        """Return (von, bis): open, ended around the Stichtag, short, or covering no day at all."""
        von = first or self.near(-3, -6, -12, -24, 0)
        kind = self.weighted(open=5, stichtag=3, short=2, reversed=0.5, null=0.3)
        if kind == "open":
            return von, None
        if kind == "stichtag":
            return von, self.near(0, 0, 0, 1, -1)
        if kind == "short":
            return von, self.after(von, 0, 1, 6, 7, 27, 30, 31, 58, 200)
        return (von, von - timedelta(days=self.pick((1, 2, 40)))) if kind == "reversed" else (None, self.near())

    def clocks(self, due: date | None) -> dict[str, date | None]:
        """Return bekannt, erfasst and angeordnet of a record, released around its deadline or the Stichtag."""
        typed = self.near(0, 0, -1, -3, -6)
        if due is not None and self.chance(0.4):
            typed = self.after(due, -30, -5, -1, 0, 1)
        elif self.chance(0.3):
            typed = self.typed_five_working_days_ago()
        kind = self.weighted(none=3, deadline=4, stichtag=3, later=2, before=0.7)
        released = {
            "deadline": self.jitter(due or self.st),
            "stichtag": self.jitter(self.st),
            "later": self.after(typed, 0, 1, 3, 10),
            "before": typed - timedelta(days=1),
        }.get(kind or "")
        known = self.after(typed, -40, -5, -1, 0, 0, 1, 1)
        if due is not None and self.chance(0.25):
            known = self.jitter(due)
        return {
            "bekannt_am": self.maybe(known, 0.15),
            "erfasst_am": self.maybe(typed, 0.12),
            "angeordnet_am": released,
        }

    def typed_five_working_days_ago(self) -> date:
        """Return a day whose fifth working day is the Stichtag or a neighbour of it."""
        day = self.st
        while working_day(day, 5) > self.st:
            day -= timedelta(days=1)
        return self.jitter(day)

    def cancelled(self) -> date | None:
        return self.jitter(self.st) if self.chance(0.12) else None

    def doubled(self, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the rows of a table without key, some of them twice, in any order."""
        found = [dict(row) for row in rows for _ in range(1 + self.chance(0.08))]
        self.rng.shuffle(found)
        return found
