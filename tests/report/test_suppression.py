"""Hidden small numbers cannot be computed from what is shown."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from amip_dq.report.suppression import SMALL, TOTAL, hidden_in_groups, hidden_places, with_sums

COLUMNS = ("a", "b", "c")


def solvable(equations: list[dict], values: dict, hidden: set) -> list:
    """Return the hidden small cells that linear programming pins to one value, given all that is shown."""
    unknown = sorted(hidden)
    matrix, right = [], []
    for equation in equations:
        matrix.append([equation.get(place, 0) for place in unknown])
        right.append(-sum(sign * values[place] for place, sign in equation.items() if place not in hidden))
    found = []
    for i, place in enumerate(unknown):
        if values[place] not in SMALL:
            continue
        ends = []
        for sign in (1, -1):
            cost = np.zeros(len(unknown))
            cost[i] = sign
            ends.append(linprog(cost, A_eq=matrix, b_eq=right, bounds=(0, None)).fun)
        if None not in ends and abs(ends[0] + ends[1]) < 1e-6:
            found.append(place)
    return found


def equations_of(rows: list[str], columns: tuple[str, ...], row_sums: bool, prefix: str = "") -> list[dict]:
    def place(row: str, column: str) -> tuple[str, str]:
        return (prefix + row, column)

    shown = [*columns, TOTAL] if row_sums else list(columns)
    found = [{**{place(row, c): 1 for row in rows}, place(TOTAL, c): -1} for c in shown]
    if row_sums:
        found += [{**{place(row, c): 1 for c in columns}, place(row, TOTAL): -1} for row in [*rows, TOTAL]]
    return found


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 9)] * 3), min_size=1, max_size=6), st.booleans())
def test_nothing_hidden_can_be_solved_for(numbers: list[tuple[int, ...]], row_sums: bool) -> None:
    rows = [f"r{i}" for i in range(len(numbers))]
    cells = {(row, c): n for row, line in zip(rows, numbers, strict=True) for c, n in zip(COLUMNS, line, strict=True)}
    hidden = hidden_places(cells, rows, COLUMNS, row_sums)
    table = with_sums(cells, rows, COLUMNS, row_sums)
    assert all(place in hidden for place, number in table.items() if number in SMALL)
    if len(hidden) < len(table):  # where everything is hidden, nothing is left to add
        assert not solvable(equations_of(rows, COLUMNS, row_sums), table, set(hidden))


def test_one_small_cell_takes_a_circle_with_it() -> None:
    cells = {("x", "a"): 1, ("x", "b"): 50, ("x", "c"): 60, ("y", "a"): 70, ("y", "b"): 80, ("y", "c"): 90}
    hidden = hidden_places(cells, ["x", "y"], COLUMNS)
    assert ("x", "a") in hidden and len(hidden) >= 4
    assert not solvable(
        equations_of(["x", "y"], COLUMNS, True), with_sums(cells, ["x", "y"], COLUMNS, True), set(hidden)
    )


def test_nothing_small_nothing_hidden() -> None:
    assert hidden_places({("x", "a"): 3, ("y", "a"): 0}, ["x", "y"], ("a",)) == frozenset()


@pytest.mark.parametrize("numbers", [(1, 40, 50), (2, 2, 60), (1, 1, 1)])
def test_equal_small_cells_are_not_told_by_their_sum(numbers: tuple[int, ...]) -> None:
    rows = ["x", "y", "z"]
    cells = {(row, "a"): n for row, n in zip(rows, numbers, strict=True)}
    hidden = hidden_places(cells, rows, ("a",), row_sums=False)
    inner = [cells[place] for place in hidden if place in cells]
    assert (TOTAL, "a") in hidden or len(set(inner)) > 1 or inner[0] not in SMALL


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 30)] * 3), min_size=6, max_size=6))
def test_groups_and_their_sums_together(numbers: list[tuple[int, ...]]) -> None:
    groups = {"g": ["r0", "r1", "r2"], "h": ["r3", "r4", "r5"]}
    cells = {(f"r{i}", c): n for i, line in enumerate(numbers) for c, n in zip(COLUMNS, line, strict=True)}
    above, below = hidden_in_groups(cells, groups, COLUMNS)
    sums = {(g, c): sum(cells[m, c] for m in members) for g, members in groups.items() for c in COLUMNS}
    values = with_sums(sums, list(groups), COLUMNS, True)
    equations = equations_of(list(groups), COLUMNS, True)
    hidden = set(above)
    for g, members in groups.items():
        table = with_sums(cells, members, COLUMNS, True)
        values |= {place: n for place, n in table.items() if place[0] != TOTAL}
        hidden |= {place for place in below if place in table}
        equations += [{**{(m, c): 1 for m in members}, (g, c): -1} for c in (*COLUMNS, TOTAL)]
        equations += [{**{(m, c): 1 for c in COLUMNS}, (m, TOTAL): -1} for m in members]
    assert not solvable(equations, values, hidden)
