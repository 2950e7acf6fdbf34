"""`amip-dq demo`: a synthetic office, checked, with reports to look at."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

import click

from amip_dq.cli.console import console
from amip_dq.cli.german import GermanCommand

STICHTAG = date(2022, 6, 30)
ELB, MONTHS, SEED, DEFECT_RATE = 4600, 12, 2022, 0.015


@click.command(cls=GermanCommand)
@click.option("--out", type=click.Path(path_type=Path), default=Path("demo"), metavar="ORDNER",
              help="Ordner für Lieferung und Bericht (Vorgabe: demo).")
@click.option("--force", is_flag=True, help="Einen vorhandenen Ordner ersetzen.")
def demo(out: Path, force: bool) -> None:
    """Ein erfundenes Jobcenter dieser Größe anlegen, prüfen und zeigen, was zu öffnen ist."""
    from amip_dq.cli.check import Wish, find_layout, perform, select_rules
    from amip_dq.cli.outcome import summary
    from amip_dq.cli.output_folder import refuse_existing
    from amip_dq.content import content_folder, load_content
    from amip_dq.synth import write_office

    refuse_existing(out, force)
    content = load_content(content_folder(None))
    console.step("Regelwerk gelesen", regeln=len(content.rules))
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".amip-dq-", dir=out.parent) as folder:
        office = Path(folder)
        write_office(office, elb=ELB, months=MONTHS, stichtag=STICHTAG, seed=SEED, defect_rate=DEFECT_RATE)
        console.step("Erfundenes Jobcenter angelegt", elb=ELB)
        rules = select_rules(content, (), STICHTAG)
        run = perform(content, Wish(rules, find_layout(content, "kanonisch"), office, STICHTAG, out, force=force))
    console.result(summary(run, out))
    console.result(f"Bitte öffnen: {(out / 'index.html').resolve()}")
