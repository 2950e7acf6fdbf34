"""The files of an evaluation: report as HTML and PDF, figures as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

from amip_dq.sampling.canonical import write_json
from amip_dq.sampling.evaluation import Evaluated
from amip_dq.sampling.pages import write_page
from amip_dq.sampling.report_figures import figures
from amip_dq.sampling.report_sections import Section, sections


def write_report(told: Evaluated, folder: Path, templates: Path, fonts: Path) -> None:
    """Write bericht.html, bericht.pdf and result.json into an existing folder."""
    plan = told.result.plan.plan
    parts = sections(told)
    write_page(
        folder / "bericht.html", "bericht.html.j2", templates, plan=plan, conclusion=told.conclusion.value, sections=parts,
        hash=told.result.plan.hash,
    )  # fmt: skip
    _write_pdf(told, parts, folder / "bericht.pdf", templates, fonts)
    write_json(folder / "result.json", figures(told))


def _write_pdf(told: Evaluated, parts: Sequence[Section], path: Path, templates: Path, fonts: Path) -> None:
    import typst

    plan = told.result.plan.plan
    data = {
        "titel": plan.titel, "frage": plan.frage, "urteil": told.conclusion.value, "plan_hash": told.result.plan.hash,
        "abschnitte": [asdict(part) for part in parts],
    }  # fmt: skip
    day = date.fromisoformat(told.result.draw["public_date"])
    typst.compile(
        str(templates / "bericht.typ"), output=str(path), font_paths=[str(fonts)], ignore_system_fonts=True,
        sys_inputs={"daten": json.dumps(data, ensure_ascii=False)}, pdf_standards="ua-1",
        timestamp=(day - date(1970, 1, 1)).days * 86400,  # the day of the draw: same input, same bytes
    )  # fmt: skip
