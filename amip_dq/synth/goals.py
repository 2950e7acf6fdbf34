"""Integration work on paper: goals, contacts and plans."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from amip_dq.synth.days import OPEN, add_months, on_working_day, to_day, working_day
from amip_dq.synth.intensive import monthly_talks
from amip_dq.synth.master import words
from amip_dq.synth.scenario import MARKTFERN_SHARE, Batch, uniform_days

KINDS = ("arbeitsmarkt", "stabilisierung", "zwischenziel", "ausbildung", "selbstaendigkeit")
FAR = (0.42, 0.33, 0.22, 0.02, 0.01)  # shares of the kinds where entry within six months is not expected
NEAR = (0.87, 0.0, 0.02, 0.08, 0.03)
JOBS = (
    "62102",
    "51311",
    "54101",
    "29302",
    "83112",
    "82102",
    "33212",
    "27302",
    "25101",
    "52122",
    "63302",
    "71302",
    "11102",
    "43102",
    "92113",
)
FIELDS = (
    "Verkauf",
    "Lager und Logistik",
    "Reinigung",
    "Küche",
    "Pflege",
    "Metallbau",
    "Garten- und Landschaftsbau",
    "Büro",
    "Hausmeisterdienste",
)
STRATEGIES = (
    "Bewerbungsaktivitäten unterstützen",
    "Berufliche Teilqualifikation erwerben",
    "Gesundheitliche Einschränkungen abklären",
    "Kinderbetreuung sicherstellen",
    "Tagesstruktur aufbauen",
    "Mobilität erhöhen",
    "Schuldnerberatung einleiten",
)
TALKS = ("gespraech", "telefon", "video")
OTHER_CONTACTS = {
    "gespraech": 0.34,
    "telefon": 0.16,
    "video": 0.03,
    "brief": 0.12,
    "email": 0.08,
    "einladung": 0.2,
    "nicht_erschienen": 0.07,
}
CONTACTS_PER_YEAR = 3.5
EDGE_SHARE = 0.004  # goals on the very edge of what is in order
HEX = tuple(f"{n:04x}" for n in range(65_536))
PLAN_BEGINS = to_day(date(2023, 7, 1))  # the Kooperationsplan replaces the EinV
EINV_ENDS = to_day(date(2023, 12, 31))


def clients_on_file(batch: Batch) -> pl.DataFrame:
    """Return everybody who was a client in the event months: p, since, until (OPEN while the case runs), present."""
    bg = batch.bg.select("b", "end", "active")
    rows = batch.people.filter(pl.col("elb_von") <= batch.day).join(bg, on="b", maintain_order="left")
    rows = rows.filter((pl.col("elb_von") <= pl.col("end")) & (pl.col("end") >= batch.scenario.event_start))
    return rows.select("p", "active", since="client_von", until="end").sort("p")


def goals(batch: Batch, clients: pl.DataFrame) -> pl.DataFrame:
    """Return the table integrationsziel with integer keys: the goal that counts, and the one before it."""
    rng = batch.rng("goals")
    last = np.minimum(clients["until"].to_numpy(), batch.day)
    half = add_months(last, -6)
    low = np.maximum(clients["since"].to_numpy(), half + 2)
    stand = np.clip(on_working_day(uniform_days(rng, low, last), "preceding"), half + 1, None).astype("int32")
    # some reviews lie exactly six months back: still in time
    edge = (rng.random(clients.height) < EDGE_SHARE) & (clients["since"].to_numpy() <= half)
    stand = np.where(edge, half, stand).astype("int32")
    reviewed = (rng.random(clients.height) < 0.6) & (clients["since"].to_numpy() < stand - 300)
    von = np.where(reviewed, stand - rng.integers(90, 280, clients.height), stand)
    current = _described(rng, clients.select("p"), stand).with_columns(
        stand=pl.Series(stand), von=pl.Series(von, dtype=pl.Int32), bis=clients["until"]
    )
    far = (current["integrationsprognose"] == "marktfern").to_numpy()
    latest = far & (rng.random(clients.height) < EDGE_SHARE)
    goal = np.where(latest, add_months(last, 24), current["zieldatum"].to_numpy())
    current = current.with_columns(zieldatum=pl.Series(goal, dtype=pl.Int32))
    earlier_von = von - rng.integers(150, 330, clients.height)
    has_earlier = (earlier_von > clients["since"].to_numpy()) & (earlier_von > batch.scenario.event_start)
    earlier = _described(rng, clients.select("p"), earlier_von).with_columns(
        stand=pl.Series(earlier_von, dtype=pl.Int32),
        von=pl.Series(earlier_von, dtype=pl.Int32),
        bis=pl.Series(von - 1, dtype=pl.Int32),
    )
    rows = (
        pl.concat([current, earlier.filter(pl.Series(has_earlier))]).rename({"p": "kundennr"}).sort("kundennr", "von")
    )
    return rows.with_columns(ziel_id=pl.int_range(pl.len(), dtype=pl.Int32))


def _described(rng: np.random.Generator, rows: pl.DataFrame, stand: np.ndarray) -> pl.DataFrame:
    """Add what the goal says: far from the market means 8 to 16 months and often a step before work, near 7 to 11."""
    size = rows.height
    far = rng.random(size) < MARKTFERN_SHARE
    kind = np.where(far, rng.choice(5, size, p=FAR), rng.choice(5, size, p=NEAR))
    months = np.where(far, rng.integers(13, 18, size), rng.integers(7, 12, size))
    named = rng.random(size)
    job, field = words(JOBS, rng.integers(0, len(JOBS), size)), words(FIELDS, rng.integers(0, len(FIELDS), size))
    hashes = pl.select(pl.concat_str([words(HEX, rng.integers(0, 65_536, size)) for _ in range(3)])).to_series()
    work = pl.Series(kind == 0)
    return rows.with_columns(
        ziel_art=words(KINDS, kind),
        zielberuf_kldb=pl.when(work & pl.Series(named < 0.8)).then(job),
        taetigkeitsfeld=pl.when(work & pl.Series(named >= 0.6)).then(field),
        zieldatum=pl.Series(add_months(stand, months) - rng.integers(0, 20, size), dtype=pl.Int32),
        integrationsprognose=words(("marktnah", "marktfern"), far.astype("int64")),
        handlungsstrategie=words(STRATEGIES, rng.integers(0, len(STRATEGIES), size)),
        text_laenge=pl.Series(rng.integers(60, 900, size), dtype=pl.Int32),
        text_hash=hashes,
    )


def contacts(batch: Batch, clients: pl.DataFrame) -> pl.DataFrame:
    """Return the table kontakt with integer keys: talks about the goal, monthly talks of intensive support, others."""
    rng = batch.rng("contacts")
    goal = batch.tables["integrationsziel"].select("kundennr", am="stand")
    kind = words(TALKS, rng.choice(3, goal.height, p=(0.7, 0.27, 0.03)))
    talks = goal.with_columns(
        art=kind, vermerk=pl.lit(True), zielbezug=pl.lit(True), auswertung=pl.lit(None, dtype=pl.Boolean)
    )
    monthly = monthly_talks(batch, batch.tables["intensivbetreuung"])
    monthly = monthly.with_columns(
        art=pl.lit("gespraech"), vermerk=pl.lit(True), zielbezug=pl.lit(True), auswertung=pl.lit(True)
    )
    rows = pl.concat([talks, monthly, _everyday(batch, rng, clients), _reactions(batch, rng)])
    return rows.sort("kundennr", "am", "art", "vermerk", "zielbezug", "auswertung").with_columns(
        kontakt_id=pl.int_range(pl.len(), dtype=pl.Int32)
    )


def _reactions(batch: Batch, rng: np.random.Generator) -> pl.DataFrame:
    """Return what the IFK did about each notice of an interruption: a call with a note within five working days."""
    notices = batch.tables["ifk_info"]
    am = working_day(notices["am"].to_numpy(), rng.integers(1, 6, notices.height))
    rows = notices.select("kundennr").with_columns(
        am=pl.Series(am),
        art=pl.lit("telefon"),
        vermerk=pl.lit(True),
        zielbezug=pl.lit(False),
        auswertung=pl.lit(None, dtype=pl.Boolean),
    )
    return rows.filter(pl.col("am") <= batch.day)


def _everyday(batch: Batch, rng: np.random.Generator, clients: pl.DataFrame) -> pl.DataFrame:
    low = np.maximum(clients["since"].to_numpy(), batch.scenario.event_start)
    high = np.minimum(clients["until"].to_numpy(), batch.day)
    row = np.repeat(np.arange(clients.height), rng.poisson(CONTACTS_PER_YEAR * (high - low + 1) / 365.25))
    am = on_working_day(uniform_days(rng, low[row], high[row]), "preceding")
    kind = rng.choice(len(OTHER_CONTACTS), len(row), p=list(OTHER_CONTACTS.values()))
    noted = (kind < 3) | (rng.random(len(row)) < 0.4)
    return clients.select(kundennr="p")[row].with_columns(
        am=pl.Series(am),
        art=words(list(OTHER_CONTACTS), kind),
        vermerk=pl.Series(noted),
        zielbezug=pl.Series(noted & (rng.random(len(row)) < 0.4)),
        auswertung=pl.lit(None, dtype=pl.Boolean),
    )


def plans(batch: Batch, clients: pl.DataFrame) -> pl.DataFrame:
    """Return the table kooperationsplan with integer keys: valid on the last day, made or renewed within six months."""
    rng = batch.rng("plans")
    current = (
        batch.tables["integrationsziel"]
        .unique("kundennr", keep="last", maintain_order=True)
        .select("kundennr", von="stand")
    )
    rows = current.join(clients.select(kundennr="p", until="until"), on="kundennr", maintain_order="left")
    von = rows["von"].to_numpy()
    old = von < PLAN_BEGINS
    bis = np.minimum(np.where(old, np.minimum(add_months(von, 6) - 1, EINV_ENDS), OPEN), rows["until"].to_numpy())
    # an agreement that would end before the Stichtag has been prolonged in time
    bis = np.where((bis < batch.day) & (rows["until"].to_numpy() == OPEN), batch.day + 10, bis)
    decreed = rng.random(rows.height) < 0.02
    art = np.select(
        [old & decreed & (von < PLAN_BEGINS - 181), old], ["einv_verwaltungsakt", "einv"], "kooperationsplan"
    )
    return rows.select("kundennr", "von").with_columns(
        art=pl.Series(art.astype(object).tolist()),
        bis=pl.Series(bis, dtype=pl.Int32),
        fortgeschrieben_am="von",
        plan_id=pl.int_range(pl.len(), dtype=pl.Int32),
    )
