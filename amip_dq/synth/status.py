"""Labour market status: a base status, and stretches of measure, work, illness, child care or § 53a laid over it."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from amip_dq.synth.days import OPEN, add_months, to_day
from amip_dq.synth.labour import WORKING
from amip_dq.synth.people import CHILD, PARTNER
from amip_dq.synth.scenario import Batch, uniform_days

BASE = {"arbeitslos": 0.56, "arbeitsuchend": 0.24, "nicht_arbeitsuchend": 0.20}
ILL_SHARE = 0.03
PAR53A_SHARE = 0.4
PAR53A_ENDS = to_day(date(2022, 12, 31))


def statuses(batch: Batch, clients: pl.DataFrame, special: pl.DataFrame) -> pl.DataFrame:
    """Return the table arbeitsmarktstatus with integer keys: gapless from the first day as client to the last."""
    rng = batch.rng("status")
    pupil = clients["birth"].to_numpy() > batch.day - 18 * 366
    base = np.where(
        pupil, "nicht_arbeitsuchend", rng.choice(np.array(list(BASE)), clients.height, p=list(BASE.values()))
    )
    rows = clients.with_columns(base=pl.Series(base.astype(object).tolist(), dtype=pl.String))
    over = pl.concat([special, _engaged(batch)]).join(rows.select("p", "since", "until"), on="p", maintain_order="left")
    # a history that begins later must not make § 53a look as if it had begun after its end
    first = (
        pl.when(pl.col("status") == "par53a").then(pl.min_horizontal("since", pl.lit(PAR53A_ENDS))).otherwise("since")
    )
    over = over.with_columns(von=pl.max_horizontal(first, "von"), bis=pl.min_horizontal("until", "bis"))
    over = over.filter(pl.col("von") <= pl.col("bis")).select("p", "status", "von", "bis")
    starts = pl.concat([rows.select("p", von="since"), over.select("p", von=pl.col("bis") + 1)]).sort("p", "von")
    ends = pl.concat([rows.select("p", bis="until"), over.select("p", bis=pl.col("von") - 1)]).sort("p", "bis")
    between = starts.with_columns(ends["bis"]).join(rows.select("p", status="base"), on="p", maintain_order="left")
    chain = pl.concat([between.select("p", "status", "von", "bis"), over])
    chain = chain.filter((pl.col("von") <= pl.col("bis")) & (pl.col("von") <= batch.day))
    chain = chain.with_columns(
        bis=pl.when(pl.col("bis") > batch.day).then(pl.lit(OPEN, dtype=pl.Int32)).otherwise("bis")
    )
    return chain.rename({"p": "kundennr"}).sort("kundennr", "von")


def clients_since(batch: Batch) -> pl.DataFrame:
    """Return who was a client in the history: people's columns and since, until (OPEN while the case runs)."""
    rows = batch.people.filter(pl.col("elb_von") <= batch.day).join(
        batch.bg.select("b", "end"), on="b", maintain_order="left"
    )
    rows = rows.filter(pl.col("elb_von") <= pl.col("end"))
    return rows.with_columns(
        since=pl.max_horizontal("client_von", pl.lit(batch.scenario.history_start)), until="end"
    ).sort("p")


def _engaged(batch: Batch) -> pl.DataFrame:
    """Return measures and work as stretches of status; who works with public money is not "in_massnahme"."""
    measures = batch.tables["massnahme"].filter(~pl.col("art").is_in(("coaching_16e_16i", *WORKING)))
    work = batch.tables["integration"].filter((pl.col("art") != "geringfuegig") & ~pl.col("bedarfsdeckend"))
    return pl.concat(
        [
            measures.select(p="kundennr", status=pl.lit("in_massnahme"), von="von", bis="bis"),
            work.select(p="kundennr", status=pl.lit("arbeitsuchend"), von="beginn", bis="ende"),
        ]
    )


def special_stretches(batch: Batch, clients: pl.DataFrame) -> pl.DataFrame:
    """Return one stretch a client of child care, § 53a or illness: p, status, von, bis; they take up nothing."""
    rng = batch.rng("special status")
    found = [_child_care(batch), _par53a(batch, rng, clients), _illness(batch, rng, clients)]
    return pl.concat(found).unique("p", keep="first", maintain_order=True)


def _child_care(batch: Batch) -> pl.DataFrame:
    """Return parents (a partner, or who is alone) of a child under three: § 10 from its birth on."""
    reference = batch.bg.select("b", "reference")
    small = batch.people.filter(pl.col("role") == CHILD).join(reference, on="b", maintain_order="left")
    small = small.group_by("b", maintain_order=True).agg(pl.col("birth").max(), pl.col("reference").first())
    young = add_months(small["birth"].to_numpy(), 36) > small["reference"].to_numpy()
    small = small.filter(pl.Series(young)).select("b", born="birth")
    adults = batch.people.filter((pl.col("role") != CHILD) & (pl.col("elb_von") != OPEN))
    carer = adults.sort("b", "role").unique("b", keep="last", maintain_order=True)
    carer = carer.join(small, on="b", maintain_order="left").filter((pl.col("role") == PARTNER) | (pl.col("sex") == 1))
    return carer.select("p", status=pl.lit("par10"), von="born", bis=pl.lit(OPEN, dtype=pl.Int32))


def _par53a(batch: Batch, rng: np.random.Generator, rows: pl.DataFrame) -> pl.DataFrame:
    """Return clients of 58 and more after twelve months without an offer; nobody enters after 2022."""
    day = np.maximum(add_months(rows["birth"].to_numpy(), 58 * 12), rows["elb_von"].to_numpy() + 366) + rng.integers(
        0, 300, rows.height
    )
    fits = (day <= min(batch.day, PAR53A_ENDS)) & (rng.random(rows.height) < PAR53A_SHARE)
    chosen = rows.with_columns(von=pl.Series(day, dtype=pl.Int32)).filter(pl.Series(fits))
    return chosen.select("p", status=pl.lit("par53a"), von="von", bis=pl.lit(OPEN, dtype=pl.Int32))


def _illness(batch: Batch, rng: np.random.Generator, rows: pl.DataFrame) -> pl.DataFrame:
    chosen = rows.filter(pl.Series(rng.random(rows.height) < ILL_SHARE))
    von = uniform_days(
        rng, np.maximum(chosen["since"].to_numpy(), batch.day - 730), np.full(chosen.height, batch.day - 10)
    )
    bis = von + rng.integers(45, 240, chosen.height)
    return chosen.select(
        "p", status=pl.lit("arbeitsunfaehig"), von=pl.Series(von, dtype=pl.Int32), bis=pl.Series(bis, dtype=pl.Int32)
    )
