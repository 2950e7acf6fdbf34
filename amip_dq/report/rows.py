"""A finding as a line of a list or of the search; what many lines share is worked out once."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from markupsafe import Markup

from amip_dq.report.charts import shortened
from amip_dq.report.german import NOTHING, datum
from amip_dq.report.site import Site
from amip_dq.report.stock import Finding

LONGEST_TEXT = 400
LONGEST_CELL = 60


class Row(NamedTuple):
    """A finding as a line of a list."""

    due: str
    keys: str
    date: str
    sort: str
    rest: str
    text: str
    href: str
    code: str
    case: str
    team: str
    role: str
    effort: str
    effort_sort: str


def row_html(row: Row, with_team: bool) -> str:
    """Return a line of a list as HTML; written without the template engine, as most bytes of a site are lines."""
    text = escape(row.text, quote=False)
    linked = f'<a href="{row.href}">{text}</a>' if row.href else text  # href is made of slugs and hex digits only
    team = f"<td>{escape(row.team)}</td>" if with_team else ""
    return (
        f'<tr class="{row.due}" data-k="{row.keys}"><td class="frist" data-s="{row.sort}">{row.date}</td>'
        f'<td class="rest" data-s="{row.sort}">{row.rest}</td><td class="befund">{linked}</td>'
        f'<td><span class="kennung">{escape(row.code, False)}</span></td><td class="fall">{escape(row.case, False)}</td>{team}'
        f'<td>{escape(row.role)}</td><td class="zahl" data-s="{row.effort_sort}">{row.effort}</td></tr>'
    )


def rows_html(rows: Sequence[Row], with_team: bool) -> Markup:
    """Return the rows of a list as HTML."""
    return Markup("\n".join(row_html(row, with_team) for row in rows))


def rest_text(site: Site, finding: Finding) -> str:
    """Return how long repairing still helps: `noch 12 Tage`, `heute`, `seit 3 Tagen verstrichen`."""
    if finding.heilbar_bis is None:
        return NOTHING
    days = (finding.heilbar_bis - site.run.stichtag).days
    if days == 0:
        return site.texts.plain("rest.heute")
    return site.texts.plain("rest.noch" if days > 0 else "rest.verstrichen", n=abs(days))


class RuleCells(NamedTuple):
    """What the lines of a rule's findings share."""

    key: str
    code: str
    role: str
    effort: str
    effort_sort: str


def rule_cells(site: Site, finding: Finding) -> RuleCells:
    """Return the cells that depend on rule and role only, worked out once: a site holds each finding in six lists."""
    known, key = site.shared_cells, (finding.rule_id, finding.responsible)
    if key not in known:
        effort = site.effort(finding.rule_id)
        known[key] = RuleCells(
            f"z-{site.role_keys[finding.responsible]}",
            site.code(finding.rule_id),
            site.role(finding.responsible),
            NOTHING if effort is None else site.texts.plain("wort.minuten", n=effort),
            f"{effort or 0:05d}",
        )
    return known[key]


def date_cells(site: Site, finding: Finding) -> tuple[str, str, str]:
    """Return date, sort key and what is left of it, worked out once for each date."""
    known, day = site.shared_cells, finding.heilbar_bis
    if day not in known:
        known[day] = (datum(day), str(day or "9999"), rest_text(site, finding))
    return known[day]


def make_row(site: Site, finding: Finding, area: str | None) -> Row:
    """Return a finding as a line; links lead to the case page if there is one."""
    cells = rule_cells(site, finding)
    day, sort, rest = date_cells(site, finding)
    return Row(
        finding.due,
        f"{finding.due} {cells.key}",
        day,
        sort,
        rest,
        shortened(site.sentence(finding.rule_id, finding.text), LONGEST_TEXT),
        case_link(site, finding, area),
        cells.code,
        shortened(finding.case_id, LONGEST_CELL),
        shortened(site.team_title(finding.team), LONGEST_CELL),
        cells.role,
        cells.effort,
        cells.effort_sort,
    )


def case_link(site: Site, finding: Finding, area: str | None) -> str:
    """Return the way from a list in `area` to the finding's case page, or nothing."""
    name = site.pages.get((finding.team, site.unit(finding.rule_id), finding.case_id))
    if name is None:
        return ""
    return f"fall/{name}.html" if area else f"team/{site.team_folders[finding.team]}/fall/{name}.html"
