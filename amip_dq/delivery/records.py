"""Splits UTF-8 blocks of a CSV file into records, each with its physical line and its number of columns.

A field is quoted if it begins with the quote; it then ends at the next quote that is not doubled, and the
delimiter or the line end must follow. A quote elsewhere is an ordinary character. Where this breaks, the one
physical line is malformed and reading resumes on the next line. Blocks are searched as arrays; only where
quotes are not in order, or a CR stands alone, are single records read character by character.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

NEWLINE, RETURN = 10, 13
MAX_RECORD = 2**20  # a quoted field that does not end within this many bytes counts as not closed
FIRST_WINDOW, MAX_RUN = 2**16, 1024


@dataclass
class Records:
    """Consecutive records of a file: record i is data[starts[i]:ends[i]], its line end included."""

    data: bytes
    starts: np.ndarray
    ends: np.ndarray
    lines: np.ndarray
    columns: np.ndarray
    malformed: np.ndarray
    quoted: bool = False
    rewritten: dict[int, bytes] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ends)

    def raw(self, index: int) -> bytes:
        """Return the record as it stands in the file, without its line end."""
        return self.data[self.starts[index] : self.ends[index]].removesuffix(b"\n").removesuffix(b"\r")


def split_records(blocks: Iterable[bytes], delimiter: str, quote: str, line: int = 1) -> Iterator[Records]:
    """Yield all records of the blocks in order; `line` is the physical line of the first one."""
    splitter = _Splitter(ord(delimiter), ord(quote) if quote else -1)
    waiting = iter(blocks)
    rest, following = b"", next(waiting, b"")
    while rest or following:
        data, following = rest + following, next(waiting, b"")
        position = 0
        for records in splitter.records(data, at_end=not following):
            records.lines += line
            end = int(records.ends[-1])
            line, position = line + data.count(b"\n", position, end), end
            yield records
        rest = data[position:]


@dataclass
class _Splitter:
    delimiter: int
    quote: int
    window: int = 0  # 0: the whole block at once, else the size of the next try after a malformed spot
    run: int = 1  # how many records the next slow stretch reads; grows while trouble follows trouble

    def records(self, data: bytes, at_end: bool) -> Iterator[Records]:
        """Yield the complete records of `data`; what follows the last one needs more bytes."""
        position = 0
        while position < len(data):
            stop = min(position + self.window, len(data)) if self.window else len(data)
            records, trouble = self._fast(data, position, stop, at_end and stop == len(data))
            if len(records):
                yield records
                position = int(records.ends[-1])
            if trouble or (stop == len(data) and len(data) - position > MAX_RECORD):
                records = self._slow(data, position, at_end)
                if not len(records):
                    return
                self.window, self.run = FIRST_WINDOW, min(self.run * 2, MAX_RUN)
                yield records
                position = int(records.ends[-1])
            elif stop == len(data):
                self.window, self.run = 0, 1
                return
            else:
                self.window, self.run = self.window * 4, 1

    def _fast(self, data: bytes, start: int, stop: int, at_end: bool) -> tuple[Records, bool]:
        """Return the well-formed records from `start` on, and whether one follows that needs a closer look."""
        view = np.frombuffer(data, np.uint8, stop - start, start)
        newlines = np.flatnonzero(view == NEWLINE)
        quotes = np.flatnonzero(view == self.quote) if self.quote >= 0 else newlines[:0]
        bad = min(self._bad_quote(view, quotes, at_end), _lone_return(view, newlines))
        ends = newlines[np.searchsorted(quotes, newlines) & 1 == 0] + 1
        if at_end and len(quotes) % 2 == 0 and (not len(ends) or ends[-1] < len(view)):
            ends = np.append(ends, len(view))
        oversize = np.flatnonzero(np.diff(ends, prepend=0) > MAX_RECORD)
        if len(oversize):
            bad = min(bad, int(ends[oversize[0]]) - 1)
        ends = ends[ends <= bad]
        starts = np.concatenate((np.zeros(1, np.int64), ends[:-1])) if len(ends) else ends
        trouble = bad < len(view) or bool(at_end and (ends[-1] if len(ends) else 0) < len(view))
        delimiters = np.flatnonzero(view == self.delimiter)
        if len(quotes):
            delimiters = delimiters[np.searchsorted(quotes, delimiters) & 1 == 0]
        columns = np.diff(np.searchsorted(delimiters, ends), prepend=0) + 1
        lines = np.searchsorted(newlines, starts)
        fine = np.zeros(len(ends), bool)
        return Records(data, starts + start, ends + start, lines, columns, fine, len(quotes) > 0), trouble

    def _bad_quote(self, view: np.ndarray, quotes: np.ndarray, at_end: bool) -> int:
        """Return the position of the first quote that stands where none may stand, or the view's length."""
        opens, closes = quotes[0::2], quotes[1::2]
        if not len(opens):
            return len(view)
        before = np.where(opens > 0, view[opens - 1], NEWLINE)
        after = np.where(closes + 1 < len(view), view[np.minimum(closes + 1, len(view) - 1)], NEWLINE)
        second = np.where(closes + 2 < len(view), view[np.minimum(closes + 2, len(view) - 1)], NEWLINE)
        fits_before = (before == self.delimiter) | (before == NEWLINE) | (before == self.quote)
        fits_after = (after == self.delimiter) | (after == NEWLINE) | (after == self.quote)
        fits_after |= (after == RETURN) & (second == NEWLINE)
        wrong = np.concatenate((opens[~fits_before], closes[~fits_after]))
        return int(wrong.min()) if len(wrong) else len(view)

    def _slow(self, data: bytes, start: int, at_end: bool) -> Records:
        """Return up to `run` records from `start` on, each read byte by byte; none if its end is not known yet."""
        ends, lines, columns, malformed, rewritten = [start], [0], [], [], {}
        while len(columns) < self.run and ends[-1] < len(data):
            found = read_record(data, ends[-1], self.delimiter, self.quote, at_end)
            if found is None:
                break
            end, fields = found
            if fields is not None:
                rewritten[len(columns)] = self._written(fields)
            columns.append(len(fields or ()))
            malformed.append(fields is None)
            lines.append(lines[-1] + data.count(b"\n", ends[-1], end))
            ends.append(end)
        whole = np.array(ends)
        return Records(
            data, whole[:-1], whole[1:], np.array(lines[:-1]), np.array(columns, np.int64),
            np.array(malformed, bool), True, rewritten,
        )  # fmt: skip

    def _written(self, fields: list[bytes]) -> bytes:
        """Return the fields as one record that any CSV reader understands; an empty line stays empty."""
        if self.quote < 0 or not any(fields) and len(fields) == 1:
            return bytes([self.delimiter]).join(value.replace(b"\r", b" ") for value in fields) + b"\n"
        mark = bytes([self.quote])
        return bytes([self.delimiter]).join(mark + value.replace(mark, mark * 2) + mark for value in fields) + b"\n"


