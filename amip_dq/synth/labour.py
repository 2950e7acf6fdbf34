"""Work: entries into work, measures and their results, placement proposals."""

from __future__ import annotations

import numpy as np
import polars as pl

from amip_dq.synth.days import OPEN, add_months, month_of, on_working_day
from amip_dq.synth.people import CHILD, HEAD
from amip_dq.synth.scenario import ENTRY_PER_MONTH, Batch, uniform_days

MEASURES = {  # art: shortest and longest duration in days, share
    "par45_mat": (60, 180, 0.46),
    "par45_mag": (7, 28, 0.10),
    "fbw": (90, 300, 0.10),
    "fbw_abschluss": (540, 700, 0.03),
    "agh": (180, 360, 0.15),
    "egz": (90, 180, 0.06),
    "einstiegsgeld": (90, 180, 0.03),
    "par16i": (365, 700, 0.03),
    "par16e": (365, 700, 0.02),
    "sonstige": (30, 90, 0.02),
}
MEASURES_PER_YEAR = 0.22
WORKING = ("egz", "einstiegsgeld", "par16e", "par16i")  # participants work, they are not "in_massnahme"
FOR_LONG_UNEMPLOYED = ("par16e", "par16i")
PROPOSALS_PER_YEAR = 1.8
PROPOSAL_SUCCESS = {"anoav": 0.058, "agoav": 0.12}
RESULTS = ("bestanden", "beendet", "abgebrochen", "in Arbeit gemündet")


def steady_clients(batch: Batch) -> pl.DataFrame:
    """Return clients without interruption, and between which days (low, high) they may start something."""
    once = batch.tables["anspruch"].filter(pl.len().over("kundennr") == 1).select(p="kundennr", last="bis")
    grown = batch.people.filter(pl.col("elb_von") <= batch.day).join(once, on="p", maintain_order="left")
    grown = grown.join(batch.bg.select("b", "intensive"), on="b", maintain_order="left")
    rows = grown.with_columns(
        low=pl.max_horizontal(pl.col("elb_von") + 35, pl.lit(batch.scenario.event_start)),
        high=pl.min_horizontal("last", pl.lit(batch.day)) - 3,
    )
    return rows.filter(pl.col("low") < pl.col("high")).sort("p")


def engagements(batch: Batch, clients: pl.DataFrame, occupied: pl.DataFrame) -> pl.DataFrame:
    """Return what clients take up, one at a time: p, kind (an art of massnahme, or "work"), von, bis (planned)."""
    rng = batch.rng("engagements")
    free = clients.join(occupied.select("p"), on="p", how="anti", maintain_order="left")
    rows = pl.concat([_measures(batch, rng, free), _works(batch, rng, free)]).sort("p", "von", "kind", "bis")
    busy_until = pl.col("bis").cum_max().shift(1).over("p")
    return rows.filter((pl.col("von") > busy_until + 1).fill_null(True))


def _drawn(
    rng: np.random.Generator, clients: pl.DataFrame, per_day: np.ndarray | float
) -> tuple[pl.DataFrame, np.ndarray]:
    """Return clients repeated as often as something happens to them, and its days."""
    low, high = clients["low"].to_numpy(), clients["high"].to_numpy()
    row = np.repeat(np.arange(clients.height), rng.poisson(per_day * (high - low)))
    return clients[row], uniform_days(rng, low[row], high[row])


def _measures(batch: Batch, rng: np.random.Generator, clients: pl.DataFrame) -> pl.DataFrame:
    chosen, day = _drawn(rng, clients, MEASURES_PER_YEAR / 365.25)
    von = np.maximum(on_working_day(day, "preceding"), chosen["low"].to_numpy())
    names = np.array(list(MEASURES), dtype=object)
    kind = rng.choice(len(names), chosen.height, p=[share for *_, share in MEASURES.values()])
    # who moved in later has received benefits since then, not since the household began
    grown = (chosen["birth"].to_numpy() + 27 * 366 < von) & (chosen["von"].to_numpy() + 7 * 366 < von)
    kind = np.where(np.isin(names[kind], FOR_LONG_UNEMPLOYED) & ~grown, list(MEASURES).index("agh"), kind)
    short, long = (np.array([rule[n] for rule in MEASURES.values()])[kind] for n in (0, 1))
    bis = np.minimum(von + uniform_days(rng, short, long), chosen["last"].to_numpy())
    return _engagement(chosen, names[kind], von, bis)


