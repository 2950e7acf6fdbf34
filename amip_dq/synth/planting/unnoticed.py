"""Changes that one side of the office knows and the other does not: work, removals, members who left."""

from __future__ import annotations

import polars as pl

from amip_dq.synth.days import OPEN, add_months, month_of, month_start
from amip_dq.synth.planting.ground import RARE, Ground, Planted, day_series

DEADLINE_MONTHS = 3
NEAR_DAYS = 75  # around the work, in which no change of income may stay
INCOME_KINDS = ("einkommen_aufnahme", "einkommen_hoehe")
SETTLED_DAYS = 100  # since the last removal: more than the month in which a case is handed over
ELSEWHERE = ("15711", "12061260")  # Königs Wusterhausen, in the next district
LAST_AMOUNT = 490.0


def keep_month(ground: Ground) -> Planted:
    """Go on with the months of a member who left the household, whose end nobody recorded."""
    gone = ground.batch.origins.select(bg_nr="b", kundennr="p", last="left")
    picked = ground.pick(gone, "bg_nr")
    ground.remove("fall_ende", picked, ["bg_nr", "kundennr"])
    months = picked.with_columns(n=pl.Series(ground.rng.integers(1, 4, picked.height)))
    months = months.select(pl.exclude("n"), n=pl.int_ranges(1, pl.col("n") + 1)).explode("n")
    monat = day_series(month_start(month_of(months["last"].to_numpy()) + months["n"].to_numpy()))
    amount = pl.lit(LAST_AMOUNT)
    paid = months.select("bg_nr", "kundennr", anspruch=amount, zahlbetrag=amount, einkommen=pl.lit(0.0))
    ground.add("leistungsmonat", paid.with_columns(monat=monat))
    return Planted(picked, "bg_nr", "kundennr")


def hide_work(ground: Ground) -> Planted:
    """Let the benefit side never have heard of work that lasted beyond three months: no income, no change."""
    work = ground.table("integration").filter(pl.len().over("kundennr") == 1)
    due = day_series(add_months(work["beginn"].to_numpy(), DEADLINE_MONTHS))
    work = work.with_columns(due=due).filter(
        (pl.col("art") == "sv_beschaeftigung")
        & (pl.col("due") < ground.day)
        & (pl.col("ende").fill_null(OPEN) >= pl.col("due"))
    )
    spells = ground.table("anspruch").join(ground.calm(), on="bg_nr", how="semi", maintain_order="left")
    grown = ground.batch.people.select("elb_von", kundennr="p")
    rows = work.join(spells, on="kundennr", maintain_order="left").join(grown, on="kundennr", maintain_order="left")
    clients = (pl.max_horizontal("von", "elb_von") <= pl.col("beginn")) & (pl.col("bis") >= pl.col("beginn"))
    picked = ground.pick(rows.filter(clients).sort("integration_id"), "bg_nr")
    picked = picked.select("bg_nr", "kundennr", "beginn", "due", "integration_id")
    _forget_income(ground, picked)
    _forget_changes(ground, picked)
    return Planted(picked, "kundennr", "integration_id")


def _forget_income(ground: Ground, picked: pl.DataFrame) -> None:
    """Count no income in the months of the work; the entitlement is higher by as much."""
    months = ground.table("leistungsmonat").join(
        picked.select("kundennr", "beginn", "due"), on="kundennr", how="left", maintain_order="left"
    )
    begin = months["beginn"].fill_null(OPEN).to_numpy()
    inside = (pl.col("monat") >= day_series(month_start(month_of(begin)))) & (pl.col("monat") <= pl.col("due"))
    hit = pl.col("due").is_not_null() & inside
    more = [pl.when(hit).then((pl.col(c) + pl.col("einkommen")).round(2)).otherwise(c).alias(c)
            for c in ("anspruch", "zahlbetrag")]  # fmt: skip
    none = pl.when(hit).then(0.0).otherwise("einkommen").alias("einkommen")
    ground.batch.tables["leistungsmonat"] = months.with_columns(*more, none).drop("beginn", "due")


def _forget_changes(ground: Ground, picked: pl.DataFrame) -> None:
    """Take out the changes of income about the time of the work, with their corrections; no other is dated anew."""
    changes = ground.table("aenderung").join(picked.rename({"kundennr": "client"}), on="bg_nr", maintain_order="left")
    own = pl.col("kundennr").is_null() | (pl.col("kundennr") == pl.col("client"))
    first, last = pl.col("beginn") - NEAR_DAYS, pl.col("due") + NEAR_DAYS
    near = pl.any_horizontal(pl.col("wirksam_ab").is_between(first, last), pl.col("bekannt_am").is_between(first, last))
    gone = changes.filter(own & near & pl.col("art").is_in(INCOME_KINDS))
    ground.touch(changes, "aenderung_id")
    ground.remove("aenderung", gone, ["aenderung_id"])
    ground.remove("aenderung", gone.select(ersetzt_id="aenderung_id"), ["ersetzt_id"])


def move_away(ground: Ground) -> Planted:
    """Let households live outside the district for longer than the month in which a case is handed over."""
    removals = ground.table("aenderung").filter(pl.col("art") == "umzug")
    recent = removals.filter(pl.col("wirksam_ab") > ground.day - SETTLED_DAYS)
    rows = ground.calm().filter(pl.col("start") < ground.day - SETTLED_DAYS)
    picked = ground.pick(rows.join(recent, on="bg_nr", how="anti", maintain_order="left"), "bg_nr", RARE)
    # a removal that is dated anew later would make the household look as if it had only just moved
    ground.touch(removals.join(picked, on="bg_nr", how="semi", maintain_order="left"), "aenderung_id")
    people = ground.batch.people.join(picked.select(b="bg_nr"), on="b", how="semi", maintain_order="left")
    plz, ags = ELSEWHERE
    ground.amend("person", people.select(kundennr="p", plz=pl.lit(plz), ags=pl.lit(ags)), "kundennr")
    return Planted(picked, "bg_nr")