def _lone_return(view: np.ndarray, newlines: np.ndarray) -> int:
    """Return the position of the first CR without LF; pyarrow would take it for a line end."""
    returns = int(np.count_nonzero(view == RETURN))
    if not returns or returns == np.count_nonzero(view[newlines[newlines > 0] - 1] == RETURN):
        return len(view)
    places = np.flatnonzero(view == RETURN)
    places = places[places < len(view) - 1]
    lone = places[view[places + 1] != NEWLINE]
    return int(lone[0]) if len(lone) else len(view)


def read_record(
    data: bytes, start: int, delimiter: int, quote: int, at_end: bool
) -> tuple[int, list[bytes] | None] | None:
    """Return the end and the fields of the record at `start`, or None if more bytes are needed to tell.

    Fields None: malformed; the end is that of its first line.
    """
    fields: list[bytes] = []
    position, limit = start, start + MAX_RECORD
    line_end = stop = -1
    while True:
        if position < len(data) and data[position] == quote:
            closed = _closing(data, position, quote, limit)
            if closed is None:
                return None if not at_end and len(data) < limit else _malformed(data, start, at_end)
            value, after = closed
            if not at_end and after + 2 > len(data):
                return None
            end = _line_end_at(data, after)
            if end is None and data[after] != delimiter:
                return _malformed(data, start, at_end)
        else:
            if stop < position:  # looked for once per line: a line may have a million fields
                line_end = data.find(b"\n", position)
                if line_end < 0 and not at_end:
                    return None
                stop = line_end if line_end >= 0 else len(data)
            after = data.find(bytes([delimiter]), position, stop)
            end = None if after >= 0 else stop + (line_end >= 0)
            value = data[position:after] if end is None else data[position:stop].removesuffix(b"\r")
        fields.append(value)
        if end is not None:
            return end, fields
        position = after + 1


def _closing(data: bytes, start: int, quote: int, limit: int) -> tuple[bytes, int] | None:
    """Return the value of the quoted field at `start` and the position behind its closing quote."""
    mark = bytes([quote])
    position = start + 1
    while (found := data.find(mark, position, limit)) >= 0:
        if data[found + 1 : found + 2] != mark:
            return data[start + 1 : found].replace(mark * 2, mark), found + 1
        position = found + 2
    return None


def _line_end_at(data: bytes, position: int) -> int | None:
    """Return where the next record begins if the line ends at `position`."""
    if position >= len(data):
        return len(data)
    if data[position] == NEWLINE:
        return position + 1
    if data[position] == RETURN and data[position + 1 : position + 2] in (b"", b"\n"):
        return min(position + 2, len(data))
    return None


def _malformed(data: bytes, start: int, at_end: bool) -> tuple[int, None] | None:
    line_end = data.find(b"\n", start)
    if line_end < 0 and not at_end:
        return None
    return (line_end + 1 if line_end >= 0 else len(data)), None
