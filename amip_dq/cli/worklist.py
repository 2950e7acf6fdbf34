"""`amip-dq worklist`: the teams' answers come back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import click

from amip_dq.cli.console import console
from amip_dq.cli.german import GermanGroup

LEDGER = click.option(
    "--history", "ledger", required=True, metavar="DATEI", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Die Verlaufsdatei.",
)  # fmt: skip
DAY = click.option(
    "--day", type=click.DateTime(["%Y-%m-%d"]), metavar="JJJJ-MM-TT", help="Tag des Einlesens (sonst: heute)."
)
ALL_TAKEN, SOME_REFUSED = 0, 1


@click.group(cls=GermanGroup)
def worklist() -> None:
    """Beantwortete Arbeitslisten einlesen."""


@worklist.command("import")
@click.argument("file", metavar="LISTE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@DAY
@LEDGER
def import_list(file: Path, day: datetime | None, ledger: Path) -> int:
    """Eine Arbeitsliste (XLSX) einlesen; ein Protokoll sagt, was angenommen wurde und was nicht.

    Eine Antwort schließt keinen Befund; das tut erst der nächste Lauf. Rückgabewert 1: eine Zeile wurde abgelehnt.
    """
    from amip_dq.ledger.answers import REJECTED, archive, take_answers
    from amip_dq.ledger.protocol import rows_of, summary, write_html, write_xlsx
    from amip_dq.ledger.store import publish, writing

    with writing(ledger) as draft:
        protocol = take_answers(draft, file, day.date() if day else date.today(), _now())
        if not protocol.repeated:
            kept = archive(ledger, file, protocol.digest)
            write_html(protocol, kept.with_suffix(".html"))
            write_xlsx(protocol, kept.with_name(f"{kept.stem}-protokoll.xlsx"))
            publish(draft)
    console.result(summary(protocol))
    if protocol.repeated:
        return ALL_TAKEN
    for row in rows_of(protocol):
        if row[-1]:
            console.result(f"Zeile {row[0]}: {row[1]} {row[2]} – {row[4]} ({row[5]})")
    console.result(f"Protokoll: {kept.with_suffix('.html')}")
    return SOME_REFUSED if protocol.count(REJECTED) else ALL_TAKEN


@worklist.command("confirm")
@click.argument("number", metavar="BEFUND_NR")
@click.option("--reason", default="", metavar="TEXT", help="Anmerkung; keine Namen.")
@DAY
@LEDGER
def confirm_answer(number: str, reason: str, day: datetime | None, ledger: Path) -> None:
    """Die Antwort »kein Fehler« eines Teams bestätigen; sie zählt dann für die Treffgenauigkeit der Regel."""
    from amip_dq.ledger.answers import confirm
    from amip_dq.ledger.store import publish, writing

    with writing(ledger) as draft:
        confirm(draft, number, reason, day.date() if day else date.today(), _now())
        publish(draft)
    console.result(
        f"Bestätigt: {number}. Der Befund bleibt stehen, bis ein Lauf ihn anders beurteilt oder eine Ausnahme gilt."
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
