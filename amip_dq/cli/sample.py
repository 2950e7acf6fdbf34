"""`amip-dq sample`: audit samples from the frozen population to the signed report."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from amip_dq import __version__
from amip_dq.cli.console import console
from amip_dq.cli.german import GermanCommand, GermanGroup
from amip_dq.cli.output_folder import refuse_existing
from amip_dq.cli.sample_files import (
    confidential,
    find_plan,
    fonts_folder,
    frame_of,
    hand_on_keys,
    keep_in,
    read_result,
    templates_folder,
    worksheets_folder,
    written,
)
from amip_dq.cli.sample_frame import frame
from amip_dq.errors import AmipError

DAY = click.DateTime(["%Y-%m-%d"])
FOLDER = click.Path(path_type=Path)
THERE = click.Path(exists=True, path_type=Path)
SAME, DIFFERENT = 0, 1


@click.group(cls=GermanGroup)
def sample() -> None:
    """Stichproben der Fachaufsicht planen, ziehen, prüfen und auswerten."""


sample.add_command(frame)


@sample.command("plan", cls=GermanCommand)
@click.argument("frame_folder", metavar="RAHMEN", type=THERE)
@click.option("--plan", "plan_path", required=True, type=THERE, metavar="DATEI", help="Der Plan (YAML).")
@click.option("--out", type=FOLDER, metavar="ORDNER", help="Ordner für den hinterlegten Plan (sonst neben dem Plan).")
@click.option("--date", "day", type=DAY, metavar="JJJJ-MM-TT", help="Tag der Hinterlegung (sonst heute).")
@click.option("--force", is_flag=True, help="Einen vorhandenen Ordner ersetzen.")
def plan_command(frame_folder: Path, plan_path: Path, out: Path | None, day: datetime | None, force: bool) -> None:
    """Umfang und zulässige Fehlerzahl berechnen, den Plan mit Prüfsumme hinterlegen."""
    from amip_dq.sampling.deposit import deposit
    from amip_dq.sampling.frame import read_frame
    from amip_dq.sampling.plan_file import check_binding, commit, read_plan
    from amip_dq.sampling.plan_sizes import size_plan

    frozen, plan = read_frame(frame_folder), read_plan(plan_path, worksheets_folder())
    check_binding(plan, frozen)
    sizes = size_plan(plan, frozen)
    committed = commit(plan, frozen, sizes.spelled(), day.date() if day else date.today(), __version__)
    target = out or plan_path.with_name(f"{plan_path.stem}-hinterlegt")
    refuse_existing(target, force)
    with written(target) as folder:
        deposit(committed, folder, target, frame_folder, templates_folder())
    for name, n in sizes.n.items():
        console.result(f"Umfang {name}: {n}")
    if sizes.accepted is not None:
        console.result(f"zulässige Fehler: {sizes.accepted}")
    if sizes.risk is not None:
        console.result(f"wahres Risiko: {sizes.risk:.4%}".replace(".", ","))
    for sentence in sizes.cannot:
        console.result(sentence)
    console.result(f"Plan (SHA-256): {committed.hash}")
    console.result(f"Hinterlegungsblatt: {target / 'hinterlegung.html'}")


@sample.command("draw", cls=GermanCommand)
@click.argument("plan_path", metavar="PLAN", type=THERE)
@click.option("--public-value", metavar="TEXT", help="Öffentlicher Wert, den es beim Hinterlegen noch nicht gab.")
@click.option("--public-source", default="", metavar="TEXT", help="Woher der Wert stammt.")
@click.option("--public-date", type=DAY, metavar="JJJJ-MM-TT", help="Tag des Werts (sonst heute).")
@click.option("--no-public-value", is_flag=True, help="Ohne öffentlichen Wert ziehen; der Bericht sagt es.")
@click.option("--frame", "frame_folder", type=THERE, metavar="ORDNER", help="Der Rahmen, falls er verschoben wurde.")
@click.option("--out", required=True, type=FOLDER, metavar="ORDNER", help="Ordner für die Ziehung.")
def draw_command(plan_path: Path, public_value: str | None, public_source: str, public_date: datetime | None,
                 no_public_value: bool, frame_folder: Path | None, out: Path) -> None:  # fmt: skip
    """Nach der Hinterlegung ziehen: der öffentliche Wert bestimmt die Auswahl."""
    from amip_dq.sampling import draw_log
    from amip_dq.sampling.frame import read_frame
    from amip_dq.sampling.plan_file import read_committed
    from amip_dq.sampling.protocol import write_draw
    from amip_dq.sampling.selection import Reveal, draw

    if (public_value is None) == (not no_public_value):
        raise AmipError("Bitte --public-value angeben, oder ausdrücklich --no-public-value.")
    folder = find_plan(plan_path)
    committed, where = read_committed(folder), frame_folder or frame_of(folder)
    day = public_date.date() if public_date else date.today()
    reveal = Reveal(public_value, public_source, day)
    refuse_existing(out, force=False)
    frozen = read_frame(where)
    draw(committed, frozen, reveal, 0)  # refuses before a line is added to the log
    number = draw_log.append(where, committed.hash, public_value, day.isoformat())
    made = draw(committed, frozen, reveal, number)
    with written(out) as staging:
        write_draw(made, staging)
        hand_on_keys(where, staging)
    console.result(f"{number}. Ziehung aus diesem Bestand: {len(made.sample)} Fälle.")
    if public_value is None:
        console.result("Ohne öffentlichen Wert: reproduzierbar, aber nicht gegen Vorauswahl gesichert.")
    console.result(f"Ziehung (SHA-256): {made.hash}")


@sample.command("sheet", cls=GermanCommand)
@click.argument("draw_folder", metavar="ZIEHUNG", type=THERE)
@click.option(
    "--out", required=True, type=FOLDER, metavar="DATEI", help="Prüfbogen: .xlsx, .csv oder .html (zum Drucken)."
)
@click.option(
    "--next", "result_path", type=THERE, metavar="ERGEBNIS", help="Nachzug: die Fälle, die laut Ergebnis noch fehlen."
)
@click.option("--second", is_flag=True, help="Zweitlesung: ein zufälliges Zehntel.")
def sheet_command(draw_folder: Path, out: Path, result_path: Path | None, second: bool) -> None:
    """Den Prüfbogen schreiben; automatische Befunde stehen nicht darin."""
    from amip_dq.sampling.protocol import read_draw
    from amip_dq.sampling.sheet import Assignment, assigned
    from amip_dq.sampling.sheet_files import write_sheet

    made = read_draw(draw_folder)
    if second and result_path:
        raise AmipError("Bitte entweder --second oder --next.")
    assignment = Assignment("zweitlesung") if second else Assignment()
    if result_path:
        wanted = read_result(result_path).open.next_units
        if not wanted:
            raise AmipError("Nach diesem Ergebnis fehlt kein weiterer Fall.")
        assignment = Assignment("nachzug", tuple((name, n, used) for name, (n, used) in wanted.items()))
    if out.exists():
        raise AmipError(f"{out.name}: diese Datei gibt es schon; ein begonnener Prüfbogen wird nicht überschrieben.")
    out.parent.mkdir(parents=True, exist_ok=True)
    write_sheet(out, made, assignment, confidential(draw_folder)[0], templates_folder())
    console.result(f"{len(assigned(made, assignment))} Fälle: {out}")


@sample.command("import", cls=GermanCommand)
@click.argument("sheet_path", metavar="PRÜFBOGEN", type=THERE)
@click.option("--draw", "draw_folder", required=True, type=THERE, metavar="ORDNER", help="Die Ziehung.")
@click.option("--out", required=True, type=FOLDER, metavar="DATEI", help="Prüfergebnis (JSON).")
@click.option("--previous", type=THERE, metavar="DATEI", help="Früheres Prüfergebnis, das ergänzt wird.")
@click.option("--partial", is_flag=True, help="Leere Zeilen zulassen; das Ergebnis bleibt unvollständig.")
def import_command(sheet_path: Path, draw_folder: Path, out: Path, previous: Path | None, partial: bool) -> None:
    """Einen ausgefüllten Prüfbogen übernehmen: alles oder nichts, mit allen Fehlern auf einmal."""
    from amip_dq.sampling.audit_result import begin, spelled, take_over
    from amip_dq.sampling.canonical import sha256, write_json
    from amip_dq.sampling.protocol import read_draw
    from amip_dq.sampling.sheet_files import read_grid
    from amip_dq.sampling.sheet_import import read_sheet

    made, (numbers, flags) = read_draw(draw_folder), confidential(draw_folder)
    before = read_result(previous) if previous else begin(made, flags)
    if before.draw_hash != made.hash:
        raise AmipError("Das frühere Ergebnis gehört zu einer anderen Ziehung.")
    if out.exists() and (previous is None or out.resolve() != previous.resolve()):
        raise AmipError(f"{out.name}: diese Datei gibt es schon; mit --previous wird sie ergänzt.")
    sheet = read_sheet(read_grid(sheet_path), made, numbers, partial)
    result = take_over(before, sheet, sha256(sheet_path.read_bytes()))
    out.parent.mkdir(parents=True, exist_ok=True)
    beside = out.with_name(f".{out.name}.neu")
    write_json(beside, spelled(result))
    beside.replace(out)
    points = result.open
    console.result(f"{len(sheet.readings)} Fälle übernommen.")
    for name, (n, _) in points.next_units.items():
        console.result(f"Noch zu prüfen in {name}: {n} (sample sheet … --next {out.name}).")
    console.result(
        "Das Ergebnis ist vollständig." if points.complete else "Das Ergebnis ist unvollständig; es nennt keine Quote."
    )


@sample.command("evaluate", cls=GermanCommand)
@click.argument("result_path", metavar="ERGEBNIS", type=THERE)
@click.option(
    "--out", required=True, type=FOLDER, metavar="ORDNER", help="Ordner für Bericht (HTML, PDF) und result.json."
)
@click.option(
    "--history", "ledger", type=FOLDER, metavar="DATEI", help="Verlaufsdatei, die Treffsicherheit und Quote aufnimmt."
)
@click.option("--force", is_flag=True, help="Einen vorhandenen Ordner ersetzen.")
def evaluate_command(result_path: Path, out: Path, ledger: Path | None, force: bool) -> int:
    """Auswerten. Rückgabewert: 0 nachgewiesen, 1 nicht nachgewiesen, 3 Überschreitung nachgewiesen."""
    from amip_dq.sampling.evaluation import evaluate
    from amip_dq.sampling.report import write_report
    from amip_dq.sampling.wording import headline

    told = evaluate(read_result(result_path))
    refuse_existing(out, force)
    with written(out) as folder:
        write_report(told, folder, templates_folder(), fonts_folder())
        kept = keep_in(ledger, told) if ledger else None
    console.result(told.conclusion.value)
    for sentence in headline(told):
        console.result(sentence)
    console.result(f"Bericht: {out / 'bericht.html'}")
    if kept:
        console.result(f"Verlauf: Eintrag {kept.nr}" + ("." if kept.fresh else "; er steht dort schon."))
    return told.exit_code


@sample.command("verify", cls=GermanCommand)
@click.argument("draw_folder", metavar="ZIEHUNG", type=THERE)
@click.option("--frame", "frame_folder", required=True, type=THERE, metavar="ORDNER", help="Der eingefrorene Rahmen.")
def verify_command(draw_folder: Path, frame_folder: Path) -> int:
    """Die Ziehung nachrechnen. Rückgabewert: 0 dieselbe, 1 nicht."""
    from amip_dq.sampling.protocol import verify

    proofs = verify(draw_folder, frame_folder)
    for proof in proofs:
        console.result(f"{'stimmt' if proof.holds else 'stimmt NICHT'}: {proof.what}.")
    return SAME if all(proof.holds for proof in proofs) else DIFFERENT


@sample.command("validate", cls=GermanCommand)
@click.option(
    "--vectors", type=THERE, metavar="DATEI", help="Liste veröffentlichter Werte (JSON); sonst die mitgelieferte."
)
@click.option(
    "--report", "report_path", type=FOLDER, metavar="DATEI", help="Den Validierungsbericht schreiben (Markdown)."
)
def validate_command(vectors: Path | None, report_path: Path | None) -> int:
    """Veröffentlichte Werte nachrechnen: stimmt, weicht ab, oder nicht unterstützt."""
    from amip_dq.sampling.validation import REPRODUCED, SHIPPED, check_vector, line, read_vectors, report

    checks = [check_vector(vector) for vector in read_vectors(vectors or SHIPPED)]
    for check in checks:
        console.result(line(check))
    if report_path:
        report_path.write_text(report(checks), encoding="utf-8", newline="\n")
    reproduced = sum(check.status == REPRODUCED for check in checks)
    console.result(f"{reproduced} of {len(checks)} reproduced")
    return SAME if reproduced == len(checks) else DIFFERENT
