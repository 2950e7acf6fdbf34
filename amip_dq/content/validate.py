"""Turns the data of a content file into the model's values and says in German what does not fit."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from amip_dq.content.yaml_source import Place, Source
from amip_dq.errors import ContentError
from amip_dq.model import camel

T = TypeVar("T")

WANTED = {
    "string_type": "erwartet wird ein Text",
    "int_type": "erwartet wird eine ganze Zahl",
    "int_parsing": "erwartet wird eine ganze Zahl",
    "bool_type": "erwartet wird true oder false",
    "bool_parsing": "erwartet wird true oder false",
    "date_type": "erwartet wird ein Datum JJJJ-MM-TT",
    "date_parsing": "erwartet wird ein Datum JJJJ-MM-TT",
    "date_from_datetime_parsing": "erwartet wird ein Datum JJJJ-MM-TT",
    "decimal_type": "erwartet wird eine Zahl",
    "decimal_parsing": "erwartet wird eine Zahl",
    "tuple_type": "erwartet wird eine Liste",
    "list_type": "erwartet wird eine Liste",
    "dict_type": "erwartet werden Schlüssel mit Werten",
    "mapping_type": "erwartet werden Schlüssel mit Werten",
    "dataclass_type": "erwartet werden Schlüssel mit Werten",
}


@cache
def _adapter(cls: type) -> TypeAdapter:
    return TypeAdapter(cls)


def keys_of(cls: type) -> tuple[str, ...]:
    """Return the keys that a file for `cls` may have, as they are spelled in YAML."""
    spelled = camel if getattr(cls, "__pydantic_config__", {}).get("alias_generator") else str
    return tuple(spelled(name) for name in cls.__dataclass_fields__)


def validate(cls: type[T], data: Any, source: Source, place: Place = (), hidden: Iterable[str] = ()) -> T:
    """Return `data` as `cls`.

    `hidden` names fields that do not come from the file (id, sql) and are left out of suggestions.
    Raises a list of ContentError as `Problems`, one for each thing that does not fit.
    """
    try:
        return _adapter(cls).validate_python(data)
    except ValidationError as error:
        raise Problems(
            _problem(cls, item, source, place, set(hidden)) for item in error.errors(include_url=False)
        ) from None


class Problems(Exception):
    """Several ContentErrors of one file on their way to the loader that collects them."""

    def __init__(self, problems: Iterable[ContentError]) -> None:
        self.problems = tuple(problems)
        super().__init__(str(len(self.problems)))


def _problem(cls: type, item: dict, source: Source, base: Place, hidden: set[str]) -> ContentError:
    where: Place = (*base, *(step for step in item["loc"] if step != "[key]"))
    name = where[-1] if where else ""
    return source.error(where, _words(cls, item, name, hidden))


def _words(cls: type, item: dict, name: str | int, hidden: set[str]) -> str:
    kind = item["type"]
    if kind == "missing":
        return f"Schlüssel »{name}« fehlt."
    if kind in ("unexpected_keyword_argument", "extra_forbidden"):
        known = [key for key in _all_keys(cls) if key not in hidden]
        close = get_close_matches(str(name), known, 1, 0.6) or [known_as(str(name), known)]
        hint = f" Gemeint ist »{close[0]}«?" if close[0] else f" Erlaubt: {', '.join(sorted(known))}."
        return f"unbekannter Schlüssel »{name}«.{hint}"
    if kind == "enum" or kind == "literal_error":
        return f"»{item['input']}« ist bei »{name}« nicht erlaubt; möglich: {_allowed(item)}."
    return f"»{name}«: {WANTED.get(kind, item['msg'])}."


GERMAN_KEYS = {
    "schweregrad": "severity", "titel": "title", "beispiele": "examples", "begruendung": "rationale",
    "gueltig_ab": "valid_from", "gueltig_bis": "valid_to", "einheit": "unit", "befund": "finding",
    "zustaendig": "responsible", "grundlage": "basis", "zweck": "purpose", "behebung": "remedy",
    "liest": "reads", "kontrolle": "control", "ziel": "target", "richtung": "direction", "quelle": "source",
}  # fmt: skip


def known_as(word: str, known: Iterable[str]) -> str:
    """Return the English key that a German guess stands for, or an empty string."""
    meant = GERMAN_KEYS.get(word.lower(), "")
    return meant if meant in known else ""


def _all_keys(cls: type) -> list[str]:
    found = list(keys_of(cls))
    for child in getattr(cls, "__annotations__", {}).values():
        found += [key for nested in NESTED if nested in str(child) for key in NESTED[nested]]
    return list(dict.fromkeys(found))


def _allowed(item: dict) -> str:
    return str(item["ctx"].get("expected", "")).replace("'", "").replace(" or ", ", ")


NESTED = {
    "Control": ("id", "risk", "kind", "frequency"),
    "Basis": ("cite", "role", "version"),
    "Example": ("name", "stichtag", "tables", "expect", "parameters"),
    "Impact": ("figure", "table", "count", "one", "many", "reads", "examples", "assumption"),
    "Field": ("name", "type", "title", "description", "constraints", "decimals"),
    "Constraints": ("required", "unique", "pattern", "enum", "minimum", "maximum", "minLength", "maxLength"),
    "ForeignKey": ("fields", "reference"),
    "RowCheck": ("name", "title", "sql"),
    "ParameterValue": ("value", "source", "verified"),
}
