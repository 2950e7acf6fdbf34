"""Insurance numbers with valid check digits (VKVV § 2)."""

from __future__ import annotations

import numpy as np
import polars as pl

from amip_dq.synth.days import add_months

WEIGHTS = np.array([2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1])
AREAS = np.array(
    [
        2,
        3,
        4,
        8,
        9,
        10,
        11,
        12,
        13,
        14,
        15,
        16,
        17,
        18,
        19,
        20,
        21,
        23,
        24,
        25,
        26,
        28,
        29,
        38,
        39,
        40,
        42,
        43,
        44,
        48,
        49,
        50,
        51,
        52,
        53,
    ]
)
MALE = 0


def insurance_numbers(births: np.ndarray, sexes: np.ndarray, numbers: np.ndarray, day: int) -> pl.Series:
    """Return numbers for all of 16 and more: area, birth, letter, serial (from 50 on: not male), check digit."""
    serial = numbers.astype("int64")
    letter = serial % 26
    area = AREAS[(serial // 26) % len(AREAS)]
    series = (serial // (26 * len(AREAS))) % 50 + np.where(sexes == MALE, 0, 50)
    born = births.astype("int64").astype("M8[D]")
    month = born.astype("M8[M]").astype("int64") % 12 + 1
    dom = (born - born.astype("M8[M]")).astype("int64") + 1
    year = (born.astype("M8[Y]").astype("int64") + 1970) % 100
    pairs = np.stack([area, dom, month, year, letter + 1, series])
    digits = np.stack([pairs // 10, pairs % 10], axis=1).reshape(12, -1)
    products = digits * WEIGHTS[:, None]
    check = (products // 10 + products % 10).sum(axis=0) % 10
    parts = pl.DataFrame({"a": area, "d": dom, "m": month, "y": year, "s": series, "c": check, "l": letter})
    letters = pl.Series([chr(65 + n) for n in range(26)]).gather(parts["l"])
    two = [pl.col(name).cast(pl.String).str.zfill(2) for name in ("a", "d", "m", "y")]
    numbers = parts.select(
        pl.concat_str([*two, letters, pl.col("s").cast(pl.String).str.zfill(2), pl.col("c").cast(pl.String)])
    ).to_series()
    grown = pl.DataFrame({"g": add_months(births, 192) <= day}).to_series()
    return pl.DataFrame({"v": numbers, "g": grown}).select(pl.when("g").then("v")).to_series()
