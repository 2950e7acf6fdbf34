"""Draws the people of the households: birth, sex, role, and when each belonged to it."""

from __future__ import annotations

import numpy as np
import polars as pl

from amip_dq.synth.days import OPEN, add_months, month_of, month_start
from amip_dq.synth.households import COUPLE, FAMILY, GROWN_CHILD, LONE_PARENT, SINGLE, births_at_limit
from amip_dq.synth.scenario import WOMEN_AMONG_LONE_PARENTS, WOMEN_AMONG_SINGLES, Batch, uniform_days

HEAD, PARTNER, CHILD = range(3)
ENTITLED, SLB, AUS, KOL = range(4)  # whether a person has a claim of its own
CHILDREN = {LONE_PARENT: (0.50, 0.32, 0.13, 0.05), FAMILY: (0.38, 0.38, 0.16, 0.08), GROWN_CHILD: (1.0, 0, 0, 0)}
MOVED_IN_SHARE = 0.10  # partners who joined within the history


def draw_people(batch: Batch) -> None:
    """Fill `batch.people`, cut the households to the wanted number of clients and number both anew."""
    rng = batch.rng("people")
    heads = _heads(batch, rng)
    people = pl.concat([heads, _partners(batch, rng, heads), _children(batch, rng, heads)])
    people = _with_elb_day(people)
    keep = _fitting_households(batch, people)
    batch.bg = batch.bg.with_columns(old=pl.int_range(pl.len(), dtype=pl.Int32)).filter(pl.Series(keep))
    batch.bg = batch.bg.with_columns(b=pl.int_range(pl.len(), dtype=pl.Int32))
    numbers = batch.bg.select("old", "b")
    people = people.rename({"b": "old"}).join(numbers, on="old").sort("b", "role", "birth", "sex", "claim", "von")
    batch.people = people.drop("old").with_columns(p=pl.int_range(pl.len(), dtype=pl.Int32))


def _fitting_households(batch: Batch, people: pl.DataFrame) -> np.ndarray:
    """Return which households stay: ended ones, and present ones up to exactly the wanted number of clients."""
    bg = batch.bg
    present = bg["active"].to_numpy()
    counts = np.bincount(people.filter(pl.col("elb_von") <= batch.day)["b"].to_numpy(), minlength=bg.height)
    counts = counts * (present & ~bg["paused"].to_numpy())
    keep = ~present | (np.cumsum(counts) <= batch.elb)
    missing = batch.elb - counts[keep].sum()
    spare = np.flatnonzero(~keep & (counts == 1))[: int(missing)]
    keep[spare] = True
    return keep


def _frame(b, role: int, birth, sex, claim, von) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "b": pl.Series(b, dtype=pl.Int32),
            "role": pl.Series(np.full(len(b), role), dtype=pl.Int8),
            "birth": pl.Series(birth, dtype=pl.Int32),
            "sex": pl.Series(sex, dtype=pl.Int8),
            "claim": pl.Series(claim, dtype=pl.Int8),
            "von": pl.Series(von, dtype=pl.Int32),
        }
    )


def _heads(batch: Batch, rng: np.random.Generator) -> pl.DataFrame:
    bg = batch.bg
    kind, reference, start = (bg[name].to_numpy() for name in ("kind", "reference", "start"))
    birth = reference - (_head_ages(rng, kind) * 365.25).astype("int32")
    start = _after_18th_birthday(bg, birth)
    bg = bg.with_columns(start=pl.Series(start, dtype=pl.Int32))
    birth = np.minimum(birth, add_months(start, -12 * 18) - 1)
    limit = births_at_limit(rng, np.where(bg["reason"] == "altersgrenze", reference, 19_000))
    impossible = (bg["reason"] == "altersgrenze").to_numpy() & (limit == OPEN)
    at_limit = (bg["reason"] == "altersgrenze").to_numpy() & ~impossible
    batch.bg = bg.with_columns(reason=pl.when(pl.Series(impossible)).then(pl.lit("altersrente")).otherwise("reason"))
    old = (batch.bg["reason"] == "altersrente").to_numpy()
    birth = np.where(
        old, reference - uniform_days(rng, np.full(len(birth), 63 * 365), np.full(len(birth), 64 * 365)), birth
    )
    birth = np.where(at_limit, limit, birth)
    women = np.where(kind == LONE_PARENT, WOMEN_AMONG_LONE_PARENTS, np.where(kind == SINGLE, WOMEN_AMONG_SINGLES, 0.5))
    sex = _sexes(rng, women)
    return _frame(np.arange(bg.height), HEAD, birth, sex, np.full(bg.height, ENTITLED), start)


def _after_18th_birthday(bg: pl.DataFrame, birth: np.ndarray) -> np.ndarray:
    """Return starts moved to the month after the head's 18th birthday where nothing else fixes the start."""
    start, reference = bg["start"].to_numpy(), bg["reference"].to_numpy()
    grown = first_of_next_month(add_months(birth, 12 * 18))
    movable = (bg["active"] & ~bg["paused"] & (bg["intensive"] == OPEN)).to_numpy() & (grown < reference - 40)
    return np.where(movable, np.maximum(start, grown), start)


