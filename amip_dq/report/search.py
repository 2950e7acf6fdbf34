"""The search over all findings of the office or a team: packed parts, read by a script tag, drawn by app.js."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterable
from itertools import groupby, islice

from amip_dq.report.lists import team_area
from amip_dq.report.rows import Row, make_row
from amip_dq.report.site import Site
from amip_dq.report.stock import findings

ROWS_PER_PART = 10_000
ROWS_DRAWN = 200


def write_searches(site: Site) -> None:
    """Write the search page of the whole and of every team."""
    write_search(site, None, (make_row(site, f, None) for f in findings(site.con, "state = 'open'", "platz")))
    written = set()
    for team, group in groupby(findings(site.con, "state = 'open'", "team, platz"), key=lambda f: f.team):
        area = team_area(site, team)
        write_search(site, area, (make_row(site, finding, area) for finding in group))
        written.add(team)
    for team in set(site.stock.teams) - written:
        write_search(site, team_area(site, team), ())


def write_search(site: Site, area: str | None, rows: Iterable[Row]) -> None:
    """Write one search page and its parts."""
    folder = f"{area}/" if area else ""
    source, parts = iter(rows), 0
    while part := list(islice(source, ROWS_PER_PART)):
        path = site.out / f"{folder}daten/{parts:04d}.js"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'amipDaten({parts},"{packed(part)}");\n', encoding="ascii", newline="\n")
        parts += 1
    site.write(f"{folder}suche.html", "suche.html.j2", area, nav="suche", teile=parts, zeilen=ROWS_DRAWN)


def packed(rows: list[Row]) -> str:
    """Return rows as JSON, gzip, base64: base64 needs no escaping in a script, whatever the cells hold."""
    table = [[r.due, r.date, r.rest, r.text, r.code, r.case, r.team, r.role, r.href] for r in rows]
    text = json.dumps(table, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode(), 6, mtime=0)).decode()
