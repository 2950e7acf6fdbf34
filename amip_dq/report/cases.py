"""One page per case with an open finding, in the folder of each team that has to act on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from amip_dq.content.catalog import literal
from amip_dq.model import Content
from amip_dq.report.cards import Card, finding_lanes, make_card
from amip_dq.report.names import case_name
from amip_dq.report.privacy import staff_columns
from amip_dq.report.records import NOTHING_RECORDED, CaseTable, Names, Records, case_tables, lanes_of, read_records, stage
from amip_dq.report.site import Site
from amip_dq.report.stock import PRESSING, Finding
from amip_dq.report.timeline import Picture, timeline

MOST_PAGES = 20_000
CASES_PER_BATCH = 500
MOST_CARDS, MOST_RECORDS = 25, 200

Page = tuple[str, str, str]  # team, unit, case_id


@dataclass(frozen=True)
class Neighbours:
    """The pages before and after one in its team's working order; `number` of `count`."""

    before: str | None
    after: str | None
    number: int
    count: int


def plan_pages(con: duckdb.DuckDBPyConnection, content: Content, key: bytes | None) -> dict[Page, str]:
    """Return the file name of every case page, in working order; above 20,000 only cases that cannot wait."""
    hidden = staff_units(content)
    shown = {rule.id: rule.unit for rule in content.rules if rule.unit not in hidden}
    con.execute(
        "CREATE OR REPLACE TEMP TABLE seite AS SELECT unnest($1::VARCHAR[]) AS rule_id, unnest($2::VARCHAR[]) AS unit",
        [list(shown), list(shown.values())],
    )
    due = ", ".join(literal(word) for word in PRESSING)
    cases = f"""SELECT team, unit, case_id, bool_or(due IN ({due})) AS pressing, min(platz) AS first
                FROM bericht JOIN seite USING (rule_id) WHERE state = 'open' GROUP BY team, unit, case_id"""
    chosen = con.execute(
        f"""SELECT team, unit, case_id FROM (SELECT *, count(*) OVER () AS pages FROM ({cases}))
            WHERE pages <= {MOST_PAGES} OR pressing ORDER BY first LIMIT {MOST_PAGES}"""
    ).fetchall()
    return {page: case_name(page[1], page[2], key) for page in chosen}


def staff_units(content: Content) -> frozenset[str]:
    """Return the units whose cases are members of staff: they get no page and no number is shown."""
    columns = {
        name for table, names in staff_columns(content.tables).items() if content.tables[table].staff for name in names
    }
    return frozenset(unit for unit in content.vocabulary.unit if content.vocabulary.unit_key(unit) in columns)


def write_cases(site: Site) -> int:
    """Write all case pages and return their number."""
    by_unit: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for _, unit, case_id in site.pages:
        by_unit[unit][case_id] = None
    neighbours = neighbours_of(site)
    for unit, cases in by_unit.items():
        write_unit(site, unit, list(cases), neighbours)
    return len(site.pages)


def neighbours_of(site: Site) -> dict[Page, Neighbours]:
    """Return for every page the one before and after it in its team's order."""
    by_team: defaultdict[str, list[Page]] = defaultdict(list)
    for page in site.pages:
        by_team[page[0]].append(page)
    found = {}
    for pages in by_team.values():
        names = [None, *(site.pages[page] for page in pages), None]
        for i, page in enumerate(pages):
            found[page] = Neighbours(names[i], names[i + 2], i + 1, len(pages))
    return found


def write_unit(site: Site, unit: str, cases: Sequence[str], neighbours: Mapping[Page, Neighbours]) -> None:
    """Write the pages of all cases of one unit, batch by batch."""
    key = site.content.vocabulary.unit_key(unit)
    tables = case_tables(site.content, key) if key else []
    site.con.execute(
        "CREATE OR REPLACE TEMP TABLE seite AS SELECT unnest($1::VARCHAR[]) AS case_id, $2 AS unit", [cases, unit]
    )
    stage(site.con, tables, Names(site.systems, site.spelling), unit, MOST_RECORDS)
    for start in range(0, len(cases), CASES_PER_BATCH):
        batch = cases[start : start + CASES_PER_BATCH]
        records = read_records(site.con, batch)
        for case_id, found in read_findings(site, unit, batch):
            cards = [make_card(site, finding, evidence) for finding, evidence in found[:MOST_CARDS]]
            own = records.get(case_id, NOTHING_RECORDED)
            picture = draw(site, tables, cards, own)
            for team in dict.fromkeys(card.finding.team for card in cards):
                page = (team, unit, case_id)
                if page in site.pages:
                    write_page(site, page, cards, picture, own, neighbours[page], len(found))


def read_findings(site: Site, unit: str, cases: Sequence[str]) -> Iterator[tuple[str, list[tuple[Finding, str]]]]:
    """Yield each case with its findings of this unit in working order, open ones first, with their evidence."""
    columns = ", ".join(f"b.{name}" for name in Finding._fields)
    result = site.con.execute(
        f"""SELECT {columns}, f.evidence FROM bericht AS b JOIN befund AS f ON f.fingerprint = b.fingerprint
            WHERE b.case_id IN (SELECT unnest($1::VARCHAR[])) ORDER BY b.state <> 'open', b.platz""",
        [list(cases)],
    ).fetchall()
    grouped: dict[str, list[tuple[Finding, str]]] = {case_id: [] for case_id in cases}
    for *fields, evidence in result:
        finding = Finding(*fields)
        if site.unit(finding.rule_id) == unit:
            grouped[finding.case_id].append((finding, evidence))
    yield from grouped.items()


def draw(site: Site, tables: Sequence[CaseTable], cards: Sequence[Card], records: Records) -> Picture | None:
    """Return the timeline of a case, or None where nothing has a date."""
    items = frozenset(card.finding.item for card in cards if card.finding.item)
    read = frozenset(name for card in cards for name in card.rule.reads)
    lanes = [*lanes_of(tables, records, items, read, site.systems), *finding_lanes(site, cards)]
    if not any(lane.marks for lane in lanes):
        return None
    words = {"stichtag": site.texts.plain("zeitstrahl.stichtag"), "frist": site.texts.plain("zeitstrahl.frist")}
    deadline = min((c.finding.heilbar_bis for c in cards if c.finding.heilbar_bis), default=None)
    desc = site.texts.plain(
        "zeitstrahl.desc", n=len(lanes), systeme=", ".join(dict.fromkeys(lane.system for lane in lanes))
    )
    return timeline(lanes, site.run.stichtag, deadline, words, site.texts.plain("zeitstrahl.titel"), desc)


def write_page(
    site: Site, page: Page, cards: Sequence[Card], picture: Picture | None,
    records: Records, neighbours: Neighbours, count: int,
) -> None:  # fmt: skip
    """Write one case page into its team's folder."""
    team, unit, case_id = page
    area = f"team/{site.team_folders[team]}"
    site.write(
        f"{area}/fall/{site.pages[page]}.html", "fall.html.j2", area, nav="befunde", cards=cards, bild=picture,
        belege=records.lines, belege_gezeigt=min(records.count, MOST_RECORDS), belege_alle=records.count, fall=case_id,
        befunde_alle=count,
        einheit=site.content.vocabulary.title("unit", unit), nachbarn=neighbours,
    )  # fmt: skip
