"""Runs the simulation block by block and writes a delivery."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from amip_dq.content import content_folder
from amip_dq.content.layouts import CANONICAL, load_layouts
from amip_dq.content.tables import load_tables
from amip_dq.errors import ContentError, ContentErrors
from amip_dq.model import Layout, Table
from amip_dq.synth import (
    changes,
    closings,
    decisions,
    entitlement,
    goals,
    households,
    intensive,
    interruptions,
    labour,
    master,
    origins,
    payments,
    people,
    staff,
    status,
)
from amip_dq.synth.identifiers import Identifiers
from amip_dq.synth.planting import plant
from amip_dq.synth.scenario import BATCH_ELB, Batch, Scenario
from amip_dq.synth.writers import Delivery, sink_for, write_truth

__all__ = ["Scenario", "block_sizes", "simulate", "simulate_block", "tables_and_layouts", "write_office"]


def write_office(
    folder: Path,
    *,
    elb: int,
    months: int,
    stichtag: date,
    seed: int,
    defect_rate: float = 0.0,
    layout: str = CANONICAL,
    file_format: str = "csv",
) -> int:
    """Write a synthetic delivery into a folder; returns the number of planted defects."""
    tables, layouts = tables_and_layouts()
    sink = sink_for(folder, tables, layouts, layout, file_format, stichtag)
    folder.mkdir(parents=True, exist_ok=True)
    return simulate(Scenario(elb, months, stichtag, seed, defect_rate), Delivery(folder, tables, stichtag, sink))


def tables_and_layouts() -> tuple[dict[str, Table], dict[str, Layout]]:
    """Return the tables and layouts of checks/; the rules are not read, because the simulation must not know them."""
    problems: list[ContentError] = []
    checks = content_folder(None) / "checks"
    tables = load_tables(checks, problems)
    layouts = load_layouts(checks / "layouts", tables, problems)
    if problems:
        raise ContentErrors(problems)
    return tables, layouts


def simulate(scenario: Scenario, delivery: Delivery) -> int:
    """Write the delivery of a scenario and its wahrheit.csv; returns the number of planted defects."""
    truths = []
    for number, elb in enumerate(block_sizes(scenario.elb)):
        batch = simulate_block(scenario, number, elb)
        truths.append(plant(batch))
        identifiers = Identifiers(batch)
        for name in sorted(batch.tables):
            delivery.append(name, identifiers.named(name, batch.tables.pop(name)))
    delivery.close()
    return write_truth(delivery.folder, pl.concat(truths))


def block_sizes(elb: int) -> list[int]:
    """Return how many clients each block holds: as even as possible, none above what fits into memory."""
    count = -(-elb // BATCH_ELB)
    return [elb // count + (n < elb % count) for n in range(count)]


def simulate_block(scenario: Scenario, number: int, elb: int) -> Batch:
    """Return one block of the office with clean tables (integer keys)."""
    batch = Batch(scenario, number, elb)
    staff.hire(batch)
    households.draw_households(batch)
    intensive.choose_households(batch)
    people.draw_people(batch)
    batch.gaps = entitlement.draw_gaps(batch)
    batch.person_gaps = entitlement.draw_person_gaps(batch, batch.gaps)
    batch.origins = origins.find_origins(batch)
    household = entitlement.islands(batch, batch.gaps)
    spells = entitlement.spells(batch, household, batch.person_gaps)
    at_home = batch.origins.select("p", "b", "von", bis="left")
    batch.tables["anspruch"] = pl.concat([spells, at_home]).sort("p", "von").rename({"p": "kundennr", "b": "bg_nr"})
    _fill_benefit(batch)
    _fill_work(batch)
    if number == 0:
        batch.tables["budget"] = payments.spend(batch, scenario.elb)
    return batch


def _fill_benefit(batch: Batch) -> None:
    tables = batch.tables
    tables["mitarbeiter"] = master.posts(batch)
    tables["person"] = master.persons(batch)
    tables["bg"] = master.households(batch)
    tables["bg_mitglied"] = master.memberships(batch)
    tables["bewilligung"] = decisions.decide(batch)
    tables["fall_ende"] = closings.close(batch)
    tables["unterbrechung"] = interruptions.interrupt(batch)
    tables["abwesenheit"] = interruptions.absences(batch)
    tables["zustaendigkeit"] = master.responsibilities(batch)
    tables["ifk_info"] = interruptions.inform(batch)
    tables["minderung"] = payments.sanction(batch)
    tables["leistungsmonat"] = payments.pay(batch)
    tables["bewilligung"] = decisions.priced(batch)
    teams = batch.staff.select("team", ifk="m")
    tables["zustaendigkeit"] = tables["zustaendigkeit"].join(teams, on="ifk", maintain_order="left")


def _fill_work(batch: Batch) -> None:
    tables = batch.tables
    steady = labour.steady_clients(batch)
    tables["intensivbetreuung"] = intensive.support(batch)
    clients = status.clients_since(batch)
    special = status.special_stretches(batch, clients)
    taken = labour.engagements(batch, steady, special)
    tables["massnahme"] = labour.measures(batch, taken)
    tables["integration"] = labour.entries(batch, taken)
    tables["vermittlungsvorschlag"] = labour.proposals(batch, steady)
    tables["arbeitsmarktstatus"] = status.statuses(batch, clients, special)
    tables["aenderung"] = changes.change(batch, labour.income_changes(batch))
    on_file = goals.clients_on_file(batch)
    tables["integrationsziel"] = goals.goals(batch, on_file)
    tables["kooperationsplan"] = goals.plans(batch, on_file)
    tables["kontakt"] = goals.contacts(batch, on_file)
    tables["datenabgleich"] = interruptions.matches(batch, steady)
