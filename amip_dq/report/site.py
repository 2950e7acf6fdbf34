"""A run's site: what every page may read, and how a page is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
from jinja2 import Environment
from markupsafe import Markup

from amip_dq.model import Answer, Content, History, Rule, RuleResult, Run, Status
from amip_dq.report import german
from amip_dq.report.environment import environment
from amip_dq.report.frame import CONTENT, TITLE, Frame, cut, joined
from amip_dq.report.names import file_names
from amip_dq.report.privacy import Privacy
from amip_dq.report.remedy import steps
from amip_dq.report.spelling import opened, readable, spelled, spelling_of
from amip_dq.report.stock import Stock
from amip_dq.report.texts import Texts, load_texts

STALE_WORKDAYS = 2


@dataclass(frozen=True)
class Site:
    """Everything the pages of one run are made of; nothing in it changes while they are written."""

    out: Path
    run: Run
    content: Content
    history: History
    con: duckdb.DuckDBPyConnection
    stock: Stock
    privacy: Privacy
    stale: bool
    pages: Mapping[tuple[str, str, str], str]  # (team, unit, case_id) → file name of the case page
    env: Environment

    @property
    def texts(self) -> Texts:
        return load_texts()

    @cached_property
    def team_folders(self) -> dict[str, str]:
        keys = {team: team or self.texts.plain("wort.ohne_team") + "\0" for team in self.stock.teams}
        names = file_names(keys.values())
        return {team: names[key] for team, key in keys.items()}

    @cached_property
    def rule_pages(self) -> dict[str, str]:
        return file_names(rule.id for rule in self.content.rules)

    @cached_property
    def rules(self) -> dict[str, Rule]:
        return {rule.id: rule for rule in self.content.rules}

    @cached_property
    def results(self) -> dict[str, RuleResult]:
        return {result.rule.id: result for result in self.run.results}

    @property
    def broken_rules(self) -> list[str]:
        return [r.rule.control.id for r in self.run.results if r.status is Status.ERROR]

    @property
    def judgements(self) -> int:
        return sum(result.scope for result in self.run.results)

    @property
    def undecided(self) -> int:
        return sum(result.undetermined for result in self.run.results)

    @property
    def decided(self) -> int:
        return self.judgements - self.undecided

    @property
    def rules_due(self) -> int:
        return sum(rule.applies_on(self.run.stichtag) for rule in self.content.rules)

    @cached_property
    def systems(self) -> dict[str, str]:
        """Return how the sources of the tables are written on a page."""
        known = self.texts.table("systeme")
        sources = {table.source for table in self.content.tables.values()}
        return {source: known.get(source, source[:1].upper() + source[1:]) for source in sources}

    @cached_property
    def column_titles(self) -> dict[str, str]:
        titles: dict[str, str] = {}
        for name in sorted(self.content.tables):
            for column in self.content.tables[name].fields:
                titles.setdefault(column.name, column.title or column.name)
        return titles

    @cached_property
    def key_columns(self) -> frozenset[str]:
        tables = self.content.tables.values()
        return frozenset(name for t in tables for key in (t.primary_key, *(f.fields for f in t.foreign_keys)) for name in key)

    def column_title(self, name: str) -> str:
        """Return what a clerk calls a column of the evidence."""
        return self.column_titles.get(name) or opened(spelled(self.spelling, name))

    @cached_property
    def spelling(self) -> dict[str, str]:
        return spelling_of(self.content)

    def sentence(self, rule_id: str, text: str) -> str:
        """Return a finding's sentence as a page shows it: no member of staff, code words in words."""
        return readable(self.spelling, self.privacy.sentence(rule_id, text))

    def value(self, value: object) -> str:
        """Return a value of the evidence in German notation; a code is put in words."""
        is_code = isinstance(value, str) and value.isascii() and value.islower()
        return spelled(self.spelling, value) if is_code else german.wert(value)

    @cached_property
    def answers(self) -> dict[str, list[Answer]]:
        found: dict[str, list[Answer]] = {}
        for answer in self.history.answers:
            found.setdefault(answer.fingerprint, []).append(answer)
        return found

    @cached_property
    def role_keys(self) -> dict[str, str]:
        return file_names(rule.responsible for rule in self.content.rules)

    @cached_property
    def counts_by_rule(self) -> dict[str, int]:
        return dict(self.stock.count(lambda cell: cell.rule_id))

    @cached_property
    def shared_cells(self) -> dict[Any, tuple]:
        """Hold the cells that many lines of lists share, by date or by rule and role."""
        return {}

    def team_title(self, team: str) -> str:
        return team or self.texts.plain("wort.ohne_team")

    def code(self, rule_id: str) -> str:
        """Return the number of a rule's control, which people say instead of its id."""
        return self.rules[rule_id].control.id if rule_id in self.rules else rule_id

    def role(self, word: str) -> str:
        return self.content.vocabulary.title("responsible", word)

    def unit(self, rule_id: str) -> str:
        return self.rules[rule_id].unit if rule_id in self.rules else ""

    def area_title(self, area: str | None) -> str:
        """Return what the header calls the part of the site that a page lies in."""
        if area is None:
            return ""
        folders = {folder: self.team_title(team) for team, folder in self.team_folders.items()}
        return folders.get(area.removeprefix("team/"), "") or self.texts.plain("rahmen.leitung")

    def effort(self, rule_id: str) -> int | None:
        return self.rules[rule_id].effort_minutes if rule_id in self.rules else None

    @cached_property
    def frames(self) -> dict[tuple[str, str | None, str], Frame]:
        return {}

    def frame(self, root: str, area: str | None, nav: str) -> Frame:
        """Return the frame of all pages in a folder that stand under one entry of the navigation."""
        key = (root, area, nav)
        if key not in self.frames:
            template = self.env.get_template("basis.html.j2")
            values = {"site": self, "root": root, "area": area, "nav": nav}
            self.frames[key] = cut(template.render(values, titel=Markup(TITLE), inhalt=Markup(CONTENT)))
        return self.frames[key]

    def write(self, path: str, template: str, area: str | None = None, nav: str = "", **values: Any) -> None:
        """Render a page to `path`; `area` is the folder of its readers: "team/<name>", "leitung", or None for all."""
        root = "../" * path.count("/")
        file = self.out / path
        if (folder := file.parent) not in self.folders:
            folder.mkdir(parents=True, exist_ok=True)
            self.folders.add(folder)
        page = self.env.get_template(template).render(site=self, root=root, area=area, **values)
        file.write_bytes(joined(self.frame(root, area, nav), page).encode())

    @cached_property
    def fragments(self) -> dict[tuple[str, str, str], Markup]:
        return {}

    def of_rule(self, name: str, rule: Rule, root: str) -> Markup:
        """Return the part of a card that is the same for all findings of a rule."""
        key = (name, rule.id, root)
        if key not in self.fragments:
            template = self.env.get_template(f"{name}.html.j2")
            self.fragments[key] = Markup(
                template.render(site=self, regel=rule, root=root, schritte=list(steps(rule.remedy)))
            )
        return self.fragments[key]

    @cached_property
    def folders(self) -> set[Path]:
        return set()


def open_site(
    out: Path, run: Run, content: Content, history: History, con: duckdb.DuckDBPyConnection,
    stock: Stock, privacy: Privacy, pages: Mapping[tuple[str, str, str], str],
) -> Site:  # fmt: skip
    """Return the site of a run, with its template environment."""
    return Site(out, run, content, history, con, stock, privacy, is_stale(con, run), pages, environment(run))


def is_stale(con: duckdb.DuckDBPyConnection, run: Run) -> bool:
    """Tell whether the data are older than two working days on the Stichtag."""
    if run.delivery.data_as_of is None:
        return False
    day = con.execute("SELECT arbeitstag($1::DATE, $2)", [run.delivery.data_as_of, STALE_WORKDAYS]).fetchall()[0][0]
    return day is not None and day < run.stichtag
