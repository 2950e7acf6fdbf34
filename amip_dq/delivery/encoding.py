"""Turns a file's bytes into UTF-8 blocks; bytes that the encoding does not know stay visible as invalid UTF-8.

So one scanner and one test for "undecodable" serve every encoding.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

BLOCK_BYTES = 16 * 2**20
UTF8 = ("utf-8", "utf-8-sig")
BOM = b"\xef\xbb\xbf"
ESCAPED = re.compile("[\x00-\x08\x0b-\x1f\x7f\\\\\ud800-\udfff]")


def utf8_blocks(stream: BinaryIO, encoding: str, size: int = BLOCK_BYTES) -> Iterator[bytes]:
    """Yield the content as UTF-8 without a leading BOM; a block may end anywhere."""
    if encoding in UTF8:
        yield from _without_bom(stream, size)
        return
    # surrogateescape keeps an undefined byte of a single-byte code page, surrogatepass a lone half of a UTF-16 pair
    errors = "surrogatepass" if encoding == "utf-16" else "surrogateescape"
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    while raw := stream.read(size):
        yield decoder.decode(raw).encode("utf-8", "surrogatepass")
    pending = decoder.getstate()[0]
    if pending:  # half a UTF-16 character at the end of the file
        yield b"".join(chr(0xDC00 + byte).encode("utf-8", "surrogatepass") for byte in pending)


def _without_bom(stream: BinaryIO, size: int) -> Iterator[bytes]:
    first = stream.read(size)
    yield first.removeprefix(BOM)
    while raw := stream.read(size):
        yield raw


def readable(raw: bytes) -> str:
    """Return a rejected record as text: undecodable bytes and control characters as backslash escapes."""
    text = raw.decode("utf-8", "surrogateescape")
    if "\ud800" <= max(text, default="") <= "\udfff" or ESCAPED.search(text):
        text = _restored(raw)
    return text


def _restored(raw: bytes) -> str:
    # the surrogates that utf8_blocks wrote for single bytes become those bytes again
    marked = re.sub(rb"\xed([\xb0-\xb3])([\x80-\xbf])", _single_byte, raw)
    return ESCAPED.sub(_escape, marked.decode("utf-8", "surrogateescape"))


def _single_byte(match: re.Match[bytes]) -> bytes:
    code = 0xD000 | (match[1][0] & 0x3F) << 6 | (match[2][0] & 0x3F)
    return bytes([code - 0xDC00]) if 0xDC00 <= code <= 0xDCFF else match[0]


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if match[0] == "\\":
        return "\\\\"
    return f"\\x{code & 0xFF:02x}"
