"""`amip-dq reconcile`: do published tables agree with themselves?"""

from __future__ import annotations

from pathlib import Path

import click

from amip_dq.cli.german import GermanCommand


@click.command(cls=GermanCommand)
@click.argument("file", metavar="DATEI", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--all", "show_all", is_flag=True, help="Auch die Zellen zeigen, die stimmen.")
def reconcile(file: Path, show_all: bool) -> int:
    """Veröffentlichte Tabellen nachrechnen: Teile und Summe, Differenz, Quote, Veränderung, Rundung."""
    from amip_dq.reconcile import read_tables
    from amip_dq.reconcile import reconcile as recompute

    wrong = 0
    for table in read_tables(file):
        findings = recompute([table])
        contradicting = [finding for finding in findings if finding.verdict == "widerspricht"]
        unchecked = [finding for finding in findings if finding.verdict == "nicht prüfbar"]
        wrong += len(contradicting)
        click.echo(f"{table.title}: {table.cells} Zahlen, {len(findings)} Zellen nachgerechnet, "
                   f"{len(contradicting)} widersprechen, {len(unchecked)} nicht prüfbar.")
        for finding in findings:
            if show_all or finding.verdict in ("widerspricht", "nicht prüfbar"):
                click.echo(f"  {finding.verdict}: {finding}")
        if not table.relations:
            click.echo("  keine Beziehung zwischen den Zahlen gefunden")
    return 1 if wrong else 0
