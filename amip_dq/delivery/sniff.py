"""Guesses how a file is written, from its first bytes and rows.

Only for suggestions: a delivery is read as its layout declares.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet

from amip_dq.delivery.read import SHEETS
from amip_dq.delivery.rows_file import cell_text, sheet_rows
from amip_dq.delivery.source import Unreadable, trim
from amip_dq.errors import DeliveryError
from amip_dq.model import Dialect

SAMPLE_BYTES, SAMPLE_ROWS = 2**20, 2000
DELIMITERS = ";\t,|"
DATE_FORMS = {
    "%d.%m.%Y": r"\d{2}\.\d{2}\.\d{4}", "%Y-%m-%d": r"\d{4}-\d{2}-\d{2}", "%d.%m.%y": r"\d{2}\.\d{2}\.\d{2}",
    "%d/%m/%Y": r"\d{2}/\d{2}/\d{4}", "%Y%m%d": r"(?:19|20)\d{6}",
    "%d.%m.%Y %H:%M:%S": r"\d{2}\.\d{2}\.\d{4} \d{2}:\d{2}:\d{2}",
    "%Y-%m-%d %H:%M:%S": r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}",
}  # fmt: skip
NUMBER = re.compile(r"[+-]?\d+([.,]\d+)*-?")
TRUE_WORDS = ("ja", "Ja", "JA", "j", "J", "true", "True", "TRUE", "wahr", "WAHR", "x", "X", "1", "Y")
FALSE_WORDS = ("nein", "Nein", "NEIN", "n", "N", "false", "False", "FALSE", "falsch", "FALSCH", "0")
MISSING_WORDS = ("k.A.", "k. A.", "-", "--", "NULL", "null", "n/a", "#NV", "unbekannt", ".")
OPEN_ENDS = ("31.12.9999", "99.99.9999", "9999-12-31", "31.12.2999", "00.00.0000")


@dataclass(frozen=True)
class Sample:
    """The beginning of a file: how it is written, its header, and the rows below as text."""

    name: str
    dialect: Dialect
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    plain: bool = True  # nothing in the file tells its encoding

    def values(self, header: str) -> list[str]:
        """Return the filled cells of a column."""
        place = self.header.index(header)
        return [cell for row in self.rows if place < len(row) and (cell := trim(row[place]))]


def take_sample(path: Path) -> Sample:
    """Read the beginning of a CSV, XLSX or Parquet file; raises DeliveryError if it shows no header."""
    try:
        sample = _sample_of(path)
    except (Unreadable, pa.ArrowException, OSError):
        raise DeliveryError(f"{path.name}: die Datei ist nicht lesbar.") from None
    if not any(sample.header):
        raise DeliveryError(f"{path.name}: keine Kopfzeile gefunden; ohne Überschriften lässt sich nichts zuordnen.")
    return sample


def _sample_of(path: Path) -> Sample:
    if path.suffix.lower() == ".parquet":
        return Sample(path.name, Dialect(), tuple(parquet.read_schema(path).names), ())
    with path.open("rb") as stream:
        if path.suffix.lower() in SHEETS:
            rows = [[cell_text(cell, Dialect()) for cell in row] for row in sheet_rows(stream, None)[:SAMPLE_ROWS]]
            return _sample(path.name, rows, Dialect())
        raw = stream.read(SAMPLE_BYTES)
    encoding = guess_encoding(raw)
    text = codecs.getincrementaldecoder("utf-8-sig" if encoding == "utf-8" else encoding)("replace").decode(raw)
    lines = text.replace("\0", "").splitlines()[:SAMPLE_ROWS]
    delimiter = _guess_delimiter(lines[:200])
    # line by line: a quote that is never closed must not swallow the rest
    rows = [next(csv.reader([line], delimiter=delimiter), []) for line in lines]
    dialect = Dialect(encoding=encoding, delimiter=delimiter)
    return replace(_sample(path.name, rows, dialect), plain=raw.isascii())


def guess_encoding(raw: bytes) -> str:
    """Return the encoding that the bytes show; plain ASCII counts as UTF-8."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(raw, final=len(raw) < SAMPLE_BYTES)
    except UnicodeDecodeError:
        return "latin-1" if any(byte in raw for byte in b"\x81\x8d\x8f\x90\x9d") else "cp1252"
    return "utf-8"


