"""Master data: person, bg, bg_mitglied, mitarbeiter and who is responsible for whom."""

from __future__ import annotations

import numpy as np
import polars as pl

from amip_dq.synth.days import FIRST_DAY, OPEN, add_months
from amip_dq.synth.insurance import insurance_numbers
from amip_dq.synth.origins import home_memberships
from amip_dq.synth.people import AUS, CHILD, HEAD, PARTNER
from amip_dq.synth.scenario import SITES, Batch, uniform_days
from amip_dq.synth.staff import pick_post

SEXES = ("m", "w", "d", "x")
ROLES = ("hauptperson", "partner", "kind")
NATIONS = {"DE": 0.865, "SY": 0.04, "PL": 0.035, "RO": 0.02, "AF": 0.015, "RU": 0.015, "UA": 0.01}
WITHOUT_TITLE = ("DE", "PL", "RO")  # citizens of the EU need no residence title
PLACES = (("03238", "12062140"), ("04910", "12062124"), ("04916", "12062224"))
DISABLED_SHARE = 0.056
CHANGED_IFK_SHARE = 0.15


def persons(batch: Batch) -> pl.DataFrame:
    """Return the table person with integer keys."""
    rng = batch.rng("persons")
    people = batch.people.join(batch.bg.select("b", "site", "end", "reason"), on="b", maintain_order="left")
    size = people.height
    nation = rng.choice(np.array(list(NATIONS), dtype=object), batch.bg.height, p=list(NATIONS.values()))[
        people["b"].to_numpy()
    ]
    foreign = ~np.isin(nation, WITHOUT_TITLE)
    settled = rng.random(size) < 0.4
    place = people["site"].to_numpy()
    dead = ((people["reason"] == "tod") & (people["role"] == HEAD)).to_numpy()
    titles = np.where(settled, "niederlassungserlaubnis", "aufenthaltserlaubnis")
    return people.select(kundennr="p", geburtsdatum="birth").with_columns(
        geschlecht=words(SEXES, people["sex"].to_numpy()),
        staatsangehoerigkeit=pl.Series(nation.tolist(), dtype=pl.String),
        aufenthaltstitel=pl.when(pl.Series(foreign)).then(pl.Series(titles.astype(object).tolist())),
        aufenthalt_bis=pl.Series(
            np.where(foreign & ~settled, batch.day + rng.integers(120, 1000, size), OPEN), dtype=pl.Int32
        ),
        vsnr=insurance_numbers(
            people["birth"].to_numpy(),
            people["sex"].to_numpy(),
            batch.number * 500_000 + people["p"].to_numpy(),
            batch.day,
        ),
        tod_am=pl.Series(np.where(dead, people["end"].to_numpy(), OPEN), dtype=pl.Int32),
        plz=words([plz for plz, _ in PLACES], place),
        ags=words([ags for _, ags in PLACES], place),
        **_disability(rng, people, batch.day),
    )


def words(choices, codes: np.ndarray) -> pl.Series:
    """Return the word behind each code."""
    return pl.Series(choices, dtype=pl.String).gather(pl.Series(codes.astype("int64")))


def _disability(rng: np.random.Generator, people: pl.DataFrame, day: int) -> dict[str, pl.Series]:
    """Return degree, equal status and end of the card: 50 and more is severe, 30 or 40 only with equal status."""
    disabled = (rng.random(people.height) < DISABLED_SHARE) & (people["elb_von"] != OPEN).to_numpy()
    equal = disabled & (rng.random(people.height) < 0.2)
    degree = np.where(equal, rng.choice([30, 40], people.height), rng.choice([50, 60, 70, 80, 100], people.height))
    limited = disabled & (rng.random(people.height) < 0.4)
    until = np.where(limited, day + rng.integers(60, 1500, people.height), OPEN)
    none = pl.lit(None)
    return {
        "gdb": pl.when(pl.Series(disabled)).then(pl.Series(degree, dtype=pl.Int32)).otherwise(none),
        "gleichgestellt": pl.Series(equal),
        "schwerbehindert_bis": pl.Series(until, dtype=pl.Int32),
    }


def memberships(batch: Batch) -> pl.DataFrame:
    """Return the table bg_mitglied: a child's membership is split at the 15th birthday, when NEF becomes ELB."""
    people = batch.people.join(batch.bg.select("b", "end"), on="b", maintain_order="left")
    base = people.select("p", "b", "claim", "von", "elb_von", bis="end", rolle=words(ROLES, people["role"].to_numpy()))
    other = pl.col("claim").replace_strict({1: "SLB", 2: "AUS", 3: "KOL"}, default=None, return_dtype=pl.String)
    reason = pl.when(pl.col("claim") == AUS).then(pl.lit("altersrente"))
    never = base.filter(pl.col("claim") > 0).with_columns(personengruppe=other, ausschlussgrund=reason)
    none = pl.lit(None, dtype=pl.String)
    young = base.filter((pl.col("claim") == 0) & (pl.col("elb_von") > pl.col("von")))
    young = young.with_columns(
        bis=pl.min_horizontal("bis", pl.col("elb_von") - 1), personengruppe=pl.lit("NEF"), ausschlussgrund=none
    )
    grown = base.filter((pl.col("claim") == 0) & (pl.col("elb_von") <= pl.col("bis")))
    grown = grown.with_columns(von="elb_von", personengruppe=pl.lit("ELB"), ausschlussgrund=none)
    rows = pl.concat([never, young, grown]).filter(
        pl.col("von") <= pl.max_horizontal(pl.lit(batch.day), pl.lit(FIRST_DAY))
    )
    rows = rows.with_columns(bis=pl.when(pl.col("bis") > batch.day).then(pl.lit(OPEN, dtype=pl.Int32)).otherwise("bis"))
    own = rows.select("rolle", "personengruppe", "von", "bis", "ausschlussgrund", bg_nr="b", kundennr="p")
    return pl.concat([own, home_memberships(batch.origins).select(own.columns)]).sort("bg_nr", "kundennr", "von")


