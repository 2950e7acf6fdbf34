"""Lists of findings, 500 rows and 400 KB a page at most, for all, for a team, and for a rule within either."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from amip_dq.report.rows import Row, make_row, rows_html
from amip_dq.report.site import Site
from amip_dq.report.stock import DUE, PRESSING, Finding, findings

ROWS_PER_PAGE = 500
CHARACTERS_PER_PAGE = 150_000  # of finding texts: leaves room for the markup and for escaping within 400 KB


class Chip(NamedTuple):
    """A filter button and how many of the rows below it shows."""

    key: str
    text: str


@dataclass(frozen=True)
class Listing:
    """One list: where it lies, what it is called and which findings are in it."""

    area: str | None
    name: str
    title: str
    subtitle: str
    empty: str

    @property
    def folder(self) -> str:
        return f"{self.area}/" if self.area else ""


def make_chips(site: Site, rows: Sequence[Row], order: Iterable[str] = DUE) -> list[Chip]:
    """Return the filters that hit at least one of these rows, with their counts."""
    due, roles = Counter(row.due for row in rows), Counter((row.keys.split()[-1], row.role) for row in rows)
    chips = [Chip("", site.texts.plain("chip.alle", n=len(rows)))]
    for key in order:
        if due[key]:
            chips.append(Chip(key, site.texts.plain(f"chip.{key}", n=due[key], tag=site.stock.next_workday)))
    if len(roles) > 1:
        chips += [
            Chip(key, site.texts.plain("chip.rolle", n=n, rolle=role)) for (key, role), n in sorted(roles.items())
        ]
    return chips


def pages_of(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Yield the rows in pages that keep both limits."""
    page: list[Row] = []
    size = 0
    for row in rows:
        weight = len(row.text) + len(row.case) + len(row.team) + len(row.role)
        if page and (len(page) == ROWS_PER_PAGE or size + weight > CHARACTERS_PER_PAGE):
            yield page
            page, size = [], 0
        page.append(row)
        size += weight
    yield page


def write_list(site: Site, listing: Listing, rows: Iterable[Row], nav: str = "befunde") -> int:
    """Write the pages of a list and return how many rows they hold."""
    pages = list(pages_of(rows))
    numbers = range(1, len(pages) + 1)
    for number, page in zip(numbers, pages, strict=True):
        site.write(
            f"{listing.folder}{listing.name}-{number}.html",
            "liste.html.j2",
            listing.area,
            nav=nav,
            titel=listing.title,
            untertitel=listing.subtitle,
            leer=listing.empty,
            rows=rows_html(page, listing.area is None),
            anzahl=len(page),
            chips=make_chips(site, page),
            mit_team=listing.area is None,
            seite=number,
            alle=list(numbers),
            muster=f"{listing.name}-{{}}.html",
        )
    return sum(len(page) for page in pages)


def write_lists(site: Site) -> None:
    """Write every list: open findings of all and of each team, by rule, and what is not open but was found."""
    write_list(site, listing_of(site, None, "open", None), lines(site, "state = 'open'", "platz", None))
    for state in ("open", "undetermined", "waived", "pilot"):
        by_team = findings(site.con, f"state = '{state}'", "team, platz")
        written = {
            team: write_list(site, listing_of(site, team, state, None), to_rows(site, group, team))
            for team, group in groupby(by_team, key=lambda f: f.team)
        }
        for team in set(site.stock.teams) - set(written) if state == "open" else ():
            write_list(site, listing_of(site, team, state, None), ())
    by_rule = findings(site.con, "state = 'open'", "rule_id, platz")
    for rule_id, group in groupby(by_rule, key=lambda f: f.rule_id):
        write_list(site, listing_of(site, None, "open", rule_id), (make_row(site, f, None) for f in group))
    by_both = findings(site.con, "state = 'open'", "team, rule_id, platz")
    for (team, rule_id), group in groupby(by_both, key=lambda f: (f.team, f.rule_id)):
        write_list(site, listing_of(site, team, "open", rule_id), to_rows(site, group, team))


def lines(site: Site, where: str, order: str, area: str | None) -> Iterator[Row]:
    """Return the lines of a list in their order."""
    return (make_row(site, finding, area) for finding in findings(site.con, where, order))


def to_rows(site: Site, group: Iterable[Finding], team: str) -> Iterator[Row]:
    """Return the findings of a group as rows of a list."""
    area = team_area(site, team)
    return (make_row(site, finding, area) for finding in group)


def team_area(site: Site, team: str) -> str:
    """Return the folder of a team."""
    return f"team/{site.team_folders[team]}"


LIST_NAMES = {"open": "befunde", "undetermined": "nicht-pruefbar", "waived": "ausnahmen", "pilot": "pilot"}


def listing_of(site: Site, team: str | None, state: str, rule_id: str | None) -> Listing:
    """Return name and words of a list."""
    number = site.stock.state(state, team, rule_id)
    who = site.team_title(team) if team is not None else site.texts.plain("wort.alle_teams")
    title = site.texts.plain(f"liste.{state}", n=number)
    name = LIST_NAMES[state]
    if rule_id is not None:
        title = site.texts.plain("liste.regel", n=number, kennung=site.code(rule_id), titel=site.rules[rule_id].title)
        name = f"regel-{site.rule_pages[rule_id]}"
    area = team_area(site, team) if team is not None else None
    subtitle = site.texts.plain("liste.unter", wer=who, tag=site.run.stichtag)
    return Listing(area, name, title, subtitle, site.texts.plain("liste.leer"))


def pressing(rows: Iterable[Finding]) -> list[Finding]:
    """Return the findings that cannot wait: due within a week, or past their date."""
    return [finding for finding in rows if finding.due in PRESSING]
