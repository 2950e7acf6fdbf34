"""Geometry of the charts: pure functions from numbers to shapes; the template only draws them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from amip_dq.report.german import dezimal, mit_vorzeichen, prozent, zahl

CHARACTER = 6.9  # mean width in px of one character at 13 px


class Rect(NamedTuple):
    """A bar; `look` is one of alt, ist, voll, minus, plus, plan, luecke, fenster."""

    x: float
    y: float
    width: float
    height: float
    look: str


class Label(NamedTuple):
    """A text at its baseline; `anchor` start, middle or end; `look` normal, leise, fett, minus, plus, hell."""

    x: float
    y: float
    text: str
    anchor: str = "start"
    look: str = "normal"


class Line(NamedTuple):
    """A straight line; `look` achse, raster, null, plan, frist or teil."""

    x1: float
    y1: float
    x2: float
    y2: float
    look: str


class Dot(NamedTuple):
    """An event; `look` voll, alt or minus."""

    x: float
    y: float
    r: float
    look: str


@dataclass(frozen=True)
class Drawing:
    """A chart, its text alternative and its twin as a table (the first column is the row's head)."""

    width: int
    height: int
    title: str
    desc: str
    rects: tuple[Rect, ...] = ()
    lines: tuple[Line, ...] = ()
    dots: tuple[Dot, ...] = ()
    labels: tuple[Label, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


class Step(NamedTuple):
    """One bar of a bridge: a level (`change` False) or a signed change."""

    name: str
    amount: int
    change: bool


def waterfall(steps: Sequence[Step], title: str, desc: str, head: tuple[str, ...]) -> Drawing:
    """Draw a stock, what was added and taken away, and the new stock; more open findings are red."""
    left, right, row = 150, 425, 27
    running, levels = 0, []
    for step in steps:
        start = running if step.change else 0
        running = running + step.amount if step.change else step.amount
        levels.append((start, running))
    scale = (right - left) / max(1, *(max(pair) for pair in levels))
    rects, lines, labels = [], [Line(left, 4, left, row * len(steps) + 4, "null")], []
    for i, (step, (start, end)) in enumerate(zip(steps, levels, strict=True)):
        y, low, high = 10 + i * row, left + min(start, end) * scale, left + max(start, end) * scale
        look = ("minus" if step.amount > 0 else "plus") if step.change else ("voll" if i else "alt")
        rects.append(Rect(low, y, max(high - low, 1.5 if step.amount else 0), 17, look))
        name_look = "normal" if step.change else "fett"
        labels.append(Label(left - 10, y + 13, step.name, "end", name_look))
        text = mit_vorzeichen(step.amount) if step.change else zahl(step.amount)
        tone = look if step.change and step.amount else "fett"
        labels.append(Label(high + 8, y + 13, text, "start", tone))
        if i + 1 < len(steps):
            lines.append(Line(left + end * scale, y + 17, left + end * scale, y + row, "achse"))
    rows = tuple((s.name, mit_vorzeichen(s.amount) if s.change else zahl(s.amount)) for s in steps)
    return Drawing(490, row * len(steps) + 8, title, desc, tuple(rects), tuple(lines), (), tuple(labels), head, rows)


class Share(NamedTuple):
    """One rule of a Pareto chart."""

    code: str
    name: str
    count: int
    new: int | None
    new_text: str


def pareto(
    shares: Sequence[Share], total: int, cut: int, title: str, desc: str, head: tuple[str, ...], top: str
) -> Drawing:
    """Draw rules by count with their cumulative share; `cut` rules stand above the dashed line."""
    left, right, row = 62, 340, 38
    scale = (right - left) / max([1, *(share.count for share in shares)])
    rects, lines, labels, rows, running = [], [], [Label(490, 12, top, "end", "leise")], [], 0
    for i, share in enumerate(shares):
        y, running = 34 + i * row, running + share.count
        rects.append(Rect(left, y, max(share.count * scale, 1.5), 13, "voll" if i < cut else "alt"))
        labels.append(Label(left, y - 4, shortened(share.name, 55), "start", "leise"))
        labels.append(Label(left - 8, y + 11, share.code, "end", "fett"))
        end = left + share.count * scale + 8
        labels.append(Label(end, y + 11, zahl(share.count), "start", "fett"))
        if share.new:
            labels.append(Label(end + len(zahl(share.count)) * 8 + 7, y + 11, share.new_text, "start", "leise"))
        labels.append(Label(490, y + 11, prozent(running, total), "end", "fett" if i == cut - 1 else "leise"))
        rows.append((f"{share.code} {share.name}", zahl(share.count), zahl(share.new), prozent(running, total)))
    if 0 < cut < len(shares):
        y = 34 + cut * row - 20.5
        lines.append(Line(0, y, 490, y, "teil"))
    return Drawing(
        490, 26 + row * len(shares), title, desc, tuple(rects), tuple(lines), (), tuple(labels), head, tuple(rows)
    )


class AgeClass(NamedTuple):
    """Open findings of one age, and how many of them are past their date."""

    name: str
    count: int
    late: int
    late_text: str


def ageing(classes: Sequence[AgeClass], title: str, desc: str, head: tuple[str, ...]) -> Drawing:
    """Draw open findings by age, the part that is past its date in red."""
    left, right, row = 104, 300, 38
    scale = (right - left) / max([1, *(c.count for c in classes)])
    rects, labels = [], []
    for i, group in enumerate(classes):
        y, on_time = 8 + i * row, (group.count - group.late) * scale
        rects += [Rect(left, y, on_time, 21, "alt"), Rect(left + on_time, y, group.late * scale, 21, "minus")]
        labels.append(Label(left - 10, y + 16, group.name, "end"))
        end = left + group.count * scale + 8
        labels.append(Label(end, y + 16, zahl(group.count), "start", "fett"))
        if group.late:
            labels.append(Label(end + len(zahl(group.count)) * 8 + 7, y + 16, group.late_text, "start", "minus"))
    axis = (Line(left, 2, left, row * len(classes) + 2, "null"),)
    rows = tuple((c.name, zahl(c.count), zahl(c.late)) for c in classes)
    return Drawing(490, row * len(classes) + 6, title, desc, tuple(rects), axis, (), tuple(labels), head, rows)


def variance(
    value: Decimal | None, plan: Decimal | None, worst: Decimal, good: bool, title: str, places: int
) -> Drawing:
    """Draw the distance to plan against an outlined axis; `worst` is the widest distance in the table."""
    middle, half, height = 118.0, 60.0, 30
    axis = (Line(middle - 1.5, 2, middle - 1.5, 28, "plan"), Line(middle + 1.5, 2, middle + 1.5, 28, "plan"))
    if value is None or plan is None:
        return Drawing(236, height, title, "", (), axis)
    gap = value - plan
    length = max(float(abs(gap) / worst) * half, 1.5) if worst else 1.5
    look, text = ("plus" if good else "minus"), mit_vorzeichen(gap, places)
    if gap < 0:
        bar, label = Rect(middle - 3 - length, 7, length, 16, look), Label(middle - 9 - length, 20, text, "end", look)
    else:
        bar, label = Rect(middle + 3, 7, length, 16, look), Label(middle + 9 + length, 20, text, "start", look)
    return Drawing(236, height, title, text, (bar,), axis, (), (label,))


def shortened(text: str, most: int) -> str:
    """Return a text of at most `most` characters, with an ellipsis where it was cut."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def text_width(text: str) -> float:
    """Estimate the width of a 13 px label."""
    return len(text) * CHARACTER


def percent_text(value: Decimal | None, places: int = 1) -> str:
    """Return a share (0.895) in per cent (89,5)."""
    return dezimal(None if value is None else value * 100, places)
