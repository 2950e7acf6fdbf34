"""`amip-dq synth`: a synthetic delivery and the truth about the defects planted into it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from amip_dq.cli.console import console
from amip_dq.cli.german import GermanCommand
from amip_dq.errors import AmipError

DAY = click.DateTime(["%Y-%m-%d"])


@click.command(cls=GermanCommand)
@click.argument("folder", metavar="ORDNER", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--elb",
    type=click.IntRange(min=20),
    default=4600,
    metavar="ANZAHL",
    help="Erwerbsfähige Leistungsberechtigte am Stichtag (Vorgabe: 4600).",
)
@click.option(
    "--months",
    type=click.IntRange(min=1),
    default=36,
    metavar="ANZAHL",
    help="Monate, die Zahlungen, Änderungen, Kontakte und Vorschläge zurückreichen (Vorgabe: 36).",
)
@click.option(
    "--stichtag",
    type=DAY,
    default="2022-06-30",
    metavar="JJJJ-MM-TT",
    help="Stichtag und Datenstand (Vorgabe: 2022-06-30).",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=1,
    metavar="ZAHL",
    help="Startzahl des Zufalls: gleiche Zahl, gleiche Dateien.",
)
@click.option("--layout", default="kanonisch", metavar="NAME", help="Layout der Dateien (Vorgabe: kanonisch).")
@click.option(
    "--format",
    "file_format",
    type=click.Choice(("csv", "parquet", "xlsx")),
    default="csv",
    help="Dateiformat (Vorgabe: csv).",
)
@click.option(
    "--defect-rate",
    type=click.FloatRange(0, 0.5),
    default=0.0,
    metavar="ANTEIL",
    help="Anteil der geeigneten Fälle, in die je Regel ein Fehler eingebaut wird (Vorgabe: 0).",
)
def synth(
    folder: Path,
    elb: int,
    months: int,
    stichtag: datetime,
    seed: int,
    layout: str,
    file_format: str,
    defect_rate: float,
) -> None:
    """Eine erfundene Lieferung schreiben, dazu wahrheit.csv mit jedem eingebauten Fehler."""
    from amip_dq.synth import write_office

    if folder.exists() and any(folder.iterdir()):
        raise AmipError(f"{folder}: der Ordner ist nicht leer; bitte einen neuen nennen.")
    planted = write_office(
        folder,
        elb=elb,
        months=months,
        stichtag=stichtag.date(),
        seed=seed,
        defect_rate=defect_rate,
        layout=layout,
        file_format=file_format,
    )
    console.step("Lieferung geschrieben", elb=elb, eingebaute_fehler=planted)
    console.result(f"Lieferung: {folder}")
