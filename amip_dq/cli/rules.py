"""`amip-dq rules`: list, show, test, prove, begin and publish rules."""

from __future__ import annotations

from pathlib import Path

import click

from amip_dq.cli.console import console
from amip_dq.cli.german import GermanGroup
from amip_dq.errors import AmipError
from amip_dq.model import Content, KeyFigure, Rule

NO_RULE = "."  # the id of none
FILE = click.Path(dir_okay=False, path_type=Path)


@click.group(cls=GermanGroup)
def rules() -> None:
    """Das Regelwerk ansehen, prüfen und erweitern."""


def loaded(only: str | None = None) -> Content:
    """Return the content that the command line names, or just one rule of it."""
    from amip_dq.content import content_folder, load_content

    return load_content(content_folder(None), only)


def chosen(content: Content, rule_id: str | None) -> tuple[Rule, ...]:
    """Return one rule, found by its id or its control number, or all of them."""
    if rule_id is None:
        return content.rules
    found = tuple(rule for rule in content.rules if rule_id in (rule.id, rule.control.id))
    if not found:
        raise AmipError(f"Die Regel »{rule_id}« gibt es nicht. »amip-dq rules list« zeigt alle.")
    return found


def proved(content: Content, item_id: str | None) -> tuple[Rule | KeyFigure, ...]:
    """Return one rule or key figure, or everything that has examples."""
    if item_id is None:
        return (*content.rules, *content.key_figures)
    return tuple(figure for figure in content.key_figures if figure.id == item_id) or chosen(content, item_id)


@rules.command("list")
def list_rules() -> None:
    """Alle Regeln: Nummer, Kennung, Art, Schwere, Titel."""
    content = loaded()
    for rule in sorted(content.rules, key=lambda r: r.control.id):
        words = f"{rule.control.id:7} {rule.id:45} {rule.status.value:8} {rule.typ.value:14} {rule.severity.value:9}"
        click.echo(f"{words} {rule.title}")
    click.echo(f"{len(content.rules)} Regeln, {len(content.key_figures)} Kennzahlen.")


@rules.command()
@click.argument("rule_id", metavar="KENNUNG")
def show(rule_id: str) -> None:
    """Eine Regel in Worten und als SQL."""
    content = loaded()
    for rule in chosen(content, rule_id):
        click.echo(description(rule, content))


def description(rule: Rule, content: Content) -> str:
    """Return everything a reviewer needs to know of a rule, as plain text."""
    basis = "; ".join(source.cite for source in rule.basis)
    lines = [
        f"{rule.control.id}  {rule.id}  Fassung {rule.version} ({rule.status.value})",
        rule.title,
        "",
        f"Art: {rule.typ.value}, Schwere: {rule.severity.value}",
        f"Zuständig: {content.vocabulary.title('responsible', rule.responsible)}",
        f"Grundlage: {basis}",
        f"Zweck: {rule.purpose}",
        f"Warum: {rule.rationale.strip()}",
        f"Befund: {rule.finding}",
        *(f"Ausnahme: {text}" for text in rule.exemptions),
        *(f"Offen: {text}" for text in rule.open_questions),
        "So beheben:",
        *(f"  {number}. {step}" for number, step in enumerate(rule.remedy, start=1)),
        "Beispiele:",
        *(f"  {example.name}: {', '.join(f'{k} → {v}' for k, v in example.expect.items()) or 'nicht im Umfang'}"
          for example in rule.examples),
        "SQL:",
        rule.sql,
    ]  # fmt: skip
    return "\n".join(lines)


@rules.command()
@click.argument("rule_id", metavar="[KENNUNG]", required=False)
def test(rule_id: str | None) -> int:
    """Die Beispiele der Regeln und Kennzahlen (oder von einer) durchrechnen."""
    from amip_dq.engine import Bench

    one = rule_id if rule_id and "." in rule_id and not rule_id.startswith("kennzahl.") else None
    content = loaded(one)
    bench = Bench(content)
    tested = failed = 0
    for item in chosen(content, rule_id) if one else proved(content, rule_id):
        for result in bench.run(item):
            tested += 1
            failed += not result.passed
            for difference in result.differences:
                click.echo(f"{item.id} · {result.example.name}: {difference}")
    click.echo(f"{tested} Beispiele geprüft, {failed} weichen ab.")
    return 1 if failed else 0


