"""`amip-dq check`: the nightly run, one straight line from the delivery to the published folder."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import click

from amip_dq import __version__
from amip_dq.cli.console import console
from amip_dq.cli.german import GermanCommand
from amip_dq.cli.outcome import exit_code, summary
from amip_dq.cli.output_folder import Places, refuse_existing, staged
from amip_dq.errors import AmipError
from amip_dq.model import Content, Layout, Rule, Run

FAIL_ON = ("nie", "niedrig", "mittel", "hoch", "kritisch", "ziel")
DAY = click.DateTime(["%Y-%m-%d"])
WORK_FILE = "arbeit.duckdb"
# DuckDB 2.0.1 ends with an internal error where a list function meets a dictionary-compressed column (docs/decisions/0010).
NO_DICTIONARIES = "SET disabled_compression_methods = 'dictionary,dict_fsst,fsst'"


@click.command(cls=GermanCommand)
@click.argument("delivery", metavar="LIEFERUNG", type=click.Path(exists=True, path_type=Path))
@click.option("--stichtag", required=True, type=DAY, metavar="JJJJ-MM-TT", help="Tag, auf den geprüft wird.")
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="ORDNER", help="Ordner für das Ergebnis.")
@click.option("--layout", default="kanonisch", metavar="NAME", help="Layout des Exports (Name oder YAML-Datei).")
@click.option("--history", type=click.Path(path_type=Path), metavar="DATEI", help="Verlaufsdatei (wird beim ersten Mal angelegt).")
@click.option("--previous", type=click.Path(exists=True, path_type=Path), metavar="ORDNER",
              help="Frühere Lieferung oder früheres Ergebnis zum Vergleich.")
@click.option("--fail-on", type=click.Choice(FAIL_ON), default="nie", help="Ab welcher Schwere der Rückgabewert 1 ist.")
@click.option("--rule", "rule_ids", multiple=True, metavar="KENNUNG", help="Nur diese Regel(n) prüfen.")
@click.option("--force", is_flag=True, help="Trotz gescheiterter Eingangsprüfung urteilen; einen vorhandenen Ordner ersetzen.")
@click.option("--key-file", type=click.Path(exists=True, dir_okay=False, path_type=Path), envvar="AMIP_DQ_KEY_FILE",
              metavar="DATEI", help="Geheimer Schlüssel für die Dateinamen der Fallseiten.")
@click.option("--timings", is_flag=True, help="Die Sekunden je Regel in run.json schreiben.")
def check(delivery: Path, stichtag: datetime, out: Path, layout: str, history: Path | None, previous: Path | None,
          fail_on: str, rule_ids: tuple[str, ...], force: bool, key_file: Path | None, timings: bool) -> int:
    """Eine Lieferung prüfen: lesen, Struktur, Eingangsprüfung, Regeln, Kennzahlen, Berichte."""
    from amip_dq.content import content_folder, load_content

    content = load_content(content_folder(None))
    console.step("Regelwerk gelesen", regeln=len(content.rules), kennzahlen=len(content.key_figures))
    rules = select_rules(content, rule_ids, stichtag.date())
    refuse_existing(out, force)
    wish = Wish(rules, find_layout(content, layout), delivery, stichtag.date(), out, history, previous, force, timings,
                only=bool(rule_ids), key=key_file.read_bytes() if key_file else None)  # fmt: skip
    run = perform(content, wish)
    console.result(summary(run, out))
    return exit_code(run, fail_on)


@dataclass(frozen=True)
class Wish:
    """What a check is asked to do."""

    rules: tuple[Rule, ...]
    layout: Layout
    delivery: Path
    stichtag: date
    out: Path
    history: Path | None = None
    previous: Path | None = None
    force: bool = False
    timings: bool = False
    only: bool = False
    key: bytes | None = None


def perform(content: Content, wish: Wish) -> Run:
    """Check one delivery and publish the folder, together with its entry in the ledger; returns the run."""
    import duckdb

    from amip_dq.delivery.gate import warm_up

    if content.suites:
        warm_up()
    with staged(wish.out) as places:
        try:
            run = read_and_inspect(content, wish, places)
            run, con = judge(content, wish, run, places)
            with closing(con):
                return publish_run(run, content, con, places, wish)
        except duckdb.FatalException as error:
            raise AmipError("Die Datenbank brach mit einem internen Fehler ab; es wurde nichts veröffentlicht.") from error


def publish_run(run: Run, content: Content, con, places: Places, wish: Wish) -> Run:
    """Write the reports and publish them, with an entry in the ledger where there is one."""
    if wish.history is not None:
        return record_and_write(run, content, con, places, wish)
    write(run, content, con, places, wish)
    places.publish()
    return run


def read_and_inspect(content: Content, wish: Wish, places: Places) -> Run:
    """Read the delivery, find its defects, and ask the gate; returns a run in which no rule has been judged."""
    import duckdb

    from amip_dq.content.catalog import working_day
    from amip_dq.delivery.defects import find_defects
    from amip_dq.delivery.gate import inspect_delivery
    from amip_dq.delivery.read import read_delivery

    con = duckdb.connect(str(places.work / WORK_FILE))
    con.execute(NO_DICTIONARIES)
    read = read_delivery(wish.delivery, wish.layout, content.tables, con)
    console.step("Lieferung gelesen", dateien=len(read.files), zeilen=sum(f.rows_read for f in read.files),
                 abgewiesen=sum(f.rows_rejected for f in read.files))  # fmt: skip
    defects = find_defects(con, read, content.tables)
    console.step("Struktur geprüft", maengel=sum(defect.rows for defect in defects))
    gate = inspect_delivery(con, read, content.suites, wish.stichtag, previous_profile(content, wish),
                            working_day(content.calendar))  # fmt: skip
    console.step("Eingang geprüft", bestanden=gate.passed)
    con.close()
    mandatory = tuple(name for name in read.not_delivered if not content.tables[name].optional)
    return Run(wish.stichtag, read, gate, defects, (), (), content.digest, content.parameters_digest, __version__,
               wish.force, mandatory)  # fmt: skip


def previous_profile(content: Content, wish: Wish):
    """Return the profile of the delivery before this one: from --previous, else from the ledger, else None."""
    from amip_dq.delivery.previous import load_previous
    from amip_dq.ledger.profile import last_profile

    if wish.previous is None and wish.history is not None:
        return last_profile(wish.history)
    return load_previous(wish.previous, wish.layout, content.tables)


def judge(content: Content, wish: Wish, run: Run, places: Places):
    """Judge rules and key figures on the locked database; returns the run and the connection with the findings."""
    from amip_dq.engine import evaluate, measure, open_for_judging, what_if
    from amip_dq.engine.figures import named_rules

    rules = wish.rules if run.judged else ()
    chosen = {rule.id for rule in rules}
    figures = [f for f in content.key_figures if run.judged and (not wish.only or named_rules(f, content) <= chosen)]
    con = open_for_judging(places.work / WORK_FILE, content, wish.stichtag, [*rules, *figures])
    with console.bar("Regeln", len(rules)) as bar:
        results = evaluate(con, content, rules, run.delivery.delivered, progress=bar.advance)
    console.step("Regeln geprüft", befunde=sum(result.violation for result in results))
    measured = measure(con, content, figures, wish.stichtag, run.delivery.delivered)
    impacts = what_if(con, content, results, measured, wish.stichtag, run.delivery.delivered)
    return replace(run, results=results, figures=measured, impacts=impacts), con


def record_and_write(run: Run, content: Content, con, places: Places, wish: Wish) -> Run:
    """Write the reports with what the ledger remembers, and publish both or neither."""
    from amip_dq.ledger.nightly import take
    from amip_dq.ledger.store import Output, publish, writing

    with writing(wish.history) as draft:
        taken = take(draft, run, content, con, datetime.now().isoformat(timespec="seconds"))
        console.step("Verlauf fortgeschrieben", lauf=taken.run.run_id)
        write(taken.run, content, con, places, wish, taken.history)
        publish(draft, Output(places.staging, places.out, places.publish))
    return taken.run


def write(run: Run, content: Content, con, places: Places, wish: Wish, history=None) -> None:
    """Write every file of the contract into the staging folder."""
    from amip_dq.report import write_run

    write_run(run, content, con, places.staging, history, timings=wish.timings, key=wish.key)
    console.step("Berichte geschrieben")


def select_rules(content: Content, rule_ids: tuple[str, ...], stichtag: date) -> tuple[Rule, ...]:
    """Return the rules to run: those that apply on the Stichtag, or the named ones among them."""
    applicable = tuple(rule for rule in content.rules if rule.applies_on(stichtag))
    if not rule_ids:
        return applicable
    found = tuple(rule for rule in applicable if rule.id in rule_ids or rule.control.id in rule_ids)
    known = {name for rule in found for name in (rule.id, rule.control.id)}
    for name in rule_ids:
        if name not in known:
            raise AmipError(f"Die Regel »{name}« gibt es nicht, oder sie gilt am {stichtag:%d.%m.%Y} nicht.")
    return found


def find_layout(content: Content, name: str) -> Layout:
    """Return a layout by its name or from a YAML file."""
    from amip_dq.content.layouts import read_layout
    from amip_dq.content.validate import Problems
    from amip_dq.errors import ContentErrors

    if name in content.layouts:
        return content.layouts[name]
    if name.endswith((".yaml", ".yml")) and Path(name).is_file():
        try:
            return read_layout(Path(name), content.tables)
        except Problems as several:
            raise ContentErrors(several.problems) from None
    raise AmipError(f"Das Layout »{name}« gibt es nicht; möglich: {', '.join(sorted(content.layouts))}, oder eine YAML-Datei.")
