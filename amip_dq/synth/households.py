"""Draws the Bedarfsgemeinschaften: kind, site, beginning, end and its reason."""

from __future__ import annotations

import numpy as np
import polars as pl

from amip_dq.synth.days import FIRST_DAY, OPEN, add_months, age_limit_months, month_end, month_of, month_start, year_of
from amip_dq.synth.scenario import DECLINE_PER_YEAR, EXIT_PER_YEAR, SITE_SHARES, STAYER_SHARE, Batch, uniform_days
from amip_dq.synth.staff import pick_post

SINGLE, LONE_PARENT, COUPLE, FAMILY, GROWN_CHILD = range(5)
KIND_SHARES = (0.695, 0.150, 0.062, 0.070, 0.023)
PAUSED_SHARE = 0.012  # single households whose entitlement rests on the Stichtag
REASONS = {
    "arbeitsaufnahme": 0.40,
    "ablauf": 0.26,
    "umzug": 0.10,
    "altersrente": 0.05,
    "altersgrenze": 0.04,
    "tod": 0.02,
    "verzicht": 0.03,
    "haft": 0.01,
    "stationaer": 0.01,
    "sgb_xii": 0.03,
    "ausbildung": 0.02,
    "versagung": 0.01,
    "entziehung": 0.005,
    "aufhebung": 0.015,
}
PERSONAL = (
    "altersrente",
    "altersgrenze",
    "tod",
    "haft",
    "stationaer",
    "sgb_xii",
    "ausbildung",
)  # end a single household
AT_MONTH_END = ("arbeitsaufnahme", "ablauf", "altersrente", "altersgrenze", "sgb_xii")


def draw_households(batch: Batch) -> None:
    """Fill `batch.bg`: first the households of the Stichtag, then those that ended before it."""
    rng = batch.rng("households")
    active = _draw(batch, rng, int(batch.elb / 1.1) + 60, active=True)
    ended = _draw(batch, rng, _ended_count(batch), active=False)
    batch.bg = pl.concat([active, ended])


def _ended_count(batch: Batch) -> int:
    """Return how many households ended in the history: a constant hazard on a slowly shrinking stock."""
    hazard = STAYER_SHARE * EXIT_PER_YEAR[True] + (1 - STAYER_SHARE) * EXIT_PER_YEAR[False]
    return round(batch.elb / 1.21 * hazard / 12 * _weights(batch).sum())


def _weights(batch: Batch) -> np.ndarray:
    months = int(month_of(batch.day) - month_of(batch.scenario.history_start)) + 1
    return np.exp(DECLINE_PER_YEAR / 12 * np.arange(months)[::-1])


def _draw(batch: Batch, rng: np.random.Generator, count: int, active: bool) -> pl.DataFrame:
    kind = rng.choice(5, count, p=KIND_SHARES).astype("int8")
    stays = EXIT_PER_YEAR[True] * STAYER_SHARE
    leaves = EXIT_PER_YEAR[False] * (1 - STAYER_SHARE)
    stayer = rng.random(count) < (STAYER_SHARE if active else stays / (stays + leaves))
    site = rng.choice(len(SITE_SHARES), count, p=SITE_SHARES).astype("int8")
    term = np.where(rng.random(count) < 0.2, 6, 12).astype("int8")
    reason = np.full(count, "", dtype=object)
    end = np.full(count, OPEN, dtype="int32")
    if not active:
        reason, end = _draw_ends(batch, rng, kind)
    reference = np.where(active, batch.day, end).astype("int32")
    start = _draw_starts(rng, stayer, reference)
    start = np.where(reason == "ablauf", _whole_terms(start, end, term), start)
    return pl.DataFrame(
        {
            "kind": kind,
            "stayer": stayer,
            "site": site,
            "term": term,
            "reference": reference,
            "start": start.astype("int32"),
            "end": end,
            "reason": pl.Series(reason.tolist(), dtype=pl.String),
            "paused": (kind == SINGLE)
            & active
            & (rng.random(count) < PAUSED_SHARE / KIND_SHARES[SINGLE])
            & (start < batch.day - 240),
            "ifk": pick_post(batch, rng, ("ifk", "fallmanagement"), site),
            "payer": pick_post(batch, rng, ("leistung",), site),
            "intensive": pl.Series(np.full(count, OPEN), dtype=pl.Int32),
        }
    ).with_columns(active=pl.lit(active))


def _draw_ends(batch: Batch, rng: np.random.Generator, kind: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return reason and last day of entitlement; what happens to a person ends only single households."""
    names = np.array(list(REASONS), dtype=object)
    reason = rng.choice(names, len(kind), p=np.array(list(REASONS.values())) / sum(REASONS.values()))
    reason = np.where(np.isin(reason, PERSONAL) & (kind != SINGLE), "arbeitsaufnahme", reason)
    weights = _weights(batch)
    month = int(month_of(batch.scenario.history_start)) + rng.choice(len(weights), len(kind), p=weights / weights.sum())
    any_day = uniform_days(rng, month_start(month), month_end(month))
    end = np.where(np.isin(reason, AT_MONTH_END), month_end(month), any_day)
    late = end > batch.day - 3
    return reason, np.where(late, month_end(month_of(end) - 2), end).astype("int32")


def _draw_starts(rng: np.random.Generator, stayer: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Return first days of entitlement: always the first of a month, because an application works back to it."""
    hazard = np.where(stayer, EXIT_PER_YEAR[True], EXIT_PER_YEAR[False]) - DECLINE_PER_YEAR
    age = rng.exponential(1, len(stayer)) / hazard * 365.25
    return np.maximum(month_start(month_of(reference - age.astype("int64"))), FIRST_DAY).astype("int32")


def _whole_terms(start: np.ndarray, end: np.ndarray, term: np.ndarray) -> np.ndarray:
    """Return the start that makes a case end by lapse after whole decisions of 6 or 12 months."""
    months = month_of(end) - month_of(start) + 1
    room = month_of(end) - int(month_of(FIRST_DAY)) + 1
    terms = np.clip(np.round(months / term), 1, room // term).astype("int64")
    return month_start(month_of(end) - terms * term + 1)


def births_at_limit(rng: np.random.Generator, end: np.ndarray) -> np.ndarray:
    """Return days of birth whose § 7a age limit ends on `end` (a month's last day); OPEN where no such day exists."""
    months = np.full(len(end), 790)
    for _ in range(3):
        births = month_start(month_of(end) - months)
        months = age_limit_months(births)
    births = births + rng.integers(1, 28, len(end))
    fits = month_end(month_of(add_months(births, months))) == end
    return np.where(fits & (year_of(births) > 1900), births, OPEN).astype("int32")
