"""Hides the numbers 1 and 2, and as many more as it takes so that sums do not give them away (§ 16 BStatG)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

SMALL = (1, 2)
TOTAL = "\0summe"
FREE = "\0frei"  # the one node of all rows for which no sum is shown

Place = tuple[str, str]


def hidden_places(
    cells: Mapping[Place, int], rows: Sequence[str], columns: Sequence[str], row_sums: bool = True,
    also: frozenset[Place] = frozenset(),
) -> frozenset[Place]:  # fmt: skip
    """Return the cells and sums (row or column TOTAL) that must not be shown.

    A shown sum is an equation. Hidden cells are the edges of a graph whose nodes are these equations; a cell can be
    computed exactly when its edge lies on no circle. So cells are added until every small one lies on a circle.
    `also` are places that another table hides; they are protected like small ones.
    """
    if not row_sums and len(columns) > 1:  # without row sums every column stands alone
        return frozenset().union(*(hidden_places(cells, rows, [column], False) for column in columns))
    table = with_sums(cells, rows, columns, row_sums)
    hidden = {place for place, number in table.items() if number in SMALL} | also
    while exposed := next(iter(sorted(exposed_places(table, hidden, row_sums, also))), None):
        partner = cheapest_partner(table, hidden, exposed, row_sums)
        if partner is None:
            break
        hidden.add(partner)
    return frozenset(hidden)


def with_sums(cells: Mapping[Place, int], rows: Sequence[str], columns: Sequence[str], row_sums: bool) -> dict[Place, int]:
    """Return the table as it is printed: cells, column sums, and row sums where they are shown."""
    table = {(row, column): cells.get((row, column), 0) for row in rows for column in columns}
    for column in columns:
        table[TOTAL, column] = sum(table[row, column] for row in rows)
    if row_sums:
        for row in (*rows, TOTAL):
            table[row, TOTAL] = sum(table[row, column] for column in columns)
    return table


def exposed_places(
    table: Mapping[Place, int], hidden: set[Place], row_sums: bool, also: frozenset[Place]
) -> Iterator[Place]:
    """Yield the small cells that the shown sums determine."""
    bridges = bridge_places(hidden, row_sums)
    for place in hidden:
        small = table[place] in SMALL
        if (small or place in also) and (place in bridges or small and forced_by_sum(table, hidden, place, row_sums)):
            yield place


def forced_by_sum(table: Mapping[Place, int], hidden: set[Place], place: Place, row_sums: bool) -> bool:
    """Tell whether a line hides only ones, or only twos: their sum then says so."""
    for line in lines_of(place, row_sums):
        members = [other for other in hidden if line in lines_of(other, row_sums)]
        inner = [table[other] for other in members if TOTAL not in other]
        if len(inner) == len(members) and all(number in SMALL for number in inner) and len(set(inner)) == 1:
            return True
    return False


def lines_of(place: Place, row_sums: bool) -> tuple[str, str]:
    """Return the two equations that a cell is part of: its row and its column."""
    return ("z:" + place[0] if row_sums else FREE, "s:" + place[1])


def cheapest_partner(table: Mapping[Place, int], hidden: set[Place], place: Place, row_sums: bool) -> Place | None:
    """Return the smallest shown cell, not zero if possible, in a line of `place`."""
    mine = set(lines_of(place, row_sums)) - {FREE}
    free = [other for other in table if other not in hidden and mine & set(lines_of(other, row_sums))]
    return min(free, key=lambda other: (table[other] == 0, TOTAL in other, table[other], other), default=None)


def bridge_places(hidden: set[Place], row_sums: bool) -> set[Place]:
    """Return the hidden cells that lie on no circle of hidden cells (a bridge of the graph, found by removal)."""
    edges = {place: lines_of(place, row_sums) for place in hidden}
    return {place for place in hidden if not connected(edges, place)}


def connected(edges: Mapping[Place, tuple[str, str]], without: Place) -> bool:
    """Tell whether the two ends of an edge stay connected when it is taken away."""
    start, goal = edges[without]
    neighbours: dict[str, list[str]] = {}
    for place, (one, other) in edges.items():
        if place != without:
            neighbours.setdefault(one, []).append(other)
            neighbours.setdefault(other, []).append(one)
    seen, waiting = {start}, [start]
    while waiting:
        for node in neighbours.get(waiting.pop(), ()):
            if node == goal:
                return True
            if node not in seen:
                seen.add(node)
                waiting.append(node)
    return False


def hidden_in_groups(
    cells: Mapping[Place, int], groups: Mapping[str, Sequence[str]], columns: Sequence[str]
) -> tuple[frozenset[Place], frozenset[Place]]:
    """Return what to hide in a table of groups with sums, and in the tables of their members.

    The sums of a member table are the row of its group: what one hides the other must hide.
    """
    sums = {(g, c): sum(cells.get((m, c), 0) for m in members) for g, members in groups.items() for c in columns}
    above: frozenset[Place] = frozenset()
    below: dict[str, frozenset[Place]] = dict.fromkeys(groups, frozenset())
    while True:
        from_below = frozenset((g, c) for g, places in below.items() for r, c in places if r == TOTAL)
        new_above = hidden_places(sums, list(groups), columns, also=from_below)
        new_below = {
            g: hidden_places(cells, members, columns, also=frozenset((TOTAL, c) for r, c in new_above if r == g))
            for g, members in groups.items()
        }
        if (new_above, new_below) == (above, below):
            return above, frozenset(place for places in below.values() for place in places if place[0] != TOTAL)
        above, below = new_above, new_below
