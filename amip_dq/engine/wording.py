"""Turns a rule's sentence template into an SQL expression, so that findings are worded where they are found."""

from __future__ import annotations

import re
from collections.abc import Mapping

from amip_dq.content.catalog import literal, quoted
from amip_dq.content.rules import PLACEHOLDER
from amip_dq.model import Table

MISSING, OPEN = "(ohne Angabe)", "offen"
OPEN_END = re.compile(r"(^|_)bis$")  # an interval without end is open: that is how the data model writes it


def sentence(template: str, columns: Mapping[str, str], alias: str) -> str:
    """Return an SQL expression that fills the braces of `template` from the columns of `alias`."""
    parts, position = [], 0
    for match in PLACEHOLDER.finditer(template):
        parts.append(literal(template[position : match.start()]))
        parts.append(shown(f"{alias}.{quoted(match[1])}", columns[match[1]], OPEN if OPEN_END.search(match[1]) else MISSING))
        position = match.end()
    parts.append(literal(template[position:]))
    return "concat(" + ", ".join(parts) + ")"


def shown(expression: str, kind: str, missing: str) -> str:
    """Return the German form of a value: 31.12.2022, 12,5, ja; for one that is not there, `missing`."""
    if kind == "DATE":
        text = f"strftime({expression}, '%d.%m.%Y')"
    elif kind.startswith(("DECIMAL", "DOUBLE", "FLOAT")):
        text = f"replace({expression}::VARCHAR, '.', ',')"
    elif kind == "BOOLEAN":
        text = f"CASE {expression} WHEN TRUE THEN 'ja' WHEN FALSE THEN 'nein' END"
    else:
        text = f"{expression}::VARCHAR"
    return f"coalesce({text}, {literal(missing)})"


def not_checkable(title: str, evidence: Mapping[str, str], titles: Mapping[str, str], alias: str) -> str:
    """Return an SQL expression for a case that cannot be judged: which statements are missing."""
    missing = ", ".join(
        f"CASE WHEN {alias}.{quoted(name)} IS NULL THEN {literal(titles.get(name, name.replace('_', ' ')))} END"
        for name in evidence
    )
    listed = f"nullif(array_to_string(list_filter([{missing}], lambda x: x IS NOT NULL), ', '), '')" if missing else "NULL"
    start = literal(f"Nicht prüfbar: {title}.")
    return f"concat({start}, coalesce(' Ohne Angabe: ' || {listed} || '.', ''))"


def column_titles(tables: Mapping[str, Table], names: Mapping[str, object]) -> dict[str, str]:
    """Return the display title of every column of the named tables."""
    return {
        field.name: field.title or field.name for name in names if name in tables for field in tables[name].fields
    }