def households(batch: Batch) -> pl.DataFrame:
    """Return the table bg; the kind of household is derived from its members on the last day."""
    bg = batch.bg
    members = batch.people.group_by("b").agg(
        partner=(pl.col("role") == PARTNER).any(),
        child=(pl.col("role") == CHILD).any(),
        youngest=pl.col("birth").filter(pl.col("role") == CHILD).max(),
    )
    rows = bg.join(members, on="b", maintain_order="left")
    minor = (
        pl.Series(rows["reference"].to_numpy() < add_months(rows["youngest"].fill_null(0).to_numpy(), 216))
        & rows["child"]
    )
    kind = (
        pl.when("partner", "child")
        .then(pl.lit("paar_mit_kind"))
        .when("partner")
        .then(pl.lit("paar_ohne_kind"))
        .when(minor)
        .then(pl.lit("alleinerziehend"))
        .when("child")
        .then(pl.lit("sonstige"))
        .otherwise(pl.lit("alleinstehend"))
    )
    teams = batch.staff.select(payer="m", team_leistung="team")
    rows = rows.with_columns(bg_typ=kind).join(teams, on="payer", maintain_order="left")
    return rows.select(
        "team_leistung",
        "bg_typ",
        bg_nr="b",
        geschaeftsstelle=words(SITES, rows["site"].to_numpy()),
        status=pl.when("active").then(pl.lit("aktiv")).otherwise(pl.lit("beendet")),
        eroeffnet_am="start",
        beendet_am="end",
    )


def posts(batch: Batch) -> pl.DataFrame:
    """Return the table mitarbeiter."""
    staff = batch.staff
    return staff.select(
        "funktion", "team", "von", "bis", mitarbeiter="m", geschaeftsstelle=words(SITES, staff["site"].to_numpy())
    )


def responsibilities(batch: Batch) -> pl.DataFrame:
    """Return the table zustaendigkeit without deputies: each client has one IFK at a time, some changed once."""
    rng = batch.rng("responsibilities")
    bg = batch.bg.select("b", "end", "site", "ifk", "intensive")
    rows = batch.people.filter(pl.col("elb_von") <= batch.day).join(bg, on="b", maintain_order="left")
    rows = rows.filter(pl.col("elb_von") <= pl.col("end"))
    site, own = rows["site"].to_numpy(), rows["ifk"].to_numpy()
    other = pick_post(batch, rng, ("ifk", "fallmanagement"), site)
    ifk = np.where((rows["role"] == HEAD).to_numpy() | (rng.random(rows.height) < 0.6), own, other)
    von = np.maximum(rows["client_von"].to_numpy(), batch.scenario.history_start)
    latest = np.minimum(rows["end"].to_numpy(), batch.day) - 30
    changed = (
        (rng.random(rows.height) < CHANGED_IFK_SHARE) & (rows["intensive"] == OPEN).to_numpy() & (von + 30 < latest)
    )
    day, former = _changes(batch, rng, site, von + 30, latest)
    changed &= former != ifk
    second = rows.select(
        kundennr="p",
        ifk=pl.Series(ifk, dtype=pl.Int32),
        von=pl.Series(np.where(changed, day, von), dtype=pl.Int32),
        bis="end",
    )
    first = rows.select(
        kundennr="p",
        ifk=pl.Series(former, dtype=pl.Int32),
        von=pl.Series(von, dtype=pl.Int32),
        bis=pl.Series(day - 1, dtype=pl.Int32),
    )
    both = pl.concat([first.filter(pl.Series(changed)), second])
    return both.with_columns(vertretung=pl.lit(False)).sort("kundennr", "von")


def _changes(
    batch: Batch, rng: np.random.Generator, site: np.ndarray, low: np.ndarray, high: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the day a client got a new IFK, and the IFK before: one who left that day, or any other of the site."""
    day = uniform_days(rng, low, np.maximum(high, low))
    former = pick_post(batch, rng, ("ifk",), site)
    gone = batch.staff.filter(pl.col("bis") != OPEN)
    for m, where, left in gone.select("m", "site", "bis").iter_rows():
        fits = (site == where) & (low <= left) & (left < high) & (rng.random(len(site)) < 0.5)
        day, former = np.where(fits, left + 1, day), np.where(fits, m, former)
    return day.astype("int32"), former.astype("int32")
