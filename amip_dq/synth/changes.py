"""Changes of facts (aenderung) with their clocks: when they hold, when the office knew, typed and released them."""

from __future__ import annotations

import numpy as np
import polars as pl

from amip_dq.synth.days import OPEN, add_months, month_end, month_of, month_start, office_day, on_working_day
from amip_dq.synth.people import CHILD, HEAD, PARTNER
from amip_dq.synth.scenario import Batch, uniform_days

PER_YEAR = 1.4
KINDS = {
    "einkommen_hoehe": 0.46,
    "unterkunftskosten": 0.17,
    "einkommen_wegfall": 0.09,
    "umzug": 0.05,
    "erwerbsfaehigkeit": 0.015,
    "ausschlussgrund": 0.005,
    "bankverbindung": 0.09,
    "adresse_intern": 0.06,
    "sonstige": 0.06,
}
CANCELLED_SHARE, CORRECTED_SHARE, PUNCTUAL_SHARE = 0.012, 0.01, 0.003


def change(batch: Batch, entries: pl.DataFrame) -> pl.DataFrame:
    """Return the table aenderung with integer keys; what is due by the Stichtag is released in time."""
    rng = batch.rng("changes")
    facts = pl.concat(
        [
            _everyday(batch, rng),
            _births(batch),
            _moved_in(batch),
            _closings(batch),
            _rests(batch),
            _finals(batch),
            _left_home(batch),
        ]
    )
    # every entry into work has its change, however long ago: work and benefit must tell the same story
    facts = pl.concat([facts.filter(pl.col("wirksam_ab") >= batch.scenario.event_start), entries]).sort(
        "bg_nr", "wirksam_ab", "art", "kundennr"
    )
    rows = _clocked(batch, rng, facts).with_columns(aenderung_id=pl.int_range(pl.len(), dtype=pl.Int32))
    return _with_corrections(batch, rng, rows)


def _facts(frame: pl.DataFrame, art, wirksam, person="p") -> pl.DataFrame:
    client = pl.col(person) if person else pl.lit(None, dtype=pl.Int32)
    return frame.select(bg_nr="b", kundennr=client, art=art, wirksam_ab=wirksam.cast(pl.Int32))


def _everyday(batch: Batch, rng: np.random.Generator) -> pl.DataFrame:
    """Return what changes in running cases: mostly income and rent, from a first of the month on."""
    bg = batch.bg
    low = np.maximum(bg["start"].to_numpy(), batch.scenario.event_start)
    high = np.minimum(bg["end"].to_numpy(), batch.day)
    count = rng.poisson(np.maximum(high - low, 0) / 365.25 * PER_YEAR)
    b = np.repeat(np.arange(bg.height), count)
    day = uniform_days(rng, low[b], high[b])
    art = rng.choice(np.array(list(KINDS), dtype=object), len(b), p=list(KINDS.values()))
    day = np.where(np.isin(art, ("umzug", "adresse_intern", "bankverbindung")), day, month_start(month_of(day)))
    day = np.maximum(day, low[b])
    heads = batch.people.filter(pl.col("role") == HEAD).sort("b")["p"].to_numpy()
    frame = pl.DataFrame(
        {"b": b.astype("int32"), "p": heads[b], "art": pl.Series(art.tolist(), dtype=pl.String), "day": pl.Series(day)}
    )
    return _facts(frame, pl.col("art"), pl.col("day"))


def _births(batch: Batch) -> pl.DataFrame:
    born = batch.people.filter((pl.col("role") == CHILD) & (pl.col("von") == pl.col("birth")))
    return _facts(born, pl.lit("geburt"), pl.col("birth"))


def _moved_in(batch: Batch) -> pl.DataFrame:
    joined = batch.people.join(batch.bg.select("b", "start"), on="b", maintain_order="left").filter(
        pl.col("role") == PARTNER
    )
    return _facts(joined.filter(pl.col("von") > pl.col("start")), pl.lit("einzug"), pl.col("von"))


def _left_home(batch: Batch) -> pl.DataFrame:
    gone = batch.origins.with_columns(day=pl.col("left") + 1)
    return _facts(gone, pl.lit("auszug"), pl.col("day"))


