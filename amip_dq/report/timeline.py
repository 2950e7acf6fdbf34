"""What stands when in which system: lanes drawn from a case's own records, whatever the tables are called.

Days are the numbers that date.toordinal gives them. Shapes are written as SVG at once: thousands of pages hold a picture.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup

from amip_dq.report.charts import shortened, text_width
from amip_dq.report.drawing import HATCH, dot, label, line, rect
from amip_dq.report.german import kurzdatum, monat

WIDTH, LEFT, RIGHT, TOP = 1232, 216, 1218, 24
ROW, MOST_ROWS, MOST_MARKS, MOST_LANES = 26, 3, 40, 12
LONGEST, SHORTEST = 1100, 150  # days that the picture may span
FOREVER = date.max.toordinal()


class Mark(NamedTuple):
    """A period (`end` None: still open) or, with `point`, an event; `focal` belongs to the finding itself."""

    start: int
    end: int | None
    text: str
    point: bool
    focal: bool
    look: str = ""


class Lane(NamedTuple):
    """One table of one system; its marks in order of their days."""

    system: str
    title: str
    marks: Sequence[Mark]


class Placed(NamedTuple):
    """A mark with its first and last px, without its label."""

    mark: Mark
    start: float
    end: float


@dataclass(frozen=True)
class Picture:
    """A drawn timeline and its text alternative."""

    width: int
    height: int
    title: str
    desc: str
    svg: Markup


@dataclass
class Sheet:
    """The shapes drawn so far, and the scale they share."""

    first: int
    last: int
    grid: list[str] = field(default_factory=list)
    bars: list[str] = field(default_factory=list)
    days: list[str] = field(default_factory=list)
    dots: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    hatched: bool = False

    def __post_init__(self) -> None:
        self.scale = (RIGHT - LEFT) / max(self.last - self.first, 1)

    def x(self, day: int) -> float:
        """Return where a day stands; days outside stand at the edge."""
        return round(min(max(LEFT + (day - self.first) * self.scale, LEFT), RIGHT), 1)

    def svg(self) -> Markup:
        """Return everything inside the svg element, back to front."""
        hatch = [HATCH] if self.hatched else []
        return Markup("".join([*hatch, *self.grid, *self.bars, *self.days, *self.dots, *self.labels]))


def span(lanes: Sequence[Lane], stichtag: int, deadline: int | None) -> tuple[int, int]:
    """Return the first and last day shown: what the finding is about, at least five months, at most three years."""
    focal = [day for lane in lanes for mark in lane.marks if mark.focal for day in (mark.start, mark.end) if day]
    near = [day for day in focal if abs(day - stichtag) <= LONGEST]
    last = max([stichtag, *([deadline] if deadline and deadline <= stichtag + 200 else []),
                *(day for day in near if day <= stichtag + 200)])  # fmt: skip
    first = min([stichtag - SHORTEST, *(day - 31 for day in near)])
    return max(first, last - LONGEST), last + max(8, (last - first) // 40)


def timeline(
    lanes: Sequence[Lane], stichtag: date, deadline: date | None, words: dict[str, str], title: str, desc: str
) -> Picture:
    """Draw the lanes with the Stichtag and the day until which repairing helps."""
    today, until = stichtag.toordinal(), deadline.toordinal() if deadline else None
    sheet = Sheet(*span(lanes, today, until))
    shown = [(lane, marks) for lane in lanes if (marks := visible(lane, sheet))][:MOST_LANES]
    y = float(TOP)
    for lane, marks in shown:
        y = draw_lane(sheet, lane, marks, y)
    draw_months(sheet, y)
    draw_day(sheet, today, y, f"{words['stichtag']} {kurzdatum(stichtag)}", "null", "fett", 0)
    if until and sheet.first <= until <= sheet.last:
        near = abs(sheet.x(until) - sheet.x(today)) < 150
        draw_day(sheet, until, y, f"{words['frist']} {kurzdatum(deadline)}", "frist", "minus", 16 if near else 0)
    return Picture(WIDTH, int(y) + 46, title, desc, sheet.svg())


def visible(lane: Lane, sheet: Sheet) -> list[Mark]:
    """Return the marks that touch the picture, those of the finding first kept when there are too many."""
    first, last = sheet.first, sheet.last
    inside = [
        mark for mark in lane.marks
        if mark.start <= last and (mark.start >= first if mark.point else mark.end is None or mark.end >= first)
    ]  # fmt: skip
    if len(inside) <= MOST_MARKS:
        return inside
    kept = sorted(inside, key=lambda m: (not m.focal, abs(last - m.start)))[:MOST_MARKS]
    return in_order(kept)


def in_order(marks: Sequence[Mark]) -> list[Mark]:
    """Return marks in the order of their days; one without end ends last."""
    return sorted(marks, key=lambda m: (m.start, m.end or FOREVER, m.text, not m.focal))


def draw_lane(sheet: Sheet, lane: Lane, marks: Sequence[Mark], y: float) -> float:
    """Draw one lane from `y` down and return where it ends; overlapping marks go into up to three rows."""
    ends: list[float] = []
    rows: list[list[Placed]] = []
    for mark in marks:
        start, end = extent(sheet, mark)
        row = next((i for i, used in enumerate(ends) if used + 4 <= start), len(ends))
        row = min(row, MOST_ROWS - 1)
        if row == len(ends):
            ends.append(end)
            rows.append([])
        ends[row] = max(ends[row], end)
        rows[row].append(Placed(mark, start, end))
    height = max(54.0, 18 + ROW * len(ends) + 4)
    sheet.grid.append(line(0, y + height, RIGHT, y + height, "raster"))
    sheet.labels.append(label(0, y + 19, shortened(lane.system, 28), "start", "fett"))
    sheet.labels += [label(0, y + 34 + 14 * i, text, "start", "leise") for i, text in enumerate(two_lines(lane.title))]
    top = y + (height - ROW * len(ends)) / 2
    for number, placed in enumerate(rows):
        draw_row(sheet, placed, top + number * ROW)
    return y + height


@lru_cache(maxsize=1000)
def two_lines(text: str) -> list[str]:
    """Return a lane's title in at most two lines of 30 characters."""
    lines = textwrap.wrap(text, 30, break_long_words=True)
    return lines if len(lines) <= 2 else [lines[0], shortened(" ".join(lines[1:]), 30)]


