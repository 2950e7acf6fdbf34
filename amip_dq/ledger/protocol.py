"""The import protocol that goes back to the team: as a page and as a list."""

from __future__ import annotations

from datetime import date, datetime
from html import escape
from pathlib import Path

from amip_dq.ledger.answers import ACCEPTED, KNOWN, REJECTED, Protocol, Ruling
from amip_dq.ledger.worksheet import ANSWERS

HEADINGS = ("Zeile", "Befund-Nr.", "Antwort", "Termin", "Ergebnis", "Hinweis")


def summary(protocol: Protocol) -> str:
    """Return the protocol in one German sentence."""
    if protocol.repeated:
        return f"{protocol.file}: diese Datei wurde schon eingelesen; es wurde nichts geändert."
    return (
        f"{protocol.file}: {protocol.count(ACCEPTED)} angenommen, {protocol.count(REJECTED)} abgelehnt, "
        f"{protocol.count(KNOWN)} schon bekannt, {protocol.silent} ohne Antwort."
    )


def rows_of(protocol: Protocol) -> list[tuple[str, ...]]:
    """Return the rows of the protocol as texts, without the reasons."""
    return [_row(ruling) for ruling in protocol.rulings]


def _row(ruling: Ruling) -> tuple[str, ...]:
    line = ruling.line
    until = f"{line.until:%d.%m.%Y}" if isinstance(line.until, date) else line.until or ""
    return (str(line.place), line.number, ANSWERS.get(line.answer, line.answer), until, ruling.verdict, ruling.note)


def write_html(protocol: Protocol, path: Path) -> None:
    """Write the protocol as one page that needs nothing else; every text in it is escaped."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in HEADINGS)
    body = "\n".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows_of(protocol)
    )
    path.write_text(
        PAGE.format(
            summary=escape(summary(protocol)),
            day=f"{protocol.day:%d.%m.%Y}",
            digest=protocol.digest,
            head=head,
            body=body,
        ),
        encoding="utf-8",
        newline="\n",
    )


def write_xlsx(protocol: Protocol, path: Path) -> None:
    """Write the protocol as a list; texts are never read as formulas."""
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, options) as book:
        book.set_properties(
            {"title": "Importprotokoll", "created": datetime(protocol.day.year, protocol.day.month, protocol.day.day)}
        )
        sheet = book.add_worksheet("Protokoll")
        for column, name in enumerate(HEADINGS):
            sheet.write_string(0, column, name)
        for number, row in enumerate(rows_of(protocol), start=1):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell)
        sheet.freeze_panes(1, 0)


PAGE = """<!doctype html>
<html lang="de"><head><meta charset="utf-8"><title>Importprotokoll der Arbeitsliste</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>body{{font:16px/1.5 sans-serif;margin:2rem;max-width:70rem}}table{{border-collapse:collapse}}
th,td{{text-align:left;padding:.3rem .8rem;border-bottom:1px solid #999}}</style></head>
<body><main><h1>Importprotokoll der Arbeitsliste</h1>
<p>{summary}</p><p>Eingelesen am {day}. Prüfsumme des Originals: <code>{digest}</code></p>
<table><caption>Jede beantwortete Zeile und was aus ihr wurde</caption>
<thead><tr>{head}</tr></thead>
<tbody>
{body}
</tbody></table></main></body></html>
"""
