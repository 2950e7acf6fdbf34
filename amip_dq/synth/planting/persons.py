"""Defects in the master data of a person: number, birth, title, what must be filled in."""

from __future__ import annotations

import polars as pl

from amip_dq.synth.days import OPEN
from amip_dq.synth.identifiers import client_numbers
from amip_dq.synth.master import WITHOUT_TITLE
from amip_dq.synth.people import CHILD, HEAD
from amip_dq.synth.planting.ground import RARE, Ground, Planted, day_series

PLACEHOLDERS = ("k.A.", "unbekannt", None)


def misnumber_client(ground: Ground) -> Planted:
    """Write a client's number with two digits in place of its letter, or with a digit too many; both stay unique."""
    picked = ground.pick(ground.table("person").select("kundennr"), "kundennr", RARE)
    numbers = client_numbers(ground.batch).gather(picked["kundennr"])
    longer = pl.Series(ground.some(picked.height, 0.5), dtype=pl.Boolean)
    letter = pl.col("old").str.slice(3, 1)
    place = letter.replace_strict([chr(65 + n) for n in range(26)], [f"{n + 1:02d}" for n in range(26)])
    digits = pl.concat_str(pl.col("old").str.slice(0, 3), place, pl.col("old").str.slice(4))
    more = pl.concat_str(pl.col("old"), pl.lit("0"))
    frame = picked.with_columns(old=numbers, longer=longer)
    wrong = frame.select("kundennr", number=pl.when("longer").then(more).otherwise(digits))
    ground.batch.misprints["kundennr"] = wrong
    return Planted(picked, "kundennr")


def misdate_birth(ground: Ground) -> Planted:
    """Date the birth of small children after the Stichtag (spreadsheets know no day before 1900)."""
    small = ground.batch.people.filter((pl.col("role") == CHILD) & (pl.col("elb_von") > ground.day))
    rows = small.select(kundennr="p").join(ground.table("aenderung"), on="kundennr", how="anti", maintain_order="left")
    picked = ground.pick(rows, "kundennr", RARE)
    born = ground.day + ground.rng.integers(1, 300, picked.height)
    ground.amend("person", picked.with_columns(geburtsdatum=day_series(born)), "kundennr")
    return Planted(picked, "kundennr")


def _clients(ground: Ground) -> pl.DataFrame:
    """Return the master data of clients who are entitled on the Stichtag, with their `role`."""
    bg = ground.batch.bg.filter(pl.col("active") & ~pl.col("paused")).select("b")
    rows = ground.batch.people.filter(pl.col("elb_von") <= ground.day)
    rows = rows.join(bg, on="b", how="semi", maintain_order="left")
    entitled = ground.table("anspruch").filter(pl.col("bis") == OPEN).select(p="kundennr")
    rows = rows.join(entitled, on="p", how="semi", maintain_order="left").select("role", kundennr="p")
    return rows.join(ground.table("person"), on="kundennr", maintain_order="left")


def _foreigners(ground: Ground) -> pl.DataFrame:
    """Return the clients who need a title."""
    return _clients(ground).filter(~pl.col("staatsangehoerigkeit").is_in(WITHOUT_TITLE))


def drop_title(ground: Ground) -> Planted:
    """Leave the title of clients out, or write a word that says nothing."""
    picked = ground.pick(_foreigners(ground), "kundennr")
    words = [PLACEHOLDERS[n] for n in ground.rng.integers(0, len(PLACEHOLDERS), picked.height)]
    changes = picked.select("kundennr").with_columns(
        aufenthaltstitel=pl.Series(words, dtype=pl.String), aufenthalt_bis=pl.lit(OPEN)
    )
    ground.amend("person", changes, "kundennr")
    return Planted(picked, "kundennr")


def let_title_expire(ground: Ground) -> Planted:
    """Let the title of clients have ended, a part of them the day before."""
    picked = ground.pick(_foreigners(ground), "kundennr")
    last = ground.day - 1 - ground.some(picked.height, 0.7) * ground.rng.integers(0, 400, picked.height)
    changes = picked.select("kundennr", aufenthaltstitel=pl.lit("aufenthaltserlaubnis"))
    ground.amend("person", changes.with_columns(aufenthalt_bis=day_series(last)), "kundennr")
    return Planted(picked, "kundennr")


def leave_blank(ground: Ground) -> Planted:
    """Leave the place out: the postcode, or the municipality of who is no head (it decides where a case belongs)."""
    picked = ground.pick(_clients(ground), "kundennr", RARE)
    code = pl.Series(ground.some(picked.height, 0.5), dtype=pl.Boolean) | (picked["role"] == HEAD)
    picked = picked.with_columns(feld=pl.when(code).then(pl.lit("plz")).otherwise(pl.lit("ags")))
    kept = [pl.when(pl.col("feld") != name).then(name).alias(name) for name in ("plz", "ags")]
    ground.amend("person", picked.select("kundennr", *kept), "kundennr")
    return Planted(picked, "kundennr", "feld")
