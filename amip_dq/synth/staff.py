"""The posts of an office: who integrates, who pays, who leads."""

from __future__ import annotations

import numpy as np
import polars as pl

from amip_dq.synth.days import FIRST_DAY, OPEN
from amip_dq.synth.scenario import SITE_CODES, SITE_SHARES, STAFF_PER_4600, Batch

TEAM_SIZE = {"ifk": 10, "fallmanagement": 10, "leistung": 12, "fuehrung": 25}
TEAM_NAMES = {"ifk": "Integration", "fallmanagement": "Integration", "leistung": "Leistung", "fuehrung": "Leitung"}
LEAST = {"ifk": 1, "fallmanagement": 0, "leistung": 2, "fuehrung": 0}  # two who pay: nobody releases what he typed


def hire(batch: Batch) -> None:
    """Fill `batch.staff`: one row a post, sorted by function and site."""
    rng = batch.rng("staff")
    frames = []
    for function, per_4600 in STAFF_PER_4600.items():
        for site, share in enumerate(SITE_SHARES):
            count = max(LEAST[function], round(per_4600 * batch.elb / 4600 * share))
            frames.append(_posts(batch, rng, function, site, count))
    former = [_posts(batch, rng, "ifk", site, int(batch.elb >= 500), former=True) for site in range(len(SITE_SHARES))]
    posts = pl.concat(frames + former)
    batch.staff = posts.with_columns(m=pl.int_range(pl.len(), dtype=pl.Int32))


def _posts(batch: Batch, rng, function: str, site: int, count: int, former: bool = False) -> pl.DataFrame:
    start = batch.scenario.history_start
    block = f"{batch.number} " if batch.number else ""
    teams = [f"{TEAM_NAMES[function]} {SITE_CODES[site]} {block}{n // TEAM_SIZE[function] + 1}" for n in range(count)]
    left = rng.integers(start + 200, max(batch.day - 100, start + 201), count) if former else np.full(count, OPEN)
    return pl.DataFrame(
        {
            "funktion": pl.Series([function] * count, dtype=pl.String),
            "team": pl.Series(teams, dtype=pl.String),
            "site": pl.Series([site] * count, dtype=pl.Int8),
            "von": pl.Series(rng.integers(FIRST_DAY, start - 1, count), dtype=pl.Int32),
            "bis": pl.Series(left, dtype=pl.Int32),
        }
    )


def pick_post(batch: Batch, rng: np.random.Generator, functions: tuple[str, ...], sites: np.ndarray) -> np.ndarray:
    """Return for each site a present post with one of these functions, drawn evenly."""
    chosen = np.zeros(len(sites), dtype="int32")
    present = batch.staff.filter(pl.col("funktion").is_in(functions) & (pl.col("bis") == OPEN))
    for site in range(len(SITE_CODES)):
        pool = present.filter(pl.col("site") == site)["m"].to_numpy()
        here = sites == site
        chosen[here] = pool[(rng.random(here.sum()) * len(pool)).astype("int64")]
    return chosen
