"""Whatever the bytes and wherever the blocks end, every line of a CSV file belongs to exactly one record."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amip_dq.delivery.records import read_record, split_records

HOSTILE = st.lists(
    st.sampled_from([b";", b'"', b"\n", b"\r\n", b"\r", b"a", b"bc", b'""', b'";"', b'"\n"', b"\0", b"\xff"]),
    max_size=60,
).map(b"".join)


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[i : i + size] for i in range(0, len(data), size)]


def flat(data: bytes, size: int) -> list[tuple]:
    return [
        (int(r.lines[i]), r.data[r.starts[i] : r.ends[i]], int(r.columns[i]), bool(r.malformed[i]))
        for r in split_records(cut(data, size), ";", '"')
        for i in range(len(r))
    ]


def one_by_one(data: bytes) -> list[tuple]:
    """The grammar itself, record after record: what the fast search must agree with."""
    position, line, found = 0, 1, []
    while position < len(data):
        end, fields = read_record(data, position, ord(";"), ord('"'), at_end=True)
        found.append((line, data[position:end], len(fields or ()), fields is None))
        line += data.count(b"\n", position, end)
        position = end
    return found


@settings(max_examples=200, deadline=None)
@given(HOSTILE, st.integers(1, 40))
def test_blocks_and_grammar_agree(data: bytes, size: int) -> None:
    slow = one_by_one(data)
    assert flat(data, size) == slow
    assert flat(data, 10**6) == slow
    assert b"".join(record for _, record, _, _ in slow) == data


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.lists(st.text(alphabet='ab;"\n\r ü', max_size=6), min_size=2, max_size=4), max_size=12),
    st.integers(3, 50),
)
def test_what_python_writes_is_read_without_a_malformed_record(rows: list[list[str]], size: int) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    found = flat(out.getvalue().encode(), size)
    assert [columns for _, _, columns, _ in found] == [len(row) for row in rows]
    assert not any(malformed for *_, malformed in found)


@pytest.mark.parametrize(
    "data, expected",
    [
        (b'a;"b\nc;d\n', [(1, 0, True), (2, 2, False)]),
        (b'a;"b\nc;"d"\n', [(1, 0, True), (2, 2, False)]),
        (b'a;"b\nc"\nd;e', [(1, 2, False), (3, 2, False)]),
        (b'a;5" Rohr\nb;c\n', [(1, 2, False), (2, 2, False)]),
        (b'a;"x"y\nb;c\n', [(1, 0, True), (2, 2, False)]),
        (b'"a""b";c\r\n\r\n', [(1, 2, False), (2, 1, False)]),
    ],
)
def test_quotes(data: bytes, expected: list[tuple]) -> None:
    assert [(line, columns, malformed) for line, _, columns, malformed in flat(data, 10**6)] == expected


def test_an_unclosed_quote_costs_one_line_even_in_a_long_file() -> None:
    data = b'1;"offen\n' + b"2;x\n" * 600_000
    found = flat(data, 2**20)
    assert len(found) == 600_001
    assert [entry for entry in found if entry[3]] == [(1, b'1;"offen\n', 0, True)]
