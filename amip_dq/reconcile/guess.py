"""Finds the relations of a plain table (CSV, XLSX) by its words and by what most of its lines obey."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations

from amip_dq.reconcile.relations import check
from amip_dq.reconcile.tables import PublishedTable, Relation

PART = re.compile(r"\s*(dav\.|davon|darunter:?\s+alle|-|–|·)\s*", re.IGNORECASE)
TOTAL = re.compile(r"(insgesamt|gesamt.*|summe|zusammen|total)\b.*", re.IGNORECASE)
DIFFERENCE = re.compile(r".*(veränderung|differenz|delta|absolut|saldo|zunahme|abnahme).*", re.IGNORECASE)
PERCENT = re.compile(r".*(%|prozent|anteil|quote|rate).*", re.IGNORECASE)
ENOUGH = 0.5


def with_guessed_relations(table: PublishedTable) -> PublishedTable:
    """Return the table with every relation that its words suggest and at least half of its lines obey."""
    return replace(table, relations=(*_row_sums(table), *_column_sums(table), *_column_relations(table)))


def _row_sums(table: PublishedTable) -> Iterator[Relation]:
    counts = tuple(column for column in table.columns if not PERCENT.match(column))
    whole, parts = "", []
    for row in [*table.rows, ""]:
        if PART.match(row):
            parts.append(row)
            continue
        if whole and len(parts) > 1:
            yield from _if_obeyed(table, Relation("sum", {"total": (whole,), "parts": tuple(parts)}, only=counts), 0.0)
        whole, parts = row, []
    totals = [row for row in table.rows if TOTAL.fullmatch(row)]
    others = tuple(row for row in table.rows if row not in totals and not PART.match(row))
    if len(totals) == 1 and len(others) > 1:
        yield from _if_obeyed(table, Relation("sum", {"total": (totals[0],), "parts": others}, only=counts), ENOUGH)


def _column_sums(table: PublishedTable) -> Iterator[Relation]:
    totals = [column for column in table.columns if TOTAL.fullmatch(column)]
    others = tuple(c for c in table.columns if c not in totals and not PERCENT.match(c) and not DIFFERENCE.match(c))
    if len(totals) == 1 and len(others) > 1:
        yield from _if_obeyed(table, Relation("sum", {"total": (totals[0],), "parts": others}), ENOUGH)


def _column_relations(table: PublishedTable) -> Iterator[Relation]:
    plain = [c for c in table.columns if not PERCENT.match(c) and not DIFFERENCE.match(c)]
    for column in table.columns:
        if DIFFERENCE.match(column) and not PERCENT.match(column):
            yield from _best(table, (Relation("difference", {"result": (column,), "minuend": (a,), "subtrahend": (b,)})
                                     for a, b in permutations(plain, 2)))  # fmt: skip
        elif PERCENT.match(column):
            yield from _best(table, _percent_candidates(table, column, plain))


def _percent_candidates(table: PublishedTable, column: str, plain: list[str]) -> Iterator[Relation]:
    for a, b in permutations(plain, 2):
        yield Relation("change", {"result": (column,), "new": (a,), "old": (b,)})
        yield Relation("ratio", {"result": (column,), "numerator": (a,), "denominator": (b,)})
    for total in (row for row in table.rows if TOTAL.fullmatch(row)):
        for a in plain:
            yield Relation("share", {"result": (column,), "of": (a,)}, within=total)


def _best(table: PublishedTable, candidates: Iterator[Relation]) -> Iterator[Relation]:
    scored = [(obedience(table, relation), -index, relation) for index, relation in enumerate(candidates)]
    if scored and max(scored)[0] >= ENOUGH:
        yield max(scored)[2]


def _if_obeyed(table: PublishedTable, relation: Relation, least: float) -> Iterator[Relation]:
    if obedience(table, relation) >= least:
        yield relation


def obedience(table: PublishedTable, relation: Relation) -> float:
    """Return the share of lines on which a relation holds."""
    judged = [f for along, other in table.lines(relation) if (f := check(table, relation, along, other)) is not None]
    judged = [finding for finding in judged if finding.verdict != "nicht prüfbar"]
    return sum(finding.verdict != "widerspricht" for finding in judged) / len(judged) if judged else 0.0
