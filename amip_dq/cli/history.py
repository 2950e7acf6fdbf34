"""`amip-dq history`: what the ledger remembers, whether it is intact, and forgetting in time."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import click

from amip_dq.cli.console import console
from amip_dq.cli.german import GermanGroup
from amip_dq.errors import AmipError, LedgerError
from amip_dq.model import Estimate, RuleSample, SampledQuota

LEDGER = click.option(
    "--history",
    "ledger",
    required=True,
    metavar="DATEI",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Die Verlaufsdatei.",
)
KINDS = {"run": "Lauf", "answers": "Rückmeldungen", "prune": "Bereinigung", "sample": "Stichprobe"}
CHANGES = {
    "new": "neu", "unchanged": "unverändert", "reopened": "wieder offen", "resolved": "behoben",
    "gone": "nicht mehr betroffen", "vanished": "nicht mehr geliefert", "rule_changed": "Regel geändert",
    "not_judged": "nicht geprüft", "waived": "ausgenommen",
}  # fmt: skip


@click.group(cls=GermanGroup)
def history() -> None:
    """Die Verlaufsdatei ansehen, prüfen und bereinigen."""


@history.command("list")
@LEDGER
def list_runs(ledger: Path) -> None:
    """Alle Einträge: Nummer, Stichtag, Prüfregeln, offene Befunde."""
    from amip_dq.ledger.history import open_counts
    from amip_dq.ledger.queries import entries
    from amip_dq.ledger.store import reading

    with reading(ledger) as con:
        counts = open_counts(con)
        for link, body in entries(con):
            console.result(_line(link, body, counts.get(link.nr, 0)))


def _line(link, body: dict, count: int) -> str:
    if link.kind != "run":
        return f"{link.nr:>5}  {'':<16} {KINDS[link.kind]} vom {_german(link.clock[:10])}"
    state = "vollständig" if body["complete"] else "unvollständig"
    run = sum(status not in ("error", "not_delivered") for _, _, status, *_ in body["rules"])
    return (
        f"{link.nr:>5}  {body['run_id']:<16} Stichtag {_german(body['stichtag'])}  {state:<13} "
        f"{run} von {body['expected_rules']} Regeln  {count} offene Befunde  {link.chain[:16]}"
    )


def _german(day: str) -> str:
    return f"{datetime.fromisoformat(day):%d.%m.%Y}"


@history.command("show")
@click.argument("run", metavar="LAUF")
@LEDGER
def show_run(run: str, ledger: Path) -> None:
    """Einen Lauf zeigen (Kennung, Nummer oder Stichtag): Herkunft, Veränderungen, Regeln, Kette."""
    from amip_dq.ledger.documents import find_run
    from amip_dq.ledger.queries import entry
    from amip_dq.ledger.samples import samples_before
    from amip_dq.ledger.store import reading

    with reading(ledger) as con:
        link, body = entry(con, find_run(con, run))
        samples = samples_before(con, link.nr)
    lines = [
        f"Lauf {body['run_id']} (Eintrag {link.nr}), ausgeführt am {_german(link.clock[:10])}",
        f"Stichtag {_german(body['stichtag'])}, Programm {body['engine']}",
        f"Lieferung  {body['delivery']}", f"Regelwerk  {body['content']}", f"Parameter  {body['parameters']}",
        f"Kette      {link.chain}",
    ]  # fmt: skip
    lines += [
        f"Datei {path}: {read} Zeilen gelesen, {rejected} abgewiesen" for path, _, _, read, rejected in body["files"]
    ]
    lines += ["Veränderungen: " + (", ".join(f"{n} {CHANGES[c]}" for c, n in body["changes"].items()) or "keine")]
    lines += [_bridge(bridge) for bridge in body["bridges"]]
    lines += [
        f"{rule} (v{version}, {status}): {violation} Befunde, davon {waived} ausgenommen; "
        f"{unknown} nicht prüfbar; {ok} in Ordnung"
        for rule, version, status, ok, violation, unknown, waived in body["rules"]
    ]
    lines += [_sampled(sample) for sample in samples.rules.values()]
    lines += [_confirmed(quota) for quota in samples.quotas.values()]
    console.result("\n".join(lines))


def _sampled(sample: RuleSample) -> str:
    recall = f"findet {_rates(sample.recall)} der fehlerhaften Fälle" if sample.recall else "Anteil offen"
    return (
        f"Stichprobe {sample.source.stichtag:%d.%m.%Y}, {sample.rule_id}: {sample.wrong} von {sample.examined} "
        f"geprüften Treffern fehlerhaft, {_rates(sample.precision)}; {recall}"
    )


def _confirmed(quota: SampledQuota) -> str:
    return (
        f"Stichprobe {quota.source.stichtag:%d.%m.%Y}, Kennzahl {quota.figure_id}: {quota.right} von {quota.examined} "
        f"geprüften Fällen in Ordnung, {_rates(quota.value)}; mindestens {_percent(quota.at_least)}"
    )


def _rates(rates: Estimate) -> str:
    return f"{_percent(rates.point)} ({_percent(rates.lower)} bis {_percent(rates.upper)})"


def _percent(rate: Decimal) -> str:
    return f"{(rate * 100).quantize(Decimal('0.1'), ROUND_HALF_UP)} %".replace(".", ",")


def _bridge(bridge: dict) -> str:
    name = f"Regeländerung {bridge['rule_id']} (v{bridge['version_before']} → v{bridge['version']})"
    if bridge["old_today"] is None:
        return f"{name}: {bridge['before']} → {bridge['after']}; die alte Fassung ließ sich nicht mehr ausführen"
    data, rule = bridge["old_today"] - bridge["before"], bridge["after"] - bridge["old_today"]
    return f"{name}: {bridge['before']} {data:+d} durch die Daten {rule:+d} durch die Regel = {bridge['after']}"


@history.command("diff")
@click.argument("first", metavar="LAUF_A")
@click.argument("second", metavar="LAUF_B")
@LEDGER
def diff_runs(first: str, second: str, ledger: Path) -> None:
    """Zwei Läufe vergleichen: je Regel hinzugekommen, weggefallen, geblieben."""
    from amip_dq.ledger.documents import find_run
    from amip_dq.ledger.queries import difference, entry
    from amip_dq.ledger.store import reading

    with reading(ledger) as con:
        numbers = find_run(con, first), find_run(con, second)
        before, after = (entry(con, nr)[1] for nr in numbers)
        differences = difference(con, *numbers)
    for key, name in (
        ("delivery", "Lieferung"),
        ("content", "Regelwerk"),
        ("parameters", "Parameter"),
        ("engine", "Programm"),
    ):
        console.result(f"{name}: {'gleich' if before[key] == after[key] else 'verschieden'}")
    for rule in differences:
        went = ", ".join(f"{number} {CHANGES[change]}" for change, number in rule.went.items()) or "0 weggefallen"
        console.result(f"{rule.rule_id}: {rule.came} hinzugekommen; {went}; {rule.stayed} geblieben")


@history.command("verify")
@click.option(
    "--expect", metavar="KETTENWERT", help="Ein Kettenwert von einem Bericht, der in der Kette vorkommen muss."
)
@LEDGER
def verify_ledger(expect: str | None, ledger: Path) -> int:
    """Die Kette nachrechnen; Rückgabewert 0 unversehrt, 1 gebrochen."""
    from amip_dq.ledger.verify import verify

    result = verify(ledger, expect)
    if result.intact:
        hint = f" ({result.hint})" if result.hint else ""
        console.result(f"Unversehrt: {result.entries} Einträge, Kettenwert {result.chain}{hint}")
        return 0
    place = f"bei Eintrag {result.broken}" if result.broken else "vor dem ersten Eintrag"
    console.result(f"Gebrochen {place}: {result.problem}. Bis dahin halten {result.entries} Einträge.")
    return 1


@history.command("prune")
@click.option(
    "--stichtag",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="JJJJ-MM-TT",
    help="Tag, von dem an zurückgerechnet wird (sonst: letzter Lauf).",
)
@click.option("--months", type=click.IntRange(1), metavar="ZAHL", help="Aufbewahrung in Monaten nach der Erledigung.")
@LEDGER
def prune_ledger(stichtag: datetime | None, months: int | None, ledger: Path) -> None:
    """Fallangaben erledigter Befunde löschen; Zahlen, Trends und Kette bleiben."""
    from amip_dq.content import content_folder, load_content
    from amip_dq.ledger.execution import past_runs
    from amip_dq.ledger.retention import MONTHS, PARAMETER, cutoff, prune
    from amip_dq.ledger.store import publish, reading, writing

    with reading(ledger) as con:
        runs = past_runs(con)
    if not runs and stichtag is None:
        raise LedgerError("Die Verlaufsdatei enthält noch keinen Lauf; es gibt nichts zu bereinigen.")
    day = stichtag.date() if stichtag else max(run.stichtag for run in runs)
    if months is None:
        parameters = load_content(content_folder(None)).parameters
        months = parameters[PARAMETER].value_on(day) if PARAMETER in parameters else MONTHS
    before = cutoff(day, int(months))
    with writing(ledger) as draft:
        pruned = prune(draft, before, datetime.now(UTC).isoformat(timespec="seconds"))
        publish(draft, compact=True)
    for original in pruned.originals:
        original.unlink(missing_ok=True)
    console.result(
        f"{pruned.findings} Befunde, die vor dem {before:%d.%m.%Y} erledigt waren, tragen keine Fallangaben mehr."
    )


@history.command("export")
@click.argument("run", metavar="LAUF")
@click.option(
    "--format", "form", required=True, type=click.Choice(["sarif", "junit", "openmetrics"]), help="Zielformat."
)
@click.option(
    "--out", required=True, metavar="DATEI", type=click.Path(dir_okay=False, path_type=Path), help="Zieldatei."
)
@LEDGER
def export_run(run: str, form: str, out: Path, ledger: Path) -> None:
    """Einen Lauf für andere Werkzeuge schreiben; SARIF enthält Fallnummern und gibt es nur für den letzten Lauf."""
    from amip_dq.ledger.documents import find_run, stored_run
    from amip_dq.ledger.exports_junit import write_junit
    from amip_dq.ledger.exports_openmetrics import write_openmetrics
    from amip_dq.ledger.exports_sarif import write_sarif
    from amip_dq.ledger.queries import entry, open_findings
    from amip_dq.ledger.store import reading

    if out.exists():
        raise AmipError(f"{out}: diese Datei gibt es schon.")
    with reading(ledger) as con:
        nr = find_run(con, run)
        told, _, _ = stored_run(con, nr)
        clock = datetime.fromisoformat(entry(con, nr)[0].clock)
        if form == "sarif":
            if nr != _last_run(con):
                raise LedgerError(
                    "SARIF gibt es nur für den letzten Lauf; frühere kennen ihre Einzelfälle nicht mehr vollständig."
                )
            write_sarif(told, open_findings(con), out)
        elif form == "junit":
            write_junit(told, out)
        else:
            write_openmetrics(told, clock if clock.tzinfo else clock.astimezone(), out)
    console.result(f"Geschrieben: {out}")


def _last_run(con) -> int:
    return con.execute("SELECT max(nr) FROM entry WHERE kind = 'run'").fetchall()[0][0]
