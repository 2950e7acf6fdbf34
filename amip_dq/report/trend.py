"""Geometry of the trend: stock per week, balance, what came and went, and why it may have jumped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from amip_dq.model import TrendPoint
from amip_dq.report.charts import Drawing, Label, Line, Rect, text_width
from amip_dq.report.german import mit_vorzeichen, zahl

WEEKS = 13
LEFT, RIGHT, TOP, FLOOR, BALANCE = 70, 700, 48, 196, 240


def week(day: date) -> int:
    """Return the calendar week of a day as it is written under the trend."""
    return day.isocalendar().week


def trend(
    points: Sequence[TrendPoint], notes: dict[date, tuple[str, str]], words: dict[str, str], title: str, desc: str
) -> Drawing:
    """Draw up to 13 weeks; `notes` maps a Stichtag to the two lines above its column, the weightiest first."""
    shown = points[-WEEKS:]
    width = (RIGHT - LEFT) / max(len(shown), 1)
    tallest = max([1, *(p.open for p in shown)])
    changes = [later.open - earlier.open for earlier, later in zip(shown, shown[1:], strict=False)]
    steepest = max([1, *(abs(change) for change in changes)])
    rects: list[Rect] = []
    feet: dict[date, tuple[float, float]] = {}
    lines = [Line(LEFT - 6, FLOOR, RIGHT, FLOOR, "null"), Line(LEFT - 6, BALANCE, RIGHT, BALANCE, "achse")]
    labels = [
        Label(0, FLOOR - 4, words["offen"], "start", "leise"), Label(0, BALANCE + 4, words["saldo"], "start", "leise"),
        Label(0, 290, words["neu"], "start", "leise"), Label(0, 307, words["erledigt"], "start", "leise"),
        Label(0, 324, words["woche"], "start", "fett"),
    ]  # fmt: skip
    for i, point in enumerate(shown):
        middle, bar = LEFT + (i + 0.5) * width, min(width - 10, 40)
        height, last = point.open / tallest * (FLOOR - TOP - 18), i == len(shown) - 1
        rects.append(Rect(middle - bar / 2, FLOOR - height, bar, height, "voll" if last else "ist"))
        strong = "fett" if last else "normal"
        labels.append(Label(middle, FLOOR - height - 6, zahl(point.open), "middle", strong))
        if i:
            labels.append(_balance(rects, middle, bar, changes[i - 1], steepest))
        labels += [
            Label(middle, 290, zahl(point.new), "middle", "leise"),
            Label(middle, 307, zahl(point.resolved), "middle", "leise"),
            Label(middle, 324, str(week(point.stichtag)), "middle", strong),
        ]
        feet[point.stichtag] = middle, FLOOR - height - 20
    _notes(lines, labels, feet, notes)
    rows = tuple((f"{words['woche']} {week(p.stichtag)}", zahl(p.open), zahl(p.new), zahl(p.resolved)) for p in shown)
    head = (words["woche"], words["offen"], words["neu"], words["erledigt"])
    return Drawing(700, 330, title, desc, tuple(rects), tuple(lines), (), tuple(labels), head, rows)


def _balance(rects: list[Rect], middle: float, bar: float, change: int, steepest: int) -> Label:
    """Add the bar of one week's balance and return its label; more open findings are red."""
    size = abs(change) / steepest * 20
    look = "minus" if change > 0 else "plus" if change < 0 else "normal"
    top = BALANCE - size if change > 0 else BALANCE
    if change:
        rects.append(Rect(middle - bar / 2, top, bar, size, look))
    return Label(middle, top - 5 if change > 0 else BALANCE + size + 14, mit_vorzeichen(change), "middle", look)


def _notes(
    lines: list[Line], labels: list[Label], feet: dict[date, tuple[float, float]], notes: dict[date, tuple[str, str]]
) -> None:
    """Add each note with its two lines of text; where a weightier one already stands, only its line."""
    taken: list[tuple[float, float]] = []
    for day, note in notes.items():
        middle, foot = feet[day]
        if foot > 33:
            lines.append(Line(middle, 32, middle, foot, "achse"))
        half = max(text_width(text) for text in note) / 2
        x = min(max(middle, half), 700 - half)
        if all(x + half + 12 <= left or x - half - 12 >= right for left, right in taken):
            taken.append((x - half, x + half))
            labels += [Label(x, 12, note[0], "middle", "fett"), Label(x, 27, note[1], "middle", "leise")]
