"""What the seven published functions return: values that can be read by attribute or by key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from amip_dq.errors import SamplingError


class NotOffered(SamplingError):
    """The question is a published variant that this tool does not compute."""

    def __init__(self, what: str) -> None:
        super().__init__(f"nicht unterstützt: {what}")


@dataclass(frozen=True)
class Answer(Mapping[str, Any]):
    """A frozen value whose known fields are also its keys; what was not asked is absent."""

    def __getitem__(self, key: str) -> Any:
        value = getattr(self, key, None) if key in self._names() else None
        if value is None:
            raise KeyError(key)
        return value

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._names() if getattr(self, name) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _names(self) -> tuple[str, ...]:
        return tuple(field.name for field in fields(self))


def listed(values: Any, name: str, of: type = object) -> list[Any]:
    """Return a list of values of one type; anything else is not what the function takes."""
    if not isinstance(values, (list, tuple)) or not all(isinstance(value, of) for value in values):
        raise SamplingError(f"{name}: eine Liste wird erwartet.")
    if of is not object and not values:
        raise SamplingError(f"{name}: die Liste ist leer.")
    return list(values)


def choose(word: str, offered: Mapping[str, Any], what: str) -> Any:
    """Return what a variant's name stands for, or say that it is not offered."""
    if not isinstance(word, str) or word not in offered:
        raise NotOffered(f"{what} »{word}«; angeboten: {', '.join(offered)}")
    return offered[word]