def _works(batch: Batch, rng: np.random.Generator, clients: pl.DataFrame) -> pl.DataFrame:
    """Return work of clients who stay entitled beside it; a part of it lasts."""
    free = clients.filter(
        (pl.col("intensive") == OPEN) & ((pl.col("role") != CHILD) | (pl.col("birth") < batch.day - 18 * 366))
    )
    rate = np.where(free["sex"].to_numpy() == 1, ENTRY_PER_MONTH["w"], ENTRY_PER_MONTH["m"])
    chosen, von = _drawn(rng, free, rate / 30.44)
    ends = rng.random(chosen.height) < 0.75
    bis = np.where(ends, von + rng.integers(60, 300, chosen.height), OPEN)
    return _engagement(chosen, np.full(chosen.height, "work", dtype=object), von, bis)


def _engagement(chosen: pl.DataFrame, kind: np.ndarray, von: np.ndarray, bis: np.ndarray) -> pl.DataFrame:
    kinds = pl.Series(kind.tolist(), dtype=pl.String)
    return chosen.select("p").with_columns(
        kind=kinds, von=pl.Series(von, dtype=pl.Int32), bis=pl.Series(bis, dtype=pl.Int32)
    )


def measures(batch: Batch, taken: pl.DataFrame) -> pl.DataFrame:
    """Return the table massnahme with integer keys; §§ 16e and 16i come with a coach."""
    rng = batch.rng("measures")
    rows = taken.filter(pl.col("kind") != "work").select(kundennr="p", art="kind", von="von", bis="bis")
    price = pl.Series(4 + 10 * rng.random(rows.height))
    rows = rows.with_columns(betrag=(300 + (pl.col("bis") - pl.col("von")) * price).round(2))
    coached = rows.filter(pl.col("art").is_in(FOR_LONG_UNEMPLOYED)).with_columns(art=pl.lit("coaching_16e_16i"))
    return _with_results(batch, rng, pl.concat([rows, coached]))


def _with_results(batch: Batch, rng: np.random.Generator, rows: pl.DataFrame) -> pl.DataFrame:
    """Add the result and the talk about it to participations that are over."""
    over = (rows["bis"] <= batch.day).to_numpy()
    bis = rows["bis"].to_numpy()
    talk = np.maximum(
        on_working_day(np.where(over, bis, batch.day) - rng.integers(0, 15, rows.height), "preceding"),
        rows["von"].to_numpy(),
    )
    result = rng.choice(np.array(RESULTS, dtype=object), rows.height, p=(0.15, 0.6, 0.15, 0.1))
    return rows.with_columns(
        ergebnis=pl.when(pl.Series(over)).then(pl.Series(result.tolist(), dtype=pl.String)),
        absolventengespraech_am=pl.Series(np.where(over, talk, OPEN), dtype=pl.Int32),
        teilnahme_id=pl.int_range(pl.len(), dtype=pl.Int32),
    )


def entries(batch: Batch, taken: pl.DataFrame) -> pl.DataFrame:
    """Return the table integration with integer keys: who leaves for work, who works and stays, subsidised work."""
    rng = batch.rng("entries")
    rows = pl.concat([_leavers(batch, rng), _aufstocker(batch, rng, taken), _subsidised(batch)])
    month = pl.Series(month_of(rows["beginn"].to_numpy()))
    rows = (
        rows.with_columns(month=month)
        .sort("kundennr", "beginn", "art", "ende")
        .unique(["kundennr", "month"], keep="first", maintain_order=True)
    )
    return rows.with_columns(integration_id=pl.int_range(pl.len(), dtype=pl.Int32))


ENTRY_COLUMNS = ("kundennr", "beginn", "art", "foerderung", "bedarfsdeckend", "ende")


def _leavers(batch: Batch, rng: np.random.Generator) -> pl.DataFrame:
    """Return the entry behind each released case end for work: in the month after the end."""
    ends = batch.tables["fall_ende"].filter(
        (pl.col("grund") == "arbeitsaufnahme") & (pl.col("angeordnet_am") <= batch.day)
    )
    heads = batch.people.filter(pl.col("role") == HEAD).select("b", "p", "birth")
    rows = ends.join(heads, left_on="bg_nr", right_on="b", maintain_order="left")
    back = batch.gaps.select(bg_nr="b", ende=pl.col("von") - 1, until="bis")
    rows = rows.join(back, on=["bg_nr", "ende"], how="left", maintain_order="left")
    beginn = np.minimum(rows["ende"].to_numpy() + rng.integers(1, 20, rows.height), batch.day)
    young = (add_months(rows["birth"].to_numpy(), 30 * 12) > beginn) & (rng.random(rows.height) < 0.4)
    draw = rng.random(rows.height)
    art = np.select([young, draw < 0.05], ["ausbildung", "selbstaendigkeit"], "sv_beschaeftigung")
    rows = rows.select(kundennr="p").with_columns(
        beginn=pl.Series(beginn, dtype=pl.Int32),
        art=pl.Series(art.astype(object).tolist()),
        foerderung=pl.when(pl.Series((draw > 0.93) & (art == "sv_beschaeftigung"))).then(pl.lit("einstiegsgeld")),
        bedarfsdeckend=pl.lit(True),
        ende=rows["until"].fill_null(OPEN),
    )
    return rows.select(ENTRY_COLUMNS)


