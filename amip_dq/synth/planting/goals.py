"""Defects of goals: none, vague, misdated, stale, without a note, copied."""

from __future__ import annotations

import numpy as np
import polars as pl

from amip_dq.synth.days import OPEN, add_months
from amip_dq.synth.planting.ground import Ground, Planted, day_series

PLACEHOLDERS = ("offen", "k.A.", "wird nachgetragen", "n.n.", "---", "Keine Angabe", "unbekannt", None)
SERIES_AT_LEAST, SERIES_DAYS = 10, 30
REVIEW_MONTHS = 6
EXEMPT, NEW_DAYS = ("par10", "arbeitsunfaehig"), 30  # no plan is asked for, nor in the first weeks


def _current(ground: Ground) -> pl.DataFrame:
    """Return the goals that count, of clients on the Stichtag whose household is untouched."""
    batch = ground.batch
    calm = batch.bg.select("b", "intensive").filter(
        ~pl.Series(ground.used["bg_nr"]) & (batch.bg["active"] & ~batch.bg["paused"])
    )
    clients = batch.people.filter(pl.col("elb_von") <= ground.day).join(calm, on="b", maintain_order="left")
    entitled = ground.table("anspruch").filter(pl.col("bis") == OPEN).select("kundennr")
    goals = ground.table("integrationsziel").filter(pl.col("bis") == OPEN)
    goals = goals.join(entitled, on="kundennr", how="semi", maintain_order="left")
    return goals.join(clients.select("intensive", kundennr="p"), on="kundennr", maintain_order="left")


def _half_year_ago(ground: Ground) -> int:
    return int(add_months(np.array([ground.day]), -REVIEW_MONTHS)[0])


def _amended(ground: Ground, picked: pl.DataFrame, **columns) -> Planted:
    ground.amend("integrationsziel", picked.select("ziel_id").with_columns(**columns), "ziel_id")
    return Planted(picked, "kundennr")


def remove_goal(ground: Ground) -> Planted:
    """Take the goal away, or end it before the Stichtag."""
    picked = ground.pick(_current(ground), "kundennr")
    last = ground.days(np.full(picked.height, ground.day - 40), ground.day - 1, picked.height)
    ended = ground.some(picked.height, 0.5) & (last >= picked["stand"].to_numpy())
    ground.remove("integrationsziel", picked.filter(~pl.Series(ended)), ["ziel_id"])
    closed = picked.with_columns(last=day_series(last)).filter(pl.Series(ended))
    ground.amend("integrationsziel", closed.select("ziel_id", bis="last"), "ziel_id")
    return Planted(picked, "kundennr")


def blur_goal(ground: Ground) -> Planted:
    """Leave an occupation goal without occupation and field: nothing, 00000, or a word that says nothing."""
    picked = ground.pick(_current(ground).filter(pl.col("ziel_art") == "arbeitsmarkt"), "kundennr")
    field = [PLACEHOLDERS[n] for n in ground.rng.integers(0, len(PLACEHOLDERS), picked.height)]
    job = ["00000" if zero else None for zero in ground.some(picked.height, 0.4)]
    return _amended(
        ground,
        picked,
        zielberuf_kldb=pl.Series(job, dtype=pl.String),
        taetigkeitsfeld=pl.Series(field, dtype=pl.String),
    )


def misdate_goal(ground: Ground) -> Planted:
    """Date goals on or before the Stichtag, nowhere, or a day and more after two years (then far from the market)."""
    picked = ground.pick(_current(ground), "kundennr")
    size, far = picked.height, (picked["integrationsprognose"] == "marktfern").to_numpy()
    late = int(add_months(np.array([ground.day]), 24)[0]) + np.where(
        ground.some(size, 0.5), 1, ground.rng.integers(1, 500, size)
    )
    past = ground.day - np.where(ground.some(size, 0.4), 0, ground.rng.integers(1, 300, size))
    days = np.where(far & ground.some(size, 0.4), late, np.where(ground.some(size, 0.3), OPEN, past))
    return _amended(ground, picked, zieldatum=day_series(days))


def contradict_prognosis(ground: Ground) -> Planted:
    """Set work within six months where entry is not expected, or after more than a year where it is."""
    work = _current(ground).filter(
        (pl.col("ziel_art") == "arbeitsmarkt") | (pl.col("integrationsprognose") == "marktnah")
    )
    picked = ground.pick(work, "kundennr")
    far = (picked["integrationsprognose"] == "marktfern").to_numpy()
    soon = ground.days(ground.day + 1, int(add_months(np.array([ground.day]), 6)[0]) - 1, picked.height)
    edges = [int(add_months(np.array([ground.day]), months)[0]) for months in (12, 24)]
    late = ground.days(edges[0] + 1, edges[1], picked.height)
    return _amended(ground, picked, zieldatum=day_series(np.where(far, soon, late)))


def drop_prognosis(ground: Ground) -> Planted:
    """Leave the prognosis out."""
    picked = ground.pick(_current(ground), "kundennr")
    return _amended(ground, picked, integrationsprognose=pl.lit(None, dtype=pl.String))


