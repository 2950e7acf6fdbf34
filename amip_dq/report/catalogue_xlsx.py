"""The catalogue as one workbook: every sheet is a list to filter and to annotate; nothing in it can calculate."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from amip_dq.report.catalogue import Catalogue
from amip_dq.report.catalogue_sheets import Sheet, sheets
from amip_dq.report.charts import shortened
from amip_dq.report.files import inert
from amip_dq.report.texts import load_texts
from amip_dq.report.worklist import FIXED_CREATED

LONGEST_CELL = 32_000  # Excel holds 32,767 characters
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]+")  # all but the line feed
REMARK = 28


def write_workbook(catalogue: Catalogue, path: Path) -> None:
    """Write the workbook; equal content gives equal bytes."""
    t = load_texts().plain
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": t("katalog.xlsx.titel"), "created": FIXED_CREATED})
        looks = make_looks(book)
        write_readme(catalogue, book.add_worksheet(t("katalog.xlsx.lies")), looks)
        for sheet in sheets(catalogue):
            write_sheet(book.add_worksheet(sheet.title), sheet, looks)


def make_looks(book: xlsxwriter.Workbook) -> dict[str, Format]:
    """Return the cell formats; the yellow column is the reviewer's."""
    base: dict[str, Any] = {
        "font_name": "Calibri",
        "font_size": 10,
        "valign": "top",
        "bottom": 1,
        "bottom_color": "#D4DBE3",
    }
    head = {"bold": True, "font_size": 10, "font_color": "#FFFFFF", "valign": "vcenter", "text_wrap": True}
    return {
        "text": book.add_format(base | {"num_format": "@", "text_wrap": True}),
        "zahl": book.add_format(base | {"num_format": "0"}),
        "datum": book.add_format(base | {"num_format": "dd.mm.yyyy", "align": "left"}),
        "frei": book.add_format(base | {"bg_color": "#FFF9E3", "text_wrap": True}),
        "kopf": book.add_format(head | {"bg_color": "#11325D"}),
        "kopf_frei": book.add_format(head | {"bg_color": "#6B3F00"}),
        "titel": book.add_format({"bold": True, "font_size": 16}),
        "absatz": book.add_format({"text_wrap": True, "valign": "top"}),
    }


def write_readme(catalogue: Catalogue, sheet: Worksheet, looks: dict[str, Format]) -> None:
    """Write what the workbook holds and which state of the rule set it shows."""
    t, content = load_texts().plain, catalogue.content
    lines = [
        t("katalog.xlsx.lies_text"),
        f"{t('katalog.regelwerk')}: {content.digest}",
        f"{t('nachweis.parameter')}: {content.parameters_digest}",
    ]
    sheet.set_column(0, 0, 110)
    sheet.write_string(0, 0, t("katalog.xlsx.titel"), looks["titel"])
    for number, text in enumerate(lines, 2):
        sheet.write_string(number, 0, cell_text(text), looks["absatz"])


def write_sheet(target: Worksheet, sheet: Sheet, looks: dict[str, Format]) -> None:
    """Write one list and an empty column for remarks."""
    for column, (head, width) in enumerate(sheet.heads):
        target.set_column(column, column, width)
        target.write_string(0, column, head, looks["kopf"])
    remark = len(sheet.heads)
    target.set_column(remark, remark, REMARK)
    target.write_string(0, remark, load_texts().plain("katalog.xlsx.anmerkung"), looks["kopf_frei"])
    for number, row in enumerate(sheet.rows, 1):
        for column, value in enumerate(row):
            write_cell(target, number, column, value, looks)
        target.write_blank(number, remark, None, looks["frei"])
    target.freeze_panes(1, min(2, remark))
    target.autofilter(0, 0, max(len(sheet.rows), 1), remark)
    target.set_landscape()
    target.set_paper(9)
    target.fit_to_pages(1, 0)
    target.repeat_rows(0)


def write_cell(target: Worksheet, row: int, column: int, value: Any, looks: dict[str, Format]) -> None:
    """Write a day as a day, a number as a number, everything else as inert text."""
    if isinstance(value, date):
        target.write_datetime(row, column, datetime.combine(value, datetime.min.time()), looks["datum"])
    elif isinstance(value, int) and not isinstance(value, bool):
        target.write_number(row, column, value, looks["zahl"])
    else:
        target.write_string(row, column, cell_text("" if value is None else str(value)), looks["text"])


def cell_text(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula and Excel can hold."""
    return inert(shortened(CONTROL.sub(" ", text).strip(), LONGEST_CELL)) or ""
