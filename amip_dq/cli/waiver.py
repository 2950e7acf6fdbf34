"""`amip-dq waiver`: decisions that a finding may stand for a time."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from amip_dq.cli.console import console
from amip_dq.cli.german import GermanGroup
from amip_dq.errors import LedgerError

LEDGER = click.option(
    "--history", "ledger", required=True, metavar="DATEI", type=click.Path(dir_okay=False, path_type=Path),
    help="Die Verlaufsdatei; waivers.yaml liegt daneben.",
)  # fmt: skip
DAY = click.DateTime(["%Y-%m-%d"])


@click.group(cls=GermanGroup)
def waiver() -> None:
    """Ausnahmen: befristete, begründete, von zwei Stellen getragene Entscheidungen über Befunde."""


@waiver.command("add")
@click.option("--rule", required=True, metavar="KENNUNG", help="Die Regel.")
@click.option("--case", metavar="FALL", help="Der Fall (BG-Nummer oder Kundennummer).")
@click.option(
    "--item", metavar="GEGENSTAND", help="Der einzelne Datensatz; sonst alle Befunde der Regel zu diesem Fall."
)
@click.option(
    "--pattern",
    "parts",
    multiple=True,
    metavar="SPALTE=MUSTER",
    help="Statt eines Falls ein Muster: case_id, item, team, geschaeftsstelle (mit * und ?) oder evidence.SPALTE.",
)
@click.option("--reason", required=True, metavar="TEXT", help="Warum; keine Namen.")
@click.option("--requested-by", required=True, metavar="STELLE", help="Wer die Ausnahme beantragt (Stelle, kein Name).")
@click.option("--approved-by", required=True, metavar="STELLE", help="Wer sie genehmigt; eine andere Stelle.")
@click.option("--start", type=DAY, metavar="JJJJ-MM-TT", help="Erster Tag (sonst: heute).")
@click.option("--end", required=True, type=DAY, metavar="JJJJ-MM-TT", help="Letzter Tag, höchstens 12 Monate.")
@LEDGER
def add_waiver(
    rule: str,
    case: str | None,
    item: str | None,
    parts: tuple[str, ...],
    reason: str,
    requested_by: str,
    approved_by: str,
    start: datetime | None,
    end: datetime,
    ledger: Path,
) -> None:
    """Eine Ausnahme eintragen."""
    from amip_dq.content import content_folder, load_content
    from amip_dq.ledger.waivers import Exemption, add, waivers_file

    known = {known.id for known in load_content(content_folder(None)).rules}
    begin = start.date() if start else date.today()
    wanted = Exemption("", rule, reason, requested_by, approved_by, begin, end.date(), case, item, _pattern(parts))
    kept = add(waivers_file(ledger), wanted, known)
    console.result(
        f"Eingetragen: {kept.id}, gültig vom {kept.start:%d.%m.%Y} bis {kept.end:%d.%m.%Y}. "
        "Sie wirkt ab dem nächsten Lauf."
    )


def _pattern(parts: tuple[str, ...]):
    from amip_dq.ledger.waivers import PATTERN_COLUMNS, Pattern

    if not parts:
        return None
    columns, evidence = {}, {}
    for part in parts:
        name, equals, value = part.partition("=")
        if not equals or not (name in PATTERN_COLUMNS or name.startswith("evidence.")):
            raise LedgerError(
                f"--pattern {name}: erwartet wird SPALTE=MUSTER mit {', '.join(PATTERN_COLUMNS)} oder evidence.SPALTE."
            )
        if name.startswith("evidence."):
            evidence[name.removeprefix("evidence.")] = value
        else:
            columns[name] = value
    return Pattern(**columns, evidence=evidence)


@waiver.command("list")
@click.option("--stichtag", type=DAY, metavar="JJJJ-MM-TT", help="Der Tag, für den der Stand gilt (sonst: heute).")
@LEDGER
def list_waivers(stichtag: datetime | None, ledger: Path) -> None:
    """Alle Ausnahmen mit ihrem Stand."""
    from amip_dq.ledger.waivers import load_waivers, waivers_file

    day = stichtag.date() if stichtag else date.today()
    found = load_waivers(waivers_file(ledger))
    if not found:
        console.result("Es gibt keine Ausnahmen.")
    for exemption in found:
        place = exemption.case or "Muster"
        place += f" / {exemption.item}" if exemption.item else ""
        console.result(
            f"{exemption.id}  {exemption.state_on(day):<12} {exemption.start:%d.%m.%Y}–{exemption.end:%d.%m.%Y}  "
            f"{exemption.rule}  {place}  beantragt: {exemption.requested_by}, genehmigt: {exemption.approved_by}  "
            f"{exemption.reason}"
        )


@waiver.command("revoke")
@click.argument("waiver_id", metavar="NUMMER")
@click.option(
    "--on", "day", type=DAY, metavar="JJJJ-MM-TT", help="Der Tag, von dem an sie nicht mehr gilt (sonst: heute)."
)
@LEDGER
def revoke_waiver(waiver_id: str, day: datetime | None, ledger: Path) -> None:
    """Eine Ausnahme vorzeitig beenden; der Eintrag bleibt stehen."""
    from amip_dq.ledger.waivers import revoke, waivers_file

    ended = revoke(waivers_file(ledger), waiver_id, day.date() if day else date.today())
    console.result(
        f"{ended.id} gilt ab dem {ended.revoked_on:%d.%m.%Y} nicht mehr; "
        "ihre Befunde kommen mit dem nächsten Lauf zurück."
    )