def drop_strategy(ground: Ground) -> Planted:
    """Leave the strategy out, or write a word that says nothing."""
    picked = ground.pick(_current(ground), "kundennr")
    words = [PLACEHOLDERS[n] for n in ground.rng.integers(0, len(PLACEHOLDERS), picked.height)]
    return _amended(ground, picked, handlungsstrategie=pl.Series(words, dtype=pl.String))


def let_goal_age(ground: Ground) -> Planted:
    """Let the last documented review lie more than six months back, a part of them by one day."""
    limit = _half_year_ago(ground)
    picked = ground.pick(_current(ground).filter(pl.col("von") < limit - 1), "kundennr")
    stand = np.where(
        ground.some(picked.height, 0.3), limit - 1, ground.days(picked["von"].to_numpy(), limit - 1, picked.height)
    )
    return _amended(ground, picked, stand=day_series(stand))


def drop_notes(ground: Ground) -> Planted:
    """Let no talk of the last six months have a note, or none that refers to the goal."""
    picked = ground.pick(_current(ground).filter(pl.col("intensive") == OPEN), "kundennr")
    talks = (
        ground.table("kontakt")
        .filter(pl.col("am") >= _half_year_ago(ground))
        .join(picked.select("kundennr"), on="kundennr", how="semi", maintain_order="left")
    )
    unnoted = pl.Series(ground.some(talks.height, 0.3))
    changes = talks.select(
        "kontakt_id",
        vermerk=pl.when(unnoted).then(pl.lit(False)).otherwise("vermerk"),
        zielbezug=pl.when(unnoted).then("zielbezug").otherwise(pl.lit(False)),
    )
    ground.amend("kontakt", changes, "kontakt_id")
    return Planted(picked, "kundennr")


def copy_text(ground: Ground) -> Planted:
    """Give ten and more clients of one IFK the same text within a month."""
    first = ground.day - 60
    own = ground.table("zustaendigkeit").filter(
        ~pl.col("vertretung") & (pl.col("von") <= first) & (pl.col("bis") == OPEN)
    )
    steady = _current(ground).filter(
        (pl.col("von") <= first) & ~pl.Series(ground.used["kundennr"][_current(ground)["kundennr"].to_numpy()])
    )
    steady = steady.join(own.select("kundennr", "ifk"), on="kundennr", maintain_order="left").sort("ifk", "kundennr")
    steady = steady.filter(pl.len().over("ifk") >= SERIES_AT_LEAST)
    posts = steady["ifk"].unique(maintain_order=True).to_numpy()
    count = min(len(posts), max(1, round(ground.batch.scenario.defect_rate * len(posts))))
    size = SERIES_AT_LEAST + int(ground.rng.integers(0, 4))
    chosen = pl.Series(ground.rng.permutation(posts)[:count]).sort()
    picked = steady.filter(pl.col("ifk").is_in(chosen.to_list())).filter(pl.int_range(pl.len()).over("ifk") < size)
    ground.used["kundennr"][picked["kundennr"].to_numpy()] = True
    stand = ground.days(first, first + SERIES_DAYS - 1, picked.height)
    text = pl.format("5e71e{}", pl.col("ifk").cast(pl.String).str.zfill(7))
    planted = _amended(ground, picked, stand=day_series(stand), text_laenge=pl.lit(180))
    ground.amend("integrationsziel", picked.select("ziel_id", text_hash=text), "ziel_id")
    return planted


def drop_plan(ground: Ground) -> Planted:
    """Take the plan away, or end it before the Stichtag; who is exempt from a plan is left alone."""
    status = ground.table("arbeitsmarktstatus").filter(pl.col("status").is_in(EXEMPT) & (pl.col("bis") >= ground.day))
    pupils = ground.table("integration").filter((pl.col("art") == "ausbildung") & (pl.col("ende") >= ground.day))
    fresh = ground.table("anspruch").filter(pl.col("von") > ground.day - NEW_DAYS)
    rows = _current(ground)
    for exempt in (status, pupils, fresh):
        rows = rows.join(exempt, on="kundennr", how="anti", maintain_order="left")
    picked = ground.pick(rows, "kundennr")
    plans = ground.table("kooperationsplan").join(picked, on="kundennr", how="semi", maintain_order="left")
    last = pl.lit(ground.day - 1) - pl.Series(ground.rng.integers(0, 30, plans.height), dtype=pl.Int32)
    ended = plans.select("plan_id", "von", bis=last).filter(pl.col("bis") >= pl.col("von"))
    ended = ended.filter(pl.Series(ground.some(ended.height, 0.5), dtype=pl.Boolean))
    ground.amend("kooperationsplan", ended.select("plan_id", "bis"), "plan_id")
    ground.remove("kooperationsplan", plans.join(ended, on="plan_id", how="anti"), ["plan_id"])
    return Planted(picked, "kundennr")
