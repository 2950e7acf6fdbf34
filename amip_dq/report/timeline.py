"""What stands when in which system: lanes drawn from a case's own records, whatever the tables are called."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from amip_dq.report.charts import Dot, Drawing, Label, Line, Rect, shortened, text_width
from amip_dq.report.german import datum, kurzdatum, monat

LEFT, RIGHT, TOP = 216, 1218, 24
ROW, MOST_ROWS, MOST_MARKS, MOST_LANES = 26, 3, 40, 12
LONGEST, SHORTEST = 1100, 150  # days that the picture may span


class Mark(NamedTuple):
    """A period (`end` None: still open) or, with `point`, an event; `focal` belongs to the finding itself."""

    start: date
    end: date | None
    text: str
    point: bool
    focal: bool
    look: str = ""


@dataclass(frozen=True)
class Lane:
    """One table of one system."""

    system: str
    title: str
    marks: tuple[Mark, ...]


@dataclass
class Sheet:
    """The shapes drawn so far, and the scale they share."""

    first: date
    last: date
    rects: list[Rect] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    dots: list[Dot] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.start = self.first.toordinal()
        self.scale = (RIGHT - LEFT) / max(self.last.toordinal() - self.start, 1)

    def x(self, day: date) -> float:
        """Return where a day stands; days outside stand at the edge."""
        return min(max(LEFT + (day.toordinal() - self.start) * self.scale, LEFT), RIGHT)


def span(lanes: Sequence[Lane], stichtag: date, deadline: date | None) -> tuple[date, date]:
    """Return the first and last day shown: what the finding is about, at least five months, at most three years."""
    focal = [day for lane in lanes for mark in lane.marks if mark.focal for day in (mark.start, mark.end) if day]
    near = [day for day in focal if abs((day - stichtag).days) <= LONGEST]
    last = max([stichtag, *([deadline] if deadline and deadline <= stichtag + timedelta(200) else []),
                *(day for day in near if day <= stichtag + timedelta(200))])  # fmt: skip
    first = min([stichtag - timedelta(SHORTEST), *(day - timedelta(31) for day in near)])
    return max(first, last - timedelta(LONGEST)), last + timedelta(max(8, (last - first).days // 40))


def timeline(
    lanes: Sequence[Lane], stichtag: date, deadline: date | None, words: dict[str, str], title: str, desc: str
) -> Drawing:
    """Draw the lanes with the Stichtag and the day until which repairing helps."""
    sheet = Sheet(*span(lanes, stichtag, deadline))
    shown = [(lane, marks) for lane in lanes if (marks := visible(lane, sheet))][:MOST_LANES]
    y = float(TOP)
    for lane, marks in shown:
        y = draw_lane(sheet, lane, marks, y)
    draw_months(sheet, y)
    draw_day(sheet, stichtag, y, f"{words['stichtag']} {kurzdatum(stichtag)}", "null", "fett", 0)
    if deadline and sheet.first <= deadline <= sheet.last:
        near = abs(sheet.x(deadline) - sheet.x(stichtag)) < 150
        draw_day(sheet, deadline, y, f"{words['frist']} {kurzdatum(deadline)}", "frist", "minus", 16 if near else 0)
    return Drawing(
        1232, int(y) + 46, title, desc, tuple(sheet.rects), tuple(sheet.lines), tuple(sheet.dots), tuple(sheet.labels)
    )


def visible(lane: Lane, sheet: Sheet) -> list[Mark]:
    """Return the marks that touch the picture, those of the finding first kept when there are too many."""
    inside = [
        m
        for m in lane.marks
        if m.start <= sheet.last and ((m.end or date.max) >= sheet.first if not m.point else m.start >= sheet.first)
    ]
    kept = sorted(inside, key=lambda m: (not m.focal, abs((sheet.last - m.start).days)))[:MOST_MARKS]
    return sorted(kept, key=lambda m: (m.start, m.end or date.max, m.text))


def draw_lane(sheet: Sheet, lane: Lane, marks: list[Mark], y: float) -> float:
    """Draw one lane from `y` down and return where it ends; overlapping marks go into up to three rows."""
    ends: list[float] = []
    placed: list[tuple[Mark, int]] = []
    for mark in marks:
        start, end = extent(sheet, mark)
        row = next((i for i, used in enumerate(ends) if used + 4 <= start), len(ends))
        row = min(row, MOST_ROWS - 1)
        if row == len(ends):
            ends.append(end)
        ends[row] = max(ends[row], end)
        placed.append((mark, row))
    height = max(54.0, 18 + ROW * len(ends) + 4)
    sheet.lines.append(Line(0, y + height, RIGHT, y + height, "raster"))
    sheet.labels.append(Label(0, y + 19, shortened(lane.system, 28), "start", "fett"))
    sheet.labels += [Label(0, y + 34 + 14 * i, line, "start", "leise") for i, line in enumerate(two_lines(lane.title))]
    top = y + (height - ROW * len(ends)) / 2
    for row in range(len(ends)):
        draw_row(sheet, [mark for mark, r in placed if r == row], top + row * ROW)
    return y + height


def two_lines(text: str) -> list[str]:
    """Return a lane's title in at most two lines of 30 characters."""
    lines = textwrap.wrap(text, 30, break_long_words=True)
    return lines if len(lines) <= 2 else [lines[0], shortened(" ".join(lines[1:]), 30)]


