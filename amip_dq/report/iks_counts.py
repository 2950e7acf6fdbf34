"""Counts in the IKS report: per rule, per kind of finding and together, small ones hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amip_dq.model import RuleResult
from amip_dq.report.german import NOTHING, SECRET, zahl
from amip_dq.report.suppression import TOTAL, hidden_in_groups
from amip_dq.report.texts import load_texts

if TYPE_CHECKING:
    from amip_dq.report.iks import Facts

COLUMNS = ("ok", "violation", "undetermined")


def words(key: str, **values: object) -> str:
    """Return a text of the IKS report."""
    return load_texts().plain(key, **values)


def groups_of(facts: Facts) -> dict[str, list[str]]:
    """Return the rules of each kind of finding."""
    groups: dict[str, list[str]] = {}
    for result in facts.run.results:
        groups.setdefault(result.rule.typ.value, []).append(result.rule.id)
    return dict(sorted(groups.items()))


def suppressed(facts: Facts) -> tuple[frozenset, frozenset]:
    """Return the hidden places of the table of kinds and of the tables of rules."""
    cells = {(r.rule.id, c): getattr(r, c) for r in facts.run.results for c in COLUMNS}
    return hidden_in_groups(cells, groups_of(facts), COLUMNS)


def column_heads() -> tuple[str, ...]:
    """Return the heads of the table of results."""
    return (words("urteil.ok"), words("spalte.befunde"), words("spalte.nicht_pruefbar"), words("spalte.geprueft"))


def figure_row(name: str, results: list[RuleResult], place: str, hidden: frozenset) -> tuple[str, ...]:
    """Return one line of counts, hidden ones as a star."""
    sums = [sum(getattr(r, c) for r in results) for c in COLUMNS]
    shown = [SECRET if (place, c) in hidden else number(n) for c, n in zip(COLUMNS, sums, strict=True)]
    return name, *shown, SECRET if (place, TOTAL) in hidden else number(sum(sums))


def number(count: int) -> str:
    """Return a count as it is printed."""
    return zahl(count) if count else NOTHING
