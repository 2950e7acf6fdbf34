"""A small data model of its own, so that these tests say nothing about the law and nothing about our checks/."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from amip_dq.content.layouts import canonical_layout
from amip_dq.delivery.defects import find_defects
from amip_dq.delivery.read import read_delivery
from amip_dq.model import (
    Constraints,
    DefectCount,
    Delivery,
    Dialect,
    Field,
    FieldType,
    ForeignKey,
    Layout,
    Reference,
    RowCheck,
    Table,
)  # fmt: skip

S, INT, N, B, D = FieldType.STRING, FieldType.INTEGER, FieldType.NUMBER, FieldType.BOOLEAN, FieldType.DATE
NEEDED = Constraints(required=True)
FACH = Table(
    name="fach", title="Fach", primary_key=("fach_id",),
    fields=(Field("fach_id", S, constraints=NEEDED), Field("art", S, constraints=Constraints(enum=("offen", "zu")))),
)  # fmt: skip
BUCH = Table(
    name="buch", title="Buch", primary_key=("buch_id",),
    fields=(
        Field("buch_id", S, constraints=NEEDED), Field("fach_id", S), Field("titel", S, constraints=NEEDED),
        Field("preis", N), Field("seiten", INT), Field("neu", B), Field("von", D), Field("bis", D),
    ),
    foreign_keys=(ForeignKey(("fach_id",), Reference("fach", ("fach_id",))),),
    row_checks=(RowCheck("bis_nach_von", "Ende vor Beginn", "bis >= von"),),
)  # fmt: skip
LIEFERUNG = Table(
    name="lieferung", title="Lieferung", primary_key=("datei",), optional=True,
    fields=(
        Field("datei", S, constraints=NEEDED), Field("tabelle", S), Field("quelle", S), Field("datenstand", D),
        Field("zeilen_soll", INT), Field("summe_spalte", S), Field("summe_soll", N),
    ),
)  # fmt: skip
TABLES = {table.name: table for table in (FACH, BUCH, LIEFERUNG)}
BUCH_HEADER = "buch_id;fach_id;titel;preis;seiten;neu;von;bis"


@dataclass
class Read:
    """A delivery that was read, with its database."""

    con: duckdb.DuckDBPyConnection
    delivery: Delivery
    defects: tuple[DefectCount, ...]

    def rows(self, query: str) -> list[tuple]:
        return self.con.execute(query).fetchall()

    def rejected(self) -> list[tuple]:
        return self.rows("SELECT line, reason, raw FROM lauf.verworfen ORDER BY file, line")

    def checks(self, table: str = "buch") -> set[tuple[str, str, int]]:
        return {(d.column, d.check, d.rows) for d in self.defects if d.table == table}

    def balance(self) -> list[tuple[str, int, int]]:
        return [(file.path, file.rows_read, file.rows_rejected) for file in self.delivery.files]

    @property
    def notices(self) -> str:
        return "\n".join(f"{notice.path}: {notice.text}" for notice in self.delivery.notices)


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    with duckdb.connect() as connection:
        yield connection


@pytest.fixture
def read(tmp_path: Path, con: duckdb.DuckDBPyConnection) -> Callable[..., Read]:
    """Write files, read them as a delivery, find its defects."""

    def deliver(
        files: Mapping[str, str | bytes],
        tables: Mapping[str, Table] = TABLES,
        layout: Layout | None = None,
        **dialect: object,
    ) -> Read:
        folder = tmp_path / "lieferung"
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        layout = layout or speaking(canonical_layout(tables), **dialect)
        delivery = read_delivery(folder, layout, tables, con)
        return Read(con, delivery, find_defects(con, delivery, tables))

    return deliver


def speaking(layout: Layout, **dialect: object) -> Layout:
    """Return the layout with another dialect in every table."""
    return replace(
        layout, tables={name: replace(entry, dialect=Dialect(**dialect)) for name, entry in layout.tables.items()}
    )


def book(**cells: str) -> str:
    """Return a file with one book, whose other cells are empty."""
    whole = {"buch_id": "B1", "titel": "Emil"} | cells
    return BUCH_HEADER + "\n" + ";".join(whole.get(name, "") for name in BUCH_HEADER.split(";")) + "\n"


STICHTAG = date(2022, 6, 30)
