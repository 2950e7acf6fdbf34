"""`amip-dq layout`: bring your own export – suggest a layout, and try one."""

from __future__ import annotations

from pathlib import Path

import click

from amip_dq.cli.german import GermanGroup
from amip_dq.errors import AmipError
from amip_dq.model import Content, Delivery

DIFFERENCES = 1


@click.group(cls=GermanGroup)
def layout() -> None:
    """Den eigenen Export lesbar machen: ein Layout vorschlagen und ausprobieren."""


@layout.command()
@click.argument(
    "files", metavar="DATEI…", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DATEI",
    help="Den Vorschlag hierhin schreiben statt auf den Schirm.",
)
def suggest(files: tuple[Path, ...], out: Path | None) -> None:
    """Aus Überschriften und Werten von Dateien ein Layout vorschlagen."""
    from amip_dq.delivery.suggest import suggest_layout

    content = loaded()
    text = suggest_layout(sorted(files), content.tables, content.layouts)
    if out is None:
        click.echo(text, nl=False)
        return
    if out.exists():
        raise AmipError(f"{out.name}: gibt es schon; bitte einen anderen Namen angeben.")
    out.write_text(text, encoding="utf-8")
    click.echo(f"Vorschlag geschrieben: {out}")


@layout.command("check")
@click.argument("name", metavar="LAYOUT")
@click.argument("delivery", metavar="LIEFERUNG", type=click.Path(exists=True, path_type=Path))
def check_layout(name: str, delivery: Path) -> int:
    """Eine Lieferung mit einem Layout lesen und zeigen, was nicht passt; prüft keine Regeln.

    LAYOUT ist ein Name aus checks/layouts oder eine YAML-Datei.
    """
    import duckdb

    from amip_dq.cli.check import find_layout
    from amip_dq.delivery.defects import find_defects
    from amip_dq.delivery.read import read_delivery

    content = loaded()
    with duckdb.connect() as con:
        found = read_delivery(delivery, find_layout(content, name), content.tables, con)
        find_defects(con, found, content.tables)
        lines, different = report(con, found, content)
    for line in lines:
        click.echo(line)
    return DIFFERENCES if different else 0


def loaded() -> Content:
    """Return the content that the command line names."""
    from amip_dq.content import content_folder, load_content

    return load_content(content_folder(None))


def report(con, delivery: Delivery, content: Content) -> tuple[list[str], bool]:
    """Return what to print about a trial, and whether anything differs from what the layout promises."""
    lines, defects = [], 0
    for nr, file in enumerate(delivery.files, 1):
        lines.append(f"{file.path} → {file.table}: {file.rows_read} gelesen, {file.rows_rejected} abgewiesen")
        for check, column, count, line in places(con, "defekt", '"check", "column"', nr, file.table):
            defects += count
            lines.append(f"    {WORDS.get(check, check)}{f' »{column}«' if column else ''}: {count}{first(line)}")
        for reason, count, line in places(con, "verworfen", "reason", nr, file.table):
            lines.append(f"    abgewiesen, {reason}: {count}{first(line)}")
    lines += [f"Hinweis: {f'{notice.path}: ' if notice.path else ''}{notice.text}" for notice in delivery.notices]
    missing = [name for name in delivery.not_delivered if not content.tables[name].optional]
    lines += [f"Nicht geliefert: {', '.join(missing)}"] if missing else []
    rejected = sum(file.rows_rejected for file in delivery.files)
    lines.append(summary(defects, rejected))
    return lines, bool(defects or rejected or missing)


def places(con, table: str, columns: str, nr: int, of: str) -> list[tuple]:
    """Return (columns …, how often, first line) of what lauf.<table> says about one file."""
    return con.execute(
        f'SELECT {columns}, count(*), min(line) FROM lauf.{table} WHERE file = $1 AND "table" = $2 '
        "GROUP BY ALL ORDER BY ALL",
        [nr, of],
    ).fetchall()


def first(line: int | None) -> str:
    """Return where to look, if there is a line."""
    return f", zuerst in Zeile {line}" if line else ""


def summary(defects: int, rejected: int) -> str:
    """Return the last line."""
    if not defects and not rejected:
        return "Das Layout passt: alle Zeilen gelesen, alle Werte erkannt."
    return f"{rejected} Zeilen abgewiesen, {defects} Mängel an Überschriften und Werten."


WORDS = {
    "type": "Wert nicht erkannt in", "required": "Pflichtwert fehlt in", "enum": "nicht in der Codeliste von",
    "missing_column": "Spalte fehlt", "unknown_column": "Spalte unbekannt", "unreadable": "nicht lesbar",
    "pattern": "Form stimmt nicht in", "foreignKey": "Verweis geht ins Leere in", "minimum": "zu klein in",
    "maximum": "zu groß in", "minLength": "zu kurz in", "maxLength": "zu lang in", "unique": "mehrfach in",
}  # fmt: skip
