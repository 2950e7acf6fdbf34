"""The units that can be drawn from a delivery: rules/pruefbogen/einheiten.yaml says what they are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from amip_dq.errors import AmipError

FILE = "einheiten.yaml"


@dataclass(frozen=True)
class UnitDefinition:
    """One kind of unit: its column in lists, the SELECT (einheit, schicht, betrag) that finds it in a delivery,

    and the SELECT (grund, anzahl) that says what is not in the list.
    """

    title: str
    key: str
    select: str
    excluded: str

    __pydantic_config__ = {"extra": "forbid"}


def definitions() -> dict[str, UnitDefinition]:
    """Return the units of the content; empty where the content defines none."""
    from amip_dq.cli.sample_files import worksheets_folder
    from amip_dq.content.validate import Problems, validate
    from amip_dq.content.yaml_source import read_yaml
    from amip_dq.errors import ContentErrors

    path: Path = worksheets_folder() / FILE
    if not path.is_file():
        return {}
    source = read_yaml(path)
    try:
        return validate(dict[str, UnitDefinition], source.data, source)  # type: ignore[arg-type]
    except Problems as found:
        raise ContentErrors(found.problems) from None


def key_of(unit: str) -> str | None:
    """Return the column that holds a unit's number in lists, if the content knows the unit."""
    known = definitions().get(unit)
    return known.key if known else None


def definition(unit: str) -> UnitDefinition:
    """Return a unit's definition; raises AmipError with the known ones."""
    known = definitions()
    if unit not in known:
        raise AmipError(f"Die Einheit »{unit}« kennt das Regelwerk nicht; bekannt: {', '.join(known) or 'keine'}.")
    return known[unit]
