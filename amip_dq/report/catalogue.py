"""The catalogue: the whole rule set on pages and in one workbook, in words that a lawyer can review; needs no delivery."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import Environment

from amip_dq import __version__
from amip_dq.engine.mutate import MutationResult
from amip_dq.engine.mutation_file import Mutations
from amip_dq.model import Content, Example, KeyFigure, Lifecycle, Parameter, Rule, Table
from amip_dq.report import german
from amip_dq.report.catalogue_facts import (
    ControlLine,
    RiskLine,
    Span,
    Uses,
    by_number,
    control_lines,
    lone_figures,
    risk_lines,
    spans,
    turns,
    uses_of,
)  # fmt: skip
from amip_dq.report.catalogue_record import RuleRecord
from amip_dq.report.names import file_names
from amip_dq.report.site import environment

PLACEHOLDER = re.compile(r"\{(\w+)\}")
LEVELS = ("gut", "warnt")  # looks of a mutation score: enough, not enough


@dataclass(frozen=True)
class ExampleTable:
    """The rows of one table in an example, under the headings of the columns that any of them fills."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class Catalogue:
    """The content and what is known about its rules; `records` None: no ledger was named."""

    content: Content
    mutations: Mutations | None = None
    records: Mapping[str, RuleRecord] | None = None

    @cached_property
    def rules(self) -> list[Rule]:
        return by_number(self.content.rules)

    @cached_property
    def pages(self) -> dict[str, str]:
        """Return rule or key figure → file name of its page."""
        return file_names(item.id for item in (*self.content.rules, *self.content.key_figures))

    @cached_property
    def uses(self) -> dict[str, Uses]:
        return {item.id: uses_of(item, self.content) for item in (*self.rules, *self.content.key_figures)}

    @cached_property
    def column_titles(self) -> dict[str, str]:
        titles: dict[str, str] = {}
        for name in sorted(self.content.tables):
            for column in self.content.tables[name].fields:
                titles.setdefault(column.name, column.title or column.name)
        return titles

    def word(self, column: str) -> str:
        """Return what a reader calls a column of data or evidence."""
        words = column.replace("_", " ")
        return self.column_titles.get(column, words[:1].upper() + words[1:])

    def readable(self, sentence: str) -> str:
        """Return a sentence whose gaps are named: `am {wirksam_ab}` → `am [Wirksam ab]`."""
        return PLACEHOLDER.sub(lambda match: f"[{self.word(match[1])}]", sentence)

    def users(self, parameter: Parameter) -> list[Rule | KeyFigure]:
        """Return the rules and key figures whose verdicts a value can change."""
        return [item for item in (*self.rules, *self.content.key_figures) if parameter in self.uses[item.id].parameters]

    def mutation(self, item: Rule | KeyFigure) -> MutationResult | None:
        return self.mutations.results.get(item.id) if self.mutations else None

    @property
    def mutations_current(self) -> bool:
        return self.mutations is not None and self.mutations.content_digest == self.content.digest

    def record(self, rule: Rule) -> RuleRecord | None:
        return self.records.get(rule.id) if self.records is not None else None

    @cached_property
    def silent(self) -> list[Rule]:
        """Return the controls that ran and never found anything."""
        return [rule for rule in self.rules if (record := self.record(rule)) and not record.with_findings]

    @cached_property
    def unused(self) -> list[Rule]:
        """Return the controls that the ledger has never seen run."""
        return [rule for rule in self.rules if self.records is not None and self.record(rule) is None]

    @cached_property
    def controls(self) -> list[ControlLine]:
        return control_lines(self.content)

    @cached_property
    def families(self) -> dict[str, list[ControlLine]]:
        """Return the controls by the letters that their numbers begin with."""
        found: dict[str, list[ControlLine]] = {}
        for line in self.controls:
            found.setdefault(line.id.partition("-")[0], []).append(line)
        return found

    @cached_property
    def figures_without_control(self) -> list[KeyFigure]:
        return lone_figures(self.content)

    @cached_property
    def risks(self) -> list[RiskLine]:
        return risk_lines(self.content)

    @cached_property
    def unverified(self) -> list[tuple[Parameter, Span]]:
        return [
            (parameter, span)
            for parameter in self.content.parameters.values()
            for span in spans(parameter)
            if not span.verified
        ]

    def count(self, status: str) -> int:
        return sum(rule.status is Lifecycle(status) for rule in self.rules)

    def example_tables(self, example: Example) -> list[ExampleTable]:
        """Return the rows of an example as a reader sees them."""
        return [example_table(self.content.tables[name], rows) for name, rows in example.tables.items()]

    def amount(self, parameter: Parameter, value: Any) -> str:
        """Return a value in German notation; only a number carries its unit."""
        counted = isinstance(value, int | Decimal) and not isinstance(value, bool)
        return f"{german.wert(value)} {parameter.unit}" if counted else german.wert(value)

    def slices(self, example: Example) -> list[tuple[str, str, Any]]:
        """Return column, value and counts of every slice that an example of a key figure names."""
        return [(column, value, counts) for key, counts in example.expect.items() for column, _, value in [key.partition("=")] if value]

    def figure_title(self, name: str) -> str:
        """Return the title of the key figure that a correction measures again."""
        return next(figure.title for figure in self.content.key_figures if figure.id == name)

    def sources(self, rule: Rule) -> list[str]:
        """Return the titles of the tables that a rule reads; a view goes by its name."""
        tables = self.content.tables
        return [tables[name].title if name in tables else name for name in rule.reads]

    def spans(self, parameter: Parameter) -> tuple[Span, ...]:
        return spans(parameter)


