"""The lists of the catalogue's workbook: their headings and rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from amip_dq.model import Example, KeyFigure, Risk, Rule
from amip_dq.report import german
from amip_dq.report.catalogue import Catalogue
from amip_dq.report.texts import load_texts

WIDE, MIDDLE, NARROW = 60, 28, 12  # widths in characters


@dataclass(frozen=True)
class Sheet:
    """One list: headings with their widths, and rows of texts, whole numbers and days."""

    title: str
    heads: tuple[tuple[str, int], ...]
    rows: tuple[tuple[Any, ...], ...]


def sheets(catalogue: Catalogue) -> Iterator[Sheet]:
    """Yield every list of the catalogue."""
    t = load_texts().plain
    for key, heads, rows in (
        ("regeln", RULE_HEADS, (rule_row(catalogue, rule) for rule in catalogue.rules)),
        ("beispiele", EXAMPLE_HEADS, example_rows(catalogue)),
        ("kennzahlen", FIGURE_HEADS, (figure_row(catalogue, figure) for figure in catalogue.content.key_figures)),
        ("matrix", MATRIX_HEADS, matrix_rows(catalogue)),
        ("parameter", PARAMETER_HEADS, parameter_rows(catalogue)),
        ("abdeckung", COVERAGE_HEADS, coverage_rows(catalogue)),
    ):
        named = tuple((t(head), width) for head, width in heads)
        yield Sheet(t(f"katalog.xlsx.{key}"), named, tuple(rows))


RULE_HEADS = (
    ("spalte.nummer", NARROW), ("spalte.regel", MIDDLE), ("regel.fassung", NARROW), ("katalog.stand", NARROW), ("iks.art", NARROW),
    ("iks.schwere", NARROW), ("spalte.zustaendig", MIDDLE), ("regel.einheit", NARROW), ("regel.risiko", MIDDLE), ("regel.kontrolle", NARROW),
    ("katalog.matrix.haeufigkeit", NARROW), ("katalog.grundlage", WIDE), ("katalog.anforderung", WIDE), ("katalog.gefunden", WIDE),
    ("regel.warum", WIDE), ("fall.so_beheben", WIDE), ("fall.wann_weg", MIDDLE), ("fall.ausnahmen", WIDE), ("regel.offene_fragen", WIDE),
    ("katalog.werte", WIDE), ("regel.zweck", MIDDLE), ("regel.kennzahlen", NARROW), ("katalog.parameter.gilt_ab", NARROW),
    ("katalog.parameter.gilt_bis", NARROW), ("katalog.beispiele", NARROW), ("katalog.mutation", MIDDLE), ("katalog.verlauf", MIDDLE),
    ("katalog.sql", WIDE),
)  # fmt: skip


def rule_row(catalogue: Catalogue, rule: Rule) -> tuple[Any, ...]:
    """Return everything a reviewer needs to know of a rule."""
    t, content = load_texts().plain, catalogue.content
    return (
        rule.control.id, rule.title, rule.version, t(f"leben.{rule.status.value}"), t(f"typ.{rule.typ.value}"),
        t(f"schwere_wort.{rule.severity.value}"), content.vocabulary.title("responsible", rule.responsible),
        content.vocabulary.title("unit", rule.unit), f"{rule.control.risk} {content.risks[rule.control.risk].title}",
        word("kontrolle", rule.control.kind), word("haeufigkeit", rule.control.frequency), sources(rule),
        catalogue.readable(rule.expected), catalogue.readable(rule.finding), rule.rationale, listed(rule.remedy), rule.closes_when,
        listed(rule.exemptions), listed(rule.open_questions), values_of(catalogue, rule), rule.purpose, ", ".join(rule.kennzahlen),
        rule.valid_from, rule.valid_to, len(rule.examples), score(catalogue, rule), seen(catalogue, rule), rule.sql,
    )  # fmt: skip


EXAMPLE_HEADS = (
    ("spalte.nummer", NARROW), ("regel.beispiel", WIDE), ("vertrauen.stichtag", NARROW), ("katalog.werte", MIDDLE),
    ("regel.beispiele_unter", WIDE), ("regel.erwartet", MIDDLE),
)  # fmt: skip


def example_rows(catalogue: Catalogue) -> Iterator[tuple[Any, ...]]:
    """Yield one row an example."""
    for rule in catalogue.rules:
        for example in rule.examples:
            changed = [
                f"{catalogue.content.parameters[name].title}: {german.wert(value)}"
                for name, value in example.parameters.items()
            ]
            verdicts = [f"{case}: {word('urteil', verdict)}" for case, verdict in example.expect.items()]
            outside = [load_texts().plain("katalog.ausserhalb")]
            yield (
                rule.control.id,
                example.name,
                example.stichtag,
                "\n".join(changed),
                data(catalogue, example),
                "\n".join(verdicts or outside),
            )


def data(catalogue: Catalogue, example: Example) -> str:
    """Return the rows of an example as lines of text."""
    lines = []
    for table in catalogue.example_tables(example):
        for row in table.rows:
            cells = [
                f"{head} {german.wert(cell)}" for head, cell in zip(table.heads, row, strict=True) if cell is not None
            ]
            lines.append(f"{table.title}: {', '.join(cells)}")
    return "\n".join(lines)


FIGURE_HEADS = (
    ("katalog.kennzahl", MIDDLE), ("katalog.was", WIDE), ("regel.warum", WIDE), ("katalog.grundlage", WIDE), ("katalog.werte", WIDE),
    ("katalog.gliederung", MIDDLE), ("katalog.mutation", MIDDLE), ("katalog.sql_figur", WIDE),
)  # fmt: skip


def figure_row(catalogue: Catalogue, figure: KeyFigure) -> tuple[Any, ...]:
    """Return what a key figure measures, on what basis, against which target."""
    slices = ", ".join(catalogue.word(name) for name in figure.slices)
    values, proof = values_of(catalogue, figure), score(catalogue, figure)
    return figure.title, figure.description, figure.rationale, sources(figure), values, slices, proof, figure.sql


MATRIX_HEADS = (
    ("katalog.matrix.risiko", MIDDLE), ("katalog.matrix.eigner", MIDDLE), ("katalog.matrix.restrisiko", MIDDLE),
    ("katalog.matrix.bleibt", MIDDLE), ("spalte.nummer", NARROW),
    ("katalog.matrix.kontrolle", WIDE), ("katalog.matrix.art", NARROW), ("katalog.matrix.haeufigkeit", NARROW), ("spalte.zustaendig", MIDDLE),
    ("katalog.stand", NARROW), ("katalog.verlauf", MIDDLE),
)  # fmt: skip


def matrix_rows(catalogue: Catalogue) -> Iterator[tuple[Any, ...]]:
    """Yield one row a control, and one for a risk that has none."""
    t = load_texts().plain
    for line in catalogue.risks:
        gaps = "; ".join(t(f"katalog.matrix.luecke.{gap}") for gap in line.gaps)
        first = f"{line.risk.id} {line.risk.title}", line.risk.owner, residual(line.risk), gaps
        for rule in line.controls:
            role = catalogue.content.vocabulary.title("responsible", rule.responsible)
            kind, frequency = word("kontrolle", rule.control.kind), word("haeufigkeit", rule.control.frequency)
            status = t(f"leben.{rule.status.value}")
            yield (*first, rule.control.id, rule.title, kind, frequency, role, status, seen(catalogue, rule))
        if not line.controls:
            yield first


def residual(risk: Risk) -> str:
    """Return how a risk is judged that its controls leave."""
    t, judged = load_texts().plain, risk.residual_risk
    if judged is None:
        return t("katalog.matrix.unbeurteilt")
    return f"{t(f'schwere_wort.{judged.level.value}')} ({judged.source or t('katalog.matrix.einschaetzung')}): {judged.reason}"


PARAMETER_HEADS = (
    ("katalog.parameter.name", MIDDLE), ("regel.parameter", WIDE), ("katalog.ab", NARROW), ("katalog.bis", NARROW), ("katalog.wert", MIDDLE),
    ("spalte.quelle", WIDE), ("katalog.belegt", NARROW), ("katalog.verwendet", MIDDLE),
)  # fmt: skip


def parameter_rows(catalogue: Catalogue) -> Iterator[tuple[Any, ...]]:
    """Yield one row a dated value."""
    t = load_texts().plain
    for parameter in catalogue.content.parameters.values():
        users = ", ".join(
            item.control.id if isinstance(item, Rule) else item.title for item in catalogue.users(parameter)
        )
        for span in catalogue.spans(parameter):
            proof = t("katalog.belegt" if span.verified else "katalog.nicht_belegt")
            value = catalogue.amount(parameter, span.value)
            yield parameter.name, parameter.title, span.start, span.end, value, span.source, proof, users


COVERAGE_HEADS = (
    ("spalte.nummer", NARROW),
    ("katalog.abdeckung.kontrolle", WIDE),
    ("katalog.abdeckung.entschieden", WIDE),
    ("katalog.abdeckung.gar_nicht", WIDE),
)


def coverage_rows(catalogue: Catalogue) -> Iterator[tuple[Any, ...]]:
    """Yield every control with what decides it, or why nothing can."""
    program = load_texts().plain("katalog.abdeckung.programm")
    for line in catalogue.controls:
        deciders = [f"{rule.control.id} {rule.title}" for rule in line.rules] + [
            figure.title for figure in line.figures
        ]
        deciders += [f"{program}: {text}" for text in line.engine]
        yield line.id, line.title, "\n".join(deciders), line.reason


# ------------------------------------------------------------------ cells
def word(group: str, name: str) -> str:
    """Return the German word for a code word of the content, or the word itself."""
    return load_texts().table(group).get(name, name)


def listed(sentences: Sequence[str]) -> str:
    """Return sentences as numbered lines; a single one stays as it is."""
    return (
        "\n".join(f"{number}. {text}" for number, text in enumerate(sentences, 1))
        if len(sentences) > 1
        else "".join(sentences)
    )


def sources(item: Rule | KeyFigure) -> str:
    """Return the legal basis, one source a line, with its version."""
    return "\n".join(f"{basis.cite} ({basis.version})" if basis.version else basis.cite for basis in item.basis)


def values_of(catalogue: Catalogue, item: Rule | KeyFigure) -> str:
    """Return the dated values that verdicts depend on, one a line."""
    return "\n".join(_values(catalogue, item))


def _values(catalogue: Catalogue, item: Rule | KeyFigure) -> Iterable[str]:
    t = load_texts().plain
    for parameter in catalogue.uses[item.id].parameters:
        for span in catalogue.spans(parameter):
            since = f" {t('iks.ab')} {german.datum(span.start)}" if span.start else ""
            doubt = "" if span.verified else f" ({t('katalog.nicht_belegt')})"
            yield f"{parameter.title}{since}: {catalogue.amount(parameter, span.value)}{doubt}"


def score(catalogue: Catalogue, item: Rule | KeyFigure) -> str:
    """Return how many mutants the examples notice."""
    t, result = load_texts().plain, catalogue.mutation(item)
    if result is None:
        return t("katalog.mutation_ohne")
    if result.score is None:
        return t("katalog.mutation_nichts")
    return t(
        "katalog.mutation_anteil",
        anteil=german.prozent(result.killed, result.judged, 1),
        n=result.killed,
        alle=result.judged,
    )


def seen(catalogue: Catalogue, rule: Rule) -> str:
    """Return what the ledger knows of a control."""
    t, record = load_texts().plain, catalogue.record(rule)
    if catalogue.records is None:
        return t("katalog.verlauf_ohne")
    if record is None:
        return t("katalog.verlauf_nie")
    return t("katalog.verlauf_text", n=record.runs, tag=record.first, mit=record.with_findings, most=record.most)
