"""What changed in the past since the last delivery: back-dated records, mass changes, values that flip back.

Which tables and columns are looked at is content: rules/rueckblick.yaml. Without the file nothing is looked at.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from amip_dq.content.catalog import literal, quoted
from amip_dq.content.validate import Problems, validate
from amip_dq.content.yaml_source import Source, read_yaml
from amip_dq.errors import ContentError, ContentErrors
from amip_dq.model import STRICT, Content, Lookback

FILE = Path("rules") / "rueckblick.yaml"


@dataclass(frozen=True)
class Role:
    """Where the role of whoever entered a record is found: `column` of the record → `table`.`key` → `shows`."""

    column: str
    table: str
    key: str
    shows: str

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class Glance:
    """What to look at in one table.

    `valid` and `entered` are its two clocks; `kind` groups; `watched` are columns that must not flip back;
    `day_list` is a parameter with the days before which mass changes would matter, `window` the days before them,
    `factor` how many times the usual daily number is a mass, `at_least` below which nothing is.
    """

    table: str
    entered: str
    valid: str = ""
    kind: str = ""
    role: Role | None = None
    watched: tuple[str, ...] = ()
    day_list: str = ""
    window: int = 3
    factor: int = 5
    at_least: int = 20

    __pydantic_config__ = STRICT


def load_glances(content: Content) -> tuple[Glance, ...]:
    """Return what rules/rueckblick.yaml says; raises ContentErrors with every mistake."""
    path = content.folder / FILE
    if not path.exists():
        return ()
    source, found, problems = read_yaml(path), [], []
    for table, entry in (source.data or {}).items():
        try:
            data = {**entry, "table": str(table)} if isinstance(entry, dict) else {"table": str(table)}
            glance = validate(Glance, data, source, (str(table),), ("table",))
        except Problems as several:
            problems.extend(several.problems)
            continue
        problems.extend(_mistakes(glance, content, source))
        found.append(glance)
    if problems:
        raise ContentErrors(problems)
    return tuple(found)


def _mistakes(glance: Glance, content: Content, source: Source) -> list[ContentError]:
    table = content.tables.get(glance.table)
    if table is None:
        return [source.error((glance.table,), f"die Tabelle »{glance.table}« gibt es nicht.")]
    named = [glance.entered, glance.valid, glance.kind, *glance.watched, glance.role.column if glance.role else ""]
    found = [
        source.error((glance.table,), f"»{glance.table}« hat keine Spalte »{name}«.")
        for name in named
        if name and name not in table.column_names
    ]
    if glance.watched and not table.primary_key:
        found.append(
            source.error((glance.table, "watched"), f"»{glance.table}« hat keinen Schlüssel; watched braucht einen.")
        )
    if glance.day_list and glance.day_list not in content.parameters:
        found.append(source.error((glance.table, "day_list"), f"den Parameter »{glance.day_list}« gibt es nicht."))
    return found


def look_back(
    ledger: duckdb.DuckDBPyConnection, con: duckdb.DuckDBPyConnection, content: Content, stichtag: date
) -> tuple[Lookback, ...]:
    """Return what happened since the last run of an earlier Stichtag; nothing before the first run."""
    last = ledger.execute(
        """SELECT max((body ->> '$.stichtag')::DATE) FROM entry
           WHERE kind = 'run' AND (body ->> '$.stichtag')::DATE < $1""",
        [stichtag],
    ).fetchall()[0][0]
    found: list[Lookback] = []
    for glance in load_glances(content):
        flipped = _flipped_back(ledger, con, content, glance)
        if last is not None:
            found += _backdated(con, glance, last, stichtag)
            found += _mass_changes(con, content, glance, last, stichtag)
            found += flipped
    return tuple(found)


def _source(glance: Glance) -> tuple[str, str, str]:
    """Return FROM, the kind and the role as SQL over one table."""
    kind = f"coalesce(t.{quoted(glance.kind)}::VARCHAR, '')" if glance.kind else "''"
    if glance.role is None:
        return f"daten.{quoted(glance.table)} t", kind, "''"
    r = glance.role
    roles = f"(SELECT {quoted(r.key)} AS k, min({quoted(r.shows)}) AS shows FROM daten.{quoted(r.table)} GROUP BY 1)"
    joined = f"daten.{quoted(glance.table)} t LEFT JOIN {roles} r ON r.k = t.{quoted(r.column)}"
    return joined, kind, "coalesce(r.shows, '')"


def _backdated(con: duckdb.DuckDBPyConnection, glance: Glance, last: date, stichtag: date) -> list[Lookback]:
    """Count records entered since the last run that hold from a day before it, by kind and role, with the farthest."""
    if not glance.valid:
        return []
    tables, kind, role = _source(glance)
    entered, valid = f"t.{quoted(glance.entered)}", f"t.{quoted(glance.valid)}"
    rows = con.execute(
        f"""SELECT {kind}, {role}, count(*), max({entered} - {valid}) FROM {tables}
            WHERE {entered} > {literal(last)} AND {entered} <= {literal(stichtag)} AND {valid} <= {literal(last)}
            GROUP BY ALL ORDER BY ALL"""
    ).fetchall()
    return [Lookback(glance.table, "backdated", kind, role, rows, days) for kind, role, rows, days in rows]


def _mass_changes(
    con: duckdb.DuckDBPyConnection, content: Content, glance: Glance, last: date, stichtag: date
) -> list[Lookback]:
    """Name days shortly before a day of the list on which far more was entered than on a usual day of 90."""
    if not glance.day_list:
        return []
    value = content.parameters[glance.day_list].value_on(stichtag)
    days = [day for day in value if isinstance(day, date)] if isinstance(value, list | tuple) else []
    tables, kind, role = _source(glance)
    entered = f"t.{quoted(glance.entered)}"
    rows = con.execute(
        f"""WITH per_day AS (SELECT {entered} AS tag, {kind} AS kind, {role} AS role, count(*) AS n FROM {tables}
                             WHERE {entered} > {literal(stichtag)} - 90 AND {entered} <= {literal(stichtag)}
                             GROUP BY ALL),
                 usual AS (SELECT kind, role, median(n) AS n FROM per_day GROUP BY ALL)
            SELECT p.kind, p.role, p.n, p.tag FROM per_day p JOIN usual u USING (kind, role)
            WHERE p.tag > {literal(last)} AND p.n >= {glance.at_least} AND p.n >= {glance.factor} * u.n
              AND EXISTS (SELECT 1 FROM (SELECT unnest($1::DATE[]) AS tag) z
                          WHERE z.tag - p.tag BETWEEN 0 AND {glance.window})
            ORDER BY ALL""",
        [[*days, stichtag]],
    ).fetchall()
    return [Lookback(glance.table, "mass_change", kind, role, number, None, day) for kind, role, number, day in rows]


def _flipped_back(
    ledger: duckdb.DuckDBPyConnection, con: duckdb.DuckDBPyConnection, content: Content, glance: Glance
) -> list[Lookback]:
    """Count values that changed since the last run to what they had been before their last change."""
    key = content.tables[glance.table].primary_key
    found = []
    for column in glance.watched:
        keys = ", ".join(f"{quoted(name)}::VARCHAR" for name in key)
        now = con.sql(
            f"SELECT to_json([{keys}])::VARCHAR AS k, {quoted(column)}::VARCHAR AS v FROM daten.{quoted(glance.table)}"
        )
        ledger.register("watched_now", now.to_arrow_table())
        ledger.execute(NOTE_NOW, [_secret(ledger), glance.table, column])
        ledger.unregister("watched_now")
        (number,) = ledger.execute(FLIPS).fetchall()[0]
        ledger.execute(REMEMBER)
        if number:
            found.append(Lookback(glance.table, "flipped_back", column, "", number))
    return found


def _secret(ledger: duckdb.DuckDBPyConnection) -> str:
    """Return the ledger's own key: what is remembered of a record cannot be found out by trying numbers."""
    rows = ledger.execute("SELECT key FROM secret").fetchall()
    if rows:
        return rows[0][0]
    key = secrets.token_hex(32)
    ledger.execute("INSERT INTO secret VALUES ($1)", [key])
    return key


NOTE_NOW = """
CREATE OR REPLACE TEMP TABLE watched_step AS
WITH now AS (SELECT sha256(concat($1, '|', $2, '|', $3, '|', k)) AS record,
                    sha256(concat($1, '|', $3, '|', coalesce(v, ''))) AS value
             FROM watched_now)
SELECT n.record, n.value, w.value AS before, w.earlier FROM now n LEFT JOIN watched w USING (record)
WHERE w.value IS DISTINCT FROM n.value"""

FLIPS = "SELECT count(*) FROM watched_step WHERE before IS NOT NULL AND value = earlier"

REMEMBER = """
DELETE FROM watched WHERE record IN (SELECT record FROM watched_step);
INSERT INTO watched SELECT record, value, before FROM watched_step"""
