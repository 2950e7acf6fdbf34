"""Units of a delivery: read it as `check` does, then ask the content's SELECT for the cases that can be drawn."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from amip_dq.cli.sample_units import FILE, definition
from amip_dq.errors import AmipError, ContentError
from amip_dq.sampling.amounts import thousands
from amip_dq.sampling.frame import WHOLE, Listed


@dataclass(frozen=True)
class Units:
    """The listed cases, the digest of the delivery, and what is not in the list."""

    rows: list[Listed]
    digest: str
    exclusions: tuple[str, ...]


@dataclass(frozen=True)
class _Query:
    """A SELECT in the form in which the engine looks for the views it needs."""

    unit: str
    sql: str


def list_units(path: Path, unit: str, stichtag: date, layout: str) -> Units:
    """Return the units of a delivery; the database lives in a temporary folder and is gone afterwards."""
    import duckdb

    from amip_dq.cli.check import find_layout
    from amip_dq.content import content_folder, load_content
    from amip_dq.delivery.defects import find_defects
    from amip_dq.delivery.read import read_delivery
    from amip_dq.engine import open_for_judging

    content, wanted = load_content(content_folder(None)), definition(unit)
    queries = [_Query(unit, text) for text in (wanted.select, wanted.excluded)]
    statements = [_checked(query.sql, content) for query in queries]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "lieferung.duckdb"
        con = duckdb.connect(str(file))
        read = read_delivery(path, find_layout(content, layout), content.tables, con)
        find_defects(con, read, content.tables)  # values outside their code list become NULL, as for the rules
        con.close()
        con = open_for_judging(file, content, stichtag, queries)  # type: ignore[arg-type]
        try:
            _refuse_missing(queries, content, read.delivered)
            rows = con.execute(f"SELECT einheit, schicht, betrag FROM ({statements[0]}) ORDER BY ALL").fetchall()
            left_out = con.execute(f"SELECT grund, anzahl FROM ({statements[1]}) ORDER BY ALL").fetchall()
        except duckdb.Error as error:
            raise AmipError(f"{FILE}, {unit}: der SELECT scheitert ({type(error).__name__}).") from None
        finally:
            con.close()
    listed = [
        Listed(str(number or ""), place, str(stratum or WHOLE), int(amount * 100))
        for place, (number, stratum, amount) in enumerate(rows, start=1)
    ]
    return Units(listed, read.digest, tuple(f"{reason}: {thousands(n)}" for reason, n in left_out if n))


def _checked(sql: str, content) -> str:
    """Return a SELECT rewritten for the engine; what a rule may not do, a unit may not do either."""
    from amip_dq.content import guard
    from amip_dq.engine import names_of

    try:
        names_of(content).inspect(sql)
        return guard.rewrite(guard.parse(sql))
    except guard.Refused as refusal:
        raise ContentError(FILE, None, str(refusal)) from None


def _refuse_missing(queries, content, delivered: frozenset[str]) -> None:
    """A population without one of its tables would be a wrong one."""
    from amip_dq.content import guard
    from amip_dq.content.query import tables_behind
    from amip_dq.engine import names_of

    needed = {table for query in queries for table in tables_behind(guard.names_read(query.sql), names_of(content))}
    optional = {name for name, table in content.tables.items() if table.optional}
    if missing := sorted(needed - delivered - optional):
        raise AmipError(f"Für diese Einheit fehlt in der Lieferung: {', '.join(missing)}.")
