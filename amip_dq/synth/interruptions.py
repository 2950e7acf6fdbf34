"""Recorded interruptions, the facts behind them, and the notices to the IFK."""

from __future__ import annotations

import numpy as np
import polars as pl

from amip_dq.synth.days import OPEN, office_day
from amip_dq.synth.entitlement import CLOSED
from amip_dq.synth.scenario import Batch, uniform_days

FACTS = ("haft", "stationaer", "ortsabwesenheit")
CHANNELS = ("verbis_vermerk", "wiedervorlage", "bearbeitungsaufforderung")
DEPUTY_SHARE = 0.08
MATCHES_PER_YEAR = 0.1
MATCH_KINDS = {"beschaeftigung": 0.75, "rente": 0.08, "kapital": 0.12, "doppelbezug": 0.05}


def interrupt(batch: Batch) -> pl.DataFrame:
    """Return the table unterbrechung with integer keys: a row per person whose entitlement rests, but for case ends."""
    rng = batch.rng("interruptions")
    spells = batch.tables["anspruch"].rename({"kundennr": "p", "bg_nr": "b"})
    before = spells.select("p", "b", stop="bis", von=pl.col("bis") + 1)
    after = spells.select("p", bis=pl.col("von") - 1, resumed="von")
    rested = pl.concat([batch.gaps.filter(pl.col("kind") != CLOSED).select("b", "kind", "von", "bis")])
    people = batch.person_gaps.select("p", "b", "kind", "von", "bis")
    shared = rested.join(before, on=["b", "von"]).select("p", "b", "kind", "von", "bis")
    rows = pl.concat([shared, people]).sort("p", "von")
    real = rows.join(after.select("p", "bis"), on=["p", "bis"], how="semi")
    rows = pl.concat([real, rows.filter(pl.col("bis") == OPEN)]).sort("p", "von")
    typed = office_day(rows["von"].to_numpy() + rng.integers(-4, 12, rows.height), rng.integers(0, 5, rows.height))
    released = office_day(typed, rng.integers(0, 4, rows.height))
    return rows.select(
        pl.int_range(pl.len(), dtype=pl.Int32).alias("unterbrechung_id"),
        pl.col("p").alias("kundennr"),
        pl.col("b").alias("bg_nr"),
        "von",
        "bis",
        pl.col("kind").alias("grund"),
        pl.Series("erfasst_am", typed),
        pl.Series("angeordnet_am", released),
        pl.lit(OPEN, dtype=pl.Int32).alias("storniert_am"),
    )


def absences(batch: Batch) -> pl.DataFrame:
    """Return the table abwesenheit: the facts behind interruptions, and harmless ones that exclude nobody."""
    rng = batch.rng("absences")
    rows = batch.tables["unterbrechung"].filter(pl.col("grund").is_in(FACTS)).select("kundennr", "grund", "von", "bis")
    behind = rows.with_columns(
        art="grund",
        genehmigt=pl.when(pl.col("grund") == "ortsabwesenheit").then(pl.lit(False)),
        prognose_monate=pl.when(pl.col("grund") == "stationaer").then(pl.lit(6, dtype=pl.Int32)),
    ).drop("grund")
    ended = batch.bg.filter(
        ~pl.col("active") & pl.col("reason").is_in(("haft", "stationaer", "altersrente", "ausbildung"))
    )
    heads = batch.people.filter(pl.col("role") == 0).select("b", "p")
    closing = ended.join(heads, on="b", maintain_order="left").select(
        kundennr="p",
        von=pl.col("end") + 1,
        bis=pl.lit(OPEN, dtype=pl.Int32),
        art="reason",
        genehmigt=pl.lit(None, dtype=pl.Boolean),
        prognose_monate=pl.when(pl.col("reason") == "stationaer").then(pl.lit(8, dtype=pl.Int32)),
    )
    order = ["kundennr", "art", "von", "bis", "genehmigt", "prognose_monate"]
    return pl.concat([frame.select(order) for frame in (behind, closing, _harmless(batch, rng))])


def _harmless(batch: Batch, rng: np.random.Generator) -> pl.DataFrame:
    """Return approved absences of up to three weeks and short stays in hospital within running entitlement."""
    spells = (
        batch.tables["anspruch"]
        .filter(pl.col("bis") == OPEN)
        .join(
            batch.people.filter(pl.col("elb_von") != OPEN).select(kundennr="p"),
            on="kundennr",
            how="semi",
            maintain_order="left",
        )
    )
    low = np.maximum(spells["von"].to_numpy(), batch.scenario.event_start)
    drawn = (rng.random(spells.height) < 0.04) & (low < batch.day - 40)
    chosen = spells.filter(pl.Series(drawn))
    von = uniform_days(rng, low[drawn], np.full(chosen.height, batch.day - 30))
    away = rng.random(chosen.height) < 0.7
    return chosen.select("kundennr").with_columns(
        art=pl.when(pl.Series(away)).then(pl.lit("ortsabwesenheit")).otherwise(pl.lit("stationaer")),
        von=pl.Series(von),
        bis=pl.Series((von + rng.integers(3, 21, chosen.height)).astype("int32")),
        genehmigt=pl.when(pl.Series(away)).then(pl.lit(True)),
        prognose_monate=pl.when(~pl.Series(away)).then(pl.lit(1, dtype=pl.Int32)),
    )