def example_table(table: Table, rows: Iterable[Mapping[str, Any]]) -> ExampleTable:
    """Return the rows of a table with the columns in the table's order; a cell that is not given is None."""
    listed = tuple(rows)
    filled = {name for row in listed for name in row}
    columns = [field for field in table.fields if field.name in filled]
    cells = tuple(tuple(row.get(column.name) for column in columns) for row in listed)
    return ExampleTable(table.title, tuple(column.title or column.name for column in columns), cells)


# ------------------------------------------------------------------ pages
def write_catalogue(catalogue: Catalogue, out: Path) -> None:
    """Write the pages, the workbook and what they need into `out`."""
    from amip_dq.report.catalogue_xlsx import write_workbook
    from amip_dq.report.write import copy_assets

    out.mkdir(parents=True, exist_ok=True)
    copy_assets(out / "assets")
    env = environment(None)
    for path, page in pages(catalogue, env):
        (out / path).parent.mkdir(exist_ok=True)
        (out / path).write_text(page + "\n", encoding="utf-8", newline="\n")
    write_workbook(catalogue, out / "regelkatalog.xlsx")


def pages(catalogue: Catalogue, env: Environment) -> Iterator[tuple[str, str]]:
    """Yield the path and text of every page."""

    def page(path: str, template: str, nav: str, **values: Any) -> tuple[str, str]:
        root = "../" * path.count("/")
        known = {"katalog": catalogue, "root": root, "nav": nav, "fassung": __version__, "look": score_look}
        return path, env.get_template(template).render(**known, **values)

    yield page("index.html", "katalog.html.j2", "regeln")
    yield page("abdeckung.html", "katalog_abdeckung.html.j2", "abdeckung")
    yield page("matrix.html", "katalog_matrix.html.j2", "matrix")
    yield page(
        "parameter.html", "katalog_parameter.html.j2", "parameter", wechsel=turns(catalogue.content.parameters.values())
    )
    yield page("sichten.html", "katalog_sichten.html.j2", "sichten", texte=view_texts(catalogue.content))
    for rule in catalogue.rules:
        risk = catalogue.content.risks.get(rule.control.risk)
        yield page(f"regel/{catalogue.pages[rule.id]}.html", "katalog_regel.html.j2", "regeln", regel=rule, risiko=risk)
    for figure in catalogue.content.key_figures:
        yield page(f"kennzahl/{catalogue.pages[figure.id]}.html", "katalog_kennzahl.html.j2", "regeln", figur=figure)


def score_look(result: MutationResult | None) -> str:
    """Return the look of a mutation score."""
    return LEVELS[0] if result and result.score is not None and result.enough else LEVELS[1]


def view_texts(content: Content) -> dict[str, str]:
    """Return the file of every view, with the comments that explain it."""
    return {name: content.views[name].path.read_text(encoding="utf-8-sig").strip() for name in sorted(content.views)}