def _head_ages(rng: np.random.Generator, kind: np.ndarray) -> np.ndarray:
    """Return ages in years on the reference day by kind of household (§ 7a limits lie above 65)."""
    size = len(kind)
    band = rng.choice(3, size, p=(0.065, 0.495, 0.44))
    low, high = np.array([18.6, 25.0, 55.0])[band], np.array([25.0, 55.0, 64.9])[band]
    single = low + rng.random(size) * (high - low)
    parent = rng.triangular(20, 32, 50, size)
    couple = rng.triangular(24, 62, 64.9, size)
    grown = 38 + rng.random(size) * 22
    return np.select([kind == SINGLE, kind == COUPLE, kind == GROWN_CHILD], [single, couple, grown], parent)


def _sexes(rng: np.random.Generator, women: np.ndarray) -> np.ndarray:
    """Return 0 m, 1 w, 2 d, 3 x; the last two are rare."""
    draw = rng.random(len(women))
    sex = (rng.random(len(women)) < women).astype("int8")
    return np.select([draw < 0.0003, draw < 0.0005], [2, 3], sex).astype("int8")


def _partners(batch: Batch, rng: np.random.Generator, heads: pl.DataFrame) -> pl.DataFrame:
    bg = batch.bg
    chosen = np.flatnonzero(np.isin(bg["kind"].to_numpy(), (COUPLE, FAMILY)))
    birth, sex = heads["birth"].to_numpy()[chosen], heads["sex"].to_numpy()[chosen]
    reference, start = bg["reference"].to_numpy()[chosen], bg["start"].to_numpy()[chosen]
    young, old = reference - round(64.9 * 365.25), np.minimum(reference - round(19.0 * 365.25), add_months(start, -216))
    own = np.clip(birth + rng.integers(-2000, 2000, len(chosen)), young, old)
    retired = rng.random(len(chosen)) < 0.03
    own = np.where(retired, reference - rng.integers(68 * 366, 74 * 365, len(chosen)), own)
    other = np.where(rng.random(len(chosen)) < 0.97, 1 - np.minimum(sex, 1), np.minimum(sex, 1))
    low = np.maximum(start, batch.scenario.history_start) + 60
    moved = (rng.random(len(chosen)) < MOVED_IN_SHARE) & (low < reference - 120)
    von = np.where(moved, uniform_days(rng, low, np.maximum(reference - 90, low)), start)
    return _frame(chosen, PARTNER, own, other, np.where(retired, AUS, ENTITLED), von)


def _children(batch: Batch, rng: np.random.Generator, heads: pl.DataFrame) -> pl.DataFrame:
    """Return children under 25, the youngest of a family under 17; each parent at least 17 years older."""
    frames = []
    for kind, shares in CHILDREN.items():
        chosen = np.flatnonzero(batch.bg["kind"].to_numpy() == kind)
        count = rng.choice(4, len(chosen), p=shares) + 1
        youngest = 18.3 + 6 * rng.random(len(chosen)) if kind == GROWN_CHILD else 16.5 * rng.random(len(chosen))
        for n in range(4):
            age = youngest + n * (1.5 + 2.5 * rng.random(len(chosen)))
            parent = (batch.bg["reference"].to_numpy()[chosen] - heads["birth"].to_numpy()[chosen]) / 365.25
            fits = (n < count) & (age < 24.8) & ((age + 17 < parent) | (n == 0))
            frames.append(_siblings(batch, rng, chosen[fits], np.minimum(age, parent - 17)[fits]))
    return pl.concat(frames)


def _siblings(batch: Batch, rng: np.random.Generator, b: np.ndarray, age: np.ndarray) -> pl.DataFrame:
    birth = batch.bg["reference"].to_numpy()[b] - (np.maximum(age, 0.1) * 365.25).astype("int32")
    draw = rng.random(len(b))
    claim = np.select([(draw < 0.02) & (age < 14), (draw < 0.03) & (age < 14)], [KOL, SLB], ENTITLED)
    return _frame(b, CHILD, birth, rng.random(len(b)) < 0.5, claim, np.maximum(birth, batch.bg["start"].to_numpy()[b]))


def _with_elb_day(people: pl.DataFrame) -> pl.DataFrame:
    """Add the first day as ELB: the 15th birthday or the entry; OPEN without a claim or before that age."""
    grown = add_months(people["birth"].to_numpy(), 180)
    day = np.maximum(grown, people["von"].to_numpy())
    return people.with_columns(
        elb_von=pl.Series(np.where(people["claim"].to_numpy() == ENTITLED, day, OPEN), dtype=pl.Int32)
    )


def first_of_next_month(days: np.ndarray) -> np.ndarray:
    """Return the first day of the month after each day."""
    return month_start(month_of(days) + 1)
