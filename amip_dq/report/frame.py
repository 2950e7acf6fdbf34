"""The frame of a page – head, navigation, trust line, foot – is the same for thousands of pages: rendered once."""

from __future__ import annotations

TITLE, CONTENT = "\x00titel\x00", "\x00inhalt\x00"
BREAK = "\x00umbruch\x00"  # between title and content in what a page template renders


def joined(frame: str, page: str) -> str:
    """Return the whole page; `page` is title, BREAK, content."""
    title, content = page.split(BREAK, 1)
    head, rest = frame.split(TITLE, 1)
    middle, foot = rest.split(CONTENT, 1)
    return head + title.strip() + middle + content.strip() + foot
