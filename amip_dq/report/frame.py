"""The frame of a page – head, navigation, trust line, foot – is the same for thousands of pages: rendered once."""

from __future__ import annotations

from typing import NamedTuple

TITLE, CONTENT = "\x00titel\x00", "\x00inhalt\x00"
BREAK = "\x00umbruch\x00"  # between title and content in what a page template renders


class Frame(NamedTuple):
    """What stands before the title, between title and content, and after it."""

    head: str
    middle: str
    foot: str


def cut(frame: str) -> Frame:
    """Return a rendered frame in its parts."""
    head, rest = frame.split(TITLE, 1)
    return Frame(head, *rest.split(CONTENT, 1))


def joined(frame: Frame, page: str) -> str:
    """Return the whole page; `page` is title, BREAK, content."""
    title, content = page.split(BREAK, 1)
    return f"{frame.head}{title.strip()}{frame.middle}{content.strip()}{frame.foot}"
