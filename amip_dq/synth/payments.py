"""Money: the months of each person's entitlement, and sanctions within the law of their day."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from amip_dq.synth.days import OPEN, month_end, month_of, month_start, on_working_day, to_day, year_of
from amip_dq.synth.people import CHILD, HEAD
from amip_dq.synth.scenario import Batch

INCOME_SHARE = 0.27  # households with counted income
SANCTIONS_PER_YEAR = 0.03
STANDARD_RATE = 449.0  # a single adult's Regelbedarf 2022, EUR a month
# Sanctions by regime: first day of a breach, last day on which the sanction must end, per cent and months
# for pflichtverletzung and meldeversaeumnis (until 2022 as the Federal Constitutional Court left it, then Bürgergeld).
REGIMES = (
    ((2005, 1, 1), (2019, 11, 4), (30, 3), (10, 3)),
    ((2019, 12, 1), (2022, 6, 30), (30, 3), (10, 3)),
    ((2023, 1, 1), (2026, 6, 30), (10, 1), (10, 1)),
    ((2026, 7, 1), (2099, 12, 31), (30, 3), (10, 1)),
)


def amounts(batch: Batch) -> pl.DataFrame:
    """Return per person the full monthly entitlement and counted income in EUR: p, full, income."""
    rng = batch.rng("amounts")
    people = batch.people.join(batch.bg.select("b", "reference"), on="b", maintain_order="left")
    age = (people["reference"].to_numpy() - people["birth"].to_numpy()) / 365.25
    role = people["role"].to_numpy()
    child = np.select([age < 6, age < 14, age < 18], [405.0, 431.0, 506.0], 490.0)
    adult = np.where(role == HEAD, STANDARD_RATE + 300, 584.0)
    full = np.where(role == CHILD, child, adult) + np.round(rng.random(people.height) * 90, 2)
    earns = (rng.random(people.height) < INCOME_SHARE) & (role != CHILD)
    income = np.where(earns, np.round(80 + rng.random(people.height) * 340, 2), 0)
    return people.select("p").with_columns(full=pl.Series(full - income), income=pl.Series(income))


def pay(batch: Batch) -> pl.DataFrame:
    """Return the table leistungsmonat with integer keys: person and month, a month counting 30 days (§ 41 SGB II)."""
    first = int(month_of(batch.scenario.event_start))
    last = int(month_of(batch.day))
    spells = batch.tables["anspruch"].filter(pl.col("bis") >= batch.scenario.event_start)
    begin = np.maximum(month_of(spells["von"].to_numpy()), first)
    until = np.minimum(month_of(spells["bis"].to_numpy()), last)
    count = np.maximum(until - begin + 1, 0)
    row = np.repeat(np.arange(spells.height), count)
    month = begin[row] + np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    von = np.maximum(spells["von"].to_numpy()[row], month_start(month))
    bis = np.minimum(spells["bis"].to_numpy()[row], month_end(month))
    days = np.where((von == month_start(month)) & (bis == month_end(month)), 30, np.minimum(bis - von + 1, 29))
    keys = spells.select("kundennr", "bg_nr")[row]
    months = keys.with_columns(monat=pl.Series(month_start(month), dtype=pl.Int32), days=pl.Series(days))
    months = months.group_by("kundennr", "bg_nr", "monat", maintain_order=True).agg(
        pl.col("days").sum().clip(upper_bound=30)
    )
    priced = months.join(amounts(batch).rename({"p": "kundennr"}), on="kundennr", maintain_order="left")
    share = pl.col("days") / 30
    priced = priced.with_columns(
        anspruch=(pl.col("full") * share).round(2), einkommen=(pl.col("income") * share).round(2)
    )
    return _sanctioned(batch, priced).select("kundennr", "bg_nr", "monat", "anspruch", "zahlbetrag", "einkommen")


def _sanctioned(batch: Batch, months: pl.DataFrame) -> pl.DataFrame:
    """Add the amount paid: the entitlement less the sanction of the month, never below zero."""
    sanctions = batch.tables["minderung"]
    first = month_of(sanctions["von"].to_numpy())
    count = month_of(sanctions["bis"].to_numpy()) - first + 1
    row = np.repeat(np.arange(sanctions.height), count)
    month = first[row] + np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    cut = sanctions.select("kundennr", "prozent")[row].with_columns(monat=pl.Series(month_start(month), dtype=pl.Int32))
    joined = months.join(cut, on=["kundennr", "monat"], how="left", maintain_order="left")
    reduced = pl.col("anspruch") - (pl.col("prozent").fill_null(0) * STANDARD_RATE / 100).round(2)
    return joined.with_columns(zahlbetrag=reduced.clip(lower_bound=0).round(2))


def sanction(batch: Batch) -> pl.DataFrame:
    """Return the table minderung: one per client without interruptions, inside one regime, decided in time."""
    rng = batch.rng("sanctions")
    years = batch.scenario.months / 12
    spells = batch.tables["anspruch"]
    once = spells.filter(pl.len().over("kundennr") == 1).join(
        batch.people.filter((pl.col("role") != CHILD) & (pl.col("elb_von") != OPEN)).select(kundennr="p"),
        on="kundennr",
        how="semi",
        maintain_order="left",
    )
    once = once.filter(pl.Series(rng.random(once.height) < SANCTIONS_PER_YEAR * years))
    low = month_of(np.maximum(once["von"].to_numpy(), batch.scenario.event_start)) + 2
    high = month_of(np.minimum(once["bis"].to_numpy(), batch.day)) - 4
    month = low + np.floor(rng.random(once.height) * np.maximum(high - low + 1, 1)).astype("int64")
    grave = rng.random(once.height) < 0.3
    von = month_start(month)
    found = on_working_day(von - rng.integers(3, 25, once.height), "preceding")
    breach = found - rng.integers(10, 70, once.height).astype("int32")
    percent, months = _regime(breach, von, grave)
    bis = month_end(month + np.maximum(months, 1) - 1)
    rows = once.select("kundennr").with_columns(
        grund=pl.when(pl.Series(grave)).then(pl.lit("pflichtverletzung")).otherwise(pl.lit("meldeversaeumnis")),
        prozent=pl.Series(percent, dtype=pl.Float64),
        von=pl.Series(von),
        bis=pl.Series(bis),
        pflichtverletzung_am=pl.Series(breach),
        festgestellt_am=pl.Series(found),
    )
    rows = rows.filter(pl.Series((low <= high) & (months > 0)))
    return rows.with_columns(minderung_id=pl.int_range(pl.len(), dtype=pl.Int32))


def _regime(breach: np.ndarray, von: np.ndarray, grave: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return per cent and months of a sanction by the law of the breach that still holds to its end; 0 months: none."""
    percent, months = np.zeros(len(von)), np.zeros(len(von), dtype="int64")
    for first, last, heavy, light in REGIMES:
        length = np.where(grave, heavy[1], light[1])
        start, stop = (to_day(date(*day)) for day in (first, last))
        fits = (breach >= start) & (month_end(month_of(von) + length - 1) <= stop)
        percent = np.where(fits, np.where(grave, heavy[0], light[0]), percent)
        months = np.where(fits, length, months)
    return percent, months


