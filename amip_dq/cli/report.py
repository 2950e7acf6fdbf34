"""`amip-dq report`: the IKS report of a past run, again, to the byte."""

from __future__ import annotations

from pathlib import Path

import click

from amip_dq.cli.console import console
from amip_dq.cli.german import GermanCommand
from amip_dq.cli.output_folder import refuse_existing, staged


@click.command(cls=GermanCommand)
@click.argument("run", metavar="LAUF")
@click.option("--history", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="DATEI",
              help="Verlaufsdatei.")
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="ORDNER", help="Ordner für den Bericht.")
@click.option("--force", is_flag=True, help="Einen vorhandenen Ordner ersetzen.")
def report(run: str, history: Path, out: Path, force: bool) -> None:
    """Den IKS-Bericht eines früheren Laufs noch einmal erzeugen (Kennung, Nummer oder Stichtag des Laufs)."""
    from amip_dq.ledger.documents import find_run, stored_run
    from amip_dq.ledger.store import reading
    from amip_dq.report.past import write_past_report

    refuse_existing(out, force)
    with reading(history) as con:
        told, content, past = stored_run(con, find_run(con, run))
    with staged(out) as places:
        write_past_report(told, content, past, places.staging)
        places.publish()
    console.result(f"Bericht: {out / 'iks-bericht.html'}")
