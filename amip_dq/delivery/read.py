"""Reads a delivery: every file into typed tables, every row accounted for, every difference named."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb
import numpy as np

from amip_dq.delivery.csv_file import CsvFile
from amip_dq.delivery.database import create_tables, daten, insert_defects
from amip_dq.delivery.header import HeaderMatch, match_header
from amip_dq.delivery.keys import reject_keyless
from amip_dq.delivery.load import discard_file, load_rows
from amip_dq.delivery.manifest import TABLE as MANIFEST_TABLE
from amip_dq.delivery.manifest import apply_manifest, with_manifest
from amip_dq.delivery.members import MANIFEST, READ_ERRORS, Member, list_members, match_tables
from amip_dq.delivery.parquet_file import ParquetFile
from amip_dq.delivery.rows_file import open_manifest, open_sheet
from amip_dq.delivery.source import SourceFile, Unreadable
from amip_dq.errors import DeliveryError
from amip_dq.model import Delivery, FileRead, Layout, LayoutTable, Notice, Table

SHEETS = (".xlsx", ".xlsm", ".xls", ".ods")
MANIFEST_LAYOUT = LayoutTable(files=(MANIFEST,))


@dataclass
class _Reading:
    """What is known while the files are read one after the other."""

    con: duckdb.DuckDBPyConnection
    layout: Layout
    tables: Mapping[str, Table]
    notices: list[Notice]
    files: dict[int, tuple[Member, FileRead]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)


def read_delivery(path: Path, layout: Layout, tables: Mapping[str, Table], con: duckdb.DuckDBPyConnection) -> Delivery:
    """Fill `daten` and `lauf` from the files at `path`; raises DeliveryError if no table can be read."""
    create_tables(con, tables.values())
    members, notices = list_members(path)
    matched, unmatched = match_tables([m for m in members if m.name != MANIFEST], layout)
    matched = with_manifest(matched, members, tables)
    reading = _Reading(con, layout, tables, notices + unmatched)
    clashing = _several_formats(matched)
    for nr, (member, table) in enumerate(matched, 1):
        _read_file(reading, nr, member, tables[table], clashing.get(table, ""))
    _reject_keyless(reading)
    delivered = {file.table for _, file in reading.files.values()} - reading.broken
    _empty(reading, reading.broken)
    if not delivered - {MANIFEST_TABLE}:
        raise DeliveryError(f"{path.name}: keine lesbare Tabelle gefunden. {_why_nothing(reading, layout)}")
    return _delivery(path, reading, delivered)


def open_source(member: Member, layout_table: LayoutTable, table: Table) -> SourceFile:
    """Open a file in its format; raises Unreadable."""
    if member.name == MANIFEST:
        return open_manifest(member.whole(), table.column_names)
    if member.suffix == ".parquet":
        return ParquetFile(member.whole(), layout_table.dialect)
    if member.suffix in SHEETS:
        return open_sheet(member.whole(), layout_table.sheet, layout_table.dialect)
    return CsvFile(member.open, layout_table.dialect)


def _format(member: Member) -> str:
    if member.name == MANIFEST:
        return MANIFEST
    return {".parquet": "Parquet", **dict.fromkeys(SHEETS, "Excel")}.get(member.suffix, "CSV")


def _layout_of(reading: _Reading, member: Member, table: Table) -> LayoutTable:
    return MANIFEST_LAYOUT if member.name == MANIFEST else reading.layout.tables[table.name]


def _several_formats(matched: list[tuple[Member, str]]) -> dict[str, str]:
    """Return the tables that lie there twice, as CSV and as Parquet: reading both would count every row twice."""
    suffixes = defaultdict(set)
    for member, table in matched:
        suffixes[table].add(_format(member))
    return {
        table: f"die Tabelle liegt in mehreren Formaten vor ({', '.join(sorted(found))}); bitte nur eines liefern"
        for table, found in suffixes.items()
        if len(found) > 1
    }


# ------------------------------------------------------------------ one file
def _read_file(reading: _Reading, nr: int, member: Member, table: Table, clash: str) -> None:
    layout_table = _layout_of(reading, member, table)
    read = rejected = 0
    try:
        if clash:
            raise Unreadable(clash)
        source = open_source(member, layout_table, table)
        header = match_header(source.header, layout_table, table)
        _note_header(reading, nr, member, table, source, header)
        usable = not header.problem and not header.required_missing
        read, rejected = load_rows(reading.con, nr, table, layout_table, source, header.wanted if usable else {})
        if source.footers:
            reading.notices.append(Notice(member.path, f"{source.footers} Fußzeile(n) laut Layout übergangen."))
    except (Unreadable, *READ_ERRORS) as error:
        reason = str(error) if isinstance(error, Unreadable) else f"lässt sich nicht lesen ({type(error).__name__})"
        _note_unreadable(reading, nr, member, table, reason)
        discard_file(reading.con, nr, table)
    reading.files[nr] = member, FileRead(member.path, _sha256(member), table.name, read, rejected)


def _note_header(
    reading: _Reading, nr: int, member: Member, table: Table, source: SourceFile, header: HeaderMatch
) -> None:
    if header.problem:
        _note_unreadable(reading, nr, member, table, header.problem, source.header_line)
        return
    for check, columns in (("missing_column", header.missing), ("unknown_column", header.unknown)):
        insert_defects(reading.con, [(nr, source.header_line, table.name, column, check) for column in columns])
    if header.reordered:
        reading.notices.append(
            Notice(member.path, "Die Spalten stehen in anderer Reihenfolge; zugeordnet wurde nach dem Namen.")
        )
    for found, expected in header.renamed.items():
        reading.notices.append(Notice(member.path, f"Die Spalte »{found}« ist unbekannt. Gemeint ist »{expected}«?"))
    if header.required_missing:
        reading.broken.add(table.name)
        missing = ", ".join(f"»{column}«" for column in header.required_missing)
        reading.notices.append(
            Notice(member.path, f"Pflichtspalte fehlt ({missing}): »{table.name}« gilt als nicht geliefert.")
        )


def _note_unreadable(
    reading: _Reading, nr: int, member: Member, table: Table, reason: str, line: int | None = None
) -> None:
    insert_defects(reading.con, [(nr, line, table.name, "", "unreadable")])
    reading.broken.add(table.name)
    reading.notices.append(Notice(member.path, f"Nicht lesbar: {reason}. »{table.name}« gilt als nicht geliefert."))


def _sha256(member: Member) -> str:
    try:
        return member.sha256()
    except READ_ERRORS:
        return ""


# ------------------------------------------------------------------ after the files
def _reject_keyless(reading: _Reading) -> None:
    def raw_text(nr: int, lines: np.ndarray) -> Iterator[tuple[int, str]]:
        member, file = reading.files[nr]
        table = reading.tables[file.table]
        return open_source(member, _layout_of(reading, member, table), table).raw(lines)

    for name in sorted({file.table for _, file in reading.files.values()} - reading.broken):
        for nr, count in reject_keyless(reading.con, reading.tables[name], raw_text).items():
            member, file = reading.files[nr]
            counted = FileRead(file.path, file.sha256, name, file.rows_read - count, file.rows_rejected + count)
            reading.files[nr] = member, counted


def _empty(reading: _Reading, names: set[str]) -> None:
    """A table that is not delivered has no rows, whatever other files of it held."""
    for name in sorted(names):
        reading.con.execute(f"DELETE FROM {daten(name)}")
        reading.con.execute('DELETE FROM lauf.defekt WHERE "table" = $1 AND "check" = \'type\'', [name])


def _why_nothing(reading: _Reading, layout: Layout) -> str:
    if not reading.files:
        wanted = [pattern for table in layout.tables.values() for pattern in table.files][:3]
        return f"Das Layout »{layout.name}« sucht Dateien wie {', '.join(wanted)}."
    return "; ".join(f"{notice.path}: {notice.text}" for notice in reading.notices[:3])


def _delivery(path: Path, reading: _Reading, delivered: set[str]) -> Delivery:
    con, files = reading.con, tuple(file for _, file in reading.files.values())
    con.executemany(
        "INSERT INTO lauf.datei VALUES ($1, $2, $3, $4, $5, $6, NULL, NULL)",
        [[nr, f.path, f.sha256, f.table, f.rows_read, f.rows_rejected] for nr, f in enumerate(files, 1)],
    )
    data_as_of = apply_manifest(con, reading.tables)
    stated = con.execute("SELECT data_as_of, coalesce(source, '') FROM lauf.datei ORDER BY nr").fetchall()
    files = tuple(replace(f, data_as_of=day, source=source) for f, (day, source) in zip(files, stated, strict=True))
    digest = hashlib.sha256("".join(f"{f.path}\0{f.sha256}\n" for f in files).encode()).hexdigest()
    missing = tuple(sorted(set(reading.tables) - delivered))
    notices = reading.notices + _unchecked_keys(reading.tables, delivered)
    return Delivery(path, digest, files, frozenset(delivered), missing, tuple(notices), data_as_of)


def _unchecked_keys(tables: Mapping[str, Table], delivered: set[str]) -> list[Notice]:
    return [
        Notice(
            "", f"{name}: Verweise auf »{key.reference.resource}« sind nicht geprüft, die Tabelle ist nicht geliefert."
        )
        for name in sorted(delivered)
        for key in tables[name].foreign_keys
        if key.reference.resource not in delivered
    ]