def spend(batch: Batch, total_elb: int) -> pl.DataFrame:
    """Return the table budget of the Stichtag's year and the year before, scaled from the office's 2022 figures."""
    titles = {"egl": 5_694_095.0, "vk": 7_485_249.0}
    tools = {
        "egl": {"fbw": 0.22, "par45": 0.38, "egz": 0.13, "einstiegsgeld": 0.05, "agh": 0.071, "par16e_16i": 0.149},
        "vk": {"vk": 1.0},
    }
    current = int(year_of(batch.day))
    rows = []
    for year in (current - 1, current):
        for month in range(1, 13):
            for title, total in titles.items():
                for tool, share in tools[title].items():
                    plan = total * total_elb / 4554 * share / 12
                    past = int(month_end((year - 1970) * 12 + month - 1)) <= batch.day
                    # the programme binds most of the money in the first half of the year
                    bound = plan * (1.35 if month <= 6 else 0.6) if title == "egl" else plan
                    rows.append(
                        (
                            year,
                            month,
                            title,
                            tool,
                            round(plan, 2),
                            round(bound, 2) if past else None,
                            round(bound * 0.95, 2) if past else None,
                        )
                    )
    return pl.DataFrame(rows, schema=["jahr", "monat", "titel", "instrument", "soll", "bindung", "ist"], orient="row")
