"""Small wrong versions of a rule's SQL: what a slip of the pen would have written.

Each mutant changes one place: a comparison, a boundary by one day, a conjunct, and/or, the handling of NULL,
a join, a parameter, a list, a branch of a CASE. Places that cannot touch a verdict (evidence) are left alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import sqlglot
from sqlglot import exp

DIALECT = "duckdb"
VERDICT_COLUMNS = {"case_id", "item", "violated", "im_zaehler", "zaehler", "nenner"}
SWAPS: dict[type, tuple[type, ...]] = {
    exp.GT: (exp.GTE, exp.LT), exp.GTE: (exp.GT, exp.LT), exp.LT: (exp.LTE, exp.GT), exp.LTE: (exp.LT, exp.GT),
    exp.EQ: (exp.NEQ,), exp.NEQ: (exp.EQ,), exp.NullSafeEQ: (exp.EQ,), exp.NullSafeNEQ: (exp.NEQ,),
    exp.And: (exp.Or,), exp.Or: (exp.And,), exp.Min: (exp.Max,), exp.Max: (exp.Min,),
    exp.LogicalOr: (exp.LogicalAnd,), exp.LogicalAnd: (exp.LogicalOr,),
    exp.Least: (exp.Greatest,), exp.Greatest: (exp.Least,),
}  # fmt: skip
ORDERED = (exp.GT, exp.GTE, exp.LT, exp.LTE)


@dataclass(frozen=True)
class Mutant:
    """One changed query; `change` names what stood there and what stands there now."""

    change: str
    sql: str


def parse(sql: str) -> exp.Expression:
    """Return the syntax tree of a rule's query."""
    return sqlglot.parse_one(sql, read=DIALECT)


def mutants(sql: str) -> list[Mutant]:
    """Return every mutant of a query, each once."""
    tree = parse(sql)
    relevant = relevant_nodes(tree)
    original, found, seen = tree.sql(DIALECT, normalize_functions=False), [], Counter()
    for index, node in enumerate(list(tree.walk())):
        if id(node) not in relevant:
            continue
        for replacement in changes(node):
            copy = tree.copy()
            twin = list(copy.walk())[index]
            before = node.sql(DIALECT, normalize_functions=False)
            after = replacement.sql(DIALECT, normalize_functions=False) if replacement else "—"
            mutated = _replaced(copy, twin, replacement)
            if mutated == original:
                continue
            change = f"{_short(before)} → {_short(after)}"
            seen[change] += 1
            number = f" (Stelle {seen[change]})" if seen[change] > 1 else ""
            found.append(Mutant(change + number, mutated))
    return found


def _replaced(tree: exp.Expression, node: exp.Expression, replacement: exp.Expression | None) -> str:
    if node is tree:
        return replacement.sql(DIALECT, normalize_functions=False) if replacement else ""
    node.replace(replacement.copy() if replacement else None)
    return tree.sql(DIALECT, normalize_functions=False)


def _short(text: str) -> str:
    return text if len(text) <= 160 else text[:79] + " … " + text[-78:]


def changes(node: exp.Expression) -> Iterator[exp.Expression | None]:
    """Yield what could stand in the place of a node."""
    for kind in SWAPS.get(type(node), ()):
        yield kind(**{name: _copied(value) for name, value in node.args.items()})
    if isinstance(node, ORDERED):
        yield from _shifted(node)
    if isinstance(node, exp.And | exp.Or):
        yield node.left.copy()
        yield node.right.copy()
    if isinstance(node, exp.Between):
        yield from _between(node)
    if isinstance(node, exp.Not):
        yield node.this.copy()
    if isinstance(node, exp.Is | exp.Exists) and not isinstance(node.parent, exp.Not):
        yield exp.Not(this=node.copy())
    if isinstance(node, exp.Coalesce):
        yield node.this.copy()
    if isinstance(node, exp.Boolean):
        yield exp.Boolean(this=not node.this)
    if isinstance(node, exp.In) and len(node.expressions) > 1:
        yield from _shorter_lists(node)
    yield from _structural(node)


def _copied(value: object) -> object:
    if isinstance(value, exp.Expression):
        return value.copy()
    return [_copied(item) for item in value] if isinstance(value, list) else value


def _shifted(node: exp.Expression) -> Iterator[exp.Expression]:
    """The boundary by one day (or one unit) in either direction."""
    for kind in (exp.Add, exp.Sub):
        moved = node.copy()
        moved.set("expression", exp.Paren(this=kind(this=node.right.copy(), expression=exp.Literal.number(1))))
        yield moved