@rules.command()
@click.argument("rule_id", metavar="[KENNUNG]", required=False)
@click.option("--views", is_flag=True, help="Auch die gemeinsamen Sichten verändern (dauert länger).")
@click.option("--json", "file", metavar="DATEI", type=FILE, help="Das Ergebnis in diese Datei schreiben, für »rules catalogue --mutation«.")
def mutate(rule_id: str | None, views: bool, file: Path | None) -> int:
    """Die Beispiele beweisen: bemerken sie jeden kleinen Fehler im SQL der Regeln, Kennzahlen und Sichten?"""
    import os
    from time import perf_counter

    from amip_dq.engine.mutate_all import mutate_all
    from amip_dq.engine.mutation_file import Mutations, write_mutations

    started, content = perf_counter(), loaded()
    if rule_id in content.views:
        names = [rule_id]
    else:
        names = [item.id for item in proved(content, rule_id)] + (list(content.views) if views else [])
    results = {}
    for result in mutate_all(content, names, os.cpu_count() or 1):
        results[result.name] = result
        click.echo(noticed(result.name, result.killed, result.judged))
        for survivor in result.survivors:
            click.echo(f"    überlebt: {survivor}")
        for marked in result.unknown_equivalents:
            click.echo(f"    als gleichwertig markiert, aber bemerkt oder nicht vorhanden: {marked}")
    mutations = Mutations(content.digest, results, round(perf_counter() - started))
    if file:
        write_mutations(file, mutations)
    for family, counts in mutations.families.items() if len(results) > 1 else ():
        click.echo(noticed(f"zusammen: {family}", *counts))
    click.echo(noticed(f"alle Mutanten, {mutations.seconds} Sekunden", *mutations.total))
    return 0 if all(result.enough and not result.unknown_equivalents for result in results.values()) else 1


def noticed(name: str, killed: int, judged: int) -> str:
    """Return the line that says how many mutants the examples noticed."""
    share = f"{100 * killed / judged:.1f} %".replace(".", ",") if judged else "–"
    return f"{name:50} {killed:4} von {judged:4} bemerkt  {share:>8}"


@rules.command()
@click.option("--out", required=True, metavar="ORDNER", type=click.Path(path_type=Path), help="Der Ordner, der entsteht.")
@click.option("--mutation", metavar="DATEI", type=FILE, help="Ergebnis von »rules mutate --json«.")
@click.option("--history", "ledger", metavar="DATEI", type=FILE, help="Die Verlaufsdatei: Welche Kontrollen haben je etwas gefunden?")
@click.option("--force", is_flag=True, help="Einen vorhandenen Ordner ersetzen.")
def catalogue(out: Path, mutation: Path | None, ledger: Path | None, force: bool) -> None:
    """Das ganze Regelwerk zum Prüfen und Gegenzeichnen: Seiten, Risiko-Kontroll-Matrix, Parameter, Abdeckung, XLSX."""
    from amip_dq.cli.output_folder import refuse_existing, staged
    from amip_dq.engine.mutation_file import read_mutations
    from amip_dq.report.catalogue import Catalogue, write_catalogue
    from amip_dq.report.catalogue_record import read_records

    refuse_existing(out, force)
    proof = read_mutations(mutation) if mutation else None
    whole = Catalogue(loaded(), proof, read_records(ledger) if ledger else None)
    with staged(out) as places:
        write_catalogue(whole, places.staging)
        places.publish()
    console.result(f"Regelkatalog: {relative(out / 'index.html')}")


@rules.command()
@click.option("--out", required=True, metavar="ORDNER", type=click.Path(file_okay=False, path_type=Path), help="Der Ordner für die Schemadateien.")
def schema(out: Path) -> None:
    """JSON-Schemata der Inhaltsdateien schreiben: Der Editor ergänzt und prüft damit beim Tippen."""
    from amip_dq.content.schema import write_schemas

    for path in write_schemas(loaded(NO_RULE), out):  # it must also help while a rule is unfinished
        console.result(f"geschrieben: {relative(path)}")


@rules.command()
@click.argument("rule_id", metavar="KENNUNG")
def new(rule_id: str) -> None:
    """Eine neue Regel anlegen: zwei Dateien mit allen Schlüsseln, die Beispiele zuerst."""
    from amip_dq.content import content_folder
    from amip_dq.content.new_rule import write_new_rule

    for path in write_new_rule(content_folder(None) / "rules", rule_id):
        console.result(f"angelegt: {relative(path)}")
    console.result("Zuerst die Beispiele schreiben, dann das SQL; »amip-dq rules test " + rule_id + "« rechnet sie durch.")


def relative(path: Path) -> Path:
    """Return a path as short as it can be said."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
