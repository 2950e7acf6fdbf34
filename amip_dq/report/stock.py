"""The findings as the pages need them: one temporary table in working order, and one small cube of counts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

import duckdb

from amip_dq.content.catalog import literal
from amip_dq.ledger.tasks import daily_capacity, plan_tasks
from amip_dq.model import Content, Run

BATCH = 5_000
WEEK = 7
AGES = (7, 14, 30, 60)  # upper ends in days; older ones form the last class
DUE = ("heute", "morgen", "woche", "spaeter", "verstrichen", "ohne")
PRESSING = ("heute", "morgen", "woche", "verstrichen")
TODAY_ROWS = 250


class Finding(NamedTuple):
    """One finding as a list shows it; `due` is one of DUE, `state` open, waived, pilot or undetermined."""

    rule_id: str
    case_id: str
    item: str
    text: str
    heilbar_bis: date | None
    due: str
    team: str
    office: str
    responsible: str
    severity: str
    typ: str
    state: str
    change: str
    first_seen: date
    fingerprint: str
    waived_until: date | None
    task: int | None = None
    planned: date | None = None


class PlanDay(NamedTuple):
    """What a team has planned for one day; `missed` tasks come after the last day on which repair helps."""

    day: date
    tasks: int
    findings: int
    missed: int


class Cell(NamedTuple):
    """How many open findings share these properties."""

    team: str
    office: str
    rule_id: str
    due: str
    age: int
    change: str
    count: int


@dataclass(frozen=True)
class Stock:
    """What is open, counted once; every number on every page comes from here."""

    cells: tuple[Cell, ...]
    states: Counter[tuple[str, str, str]]
    cases: Counter[str]
    next_workday: date
    plan: dict[str | None, list[PlanDay]] = field(default_factory=dict)
    exempt_until: dict[tuple[str, str], date] = field(default_factory=dict)
    capacity: int | None = None
    by_team: dict[str, list[Cell]] = field(default_factory=dict)

    @property
    def teams(self) -> list[str]:
        return sorted({team for team, _, _ in self.states})

    def count(self, by: Callable[[Cell], object], team: str | None = None) -> Counter:
        """Return the open findings of a team (None: of all), counted by a property of the cell."""
        counted: Counter = Counter()
        for cell in self.cells if team is None else self.by_team.get(team, ()):
            counted[by(cell)] += cell.count
        return counted

    def open(self, team: str | None = None) -> int:
        return sum(cell.count for cell in (self.cells if team is None else self.by_team.get(team, ())))

    def state(self, state: str, team: str | None = None, rule_id: str | None = None) -> int:
        """Return how many findings are open, waived, pilot or undetermined."""
        return sum(
            number
            for (t, s, r), number in self.states.items()
            if s == state and team in (None, t) and rule_id in (None, r)
        )


    def exempt(self, team: str | None = None, rule_id: str | None = None) -> tuple[int, date | None]:
        """Return how many findings are exempt, and the last day of the longest exemption."""
        found = (d for (t, r), d in self.exempt_until.items() if team in (None, t) and rule_id in (None, r))
        return self.state("waived", team, rule_id), max(found, default=None)


def prepare(con: duckdb.DuckDBPyConnection, run: Run, content: Content) -> Stock:
    """Create the temporary tables `aufgabe` and `bericht` and return their counts."""
    plan_tasks(con, content, run.stichtag)
    con.execute(CREATE.format(stichtag=literal(run.stichtag), week=WEEK))
    age = (
        "CASE "
        + " ".join(f"WHEN alter_tage <= {days} THEN {i}" for i, days in enumerate(AGES))
        + f" ELSE {len(AGES)} END"
    )
    cells = tuple(
        Cell(*row)
        for row in con.execute(
            f"""SELECT team, office, rule_id, due, {age} AS age, change, count(*) FROM bericht WHERE state = 'open'
            GROUP BY ALL ORDER BY ALL"""
        ).fetchall()
    )
    states = Counter(
        {
            (team, state, rule): number
            for team, state, rule, number in con.execute(
                "SELECT team, state, rule_id, count(*) FROM bericht GROUP BY ALL ORDER BY ALL"
            ).fetchall()
        }
    )
    cases = Counter(
        dict(
            con.execute(
                """SELECT coalesce(team, '\0alle'), count(DISTINCT case_id) FROM bericht WHERE state = 'open'
           GROUP BY GROUPING SETS ((team), ())"""
            ).fetchall()
        )
    )
    by_team: defaultdict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        by_team[cell.team].append(cell)
    tomorrow = con.execute(f"SELECT arbeitstag({literal(run.stichtag)}, 1)").fetchall()[0][0]
    capacity = daily_capacity(content, run.stichtag)
    return Stock(cells, states, cases, tomorrow, plan_of(con), exempt_until(con), capacity, dict(by_team))


def plan_of(con: duckdb.DuckDBPyConnection) -> dict[str | None, list[PlanDay]]:
    """Return the days of each team's plan, of all under None, in order."""
    query = """SELECT CASE WHEN grouping(team) = 0 THEN coalesce(team, '') END, tag, count(*), sum(befunde)::BIGINT,
                      count(*) FILTER (heilbar_bis < tag AND tag_nr > 0)
               FROM aufgabe GROUP BY GROUPING SETS ((team, tag), (tag)) ORDER BY ALL"""
    plan: defaultdict[str | None, list[PlanDay]] = defaultdict(list)
    for team, *day in con.execute(query).fetchall():
        plan[team].append(PlanDay(*day))
    return dict(plan)


