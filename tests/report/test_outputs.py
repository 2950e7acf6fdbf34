"""Work lists and the IKS report."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from report_library import STAFF, Library

from amip_dq.ledger.worksheet import ANSWERS, COLUMNS, read_lines
from amip_dq.model import History, Waiver
from amip_dq.report import write_run
from amip_dq.report.iks import build_document, write_pdf


@pytest.fixture(scope="module")
def lists(make_library: Callable[..., Library], tmp_path_factory: pytest.TempPathFactory) -> Path:
    library = make_library(30, 5, '=HYPERLINK("x")\x0b')
    out = tmp_path_factory.mktemp("listen") / "a"
    write_run(library.run, library.content, library.con, out)
    return out / "worklists"


def test_columns_and_sheets(lists: Path) -> None:
    for path in lists.glob("*.xlsx"):
        book = load_workbook(path)
        assert book.sheetnames == ["Lies mich", "Arbeitsliste"]
        assert tuple(cell.value for cell in book["Arbeitsliste"][1]) == COLUMNS


def test_no_cell_is_a_formula_and_none_names_staff(lists: Path) -> None:
    for path in lists.glob("*.xlsx"):
        for sheet in load_workbook(path).worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    assert cell.data_type != "f" and not str(cell.value or "").startswith(("=", "+", "-", "@", "\t"))
                    assert STAFF not in str(cell.value)


def test_sortable_protected_and_validated(lists: Path) -> None:
    sheet = load_workbook(next(iter(sorted(lists.glob("*.xlsx")))))["Arbeitsliste"]
    assert sheet.protection.sheet and sheet.freeze_panes and sheet.auto_filter.ref
    kinds = {rule.type for rule in sheet.data_validations.dataValidation}
    assert kinds == {"custom", "list", "textLength", "date"}
    offered = next(rule.formula1 for rule in sheet.data_validations.dataValidation if rule.type == "list")
    assert offered.strip('"').split(",") == list(ANSWERS.values())


def test_an_answer_comes_back(lists: Path, tmp_path: Path) -> None:
    path = next(p for p in sorted(lists.glob("*.xlsx")) if load_workbook(p)["Arbeitsliste"].max_row > 1)
    book = load_workbook(path)
    sheet = book["Arbeitsliste"]
    sheet.cell(2, COLUMNS.index("Antwort") + 1, "kein Fehler")
    sheet.cell(2, COLUMNS.index("Begründung") + 1, "Mahnung liegt vor")
    book.save(tmp_path / "antwort.xlsx")
    lines, silent = read_lines(tmp_path / "antwort.xlsx")
    assert [(line.answer, line.reason, line.altered) for line in lines] == [("kein_fehler", "Mahnung liegt vor", False)]
    assert silent == sheet.max_row - 2


def test_iks_report_answers_sixteen_points(library: Library) -> None:
    document = build_document(library.run, library.content, History())
    assert len(document.sections) == 16
    assert [s.title for s in document.sections][7] == "Risiko-Kontroll-Matrix mit Ergebnissen"
    assert "amip-dq report" in document.sections[15].paragraphs[0]
    assert re.fullmatch(r"[0-9a-f]{64}", document.sections[14].grids[0].rows[0][1])


def test_iks_report_holds_no_case_and_no_typed_number(library: Library) -> None:
    waiver = Waiver(
        "ab", "ausleihe.frist_unplausibel", "abgestimmt zu L00042 am Tresen", date(2022, 1, 1), date(2023, 1, 1)
    )
    text = str(build_document(library.run, library.content, History(waivers=(waiver,))))
    assert "abgestimmt zu … am Tresen" in text and not re.search(r"L0\d{4}", text) and STAFF not in text


def test_parts_and_whole_of_a_key_figure_do_not_tell(library: Library) -> None:
    """Nord has 2 of 19, so a second office must be hidden with it, or the whole."""
    document = build_document(library.run, library.content, History())
    rows = document.sections[6].grids[0].rows
    assert sum(row[2] == "*" for row in rows) != 1


def test_pdf_is_tagged_and_equal_for_equal_runs(library: Library, tmp_path: Path) -> None:
    document = build_document(library.run, library.content, History())
    for name in ("a.pdf", "b.pdf"):
        write_pdf(document, library.run, tmp_path / name)
    raw = (tmp_path / "a.pdf").read_bytes()
    assert raw == (tmp_path / "b.pdf").read_bytes()
    for mark in (
        b"pdfuaid:part",
        b"/MarkInfo",
        b"/StructTreeRoot",
        b"/DisplayDocTitle true",
        b"Bericht des internen Kontrollsystems",
    ):
        assert mark in raw, mark
    assert re.search(rb"/Lang\s*\(de", raw)


def test_report_of_a_run_without_a_database(library: Library) -> None:
    """The ledger knows run, content and history only; the report needs no more."""
    again = replace(library.run)
    assert build_document(again, library.content, History()) == build_document(library.run, library.content, History())
