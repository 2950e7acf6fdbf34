"""Gives code words their umlauts back: `einkommen_hoehe` reads »Einkommen Höhe«, in the spelling that the content itself uses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from amip_dq.model import Content

WORD = re.compile(r"[A-Za-zÄÖÜäöüß]+")
CODE = re.compile(r"(?<![\w/.])[a-z]+(?:_[a-z0-9]+)+(?![\w/.])|(?<=»)[a-z]+(?=«)")
NAMES = re.compile(r"\{[^}]*\}|\w+_\w+|»[a-z]+«")
INSIDE = re.compile(r"[a-zäöüß,] ")  # what stands before a word that does not begin a sentence
PLAIN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def spelling_of(content: Content) -> dict[str, str]:
    """Return plain spelling → real one for words with an umlaut, and for nouns: capital inside a sentence, never small."""
    found: dict[str, str] = {}
    small: set[str] = set()
    for text in map(without_names, texts_of(content)):
        for match in WORD.finditer(text):
            word = match[0]
            plain = word.lower().translate(PLAIN)
            if word.islower():
                small.add(plain)
            if plain != word.lower() or INSIDE.fullmatch(text, max(match.start() - 2, 0), match.start()):
                found[plain] = word
    spelt = {plain: word.lower() if plain in small else word for plain, word in found.items()}
    return {plain: word for plain, word in spelt.items() if word != plain}


def without_names(text: str) -> str:
    """Return a text without the names of columns and codes in it, which are written small."""
    return NAMES.sub("", text)


def texts_of(content: Content) -> Iterator[str]:
    """Yield what the content says in words."""
    for table in content.tables.values():
        yield from (table.title, table.description)
        for field in table.fields:
            yield from (field.title, field.description)
    for rule in content.rules:
        yield from (rule.title, rule.finding, rule.rationale, rule.expected, rule.closes_when, *rule.remedy)
        yield from (*rule.exemptions, *rule.open_questions)
    for parameter in content.parameters.values():
        yield parameter.title


def spelled(words: Mapping[str, str], code: str) -> str:
    """Return a code word in words: without underscores, with umlauts."""
    return WORD.sub(lambda match: words.get(match[0].lower(), match[0]), code.replace("_", " "))


def readable(words: Mapping[str, str], sentence: str) -> str:
    """Return a sentence with the code words in it put in words."""
    if "_" not in sentence and "»" not in sentence:
        return sentence
    return CODE.sub(lambda match: spelled(words, match[0]), sentence)


def opened(text: str) -> str:
    """Return a text with a capital at its beginning."""
    return text[:1].upper() + text[1:]
