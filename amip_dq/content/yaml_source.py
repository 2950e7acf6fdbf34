"""Reads one YAML file of the content strictly: YAML 1.2 words, no duplicate keys, a line for every place.

libyaml does the parsing (ten times faster than a pure Python parser on a few hundred rule files);
what a plain word means is decided here, because libyaml itself still follows YAML 1.1 (`no` = False).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from amip_dq.errors import ContentError

Place = tuple[str | int, ...]

QUOTED = ("'", '"', "|", ">")
NULLS = {"", "~", "null", "Null", "NULL"}
BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
NUMERIC_STARTS = frozenset("+-.0123456789")
INTEGER = re.compile(r"[-+]?[0-9]+")
DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class Parser(yaml.CSafeLoader):
    """libyaml without its own idea of what a plain word means."""

    yaml_implicit_resolvers: dict[str, list] = {}


@dataclass(frozen=True)
class Source:
    """A parsed file: its data, and the line of every key and item."""

    path: Path
    data: Any
    lines: dict[Place, int]
    text: str

    def line(self, place: Place) -> int:
        """Return the line of a place, or of its nearest parent that exists."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def error(self, place: Place, problem: str) -> ContentError:
        return ContentError(self.path, self.line(place), problem)


def read_yaml(path: Path) -> Source:
    """Return the file's data with lines; raises ContentError for anything that is not clean YAML."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ContentError(path, None, "ist nicht in UTF-8 gespeichert; bitte als UTF-8 speichern.") from error
    try:
        root = yaml.compose(text, Loader=Parser)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise ContentError(path, line, f"ist kein gültiges YAML: {error.problem}.") from error
    except yaml.YAMLError as error:
        raise ContentError(path, None, "enthält Zeichen, die YAML nicht erlaubt.") from error
    lines: dict[Place, int] = {}
    data = _value(path, root, (), lines) if root is not None else None
    return Source(path, data, lines, text)


def _value(path: Path, node: yaml.Node, place: Place, lines: dict[Place, int]) -> Any:
    lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.ScalarNode):
        return _scalar(path, node)
    if isinstance(node, yaml.SequenceNode):
        return [_value(path, item, (*place, index), lines) for index, item in enumerate(node.value)]
    return _mapping(path, node, place, lines)


def _mapping(path: Path, node: yaml.MappingNode, place: Place, lines: dict[Place, int]) -> dict:
    found: dict = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise ContentError(path, line, "ein Schlüssel muss ein einzelnes Wort sein.")
        key = _scalar(path, key_node)
        if key in found:
            raise ContentError(path, line, f"Schlüssel »{key}« steht doppelt; bitte einen davon entfernen.")
        lines[(*place, _step(key))] = line
        found[key] = _value(path, value_node, (*place, _step(key)), lines)
    return found


def _step(key: Any) -> str | int:
    return key if isinstance(key, int) and not isinstance(key, bool) else str(key)


def _scalar(path: Path, node: yaml.ScalarNode) -> Any:
    if node.style in QUOTED:
        return node.value
    word = node.value
    if word in NULLS:
        return None
    if word in BOOLEANS:
        return BOOLEANS[word]
    if word[0] not in NUMERIC_STARTS:
        return word
    if INTEGER.fullmatch(word):
        return int(word)
    if DECIMAL.fullmatch(word):
        return Decimal(word)
    if DATE.fullmatch(word):
        return _date(path, node)
    return word


def _date(path: Path, node: yaml.ScalarNode) -> date:
    try:
        return date.fromisoformat(node.value)
    except ValueError as error:
        raise ContentError(path, node.start_mark.line + 1, f"{node.value} ist kein Tag des Kalenders.") from error
