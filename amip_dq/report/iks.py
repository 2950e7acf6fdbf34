"""The report of the internal control system: one document, written as HTML and as PDF, without any case.

It is made of run, content and history alone, so that `amip-dq report` can write it again to the byte.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time
from pathlib import Path

import typst

from amip_dq.model import Content, History, Run
from amip_dq.report import iks_figures, iks_inputs, iks_sections
from amip_dq.report.iks_document import Document, Section
from amip_dq.report.texts import load_texts, reports_folder

BUILDERS = (
    iks_inputs.mandate,
    iks_inputs.period,
    iks_sections.population,
    iks_inputs.provenance,
    iks_inputs.rule_set,
    iks_sections.method,
    iks_figures.results,
    iks_sections.controls,
    iks_sections.causes,
    iks_sections.measures,
    iks_sections.accepted,
    iks_sections.limits,
    iks_sections.sign_off,
    iks_sections.distribution,
)


@dataclass(frozen=True)
class Facts:
    """What every section may read."""

    run: Run
    content: Content
    history: History


def build_document(run: Run, content: Content, history: History) -> Document:
    """Return the report's sixteen sections; the fifteenth holds the hash of all before it."""
    t, facts = load_texts().plain, Facts(run, content, history)
    sections = [Section(t(f"iks.{build.__name__}"), *build(facts)) for build in BUILDERS]
    digest = hashlib.sha256(
        json.dumps([asdict(s) for s in sections], ensure_ascii=False, sort_keys=True).encode()
    ).hexdigest()
    sections.append(Section(t("iks.proof"), *iks_sections.proof(facts, digest)))
    sections.append(Section(t("iks.reproduce"), *iks_sections.reproduce(facts)))
    stale = run.delivery.data_as_of or t("vertrauen.unbekannt")
    return Document(
        t("iks.titel", tag=run.stichtag),
        t("iks.untertitel", stand=stale, lauf=run.run_id or run.delivery.digest[:12]),
        iks_sections.summary(facts),
        iks_sections.warnings(facts),
        tuple(sections),
        t("iks.erstellt"),
        t("iks.geprueft"),
        t("iks.datum"),
    )


def write_pdf(document: Document, run: Run, path: Path) -> None:
    """Write the PDF (PDF/UA-1, tagged); the time stamp is the Stichtag, so that equal reports have equal bytes."""
    stamp = datetime.combine(run.stichtag, time(0), UTC)
    typst.compile(
        str(reports_folder() / "iks-bericht.typ"),
        output=str(path),
        root=str(reports_folder()),
        font_paths=[str(reports_folder() / "fonts")],
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards="ua-1",
        sys_inputs={"bericht": json.dumps(asdict(document), ensure_ascii=False)},
        timestamp=int(stamp.timestamp()),
    )
