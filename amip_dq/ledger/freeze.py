"""Writes the model's values as JSON that keeps every type, and reads them back equal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter

from amip_dq.ledger.chain import canonical
from amip_dq.model import camel

T = TypeVar("T")


def frozen(value: Any) -> str:
    """Return the canonical JSON of a value: a dataclass, or anything made of them."""
    return canonical(plain(value))


def thawed(cls: type[T], text: str) -> T:
    """Return what `frozen` wrote, as a value of `cls`."""
    return value_of(cls, json.loads(text))


def value_of(cls: type[T], data: Any) -> T:
    """Return what `plain` gave, as a value of `cls`."""
    return _adapter(cls).validate_python(revived(data))


def plain(value: Any) -> Any:
    """Return a value as lists, mappings and words; what JSON cannot tell apart carries a mark."""
    if is_dataclass(value) and not isinstance(value, type):
        spelled = camel if getattr(value, "__pydantic_config__", {}).get("alias_generator") else str
        return {spelled(field.name): plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return {"$decimal": str(value)}
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    if isinstance(value, Path):
        return value.as_posix()
    if isinstance(value, Mapping):
        if all(isinstance(key, str) and not key.startswith("$") for key in value):
            return {key: plain(item) for key, item in value.items()}
        return {"$map": [[plain(key), plain(item)] for key, item in value.items()]}
    if isinstance(value, frozenset):
        return sorted(plain(item) for item in value)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def revived(value: Any) -> Any:
    """Return the Python values that `plain` wrote down."""
    if isinstance(value, list):
        return [revived(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "$decimal" in value:
        return Decimal(value["$decimal"])
    if "$date" in value:
        return date.fromisoformat(value["$date"])
    if "$map" in value:
        return {_key(revived(key)): revived(item) for key, item in value["$map"]}
    return {key: revived(item) for key, item in value.items()}


def _key(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


@cache
def _adapter(cls: type) -> TypeAdapter:
    return TypeAdapter(cls)