def _guess_delimiter(lines: Sequence[str]) -> str:
    """Return the sign that splits most lines into the same number of cells, two or more."""

    def steadiness(sign: str) -> tuple[int, int]:
        counts = Counter(line.count(sign) for line in lines if line.strip())
        width, often = counts.most_common(1)[0] if counts else (0, 0)
        return (often if width else 0, width)

    return max(DELIMITERS, key=steadiness)


def _sample(name: str, rows: Sequence[Sequence[str]], dialect: Dialect) -> Sample:
    filled = [(line, row) for line, row in enumerate(rows, 1) if any(map(trim, row))]
    widths = Counter(len(row) for _, row in filled)
    width = max(widths, key=lambda size: (widths[size], size), default=0)
    line, header = next(((line, row) for line, row in filled if _is_header(row, width)), (1, []))
    body = [tuple(row) for at, row in filled if at > line]
    full = tuple(row for row in body if len(row) == width and sum(bool(trim(cell)) for cell in row) > 1)
    found = replace(dialect, header_row=line, footer=_guess_footer([row for row in body[-5:] if row not in full]))
    return Sample(name, _with_values(found, full), tuple(trim(cell) for cell in header), full)


def _is_header(row: Sequence[str], width: int) -> bool:
    cells = [trim(cell) for cell in row]
    named = [cell for cell in cells if cell and not NUMBER.fullmatch(cell)]
    return len(row) >= width and len(named) >= max(1, len(cells) - 1) and len(named) > width // 2


def _guess_footer(rows: Iterable[Sequence[str]]) -> str | None:
    """Return a pattern for lines below the rows, from their first words; figures are left out."""
    words = {match[0] for row in rows if row and (match := re.match(r"[^\W\d_]+(?: [^\W\d_]+)*", trim(row[0])))}
    return rf"^({'|'.join(sorted(words))})\b" if words else None


def _with_values(dialect: Dialect, rows: Iterable[Sequence[str]]) -> Dialect:
    """Return the dialect with date forms, decimal sign and words as the cells show them."""
    cells = Counter(trim(cell) for row in rows for cell in row)
    forms = {
        form: sum(n for cell, n in cells.items() if re.fullmatch(shape, cell)) for form, shape in DATE_FORMS.items()
    }
    dates = tuple(sorted((form for form, n in forms.items() if n), key=lambda form: -forms[form])) or dialect.dates
    commas = sum(n for cell, n in cells.items() if re.fullmatch(r"-?[\d.]+,\d{1,2}-?", cell))
    points = sum(n for cell, n in cells.items() if re.fullmatch(r"-?\d+\.\d{1,2}-?", cell))
    german = commas > points
    return replace(
        dialect,
        dates=tuple(form for form in dates if form != "%Y%m%d" or len(dates) == 1),
        decimal="," if german else ".",
        thousands="." if german else "",
        missing=("", *(word for word in MISSING_WORDS if word in cells)),
        open_end=tuple(word for word in OPEN_ENDS if word in cells),
    )


def common_dialect(samples: Sequence[Sample]) -> Dialect:
    """Return what holds for most of the files, and every word that any of them uses."""
    dialects = [sample.dialect for sample in samples]
    telling = [sample.dialect.encoding for sample in samples if not sample.plain] or ["utf-8"]
    footers = sorted({dialect.footer.removeprefix("^(").removesuffix(r")\b") for dialect in dialects if dialect.footer})
    german = any(dialect.decimal == "," for dialect in dialects)
    return Dialect(
        encoding=_most(telling),
        delimiter=_most([dialect.delimiter for dialect in dialects]),
        header_row=_most([dialect.header_row for dialect in dialects]),
        footer=rf"^({'|'.join(footers)})\b" if footers else None,
        dates=_union(dialect.dates for dialect in dialects if dialect.dates != Dialect.dates) or Dialect.dates,
        decimal="," if german else ".",
        thousands="." if german else "",
        missing=_union(dialect.missing for dialect in dialects),
        open_end=_union(dialect.open_end for dialect in dialects),
    )


def _most(values: Sequence) -> object:
    return Counter(values).most_common(1)[0][0]


def _union(groups: Iterable[Sequence[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for group in groups for word in group))