def _between(node: exp.Between) -> Iterator[exp.Expression]:
    value, low, high = node.this, node.args["low"], node.args["high"]
    yield exp.GTE(this=value.copy(), expression=low.copy())
    yield exp.LTE(this=value.copy(), expression=high.copy())
    yield exp.And(this=exp.GT(this=value.copy(), expression=low.copy()), expression=exp.LTE(this=value.copy(), expression=high.copy()))
    yield exp.And(this=exp.GTE(this=value.copy(), expression=low.copy()), expression=exp.LT(this=value.copy(), expression=high.copy()))


def _shorter_lists(node: exp.In) -> Iterator[exp.Expression]:
    for index in range(len(node.expressions)):
        shorter = node.copy()
        shorter.expressions.pop(index)
        yield shorter


def _structural(node: exp.Expression) -> Iterator[exp.Expression | None]:
    if isinstance(node, exp.Join) and (node.args.get("on") or node.args.get("using")):
        other = node.copy()
        other.set("side", None if node.side == "LEFT" else "LEFT")
        if node.side == "LEFT" or node.kind in ("", "INNER"):
            other.set("kind", None)
            yield other
    whole = isinstance(node, exp.Where | exp.Having | exp.Qualify) and isinstance(node.parent, exp.Select)
    if whole and not isinstance(node.this, exp.And):
        yield None
    if isinstance(node, exp.Filter) and not isinstance(node.expression.this, exp.And):
        yield node.this.copy()
    if isinstance(node, exp.Case) and len(node.args["ifs"]) > 1:
        for index in range(len(node.args["ifs"])):
            shorter = node.copy()
            shorter.args["ifs"].pop(index)
            yield shorter
    if isinstance(node, exp.Ordered):
        turned = node.copy()
        turned.set("desc", not node.args.get("desc"))
        yield turned
    if isinstance(node, exp.Anonymous) and node.name.lower() == "param" and len(node.expressions) == 2:
        for kind in (exp.Add, exp.Sub):
            yield exp.Paren(this=kind(this=node.copy(), expression=exp.Literal.number(1)))
    if isinstance(node, exp.Select) and node.args.get("distinct"):
        plain = node.copy()
        plain.set("distinct", None)
        yield plain
    if isinstance(node, exp.Add | exp.Sub) and isinstance(node.right, exp.Literal) and not node.right.is_string:
        yield node.left.copy()


# ------------------------------------------------------------------ what can touch a verdict
def relevant_nodes(tree: exp.Expression) -> set[int]:
    """Return the nodes outside select-list entries whose column nothing that decides ever uses."""
    entries = [(select, entry) for select in tree.find_all(exp.Select) for entry in select.expressions]
    outermost = {id(entry) for select, entry in entries if _is_outermost(select, tree)}
    wanted = {id(entry) for _, entry in entries if id(entry) in outermost and entry.alias_or_name.lower() in VERDICT_COLUMNS}
    wanted |= {id(entry) for _, entry in entries if isinstance(entry, exp.Star) or not entry.alias_or_name}
    while True:
        used = {c.name.lower() for c in tree.find_all(exp.Column) if _reachable(c, entries, wanted)}
        more = {
            id(entry) for _, entry in entries
            if id(entry) not in outermost and entry.alias_or_name.lower() in used
            or id(entry) in outermost and entry.alias_or_name.lower() in used and not isinstance(entry, exp.Column)
        } | {id(entry) for select, entry in entries if select.parent_select and _scalar(select)}  # fmt: skip
        if more <= wanted:
            break
        wanted |= more
    return {id(node) for node in tree.walk() if _reachable(node, entries, wanted)}


def _is_outermost(select: exp.Select, tree: exp.Expression) -> bool:
    parent = select.parent
    while isinstance(parent, exp.Union | exp.Subquery) and parent is not tree:
        if isinstance(parent, exp.Subquery):
            return False
        parent = parent.parent
    return select is tree or parent is tree or parent is None


def _scalar(select: exp.Select) -> bool:
    return not isinstance(select.parent, exp.CTE) and not isinstance(select.find_ancestor(exp.From, exp.Join, exp.Select), exp.From | exp.Join)


def _reachable(node: exp.Expression, entries: list, wanted: set[int]) -> bool:
    listed = {id(entry) for _, entry in entries}
    current: exp.Expression | None = node
    while current is not None:
        if id(current) in listed and id(current) not in wanted:
            return False
        current = current.parent
    return True
