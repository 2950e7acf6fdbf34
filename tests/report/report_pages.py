"""What the tests need to read of a written folder."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path

VOID = {"meta", "link", "input", "br", "img", "rect", "line", "circle", "path"}


class Page(HTMLParser):
    """The parts of a page that tests ask for; raises on tags that do not close in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.scripts = 0
        self.ids: list[str] = []
        self.headings: list[int] = []
        self.rows: list[int] = []
        self.open: list[str] = []
        self.feed(text)
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.attributes += attrs
        self.links += [value for name, value in attrs if name in ("href", "src") and value]
        self.ids += [value for name, value in attrs if name == "id" and value]
        self.scripts += tag == "script"
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "table":
            self.rows.append(0)
        if tag == "tr" and self.rows:
            self.rows[-1] += 1
        if tag not in VOID:
            self.open.append(tag)
        assert "style" not in named

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag, f"</{tag}>"


def pages_in(out: Path) -> list[Path]:
    return sorted(out.rglob("*.html"))


def digest_of(out: Path) -> dict[str, str]:
    """Return path → hash of every file."""
    return {
        str(p.relative_to(out)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(out.rglob("*"))
        if p.is_file()
    }


def text_of(page: str) -> str:
    """Return what a reader sees, tags taken out, blanks folded."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def unpacked(path: Path) -> list[list[str]]:
    """Return the lines in one part of a search."""
    packed = path.read_text("ascii").split('"')[1]
    return json.loads(gzip.decompress(base64.b64decode(packed)))