def inform(batch: Batch) -> pl.DataFrame:
    """Return the table ifk_info: a notice within five working days to who is responsible that day, or to a deputy."""
    rng = batch.rng("notices")
    clients = batch.people.select(kundennr="p", elb_von="elb_von")
    rows = (
        batch.tables["unterbrechung"]
        .join(clients, on="kundennr", maintain_order="left")
        .filter(pl.col("elb_von") < pl.col("von"))
    )
    am = office_day(rows["angeordnet_am"].to_numpy(), rng.integers(0, 6, rows.height), batch.day)
    rows = rows.with_row_index("n").with_columns(am=pl.Series(am, dtype=pl.Int32))
    own = responsible_on(
        batch.tables["zustaendigkeit"].filter(~pl.col("vertretung")), rows.select("n", "kundennr", "am")
    )
    rows = rows.join(own.select("n", "ifk"), on="n", maintain_order="left")
    channel = rng.choice(np.array(CHANNELS, dtype=object), rows.height, p=(0.6, 0.3, 0.1))
    notices = rows.with_columns(
        kanal=pl.Series(channel.tolist(), dtype=pl.String), deputised=pl.Series(rng.random(rows.height) < DEPUTY_SHARE)
    )
    return _deputised(batch, rng, notices).select(
        pl.int_range(pl.len(), dtype=pl.Int32).alias("info_id"),
        "kundennr",
        "unterbrechung_id",
        "kanal",
        "am",
        empfaenger="ifk",
    )


def responsible_on(rows: pl.DataFrame, asked: pl.DataFrame) -> pl.DataFrame:
    """Return for each asked (n, kundennr, am) the responsibility rows that cover the day."""
    joined = asked.join(rows, on="kundennr", maintain_order="left")
    return joined.filter((pl.col("von") <= pl.col("am")) & (pl.col("bis") >= pl.col("am"))).unique(
        "n", keep="first", maintain_order=True
    )


def _deputised(batch: Batch, rng: np.random.Generator, notices: pl.DataFrame) -> pl.DataFrame:
    """Send some notices to a documented deputy: adds the deputy's fortnight to zustaendigkeit."""
    posts = batch.staff.filter((pl.col("funktion") == "ifk") & (pl.col("bis") == OPEN))["m"].to_numpy()
    away = notices.filter(pl.col("deputised"))
    deputy = posts[rng.integers(0, len(posts), away.height)]
    span = rng.integers(1, 9, away.height)
    added = away.select(
        "kundennr",
        pl.Series("ifk", deputy, dtype=pl.Int32),
        von=pl.col("am") - pl.Series(span).cast(pl.Int32),
        bis=pl.col("am") + 6,
        vertretung=pl.lit(True),
    )
    batch.tables["zustaendigkeit"] = pl.concat([batch.tables["zustaendigkeit"], added]).sort(
        "kundennr", "von", "vertretung", "bis", "ifk"
    )
    sent = pl.concat([notices.filter(~pl.col("deputised")), away.with_columns(ifk=pl.Series(deputy, dtype=pl.Int32))])
    return sent.sort("unterbrechung_id")


def matches(batch: Batch, clients: pl.DataFrame) -> pl.DataFrame:
    """Return the table datenabgleich: hits of the § 52 match, done within three months, the IFK informed about work."""
    rng = batch.rng("matches")
    low, high = clients["low"].to_numpy(), clients["high"].to_numpy()
    chosen = rng.random(clients.height) < MATCHES_PER_YEAR * (high - low) / 365.25
    rows, size = clients.filter(pl.Series(chosen)), int(chosen.sum())
    arrived = uniform_days(rng, low[chosen], high[chosen])
    done = office_day(arrived + rng.integers(5, 70, size), 0)
    still = done > batch.day
    real = rng.random(size) < 0.057
    art = rng.choice(np.array(list(MATCH_KINDS), dtype=object), size, p=list(MATCH_KINDS.values()))
    result = np.where(real, "Überzahlung", "keine Auswirkung").astype(object)
    return rows.select(kundennr="p").with_columns(
        art=pl.Series(art.tolist(), dtype=pl.String),
        eingang_am=pl.Series(arrived),
        erledigt_am=pl.Series(np.where(still, OPEN, done), dtype=pl.Int32),
        ergebnis=pl.when(~pl.Series(still)).then(pl.Series(result.tolist(), dtype=pl.String)),
        information_mi=pl.when(pl.Series(art == "beschaeftigung")).then(pl.lit(True)),
        treffer_id=pl.int_range(pl.len(), dtype=pl.Int32),
    )
