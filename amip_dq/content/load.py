"""Loads a whole content folder, strictly: all mistakes of a load are shown at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from amip_dq.content import binding, catalog, guard, registers
from amip_dq.content.folder import digest_of
from amip_dq.content.layouts import load_layouts
from amip_dq.content.query import Names
from amip_dq.content.rules import check_register, load_key_figures, load_rules
from amip_dq.content.tables import load_tables
from amip_dq.errors import ContentError, ContentErrors
from amip_dq.model import Content, Suite


def load_content(folder: Path, only: str | None = None) -> Content:
    """Return everything that folder/checks and folder/rules say; raises ContentErrors with all mistakes.

    `only` names one rule: an author tries it while a colleague's is still unfinished.
    """
    problems: list[ContentError] = []
    checks, rules_folder = folder / "checks", folder / "rules"
    tables = load_tables(checks, problems)
    layouts = load_layouts(checks / "layouts", tables, problems)
    suites = load_suites(checks / "lieferung", problems)
    parameters = registers.load_parameters(rules_folder / "parameters.yaml", problems)
    risks = registers.load_risks(rules_folder / "risks.yaml", problems)
    catalogue = registers.load_catalogue(rules_folder / "katalog.yaml", problems)
    calendar = registers.load_calendar(rules_folder / "calendar.yaml", problems)
    vocabulary = registers.load_vocabulary(rules_folder / "vocabulary.yaml", problems)
    views = registers.load_views(rules_folder / "views", problems)
    names = Names(tables, views, parameters)
    rules = load_rules(rules_folder, names, problems, only) if rules_folder.is_dir() else []
    figures = [] if only else load_key_figures(rules_folder / "kennzahlen", names, problems)
    problems.extend(check_register(rules, risks, vocabulary))
    _raise(problems)
    if only is None:
        known = [rule for rule, _ in rules], [figure.id for figure, _ in figures]
        problems.extend(registers.check_catalogue(rules_folder / "katalog.yaml", catalogue, *known))
    columns: dict[str, Mapping[str, str]] = {}
    problems.extend(_bound(names, calendar, rules, figures, checks, only, columns))
    _raise(problems)
    return Content(
        folder, tables, layouts, suites, tuple(rule for rule, _ in rules), tuple(figure for figure, _ in figures),
        parameters, risks, views, calendar, vocabulary,
        digest_of(folder, ("checks", "rules")), digest_of(folder, ("rules/parameters.yaml",)), catalogue, columns,
    )  # fmt: skip


def _raise(problems: list[ContentError]) -> None:
    if problems:
        raise ContentErrors(sorted(problems, key=lambda p: (str(p.path), p.line or 0, p.problem)))


def _bound(names: Names, calendar, rules, figures, checks: Path, only: str | None, columns) -> list[ContentError]:
    found = list(binding.check_views(names))
    if found:
        return found
    try:
        con = binding.empty_database(names, catalog.ordered(names.views), calendar)
    except guard.Refused as refusal:
        return [ContentError(checks.parent / "rules" / "views", None, str(refusal))]
    except ContentError as error:
        return [error]
    rule_ids = frozenset(rule.id for rule, _ in rules)
    found += binding.check_row_checks(con, names, checks)
    found += binding.check_rules(con, rules, names, columns)
    found += binding.check_key_figures(con, figures, names, rule_ids)
    known = None if only else {figure.id: figure for figure, _ in figures}
    found += binding.check_impacts(con, rules, known, names)
    con.close()
    return found


def load_suites(folder: Path, problems: list[ContentError]) -> tuple[Suite, ...]:
    """Return the Great Expectations suites of checks/lieferung."""
    found = []
    for path in sorted(folder.glob("*.json")):
        try:
            definition = json.loads(path.read_text(encoding="utf-8"))
            found.append(Suite(definition["name"], definition["frame"], definition))
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            line = getattr(error, "lineno", None)
            problems.append(ContentError(path, line, "ist kein gültiges JSON."))
        except (KeyError, TypeError):
            problems.append(ContentError(path, None, "die Schlüssel name, frame und expectations fehlen."))
    return tuple(found)
