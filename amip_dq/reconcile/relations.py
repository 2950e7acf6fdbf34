"""Recomputes every cell that a relation determines and names those that contradict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from amip_dq.reconcile.printed import Printed, german, rounded
from amip_dq.reconcile.tables import GERMAN, PublishedTable, Relation

Range = tuple[Fraction, Fraction]


@dataclass(frozen=True)
class Finding:
    """One cell that was recomputed; `verdict` is stimmt, gerundet, widerspricht or nicht prüfbar."""

    table: str
    row: str
    column: str
    kind: str
    printed: str
    should_be: str
    how: str
    verdict: str

    def __str__(self) -> str:
        place = f"{self.table} · {self.row} · {self.column}"
        return f"{place}: gedruckt {self.printed}, nach {self.kind} {self.should_be} ({self.how})"


def reconcile(tables: Iterable[PublishedTable]) -> list[Finding]:
    """Return every recomputed cell of every table."""
    return [
        finding
        for table in tables
        for relation in table.relations
        for along_rows, other in table.lines(relation)
        if (finding := check(table, relation, along_rows, other)) is not None
    ]


def check(table: PublishedTable, relation: Relation, along_rows: bool, other: str) -> Finding | None:
    """Return what one relation says on one line; None where the line holds no numbers at all."""
    result_name = relation.names["total" if relation.kind == "sum" else "result"][0]
    printed = table.at(along_rows, result_name, other)
    inputs = {name: table.at(along_rows, name, other) for name in relation.all_names if name != result_name}
    if relation.kind == "share":
        inputs[relation.within] = _whole(table, relation, along_rows)
    if printed is None and not any(inputs.values()):
        return None
    row, column = (result_name, other) if along_rows else (other, result_name)
    if printed is None or not all(inputs.values()):
        return Finding(table.title, row, column, GERMAN[relation.kind], printed.text if printed else "–", "–", "es fehlt eine Zahl", "nicht prüfbar")
    return _judged(table, relation, row, column, printed, inputs)


def _whole(table: PublishedTable, relation: Relation, along_rows: bool) -> Printed | None:
    of = relation.names["of"][0]
    return table.at(along_rows, of, relation.within)


def _judged(table: PublishedTable, relation: Relation, row: str, column: str, printed: Printed, inputs: dict) -> Finding | None:
    low, high = computed(relation, inputs)
    if low is None:
        return Finding(table.title, row, column, GERMAN[relation.kind], printed.text, "–", "der Nenner ist null", "nicht prüfbar")
    exact = low == high
    if exact:
        fits = rounded(low, printed.decimals) == printed.value
    else:
        fits = low <= printed.value + printed.unit / 2 and printed.value - printed.unit / 2 <= high
    verdict = ("stimmt" if exact else "gerundet") if fits else "widerspricht"
    middle = german((low + high) / 2, printed.decimals)
    return Finding(table.title, row, column, GERMAN[relation.kind], printed.text, middle, worded(relation, inputs), verdict)


def computed(relation: Relation, inputs: dict[str, Printed]) -> tuple[Fraction, Fraction] | tuple[None, None]:
    """Return the lowest and highest value that the inputs allow, given the digits they are printed with."""
    ranges = {name: (value.lowest, value.highest) for name, value in inputs.items()}
    names = relation.names
    if relation.kind == "sum":
        parts = [ranges[name] for name in names["parts"]]
        return sum((low for low, _ in parts), Fraction(0)), sum((high for _, high in parts), Fraction(0))
    if relation.kind == "difference":
        (new_low, new_high), (old_low, old_high) = ranges[names["minuend"][0]], ranges[names["subtrahend"][0]]
        return new_low - old_high, new_high - old_low
    if relation.kind == "change":
        return _scaled(ranges[names["new"][0]], ranges[names["old"][0]], 100, -100)
    if relation.kind == "share":
        return _scaled(ranges[names["of"][0]], ranges[relation.within], 100, 0)
    return _scaled(ranges[names["numerator"][0]], ranges[names["denominator"][0]], relation.factor, 0)


def _scaled(top: Range, bottom: Range, factor: int, shift: int) -> tuple[Fraction, Fraction] | tuple[None, None]:
    if bottom[0] <= 0 <= bottom[1]:
        return None, None
    corners = [factor * a / b + shift for a in top for b in bottom]
    return min(corners), max(corners)


def worded(relation: Relation, inputs: dict[str, Printed]) -> str:
    """Return the calculation as it would be written in the margin."""
    def text(name: str) -> str:
        return inputs[name].text

    names = relation.names
    if relation.kind == "sum":
        return " + ".join(text(name) for name in names["parts"])
    if relation.kind == "difference":
        return f"{text(names['minuend'][0])} − {text(names['subtrahend'][0])}"
    if relation.kind == "change":
        return f"{text(names['new'][0])} / {text(names['old'][0])} − 1"
    if relation.kind == "share":
        return f"{text(names['of'][0])} / {text(relation.within)}"
    return f"{text(names['numerator'][0])} / {text(names['denominator'][0])}"


def contradictions(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the cells that contradict."""
    return (finding for finding in findings if finding.verdict == "widerspricht")
