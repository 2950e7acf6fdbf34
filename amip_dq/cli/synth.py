"""`amip-dq synth`: a synthetic delivery and the truth about the defects planted into it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from amip_dq.cli.console import console
from amip_dq.cli.german import GermanCommand
from amip_dq.errors import AmipError

if TYPE_CHECKING:
    from amip_dq.synth import Scenario

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
@click.option(
    "--nights",
    type=click.IntRange(min=1, max=1000),
    metavar="ANZAHL",
    help="Statt einer Lieferung je eine für die letzten Arbeitstage bis zum Stichtag, in ORDNER/JJJJ-MM-TT. Eingebaute "
    "Fehler erscheinen, werden behoben und kommen wieder. Jede Nacht ist auf den einen --stichtag zu prüfen.",
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
    nights: int | None,
) -> None:
    """Eine erfundene Lieferung schreiben, dazu wahrheit.csv mit jedem eingebauten Fehler."""
    from amip_dq.synth import Scenario, write_office

    if folder.exists() and any(folder.iterdir()):
        raise AmipError(f"{folder}: der Ordner ist nicht leer; bitte einen neuen nennen.")
    if nights is not None:
        scenario = Scenario(elb, months, stichtag.date(), seed, defect_rate)
        write_series(folder, scenario, nights, layout, file_format)
        return
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


def write_series(folder: Path, scenario: Scenario, nights: int, layout: str, file_format: str) -> None:
    """Write a delivery for each of the last working days of rules/calendar.yaml up to the Stichtag."""
    from amip_dq.content import content_folder, load_content
    from amip_dq.content.catalog import working_day
    from amip_dq.synth.nights import nights_until, write_nights

    is_working = working_day(load_content(content_folder(None)).calendar)
    days = nights_until(scenario.stichtag, nights, is_working)
    planted = write_nights(folder, scenario, days, layout, file_format)
    console.step("Lieferungen geschrieben", naechte=nights, elb=scenario.elb, eingebaute_fehler=planted)
    console.result(f"Lieferungen: {folder / days[0].isoformat()} bis {days[-1].isoformat()}")
