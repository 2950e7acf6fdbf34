"""Lists a frame can be made from: any CSV file, and the findings of a run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from amip_dq.errors import SamplingError
from amip_dq.sampling.amounts import cents
from amip_dq.sampling.canonical import sha256
from amip_dq.sampling.frame import WHOLE, Listed

ENCODINGS = ("utf-8-sig", "cp1252", "latin-1", "utf-16")


@dataclass(frozen=True)
class Columns:
    """Which columns hold the number of the unit (several are joined), its amount and its stratum."""

    keys: tuple[str, ...]
    amount: str | None = None
    stratum: str | None = None
    joined_by: str = "|"


def header_of(path: Path, encoding: str = "utf-8-sig") -> list[str]:
    """Return the column names of a CSV file."""
    return _records(path, encoding)[0]


def read_list(path: Path, columns: Columns, encoding: str = "utf-8-sig") -> list[Listed]:
    """Return the rows of a CSV file with a header; `;`, `,` or tab is told from the header line."""
    header, records = _records(path, encoding)
    for name in (*columns.keys, *filter(None, (columns.amount, columns.stratum))):
        if name not in header:
            raise SamplingError(f"{path.name}: die Spalte »{name}« fehlt. Vorhanden: {', '.join(header)}.")
    return [_listed(path, line, record, columns) for line, record in records]


def _records(path: Path, encoding: str) -> tuple[list[str], Iterator[tuple[int, dict[str, str]]]]:
    if encoding not in ENCODINGS:
        raise SamplingError(f"Unbekannte Kodierung; angeboten: {', '.join(ENCODINGS)}.")
    try:
        text = path.read_bytes().decode(encoding)
    except OSError:
        raise SamplingError(f"{path.name}: die Datei lässt sich nicht lesen.") from None
    except UnicodeDecodeError:
        raise SamplingError(f"{path.name}: nicht in {encoding} gespeichert; --encoding cp1252 versuchen.") from None
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header = [name.strip() for name in next(reader, [])]
    if not any(header) or len(set(header)) != len(header):
        raise SamplingError(f"{path.name}: die Kopfzeile fehlt oder nennt eine Spalte zweimal.")
    return header, _split(path, header, reader)


def _split(path: Path, header: list[str], reader) -> Iterator[tuple[int, dict[str, str]]]:
    for row in reader:
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(header):
            raise SamplingError(f"{path.name}, Zeile {reader.line_num}: {len(row)} statt {len(header)} Spalten.")
        yield reader.line_num, dict(zip(header, row, strict=False))


def _listed(path: Path, line: int, record: Mapping[str, str], columns: Columns) -> Listed:
    key = columns.joined_by.join(record[name].strip() for name in columns.keys)
    amount = 0
    if columns.amount:
        try:
            amount = cents(record[columns.amount])
        except SamplingError as problem:
            raise SamplingError(f"{path.name}, Zeile {line}, Spalte {columns.amount}: {problem}") from None
    return Listed(key, line, record[columns.stratum].strip() if columns.stratum else WHOLE, amount)


def read_findings(path: Path, rules: Sequence[str] = ()) -> dict[str, list[str]]:
    """Return case number → rules with a violation, from the findings.csv of a run (all rules, or the named ones)."""
    header, records = _records(path, "utf-8-sig")
    if lacking := {"rule_id", "case_id", "verdict"} - set(header):
        raise SamplingError(f"{path.name}: keine Befundliste, es fehlt {', '.join(sorted(lacking))}.")
    found: dict[str, list[str]] = {}
    for _, record in records:
        if record["verdict"] == "violation" and (not rules or record["rule_id"] in rules):
            number = record["case_id"].removeprefix("'")  # the apostrophe that protects a spreadsheet
            found.setdefault(number, []).append(record["rule_id"])
    return found


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a source file, for the protocol."""
    return sha256(path.read_bytes())
