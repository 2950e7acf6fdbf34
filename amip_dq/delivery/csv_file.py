"""A CSV file: title lines, header, rows, footers; every row that is not clean is rejected with its raw text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as compute
from pyarrow import csv

from amip_dq.delivery.encoding import readable, utf8_blocks
from amip_dq.delivery.records import MAX_RECORD, Records, read_record, split_records
from amip_dq.delivery.source import BLANKS, Block, Rejected, Unreadable, trim
from amip_dq.model import Dialect

HEAD_BYTES = 2**16
WRONG_QUOTES = "Anführungszeichen nicht geschlossen oder an falscher Stelle"
NUL = "enthält ein NUL-Zeichen"


class CsvFile:
    """A CSV file whose header was read; raises Unreadable if it has none."""

    def __init__(self, open_file: Callable[[], BinaryIO], dialect: Dialect) -> None:
        self._open, self._dialect = open_file, dialect
        self.footers = 0
        if (
            len(dialect.delimiter) != 1
            or not dialect.delimiter.isascii()
            or not dialect.quote.isascii()
            or len(dialect.quote) > 1
        ):
            raise Unreadable("Trennzeichen und Anführungszeichen des Layouts müssen einzelne ASCII-Zeichen sein")
        self.header, self.header_line, self._body_start, self._body_line = self._read_header()

    # -------------------------------------------------------------- header
    def _read_header(self) -> tuple[tuple[str, ...], int, int, int]:
        head = b""
        with self._open() as stream:
            blocks = utf8_blocks(stream, self._dialect.encoding, HEAD_BYTES)
            while True:
                more = next(blocks, b"")
                head += more
                found = self._find_header(head, at_end=not more)
                if found is not None:
                    return found
                if not more or len(head) > 4 * MAX_RECORD:
                    raise Unreadable("die Datei ist leer oder hat keine Kopfzeile")

    def _find_header(self, head: bytes, at_end: bool) -> tuple[tuple[str, ...], int, int, int] | None:
        dialect = self._dialect
        row = dialect.skip_rows + 1 if dialect.skip_rows else dialect.header_row
        position, line = 0, 1
        while position < len(head):
            line_end = head.find(b"\n", position)
            if line_end < 0 and not at_end:
                return None
            stop = line_end if line_end >= 0 else len(head)
            if line >= row and head[position:stop].strip():
                return self._header_at(head, position, line, at_end)
            position, line = stop + 1, line + 1
        return None

    def _header_at(
        self, head: bytes, position: int, line: int, at_end: bool
    ) -> tuple[tuple[str, ...], int, int, int] | None:
        found = read_record(head, position, ord(self._dialect.delimiter), self._quote, at_end)
        if found is None:
            return None
        end, fields = found
        if fields is None or b"\0" in head[position:end]:
            raise Unreadable(f"die Kopfzeile in Zeile {line} ist keine gültige CSV-Zeile")
        try:
            names = tuple(trim(name.decode("utf-8")) for name in fields)
        except UnicodeDecodeError:
            raise Unreadable(f"die Kopfzeile in Zeile {line} ist nicht als {self._dialect.encoding} lesbar") from None
        return names, line, end, line + head.count(b"\n", position, end)

    @property
    def _quote(self) -> int:
        return ord(self._dialect.quote) if self._dialect.quote else -1

    # -------------------------------------------------------------- rows
    def blocks(self, wanted: Mapping[int, str]) -> Iterator[Block]:
        """Yield the rows block by block."""
        self.footers = 0
        for records in self._records():
            yield self._block(records, wanted)

    def raw(self, lines: np.ndarray) -> Iterator[tuple[int, str]]:
        """Yield (line, raw text) of the records that begin in these lines."""
        for records in self._records():
            for index in np.flatnonzero(np.isin(records.lines, lines)):
                yield int(records.lines[index]), readable(records.raw(index))

    def _records(self) -> Iterator[Records]:
        with self._open() as stream:
            yield from split_records(self._body(stream), self._dialect.delimiter, self._dialect.quote, self._body_line)

    def _body(self, stream: BinaryIO) -> Iterator[bytes]:
        skip = self._body_start
        for block in utf8_blocks(stream, self._dialect.encoding):
            if skip < len(block):
                yield block[skip:] if skip else block
            skip = max(0, skip - len(block))

    def _block(self, records: Records, wanted: Mapping[int, str]) -> Block:
        undecodable = _undecodable(records)
        no_row = _blank(records)
        if self._dialect.footer:
            footer = _matching(records, self._dialect.footer, bool(undecodable.any())) & ~no_row
            self.footers += int(footer.sum())
            no_row |= footer
        nul = _with_nul(records)
        wrong = records.malformed | undecodable | nul | (records.columns != len(self.header))
        rejected = [
            Rejected(int(records.lines[i]), self._reason(records, i, nul[i], undecodable[i]), readable(records.raw(i)))
            for i in np.flatnonzero(wrong & ~no_row)
        ]
        keep = ~wrong & ~no_row
        rows = _parse(records, keep, self._dialect, len(self.header), wanted) if wanted else None
        return Block(rows, records.lines[keep], rejected)

    def _reason(self, records: Records, index: int, nul: bool, undecodable: bool) -> str:
        if records.malformed[index]:
            return WRONG_QUOTES
        if nul:
            return NUL
        if undecodable:
            return f"nicht als {self._dialect.encoding} lesbar"
        return f"{records.columns[index]} statt {len(self.header)} Spalten"


def _undecodable(records: Records) -> np.ndarray:
    """Tell for each record whether it holds bytes that its encoding does not know."""
    found = np.zeros(len(records), bool)
    start, stop = int(records.starts[0]), int(records.ends[-1])
    view = memoryview(records.data)[start:stop]
    try:
        str(view, "utf-8")
    except UnicodeDecodeError:
        places = np.flatnonzero(np.frombuffer(view, np.uint8) >= 128) + start
        for index in np.unique(np.searchsorted(records.ends, places, side="right")):
            found[index] = not _is_utf8(records.raw(index))
    return found


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _with_nul(records: Records) -> np.ndarray:
    found = np.zeros(len(records), bool)
    start, stop = int(records.starts[0]), int(records.ends[-1])
    if records.data.find(b"\0", start, stop) >= 0:
        places = np.flatnonzero(np.frombuffer(records.data, np.uint8, stop - start, start) == 0) + start
        found[np.searchsorted(records.ends, places, side="right")] = True
    return found


def _blank(records: Records) -> np.ndarray:
    """Tell which records are empty lines; a line of delimiters is a row."""
    found = np.zeros(len(records), bool)
    for index in np.flatnonzero((records.columns == 1) & ~records.malformed & (records.ends - records.starts < 256)):
        found[index] = not records.raw(index).decode("utf-8", "replace").strip(BLANKS + "\r")
    return found


def _matching(records: Records, pattern: str, undecodable: bool) -> np.ndarray:
    """Tell which lines match the footer pattern, quotes and blanks around them aside."""
    if not undecodable:
        start = int(records.starts[0])
        offsets = pa.py_buffer((np.append(records.starts, records.ends[-1]) - start).astype(np.int64))
        text = pa.py_buffer(memoryview(records.data)[start : int(records.ends[-1])])
        lines = pa.LargeStringArray.from_buffers(len(records), offsets, text)
        trimmed = compute.utf8_trim(lines, characters='"\r\n \t')
        try:
            return compute.match_substring_regex(trimmed, pattern).to_numpy(zero_copy_only=False)
        except pa.ArrowInvalid:
            pass  # RE2 lacks a few constructs of Python's regular expressions, such as look-ahead
    search = re.compile(pattern).search
    texts = (records.raw(index).decode("utf-8", "replace").strip('" \t\r\n') for index in range(len(records)))
    return np.array([search(text) is not None for text in texts], bool)


def _parse(records: Records, keep: np.ndarray, dialect: Dialect, width: int, wanted: Mapping[int, str]) -> pa.Table:
    """Return the kept records as text columns; pyarrow sees only records that were found to be clean."""
    names = [f"c{index}" for index in range(width)]
    chosen = [names[index] for index in wanted]
    if not keep.any():
        return pa.table({name: pa.array([], pa.string()) for name in wanted.values()})
    longest = int((records.ends - records.starts).max())
    table = csv.read_csv(
        pa.BufferReader(_kept_bytes(records, keep)),
        csv.ReadOptions(column_names=names, block_size=max(2**21, 4 * longest), use_threads=False),
        csv.ParseOptions(
            delimiter=dialect.delimiter, quote_char=dialect.quote if records.quoted and dialect.quote else False,
            double_quote=True, newlines_in_values=records.quoted, ignore_empty_lines=False,
        ),
        csv.ConvertOptions(
            include_columns=chosen, column_types=dict.fromkeys(chosen, pa.string()), null_values=[], check_utf8=False
        ),
    )  # fmt: skip
    return table.rename_columns(list(wanted.values()))


def _kept_bytes(records: Records, keep: np.ndarray) -> pa.Buffer:
    if records.rewritten:
        return pa.py_buffer(b"".join(records.rewritten[index] for index in np.flatnonzero(keep)))
    view = memoryview(records.data)
    edges = np.flatnonzero(np.diff(keep.astype(np.int8), prepend=0, append=0))
    runs = [view[int(records.starts[first]) : int(records.ends[last - 1])] for first, last in edges.reshape(-1, 2)]
    return pa.py_buffer(runs[0] if len(runs) == 1 else b"".join(runs))
