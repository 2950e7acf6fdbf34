"""What is simulated (Scenario), the anchors it must hit, and the block of an office that fits into memory (Batch)."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl

from amip_dq.synth.days import month_of, month_start, to_day

BATCH_ELB = 100_000  # clients per block: about 1 GB of memory

# Figures of the office (programme 2022) and of the BA statistics; domain.md 7 of the project tells the sources.
WOMEN_AMONG_SINGLES = 0.385
WOMEN_AMONG_LONE_PARENTS = 0.90
STAYER_SHARE = 0.69  # of the households; tuned to 71,5 % long-term recipients
EXIT_PER_YEAR = {True: 0.14, False: 0.74}  # final exits of stayers and movers; with returns about 3 % a month
DECLINE_PER_YEAR = 0.075
GAP_PER_YEAR = 0.10  # temporary exits of a household
MARKTFERN_SHARE = 0.71
ENTRY_PER_MONTH = {"m": 0.0255, "w": 0.0060}  # entries into work of those who stay entitled
HISTORY_MONTHS = 36  # entitlement reaches at least this far back: LZB a year ago needs three years
STAFF_PER_4600 = {"ifk": 44, "fallmanagement": 12, "leistung": 56, "fuehrung": 20}
SITES = ("Finsterwalde", "Elsterwerda", "Herzberg")
SITE_CODES = ("FI", "EE", "HZ")
SITE_SHARES = (0.40, 0.33, 0.27)


@dataclass(frozen=True)
class Scenario:
    """What to simulate: same scenario, same bytes."""

    elb: int
    months: int
    stichtag: date
    seed: int
    defect_rate: float = 0.0

    @property
    def day(self) -> int:
        return to_day(self.stichtag)

    @property
    def history_start(self) -> int:
        """Return the first day whose ended cases are still delivered."""
        months = max(HISTORY_MONTHS, self.months)
        return int(month_start(month_of(self.day) - months))

    @property
    def event_start(self) -> int:
        """Return the first day of the event tables (money, contacts, changes …): whole months before this one."""
        return int(month_start(month_of(self.day) - self.months))


@dataclass
class Batch:
    """A self-contained block of the office: integer keys inside, real identifiers only when it is written."""

    scenario: Scenario
    number: int
    elb: int
    bg: pl.DataFrame = field(default_factory=pl.DataFrame)
    people: pl.DataFrame = field(default_factory=pl.DataFrame)
    staff: pl.DataFrame = field(default_factory=pl.DataFrame)
    gaps: pl.DataFrame = field(default_factory=pl.DataFrame)
    person_gaps: pl.DataFrame = field(default_factory=pl.DataFrame)
    origins: pl.DataFrame = field(default_factory=pl.DataFrame)
    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    misprints: dict[str, pl.DataFrame] = field(default_factory=dict)  # key column → (key, the wrong number written)

    @property
    def day(self) -> int:
        return self.scenario.day

    def rng(self, purpose: str) -> np.random.Generator:
        """Return the random stream of one purpose: another part's draws never disturb it."""
        return np.random.default_rng([self.scenario.seed, self.number, zlib.crc32(purpose.encode())])


def uniform_days(rng: np.random.Generator, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return a uniformly drawn day between low and high, both included."""
    low, high = np.broadcast_arrays(low, high)
    span = np.maximum(high.astype("int64") - low + 1, 1)
    return (low + np.floor(rng.random(len(low)) * span)).astype("int32")
