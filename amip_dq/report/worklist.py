"""The work list of a team as XLSX: sortable, with drop-downs for the answers, nothing in it can calculate."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from amip_dq.ledger.worksheet import ANSWERS, COLUMNS, PLANNED, REASON, SHEET, TASK, UNTIL, row_checksum
from amip_dq.report.charts import shortened
from amip_dq.report.files import inert
from amip_dq.report.lists import team_area
from amip_dq.report.rows import rest_text
from amip_dq.report.site import Site
from amip_dq.report.stock import Finding, findings
from amip_dq.report.worklist_front import make_looks, write_readme

ROWS_PER_FILE = 5_000
FIXED_CREATED = datetime(2000, 1, 1)  # a clock in the file would make equal runs differ
LONGEST_CELL = 2_000
CONTROL = re.compile(r"[\x00-\x1f]+")  # XLSX would write them as codes that no reader turns back


# Width and look of every column that the ledger reads back, in its order.
SHAPES = (
    (8, "zahl"),
    (12, "datum"),
    (22, "text"),
    (16, "text"),
    (9, "text"),
    (60, "umbruch"),
    (60, "umbruch"),
    (24, "text"),
    (12, "tag"),
    (20, "text"),
    (10, "link"),
    (14, "antwort"),
    (40, "antwort"),
    (14, "antwort_datum"),
    (14, "text"),
)
POSITION = {name: number for number, name in enumerate(COLUMNS)}
LAST_LETTER = chr(ord("A") + len(COLUMNS) - 1)


def write_worklists(site: Site) -> None:
    """Write worklists/<team>.xlsx, and <team>-2.xlsx and so on above 5,000 rows, in working order."""
    folder = site.out / "worklists"
    folder.mkdir()
    written = set()
    for team, group in groupby(findings(site.con, "state = 'open'", "team, task, platz"), key=lambda f: f.team):
        for number, rows in enumerate(portions(group), 1):
            part = "" if number == 1 else f"-{number}"
            write_worklist(site, team, rows, folder / f"{site.team_folders[team]}{part}.xlsx")
        written.add(team)
    for team in set(site.stock.teams) - written:
        write_worklist(site, team, [], folder / f"{site.team_folders[team]}.xlsx")


def portions(rows: Iterator[Finding]) -> Iterator[list[Finding]]:
    """Yield rows in lists of at most 5,000."""
    portion: list[Finding] = []
    for row in rows:
        if len(portion) == ROWS_PER_FILE:
            yield portion
            portion = []
        portion.append(row)
    yield portion


def write_worklist(site: Site, team: str, rows: Sequence[Finding], path: Path) -> None:
    """Write one workbook with the sheets »Lies mich« and »Arbeitsliste«."""
    t = site.texts.plain
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "dd.mm.yyyy",
        "constant_memory": True,
    }  # rows are written in order and leave memory at once
    with xlsxwriter.Workbook(str(path), options) as book:
        title = t("arbeitsliste.titel", team=site.team_title(team))
        book.set_properties(
            {"title": title, "subject": t("arbeitsliste.betreff", tag=site.run.stichtag), "created": FIXED_CREATED}
        )
        looks = make_looks(book)
        write_readme(site, book.add_worksheet(t("arbeitsliste.blatt_lies")), title, len(rows), looks)
        sheet = book.add_worksheet(SHEET)
        write_head(sheet, looks)
        for number, finding in enumerate(rows, 1):
            write_row(site, sheet, number, finding, looks)
        finish(site, book, sheet, title, len(rows), looks)
        sheet.activate()


def write_head(sheet: Worksheet, looks: dict[str, Format]) -> None:
    """Write the header in row 1, where filters, screen readers and the import look for it."""
    for number, (name, (width, look)) in enumerate(zip(COLUMNS, SHAPES, strict=True)):
        sheet.write_string(0, number, name, looks["kopf_antwort" if look.startswith("antwort") else "kopf"])
        sheet.set_column(number, number, width, None, {"hidden": name == COLUMNS[-1]})
    sheet.set_row(0, 30)


def write_row(site: Site, sheet: Worksheet, number: int, finding: Finding, looks: dict[str, Format]) -> None:
    """Write one finding; every text is a string cell, inert also after being saved as CSV."""
    befund = shortened(site.privacy.sentence(finding.rule_id, finding.text), LONGEST_CELL)
    remedy = " ".join(f"{i}. {step}" for i, step in enumerate(site.rules[finding.rule_id].remedy, 1))
    cells = {
        "Verzug": rest_text(site, finding),
        "Fall": finding.case_id,
        "Regel": site.code(finding.rule_id),
        "Befund": befund,
        "So beheben": shortened(remedy, LONGEST_CELL),
        "Zuständig": site.role(finding.responsible),
        "Befund-Nr.": finding.fingerprint,
    }
    cells = {name: CONTROL.sub(" ", text).strip() for name, text in cells.items()}
    cells[COLUMNS[-1]] = row_checksum(cells)
    sheet.write_number(number, POSITION[TASK], finding.task or 0, looks["zahl"])
    write_day(sheet, number, "Frist", finding.heilbar_bis, looks)
    write_day(sheet, number, PLANNED, finding.planned, looks)
    for name, text in cells.items():
        position = POSITION[name]
        sheet.write_string(number, position, inert(text) or "", looks[SHAPES[position][1]])
    write_link(site, sheet, number, finding, looks)
    for position in range(POSITION["Antwort"], POSITION[UNTIL] + 1):
        sheet.write_blank(number, position, None, looks[SHAPES[position][1]])


def write_day(sheet: Worksheet, number: int, name: str, day: date | None, looks: dict[str, Format]) -> None:
    """Write a real date, or an empty cell."""
    position, look = POSITION[name], looks[SHAPES[POSITION[name]][1]]
    if day is None:
        sheet.write_blank(number, position, None, look)
    else:
        sheet.write_datetime(number, position, datetime.combine(day, datetime.min.time()), look)


def write_link(site: Site, sheet: Worksheet, number: int, finding: Finding, looks: dict[str, Format]) -> None:
    """Link to the case page as a whole file: Windows drops what follows a `#`."""
    name = site.pages.get((finding.team, site.unit(finding.rule_id), finding.case_id))
    position, t = POSITION["Seite"], site.texts.plain
    if name and number < 65_000:
        target = f"external:../{team_area(site, finding.team)}/fall/{name}.html"
        sheet.write_url(number, position, target, looks["link"], t("arbeitsliste.oeffnen"))
    else:
        sheet.write_blank(number, position, None, looks["text"])


def finish(
    site: Site, book: xlsxwriter.Workbook, sheet: Worksheet, title: str, count: int, looks: dict[str, Format]
) -> None:
    """Add filters, validation, protection with a sortable range, and the print layout."""
    t, last = site.texts.plain, max(count, 1)
    sheet.freeze_panes(1, POSITION["So beheben"])
    sheet.autofilter(0, 0, last, len(COLUMNS) - 1)
    add_validation(site, sheet, last)
    no_error, waived, pending = (ANSWERS[word] for word in ("kein_fehler", "ausnahme", "in_klaerung"))
    mark_missing(sheet, last, REASON, (no_error, waived), looks)
    mark_missing(sheet, last, UNTIL, (waived, pending), looks)
    sheet.protect(
        "", {"sort": True, "autofilter": True, "format_columns": True, "format_rows": True, "select_locked_cells": True}
    )
    sheet.unprotect_range(
        f"A1:{LAST_LETTER}{last + 1}", SHEET
    )  # Excel sorts a protected sheet only inside such a range
    book.define_name(
        "ColumnTitle", f"='{sheet.get_name()}'!$A$1:${LAST_LETTER}$1"
    )  # screen readers take the heads from it
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_header(f"&L{title.replace('&', '&&')}&R{t('arbeitsliste.betreff', tag=site.run.stichtag)}")
    sheet.set_footer(f"&L{t('arbeitsliste.fuss')}&R{t('arbeitsliste.seite')}")


def mark_missing(sheet: Worksheet, last: int, name: str, answers: Sequence[str], looks: dict[str, Format]) -> None:
    """Turn an empty cell red where one of these answers needs it."""
    answer, cell = (chr(ord("A") + POSITION[column]) for column in ("Antwort", name))
    given = ",".join(f'${answer}2="{word}"' for word in answers)
    rule = {"type": "formula", "criteria": f'=AND(OR({given}),${cell}2="")', "format": looks["fehlt"]}
    sheet.conditional_format(1, POSITION[name], last, POSITION[name], rule)


def add_validation(site: Site, sheet: Worksheet, last: int) -> None:
    """Offer the four answers, limit the reason, ask for a date; typing over white cells is refused."""
    t = site.texts.plain

    def rule(first: int, column: int, **options: Any) -> None:
        sheet.data_validation(1, first, last, column, options)

    rule(0, POSITION["Seite"], validate="custom", value="=FALSE",
         error_title=t("arbeitsliste.weiss"), error_message=t("arbeitsliste.weiss_text"))  # fmt: skip
    rule(POSITION["Antwort"], POSITION["Antwort"], validate="list", source=list(ANSWERS.values()), input_title="Antwort",
         input_message=t("arbeitsliste.antwort_frage"), error_title="Antwort",
         error_message=t("arbeitsliste.antwort_fehler"))  # fmt: skip
    rule(POSITION[REASON], POSITION[REASON], validate="length", criteria="<=", value=500, error_title=REASON,
         error_message=t("arbeitsliste.laenge_fehler"))  # fmt: skip
    rule(POSITION[UNTIL], POSITION[UNTIL], validate="date", criteria=">", value=site.run.stichtag, error_title=UNTIL,
         error_message=t("arbeitsliste.termin_fehler"))  # fmt: skip
