"""The first sheet of a work list, and how all its cells look."""

from __future__ import annotations

from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from amip_dq.report.files import inert
from amip_dq.report.site import Site


def make_looks(book: xlsxwriter.Workbook) -> dict[str, Format]:
    """Return the cell formats; yellow cells are the team's."""
    base: dict[str, Any] = {
        "font_name": "Calibri",
        "font_size": 10,
        "valign": "top",
        "bottom": 1,
        "bottom_color": "#D4DBE3",
    }
    yellow = {"bg_color": "#FFF9E3", "locked": False}
    return {
        "text": book.add_format(base | {"num_format": "@"}),
        "umbruch": book.add_format(base | {"num_format": "@", "text_wrap": True}),
        "datum": book.add_format(base | {"num_format": "dd.mm.yyyy", "align": "left", "bold": True}),
        "tag": book.add_format(base | {"num_format": "dd.mm.yyyy", "align": "left"}),
        "zahl": book.add_format(base | {"num_format": "0", "align": "left"}),
        "link": book.add_format(base | {"font_color": "#1C4E90", "underline": 1}),
        "antwort": book.add_format(base | yellow | {"num_format": "@", "text_wrap": True}),
        "antwort_datum": book.add_format(base | yellow | {"num_format": "dd.mm.yyyy", "align": "left"}),
        "kopf": book.add_format(
            {
                "bold": True,
                "font_size": 10,
                "font_color": "#FFFFFF",
                "bg_color": "#11325D",
                "valign": "vcenter",
                "text_wrap": True,
            }
        ),
        "kopf_antwort": book.add_format(
            {
                "bold": True,
                "font_size": 10,
                "font_color": "#FFFFFF",
                "bg_color": "#6B3F00",
                "valign": "vcenter",
                "text_wrap": True,
            }
        ),
        "fehlt": book.add_format({"bg_color": "#FDECEA"}),
        "titel": book.add_format({"bold": True, "font_size": 16}),
        "wort": book.add_format({"font_color": "#586573", "valign": "top"}),
        "absatz": book.add_format({"text_wrap": True, "valign": "top"}),
    }


def write_readme(site: Site, sheet: Worksheet, title: str, count: int, looks: dict[str, Format]) -> None:
    """Write what the list holds, what was not checked, and how to answer."""
    t, run = site.texts.plain, site.run
    missing = ", ".join(r.rule.control.id for r in run.not_checked) or t("arbeitsliste.nichts")
    lines = [
        (t("vertrauen.stichtag"), t("arbeitsliste.tag", tag=run.stichtag)),
        (
            t("vertrauen.datenstand"),
            t("arbeitsliste.tag", tag=run.delivery.data_as_of) if run.delivery.data_as_of else t("vertrauen.unbekannt"),
        ),
        (t("vertrauen.lauf"), run.run_id or run.delivery.digest[:12]),
        (t("arbeitsliste.inhalt"), t("arbeitsliste.inhalt_text", n=count)),
        (t("vertrauen.nicht_geprueft").rstrip(":"), missing),
        (t("aufgabe.liste"), t("aufgabe.liste_text", kapazitaet=site.stock.capacity) if site.stock.capacity
         else t("aufgabe.liste_ohne")),
        *((t("arbeitsliste.warnung"), t("arbeitsliste.erzwungen")) for _ in [0] if run.forced and not run.gate.passed),
        *(
            (t(f"arbeitsliste.{key}"), t(f"arbeitsliste.{key}_text"))
            for key in ("so_geht_es", "antworten", "hinweis", "schutz")
        ),
    ]
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 100)
    sheet.write_string(0, 0, title, looks["titel"])
    for number, (word, text) in enumerate(lines, 2):
        sheet.write_string(number, 0, word, looks["wort"])
        sheet.write_string(number, 1, inert(text) or "", looks["absatz"])
    sheet.protect()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