def extent(sheet: Sheet, mark: Mark) -> tuple[float, float]:
    """Return the first and last px of a mark without its label."""
    start = sheet.x(mark.start)
    if mark.point:
        return start - 6, start + 6
    bounded = mark.end is not None and mark.end < date.max
    return start, max(sheet.x(mark.end + timedelta(1)) if bounded else RIGHT, start + 2)


def draw_row(sheet: Sheet, marks: list[Mark], y: float) -> None:
    """Draw marks that do not overlap, each with its label where there is room for it."""
    taken = float(LEFT)
    for i, mark in enumerate(marks):
        start, end = extent(sheet, mark)
        following = extent(sheet, marks[i + 1])[0] if i + 1 < len(marks) else float(RIGHT)
        if mark.point:
            sheet.dots.append(Dot(start + 6, y + 13, 6, mark.look or ("voll" if mark.focal else "alt")))
        else:
            sheet.rects.append(Rect(start, y + 3, end - start, 20, mark.look or ("ist" if mark.focal else "alt")))
        label = place_label(mark, start, end, taken, following, y)
        taken = end
        if label:
            if mark.look == "luecke" and start <= label.x <= end:
                sheet.rects.append(Rect(label.x - 4, y + 5, text_width(label.text) + 8, 16, "papier"))
            sheet.labels.append(label)
            taken = max(end, label.x + text_width(label.text) + 6) if label.anchor == "start" else end


def place_label(mark: Mark, start: float, end: float, taken: float, following: float, y: float) -> Label | None:
    """Return the label inside a bar, right of it, or left of it; None where it fits nowhere (the table has it)."""
    text = shortened(mark.text, 60)
    need, base = text_width(text) + 10, y + 17.5
    inside = "hell" if (mark.look or ("ist" if mark.focal else "alt")) in ("ist", "voll", "minus") else "innen"
    if mark.look == "luecke":
        inside = "minus"
    if not mark.point and end - max(start, taken) >= need:
        return Label(max(start, taken) + 7, base, text, "start", inside)
    outside = "minus" if mark.look in ("luecke", "minus") else "fett" if mark.focal else "normal"
    if following - end >= need and end + need <= RIGHT + 14:
        return Label(end + 7, base, text, "start", outside)
    if start - taken >= need:
        return Label(start - 7, base, text, "end", outside)
    return None


def draw_months(sheet: Sheet, foot: float) -> None:
    """Draw a line and a name at the start of every month, quarter or year, as many as fit."""
    days = (sheet.last - sheet.first).days
    step = 1 if days <= 330 else 3 if days <= 800 else 6
    day = date(sheet.first.year, sheet.first.month, 1)
    while day <= sheet.last:
        if day >= sheet.first and (day.month - 1) % step == 0:
            sheet.lines.insert(0, Line(sheet.x(day), 8, sheet.x(day), foot, "raster"))
            name = monat(day) if days <= 330 else f"{monat(day)[:3]} {day.year}"
            if sheet.x(day) + text_width(name) < RIGHT + 20:
                sheet.labels.append(Label(sheet.x(day) + 5, 16, name, "start", "leise"))
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)


def draw_day(sheet: Sheet, day: date, foot: float, text: str, look: str, tone: str, lower: float) -> None:
    """Draw a vertical line on a day and name it below the lanes."""
    x = sheet.x(day)
    half = text_width(text) / 2
    sheet.lines.append(Line(x, TOP, x, foot + 8, look))
    sheet.labels.append(Label(min(max(x, half), 1232 - half), foot + 24 + lower, text, "middle", tone))


def period_text(start: date, end: date | None) -> str:
    """Return `01.09.–14.10.2026` or `ab 15.10.2026`."""
    return f"ab {datum(start)}" if end is None else f"{kurzdatum(start)}–{datum(end)}"
