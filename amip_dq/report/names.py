"""Names of files and folders that are portable, short, distinct – and tell no case number."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable

LONGEST = 60
TRANSLITERATION = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)$")  # Windows refuses these as file names
OPEN_KEY = b"amip-dq: ohne Schluesseldatei sind die Namen der Fallseiten nur verschleiert"


def slug(text: str) -> str:
    """Return a text as a-z, 0-9 and hyphens; a name that would be empty or reserved gets its hash."""
    words = re.sub(r"[^a-z0-9]+", "-", text.lower().translate(TRANSLITERATION)).strip("-")[:LONGEST].strip("-")
    return f"{words}-{digest(text)}".strip("-") if not words or RESERVED.match(words) else words


def digest(text: str) -> str:
    """Return eight hex digits that tell two similar names apart."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def file_names(texts: Iterable[str]) -> dict[str, str]:
    """Return a distinct slug for each text; texts whose slugs collide all get their hash."""
    slugs = {text: slug(text) for text in sorted(set(texts))}
    taken = list(slugs.values())
    return {text: name if taken.count(name) == 1 else f"{name}-{digest(text)}" for text, name in slugs.items()}


def case_name(unit: str, case_id: str, key: bytes | None) -> str:
    """Return the file name of a case page: HMAC-SHA256 of unit and number under the installation's key."""
    message = f"{unit}\0{case_id}".encode()
    return hmac.new(key or OPEN_KEY, message, hashlib.sha256).hexdigest()[:24]