def _closings(batch: Batch) -> pl.DataFrame:
    """Return the changes behind case ends for reasons that a change reports."""
    behind = {"tod": "tod", "altersgrenze": "altersgrenze", "umzug": "umzug"}
    ended = batch.bg.filter(~pl.col("active") & pl.col("reason").is_in(list(behind)))
    ended = ended.join(batch.people.filter(pl.col("role") == HEAD).select("b", "p"), on="b", maintain_order="left")
    return _facts(ended, pl.col("reason").replace_strict(behind, return_dtype=pl.String), pl.col("end") + 1).filter(
        pl.col("wirksam_ab") <= batch.day
    )


def _rests(batch: Batch) -> pl.DataFrame:
    rests = batch.tables["unterbrechung"].rename({"bg_nr": "b", "kundennr": "p"})
    return _facts(rests, pl.lit("unterbrechung"), pl.col("von"))


def _finals(batch: Batch) -> pl.DataFrame:
    """Return the final decisions on provisional periods: their own category, effective from the period's first day."""
    finals = batch.tables["bewilligung"].filter((pl.col("art") == "abschliessend") & pl.col("ersetzt_id").is_not_null())
    provisional = batch.tables["bewilligung"].filter(pl.col("art") == "vorlaeufig").select(ersetzt_id="bewilligung_id")
    finals = finals.join(provisional, on="ersetzt_id", how="semi", maintain_order="left").rename({"bg_nr": "b"})
    return _facts(finals, pl.lit("endgueltige_festsetzung"), pl.col("von"), person=None)


def _clocked(batch: Batch, rng: np.random.Generator, facts: pl.DataFrame) -> pl.DataFrame:
    """Add the clocks; the slowest way from the fact to the release takes 70 days, less than any three months."""
    size, fact = facts.height, facts["wirksam_ab"].to_numpy()
    late = (facts["art"] == "endgueltige_festsetzung").to_numpy()
    known = np.where(
        late, month_end(month_of(fact) + 5) + rng.integers(40, 120, size), fact + rng.integers(-12, 38, size)
    )
    ahead = (facts["art"].is_in(("tod", "geburt", "umzug"))).to_numpy()
    known = np.where(ahead, np.maximum(known, fact), known)
    typed = office_day(known, rng.integers(0, 8, size))
    released = office_day(typed, rng.integers(0, 5, size))
    limit = on_working_day(np.array([batch.day]), "preceding")[0]
    # a few are released on the last day of the deadline: still in time
    last_day = add_months(fact, 3)
    punctual = ~late & (rng.random(size) < PUNCTUAL_SHARE) & (last_day > released) & (last_day < limit)
    released = np.where(punctual, last_day, released)
    rows = facts.with_columns(
        bekannt_am=pl.Series(known.astype("int32")),
        erfasst_am=pl.Series(np.where(typed > limit, OPEN, typed), dtype=pl.Int32),
        angeordnet_am=pl.Series(np.where(released > limit, OPEN, released), dtype=pl.Int32),
        storniert_am=pl.lit(OPEN, dtype=pl.Int32),
        ersetzt_id=pl.lit(None, dtype=pl.Int32),
    )
    return rows.filter(pl.Series(known <= batch.day))


def _with_corrections(batch: Batch, rng: np.random.Generator, rows: pl.DataFrame) -> pl.DataFrame:
    """Cancel a few released changes and correct a few others by a second record that names the first."""
    draw = pl.Series(rng.random(rows.height))
    old = (pl.col("angeordnet_am") < batch.day - 60) & pl.col("art").is_in(list(KINDS))
    cancel = old & (draw < CANCELLED_SHARE)
    rows = rows.with_columns(storniert_am=pl.when(cancel).then(pl.col("angeordnet_am") + 21).otherwise("storniert_am"))
    fixed = rows.filter(old & (draw > 1 - CORRECTED_SHARE))
    delay = rng.integers(5, 50, fixed.height)
    typed = on_working_day(fixed["angeordnet_am"].to_numpy() + delay)
    second = fixed.with_columns(
        ersetzt_id="aenderung_id",
        erfasst_am=pl.Series(typed),
        angeordnet_am=pl.Series(typed),
        bekannt_am=pl.Series(typed - 2),
        aenderung_id=pl.int_range(rows.height, rows.height + pl.len(), dtype=pl.Int32),
    )
    return pl.concat([rows, second.filter(pl.col("angeordnet_am") <= batch.day)])
