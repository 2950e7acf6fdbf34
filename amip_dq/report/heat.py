"""Where which rule stands out: open findings per 100 cases, office by rule, small numbers hidden."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

import duckdb

from amip_dq.content.catalog import quoted
from amip_dq.model import Status
from amip_dq.report.german import NOT_APPLICABLE, NOT_CHECKED, NOTHING, SECRET, dezimal, zahl
from amip_dq.report.site import Site
from amip_dq.report.suppression import TOTAL, hidden_places

STEPS = tuple(Decimal(step) for step in ("1", "2.5", "4", "6", "9"))
SCALES = tuple(
    Decimal(scale) for scale in ("0.1", "0.2", "0.3", "0.4", "0.5", "0.75", "1", "1.5", "2", "3", "4", "5", "7.5", "10")
)
MOST_RULES, MOST_OFFICES = 12, 40


class HeatCell(NamedTuple):
    """One cell as it is printed."""

    look: str
    text: str
    rate: Decimal | None = None


class HeatRow(NamedTuple):
    """One office, the team itself, or the total."""

    name: str
    cases: str
    look: str
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True)
class Heat:
    """The whole table; `per_hundred` False means that case counts are unknown and findings are shown."""

    rules: tuple[str, ...]
    rows: tuple[HeatRow, ...]
    per_hundred: bool
    steps: tuple[Decimal, ...]


def count_cases(con: duckdb.DuckDBPyConnection, units: set[str]) -> dict[tuple[str, str, str], int]:
    """Return the number of cases by unit, office and team, from the views `einheit_<unit>` where there are any."""
    found: dict[tuple[str, str, str], int] = {}
    known = {name for (name,) in con.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall()}
    for unit in sorted(units):
        if f"einheit_{unit}" not in known:
            continue
        query = f"""SELECT coalesce(geschaeftsstelle, ''), coalesce(team, ''), count(*)
                    FROM temp.main.{quoted(f"einheit_{unit}")} GROUP BY ALL ORDER BY ALL"""
        for office, team, number in con.execute(query).fetchall():
            found[unit, office, team] = number
    return found


def heat(site: Site, cases: dict[tuple[str, str, str], int], team: str | None) -> Heat | None:
    """Return the heat map with the team's own row, or None with fewer than two offices or nothing open."""
    counted = site.stock.count(lambda cell: (cell.office, cell.rule_id))
    by_rule: Counter[str] = Counter()
    for (_, rule_id), number in counted.items():
        by_rule[rule_id] += number
    offices = sorted({office for office, _ in counted if office} | {office for _, office, _ in cases if office})[
        :MOST_OFFICES
    ]
    if len(offices) < 2 or not by_rule:
        return None
    asked = [r.rule.id for r in site.run.results if r.status in (Status.ERROR, Status.NOT_DELIVERED)]
    rules = [rule_id for rule_id, _ in sorted(by_rule.items(), key=lambda pair: (-pair[1], pair[0]))][
        : MOST_RULES - min(2, len(asked))
    ]
    rules += asked[:2]
    hidden = hidden_places(counted, offices, rules, row_sums=False)
    rows = [office_row(site, cases, counted, hidden, office, rules) for office in offices]
    if team is not None:
        rows.append(team_row(site, cases, team, rules))
    total = {(TOTAL, rule): sum(counted[office, rule] for office in offices) for rule in rules}
    rows.append(total_row(site, cases, total, hidden, rules, offices))
    steps = steps_for(max((c.rate for row in rows for c in row.cells if c.rate), default=Decimal(0)))
    return Heat(tuple(rules), tuple(colour(row, steps) for row in rows), bool(cases), steps)


def steps_for(highest: Decimal) -> tuple[Decimal, ...]:
    """Return the limits between the shades: always the same ratios, scaled so that the darkest is used."""
    scale = max((s for s in SCALES if STEPS[-1] * s <= highest), default=SCALES[0])
    return tuple(step * scale for step in STEPS)


def colour(row: HeatRow, steps: tuple[Decimal, ...]) -> HeatRow:
    """Return a row whose numbers have their shade."""
    shaded = (
        c if c.rate is None else c._replace(look=f"w{sum(c.rate >= limit for limit in steps)}") for c in row.cells
    )
    return row._replace(cells=tuple(shaded))


def office_row(site: Site, cases, counted, hidden, office: str, rules: list[str]) -> HeatRow:
    """Return the row of one Geschäftsstelle: findings per 100 cases and rule."""
    sizes = sizes_of(cases, lambda o, t: o == office)
    cells = tuple(heat_cell(site, rule, counted[office, rule], (office, rule) in hidden, sizes) for rule in rules)
    return HeatRow(office, size_text(site, sizes), "", cells)


def team_row(site: Site, cases, team: str, rules: list[str]) -> HeatRow:
    """Return the row of one team: findings per 100 cases and rule."""
    sizes = sizes_of(cases, lambda o, t: t == team)
    own = site.stock.count(lambda cell: cell.rule_id, team)
    cells = tuple(heat_cell(site, rule, own[rule], own[rule] in (1, 2), sizes) for rule in rules)
    return HeatRow(
        site.texts.plain("waerme.eigenes", team=site.team_title(team)), size_text(site, sizes), "eigen", cells
    )


def total_row(site: Site, cases, total, hidden, rules: list[str], offices: list[str]) -> HeatRow:
    """Return the row of the whole office."""
    sizes = sizes_of(cases, lambda o, t: o in offices)
    cells = tuple(heat_cell(site, rule, total[TOTAL, rule], (TOTAL, rule) in hidden, sizes) for rule in rules)
    return HeatRow(site.texts.plain("waerme.alle"), size_text(site, sizes), "summe", cells)


def sizes_of(cases, chosen) -> Counter[str]:
    """Return the number of cases by unit in the chosen offices and teams."""
    sizes: Counter[str] = Counter()
    for (unit, office, team), number in cases.items():
        if chosen(office, team):
            sizes[unit] += number
    return sizes


def size_text(site: Site, sizes: Counter[str]) -> str:
    """Return how many cases a row stands for, by unit."""
    return " · ".join(f"{site.content.vocabulary.title('unit', unit)}: {zahl(n)}" for unit, n in sorted(sizes.items()))


def heat_cell(site: Site, rule_id: str, count: int, secret: bool, sizes: Counter[str]) -> HeatCell:
    """Return a cell: per 100 cases of the rule's unit, or the sign that says why there is no number."""
    result = site.results.get(rule_id)
    if result is None or result.status in (Status.ERROR, Status.NOT_DELIVERED):
        return HeatCell("wx", NOT_CHECKED)
    size = sizes.get(site.unit(rule_id), 0)
    if sizes and not size:
        return HeatCell("wx", NOT_APPLICABLE)
    if secret:
        return HeatCell("wx", SECRET)
    if not count:
        return HeatCell("wx", NOTHING)
    if not size:
        return HeatCell("w0", zahl(count))
    rate = Decimal(count * 100) / size
    return HeatCell("w0", dezimal(rate, 1), rate)