def _aufstocker(batch: Batch, rng: np.random.Generator, taken: pl.DataFrame) -> pl.DataFrame:
    """Return entries of clients who stay entitled beside their work."""
    rows = taken.filter(pl.col("kind") == "work")
    draw = rng.random(rows.height)
    art = np.select(
        [draw < 0.08, draw < 0.14, draw < 0.26], ["ausbildung", "selbstaendigkeit", "geringfuegig"], "sv_beschaeftigung"
    )
    return rows.select(
        pl.col("p").alias("kundennr"),
        pl.col("von").alias("beginn"),
        pl.Series("art", art.astype(object).tolist(), dtype=pl.String),
        pl.lit(None, dtype=pl.String).alias("foerderung"),
        pl.lit(False).alias("bedarfsdeckend"),
        pl.when(pl.col("bis") > batch.day).then(pl.lit(OPEN, dtype=pl.Int32)).otherwise("bis").alias("ende"),
    )


def _subsidised(batch: Batch) -> pl.DataFrame:
    """Return the entries behind subsidised employment; §§ 16e and 16i are work with public money."""
    rows = batch.tables["massnahme"].filter(pl.col("art").is_in(WORKING))
    public = pl.col("art").is_in(FOR_LONG_UNEMPLOYED)
    return rows.select(
        "kundennr",
        beginn="von",
        foerderung="art",
        art=pl.when(public).then(pl.lit("oeffentlich_gefoerdert")).otherwise(pl.lit("sv_beschaeftigung")),
        bedarfsdeckend=pl.lit(False),
        ende=pl.when(pl.col("bis") > batch.day).then(pl.lit(OPEN, dtype=pl.Int32)).otherwise("bis"),
    ).select(ENTRY_COLUMNS)


def income_changes(batch: Batch) -> pl.DataFrame:
    """Return the change of income behind each entry into work: bg_nr, kundennr, art, wirksam_ab."""
    homes = batch.people.select("p", bg_nr="b")
    rows = batch.tables["integration"].join(homes, left_on="kundennr", right_on="p", maintain_order="left")
    return rows.select("bg_nr", "kundennr", art=pl.lit("einkommen_aufnahme"), wirksam_ab="beginn")


def proposals(batch: Batch, clients: pl.DataFrame) -> pl.DataFrame:
    """Return the table vermittlungsvorschlag with integer keys; a result is known within four weeks."""
    rng = batch.rng("proposals")
    low, high = clients["low"].to_numpy(), clients["high"].to_numpy()
    count = rng.poisson(PROPOSALS_PER_YEAR * (high - low) / 365.25)
    row = np.repeat(np.arange(clients.height), count)
    am = on_working_day(uniform_days(rng, low[row], high[row]), "preceding")
    placed = rng.random(len(row)) < 0.7
    success = rng.random(len(row)) < np.where(placed, PROPOSAL_SUCCESS["anoav"], PROPOSAL_SUCCESS["agoav"])
    known = am + rng.integers(5, 27, len(row))
    open_ = known > batch.day
    result = np.select([open_, success], ["offen", "erfolgreich"], "erfolglos").astype(object)
    frame = clients.select(kundennr="p")[row].with_columns(
        art=pl.when(pl.Series(placed)).then(pl.lit("anoav")).otherwise(pl.lit("agoav")),
        am=pl.Series(am),
        ergebnis=pl.Series(result.tolist(), dtype=pl.String),
        ergebnis_am=pl.Series(np.where(open_, OPEN, known), dtype=pl.Int32),
    )
    return frame.sort("kundennr", "am", "art", "ergebnis", "ergebnis_am").with_columns(
        vv_id=pl.int_range(pl.len(), dtype=pl.Int32)
    )