def exempt_until(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], date]:
    """Return the last day on which a finding of a team and rule is exempt."""
    query = "SELECT team, rule_id, max(waived_until) FROM bericht WHERE state = 'waived' GROUP BY ALL ORDER BY ALL"
    return {(team, rule_id): until for team, rule_id, until in con.execute(query).fetchall()}


ALL_CASES = "\0alle"

CREATE = """
CREATE OR REPLACE TEMP TABLE bericht AS
WITH gelesen AS (
  SELECT rule_id, case_id, item, text, heilbar_bis, coalesce(b.team, '') AS team,
         coalesce(geschaeftsstelle, '') AS office, responsible, severity, b.typ, change, first_seen, fingerprint,
         waived_until, {stichtag} - first_seen AS alter_tage,
         CASE WHEN verdict = 'undetermined' THEN 'undetermined' WHEN rule_status = 'pilot' THEN 'pilot'
              WHEN waived_until >= {stichtag} THEN 'waived' ELSE 'open' END AS state,
         CASE WHEN heilbar_bis IS NULL THEN 'ohne' WHEN heilbar_bis < {stichtag} THEN 'verstrichen'
              WHEN heilbar_bis = {stichtag} THEN 'heute' WHEN heilbar_bis <= arbeitstag({stichtag}, 1) THEN 'morgen'
              WHEN heilbar_bis <= {stichtag} + {week} THEN 'woche' ELSE 'spaeter' END AS due
  FROM befund AS b
), eingeplant AS (
  SELECT g.*, a.platz AS task, a.tag AS planned, coalesce(a.tag_nr = 0, FALSE) AS dran
  FROM gelesen g LEFT JOIN (SELECT * REPLACE (coalesce(team, '') AS team), unnest(befund_nr) AS fingerprint FROM aufgabe) a
  ON g.state = 'open' AND (g.team, g.fingerprint) = (a.team, a.fingerprint)
)
-- Arbeitsfolge: zuerst, was noch zu retten ist, das Dringendste vorn; dann Verstrichenes; dann ohne Frist nach Schwere.
SELECT *, row_number() OVER (ORDER BY
         CASE due WHEN 'verstrichen' THEN 1 WHEN 'ohne' THEN 2 ELSE 0 END,
         CASE WHEN due = 'verstrichen' THEN {stichtag} - heilbar_bis ELSE heilbar_bis - {stichtag} END,
         CASE severity WHEN 'kritisch' THEN 1 WHEN 'hoch' THEN 2 WHEN 'mittel' THEN 3 ELSE 4 END,
         first_seen, rule_id, case_id, item) AS platz
FROM eingeplant"""

COLUMNS = ", ".join(Finding._fields)


def findings(con: duckdb.DuckDBPyConnection, where: str, order: str, parameters: tuple = ()) -> Iterator[Finding]:
    """Yield findings in batches; no other query may run on the connection meanwhile."""
    cursor = con.execute(f"SELECT {COLUMNS} FROM bericht WHERE {where} ORDER BY {order}", list(parameters))
    while batch := cursor.fetchmany(BATCH):
        for row in batch:
            yield Finding(*row)


def first_of_each_team(con: duckdb.DuckDBPyConnection, limited: bool, rows: int = TODAY_ROWS) -> dict[str, list[Finding]]:
    """Return for each team, and for all under ALL_CASES, the open findings that come first.

    Where a capacity limits the day: those of today's tasks, task by task. Else the pressing ones before others.
    """
    urgent = ", ".join(literal(word) for word in PRESSING)
    first, wanted = ("task, platz", "state = 'open' AND dran") if limited else (f"due NOT IN ({urgent}), platz", "state = 'open'")
    query = f"""SELECT {COLUMNS} FROM bericht WHERE {wanted}
                QUALIFY row_number() OVER (PARTITION BY team ORDER BY {first}) <= {rows} ORDER BY team, {first}"""
    result: dict[str, list[Finding]] = defaultdict(list)
    for row in con.execute(query).fetchall():
        finding = Finding(*row)
        result[finding.team].append(finding)
    order = "platz" if limited else first
    everywhere = f"SELECT {COLUMNS} FROM bericht WHERE {wanted} ORDER BY {order} LIMIT {rows}"
    result[ALL_CASES] = [Finding(*row) for row in con.execute(everywhere).fetchall()]
    return dict(result)
