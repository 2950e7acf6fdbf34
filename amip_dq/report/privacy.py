"""No page names a member of staff: which columns and values stand for one, and how they are masked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from amip_dq.content.catalog import quoted
from amip_dq.model import Content, Table

MASK = "[Stelle]"
WORD = re.compile(r"\w[\w.-]*\w|\w")


def staff_columns(tables: Mapping[str, Table]) -> dict[str, frozenset[str]]:
    """Return, table by table, the columns whose values stand for one member of staff.

    These are the key of a table marked `staff`, foreign keys to it, and fields marked `staff` themselves.
    """
    return {table.name: frozenset(_staff_columns(table, tables)) for table in tables.values()}


def _staff_columns(table: Table, tables: Mapping[str, Table]) -> set[str]:
    marked = {field.name for field in table.fields if field.staff}
    for key in table.foreign_keys:
        target = tables.get(key.reference.resource)
        if target is not None and target.staff:
            marked |= set(key.fields)
    return marked | set(table.primary_key) if table.staff else marked


@dataclass(frozen=True)
class Privacy:
    """Hides staff keys in evidence and sentences; `watched` are the rules that could see one."""

    columns: frozenset[str]
    values: frozenset[str]
    watched: frozenset[str]

    def evidence(self, evidence: Mapping[str, Any]) -> dict[str, Any]:
        """Return the evidence without columns or values that stand for a member of staff."""
        return {
            name: value for name, value in evidence.items()
            if name not in self.columns and not (isinstance(value, str) and self.names_staff(value))
        }  # fmt: skip

    def names_staff(self, text: str) -> bool:
        return text in self.values or any(word in self.values for word in WORD.findall(text))

    def sentence(self, rule_id: str, text: str) -> str:
        """Return a finding's sentence with staff keys masked; only rules that can see one are searched."""
        if rule_id not in self.watched:
            return text
        return WORD.sub(lambda match: MASK if match[0] in self.values else match[0], text)


def load_privacy(con: duckdb.DuckDBPyConnection, content: Content) -> Privacy:
    """Return what must be hidden in this delivery."""
    columns = staff_columns(content.tables)
    names = frozenset(name for group in columns.values() for name in group)
    queries = [
        f"SELECT {quoted(column)}::VARCHAR AS v FROM daten.{quoted(table)}"
        for table, group in sorted(columns.items()) for column in sorted(group)
    ]  # fmt: skip
    found = con.execute(" UNION ".join(queries)).fetchall() if queries else []
    watched = frozenset(
        rule.id for rule in content.rules
        if any(name in content.views or names & set(used) for name, used in rule.reads.items())
    )  # fmt: skip
    return Privacy(names, frozenset(value for (value,) in found if value), watched)
