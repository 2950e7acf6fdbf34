"""A series of nightly deliveries in which planted defects appear, are repaired and come back.

All nights share one Stichtag and one simulated office. What differs is whether the rows of a client or of a change
stand in the files as planted or as clean; therefore each night's truth is exact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from amip_dq.synth.identifiers import Identifiers
from amip_dq.synth.office import block_sizes, simulate_block, tables_and_layouts
from amip_dq.synth.planting import PLANTINGS, TRUTH, named_truth
from amip_dq.synth.planting.ground import Ground
from amip_dq.synth.scenario import Batch, Scenario
from amip_dq.synth.writers import Delivery, sink_for, write_truth

CLIENT, CHANGE = "kundennr", "aenderung_id"
# Rule → whose rows are swapped. Only rules whose planting touches nothing but the rows of its own client or change,
# and that judge the repaired case too, so that the ledger must say »behoben«. All other rules stay without findings.
SWAPPED = {
    "aenderung.verspaetet_angeordnet": CHANGE,
    "aenderung.wirksamkeit_unplausibel": CHANGE,
    "aenderung.zeitfolge_widerspruechlich": CHANGE,
    "vermittlung.status_arbeitslos_falsch": CLIENT,
    "vermittlung.status_fehlt": CLIENT,
    "programm.intensivbetreuung_gespraech_fehlt": CLIENT,
    "programm.vermittlungsvorschlag_ergebnis_fehlt": CLIENT,
    "integrationsziel.fehlt": CLIENT,
    "integrationsziel.nicht_konkret": CLIENT,
    "integrationsziel.zieldatum_unplausibel": CLIENT,
    "integrationsziel.prognose_widerspruechlich": CLIENT,
    "integrationsziel.prognose_fehlt": CLIENT,
    "integrationsziel.strategie_fehlt": CLIENT,
    "integrationsziel.nicht_ueberprueft": CLIENT,
    "integrationsziel.vermerk_fehlt": CLIENT,
    "integrationsziel.plan_fehlt": CLIENT,
    "stammdaten.aufenthaltstitel_fehlt": CLIENT,
}
LONGEST_STRETCH = 5  # nights that a defect stands, or stays repaired, at most


@dataclass(frozen=True)
class Twins:
    """A block twice, clean and planted: tables by name, the cases (truth, unit, number), and cases × nights."""

    batch: Batch
    clean: dict[str, pl.DataFrame]
    planted: dict[str, pl.DataFrame]
    cases: pl.DataFrame
    visible: np.ndarray


def nights_until(last: date, count: int, is_working: Callable[[date], bool]) -> tuple[date, ...]:
    """Return the `count` latest working days up to `last`, the oldest first."""
    found: list[date] = []
    day = last
    while len(found) < count:
        if is_working(day):
            found.append(day)
        day -= timedelta(days=1)
    return tuple(reversed(found))


def write_nights(folder: Path, scenario: Scenario, days: tuple[date, ...], layout: str, file_format: str) -> int:
    """Write one delivery a day into folder/JJJJ-MM-TT; returns the number of defects planted over all nights.

    Every block of the office stays in memory, clean and planted, until the last night is written.
    """
    tables, layouts = tables_and_layouts()
    blocks = [twins(scenario, number, elb, len(days)) for number, elb in enumerate(block_sizes(scenario.elb))]
    for night, day in enumerate(days):
        place = folder / day.isoformat()
        sink = sink_for(place, tables, layouts, layout, file_format, scenario.stichtag)
        place.mkdir(parents=True)
        delivery = Delivery(place, tables, scenario.stichtag, sink)
        for block in blocks:
            for name, rows in tables_of(block, night):
                delivery.append(name, rows)
        delivery.close()
        write_truth(place, pl.concat([truth_of(block, night) for block in blocks]))
    return sum(block.cases.height for block in blocks)


def twins(scenario: Scenario, number: int, elb: int, nights: int) -> Twins:
    """Simulate a block, plant the rules of SWAPPED into a copy of it, and draw when each case is visible."""
    batch = simulate_block(scenario, number, elb)
    clean = dict(batch.tables)
    cases = _plant_apart(batch)
    return Twins(batch, clean, dict(batch.tables), cases, schedule(batch.rng("nights"), cases.height, nights))


def _plant_apart(batch: Batch) -> pl.DataFrame:
    """Plant the rules of SWAPPED; returns the truth with whose rows carry each defect (unit and integer number)."""
    rows = [pl.DataFrame(schema={**TRUTH, "unit": pl.String, "number": pl.Int64})]
    if batch.scenario.defect_rate > 0:
        ground, identifiers = Ground(batch), Identifiers(batch)
        for rule, planting in PLANTINGS.items():
            if rule in SWAPPED:
                planted, unit = planting(ground), SWAPPED[rule]
                number = planted.cases[unit].cast(pl.Int64).alias("number")
                rows.append(named_truth(rule, planted, identifiers).with_columns(pl.lit(unit).alias("unit"), number))
    return pl.concat(rows)


def schedule(rng: np.random.Generator, cases: int, nights: int) -> np.ndarray:
    """Return cases × nights: absent for 0 to 4 nights, then in turn visible and repaired for 1 to 5 nights."""
    stretches = rng.integers(1, LONGEST_STRETCH + 1, (cases, nights + 1))
    stretches[:, 0] -= 1
    turns = stretches.cumsum(axis=1)
    passed = [(turns <= night).sum(axis=1) for night in range(nights)]
    return np.array(passed, dtype=int).reshape(nights, cases).T % 2 == 1


def tables_of(block: Twins, night: int) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yield the tables of one night with identifiers, by name."""
    identifiers = Identifiers(block.batch)
    seen = block.cases.filter(pl.Series(block.visible[:, night]))
    for name in sorted(block.clean):
        yield name, identifiers.named(name, _swapped(name, block.clean[name], block.planted[name], seen))


def _swapped(name: str, clean: pl.DataFrame, planted: pl.DataFrame, seen: pl.DataFrame) -> pl.DataFrame:
    """Return the clean rows, but the planted ones of the clients or changes whose defect is visible."""
    if clean is planted:
        return clean
    unit = CHANGE if name == "aenderung" else CLIENT
    numbers = seen.filter(pl.col("unit") == unit).select(pl.col("number").cast(clean.schema[unit]).alias(unit))
    calm = clean.join(numbers, on=unit, how="anti", maintain_order="left")
    return pl.concat([calm, planted.join(numbers, on=unit, how="semi", maintain_order="left")])


def truth_of(block: Twins, night: int) -> pl.DataFrame:
    """Return the defects visible in one night: rule_id, case_id, item."""
    return block.cases.filter(pl.Series(block.visible[:, night])).select(list(TRUTH))
