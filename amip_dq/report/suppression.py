"""Hides the numbers 1 and 2, and as many more as it takes so that sums do not give them away.

A table with sums is a network: every number flows from one equation into another (sum of the row → cell → sum of the
column → total). What is shown is fixed. A hidden number stays unknown exactly when it can change by one while all
equations hold and nothing falls below zero, that is, when it lies on a directed circle of hidden numbers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

SMALL = (1, 2)
TOTAL = "\0summe"

Place = tuple[str, str]


@dataclass(frozen=True)
class Arc:
    """One number of a table, and the two equations it belongs to."""

    value: int
    source: str
    target: str

    @property
    def ends(self) -> tuple[str, str]:
        return self.source, self.target


def hidden_places(
    cells: Mapping[Place, int], rows: Sequence[str], columns: Sequence[str], row_sums: bool = True,
    also: frozenset[Place] = frozenset(),
) -> frozenset[Place]:  # fmt: skip
    """Return the cells and sums (row or column TOTAL) that must not be shown; `also` are hidden for other reasons."""
    if not row_sums and len(columns) > 1:  # without row sums every column stands alone
        return frozenset().union(*(hidden_places(cells, rows, [column], False, also) for column in columns))
    return protect(table_arcs(with_sums(cells, rows, columns, row_sums), row_sums), set(also))


def with_sums(
    cells: Mapping[Place, int], rows: Sequence[str], columns: Sequence[str], row_sums: bool
) -> dict[Place, int]:
    """Return the table as it is printed: cells, column sums, and row sums where they are shown."""
    table = {(row, column): cells.get((row, column), 0) for row in rows for column in columns}
    for column in columns:
        table[TOTAL, column] = sum(table[row, column] for row in rows)
    if row_sums:
        for row in (*rows, TOTAL):
            table[row, TOTAL] = sum(table[row, column] for column in columns)
    return table


def table_arcs(table: Mapping[Place, int], row_sums: bool) -> dict[Place, Arc]:
    """Return the network of one table; without row sums all rows are one node."""

    def of_row(row: str) -> str:
        return f"zeile {row}" if row_sums else "zeilen"

    arcs = {}
    for (row, column), value in table.items():
        inner = (of_row(row), f"spalte {column}")
        arcs[row, column] = Arc(value, *(reversed(inner) if (row == TOTAL) != (column == TOTAL) else inner))
    return arcs


def hidden_in_groups(
    cells: Mapping[Place, int], groups: Mapping[str, Sequence[str]], columns: Sequence[str]
) -> tuple[frozenset[Place], frozenset[Place]]:
    """Return what to hide in a table of groups with sums, and in the tables of their members with row sums."""
    sums = {(g, c): sum(cells.get((m, c), 0) for m in members) for g, members in groups.items() for c in columns}
    above, arcs = with_sums(sums, list(groups), columns, True), {}
    for group, members in groups.items():
        table = with_sums(cells, members, columns, True)
        for member in members:
            for column in columns:
                arcs["unten", member, column] = Arc(
                    table[member, column], f"zeile {member}", f"spalte {group} {column}"
                )
            arcs["unten", member, TOTAL] = Arc(table[member, TOTAL], f"summe {group}", f"zeile {member}")
        for column in columns:
            arcs["oben", group, column] = Arc(above[group, column], f"spalte {group} {column}", f"spalte {column}")
        arcs["oben", group, TOTAL] = Arc(above[group, TOTAL], "summen", f"summe {group}")
    for column in columns:
        arcs["oben", TOTAL, column] = Arc(above[TOTAL, column], f"spalte {column}", "zeile gesamt")
    arcs["oben", TOTAL, TOTAL] = Arc(above[TOTAL, TOTAL], "zeile gesamt", "summen")
    hidden = protect(arcs, set())
    return (frozenset((row, column) for level, row, column in hidden if level == "oben"),
            frozenset((row, column) for level, row, column in hidden if level == "unten"))  # fmt: skip


def protect(arcs: Mapping, also: set) -> frozenset:
    """Return the small numbers, `also`, and the smallest others that keep every one of them unknown.

    What is unknown stays so when more is hidden; therefore each number is looked at once.
    """
    guarded = sorted({place for place, arc in arcs.items() if arc.value in SMALL} | (also & set(arcs)))
    net = Net(arcs, guarded)
    for place in guarded:
        while told(net, place):
            partner = cheapest_partner(net, place)
            if partner is None:
                break
            net.hide(partner)
    return frozenset(net.hidden)


class Net:
    """The numbers of a table, at each equation those that belong to it, and those of them that are hidden."""

    def __init__(self, arcs: Mapping, hidden: Iterable) -> None:
        self.arcs, self.hidden = arcs, set()
        self.at_node: dict[str, list] = defaultdict(list)
        self.hidden_at: dict[str, list] = defaultdict(list)
        self._by_price: dict[str, list] = {}
        for place, arc in sorted(arcs.items()):
            for node in arc.ends:
                self.at_node[node].append(place)
        for place in hidden:
            self.hide(place)

    def price(self, place) -> tuple:
        """Return by what the number to hide next is chosen, the cheapest first."""
        return self.arcs[place].value == 0, TOTAL in place, self.arcs[place].value, place

    def cheapest_at(self, node: str):
        """Return the cheapest number of an equation that is still shown, or None."""
        if node not in self._by_price:
            self._by_price[node] = sorted(self.at_node[node], key=self.price, reverse=True)
        shown = self._by_price[node]
        while shown and shown[-1] in self.hidden:
            shown.pop()
        return shown[-1] if shown else None

    def hide(self, place) -> None:
        self.hidden.add(place)
        for node in self.arcs[place].ends:
            self.hidden_at[node].append(place)


def told(net: Net, place) -> bool:
    """Tell whether what is shown determines a hidden number."""
    arc = net.arcs[place]
    up = reaches(net, place, arc.target, arc.source)
    down = arc.value > 0 and not up and reaches(net, place, arc.source, arc.target)
    return not (up or down) or arc.value in SMALL and told_by_sum(net, place)


def reaches(net: Net, without, start: str, goal: str) -> bool:
    """Tell whether hidden numbers other than `without` can carry a change of one from start to goal."""
    if start == goal:
        return True
    seen, path = {start}, [(start, iter(net.hidden_at[start]))]
    while path:  # depth first, as an equation may hold thousands of numbers and the first often leads there
        node, places = path[-1]
        place = next((place for place in places if place != without), None)
        if place is None:
            path.pop()
            continue
        arc = net.arcs[place]
        following = arc.target if arc.source == node else arc.source if arc.value > 0 else node
        if following == goal:
            return True
        if following not in seen:
            seen.add(following)
            path.append((following, iter(net.hidden_at[following])))
    return False


def told_by_sum(net: Net, place) -> bool:
    """Tell whether an equation hides only parts that are all one, or all two: their shown sum then says so."""
    return any(all_alike(net, node) for node in net.arcs[place].ends)


def all_alike(net: Net, node: str) -> bool:
    """Tell whether all hidden numbers of an equation are on one side of it and equally small."""
    first = net.arcs[net.hidden_at[node][0]]
    return first.value in SMALL and all(
        arc.value == first.value and (arc.source == node) == (first.source == node)
        for arc in (net.arcs[other] for other in net.hidden_at[node])
    )


def cheapest_partner(net: Net, place):
    """Return the smallest shown number in an equation that a chain of hidden numbers links to `place`; zero last."""
    seen, waiting = set(net.arcs[place].ends), list(net.arcs[place].ends)
    while waiting:  # grow the neighbourhood only as far as needed
        free = [other for node in waiting if (other := net.cheapest_at(node)) is not None]
        if free:
            return min(free, key=net.price)
        reached = {end for node in waiting for other in net.at_node[node] for end in net.arcs[other].ends} - seen
        seen |= reached
        waiting = sorted(reached)
    return None