def extent(sheet: Sheet, mark: Mark) -> tuple[float, float]:
    """Return the first and last px of a mark without its label."""
    start = sheet.x(mark.start)
    if mark.point:
        return start - 6, start + 6
    bounded = mark.end is not None and mark.end < FOREVER
    return start, max(sheet.x(mark.end + 1) if bounded else RIGHT, start + 2)


def draw_row(sheet: Sheet, row: Sequence[Placed], y: float) -> None:
    """Draw marks that do not overlap, each with its label where there is room for it."""
    taken, edges = float(LEFT), [placed.start for placed in row[1:]]
    for (mark, start, end), following in zip(row, [*edges, float(RIGHT)], strict=True):
        if mark.point:
            sheet.dots.append(dot(start + 6, y + 13, 6, mark.look or ("voll" if mark.focal else "alt")))
        else:
            sheet.bars.append(rect(start, y + 3, end - start, 20, mark.look or ("ist" if mark.focal else "alt")))
        taken = draw_label(sheet, mark, (start, end), (taken, following), y)


def draw_label(sheet: Sheet, mark: Mark, bar: tuple[float, float], room: tuple[float, float], y: float) -> float:
    """Draw the label inside a bar, right of it, or left of it (where it fits nowhere the table has it); return the px taken."""
    (start, end), (taken, following) = bar, room
    text = shortened(mark.text, 60)
    width, base, gap = text_width(text), y + 17.5, mark.look == "luecke"
    sheet.hatched |= gap
    if not mark.point and end - max(start, taken) >= width + 10:
        x = max(start, taken) + 7
        if gap:
            sheet.bars.append(rect(x - 4, y + 5, width + 8, 16, "papier"))
        sheet.labels.append(label(x, base, text, "start", "minus" if gap else inside_look(mark)))
        return max(end, x + width + 6)
    outside = "minus" if mark.look in ("luecke", "minus") else "fett" if mark.focal else "normal"
    if taken <= end + 7 and following - end >= width + 10 and end + width + 10 <= RIGHT + 14:
        sheet.labels.append(label(end + 7, base, text, "start", outside))
        return end + width + 13
    if start - taken >= width + 10:
        sheet.labels.append(label(start - 7, base, text, "end", outside))
    return max(end, taken)


def inside_look(mark: Mark) -> str:
    """Return how a label on a bar of this mark is written: light on dark."""
    return "hell" if (mark.look or ("ist" if mark.focal else "alt")) in ("ist", "voll", "minus") else "innen"


def draw_months(sheet: Sheet, foot: float) -> None:
    """Draw a line and a name at the start of every month, quarter or year, as many as fit."""
    months = months_between(sheet.first, sheet.last)
    sheet.grid[:0] = [line(x, 8, x, foot, "raster") for x, _ in months]
    sheet.labels += [name for _, name in months if name]


@lru_cache(maxsize=1000)
def months_between(first: int, last: int) -> list[tuple[float, str]]:
    """Return where months, quarters or half years begin, and their names as SVG where there is room; most cases share these."""
    days, sheet, found = last - first, Sheet(first, last), []
    step = 1 if days <= 330 else 3 if days <= 800 else 6
    day = date.fromordinal(first).replace(day=1)
    while (number := day.toordinal()) <= last:
        if number >= first and (day.month - 1) % step == 0:
            x, name = sheet.x(number), monat(day) if days <= 330 else f"{monat(day)[:3]} {day.year}"
            room = x + text_width(name) < RIGHT + 20
            found.append((x, label(x + 5, 16, name, "start", "leise") if room else ""))
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return found


def draw_day(sheet: Sheet, day: int, foot: float, text: str, look: str, tone: str, lower: float) -> None:
    """Draw a vertical line on a day and name it below the lanes."""
    x = sheet.x(day)
    half = text_width(text) / 2
    sheet.days.append(line(x, TOP, x, foot + 8, look))
    sheet.labels.append(label(min(max(x, half), WIDTH - half), foot + 24 + lower, text, "middle", tone))
