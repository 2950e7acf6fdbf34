"""Draws the shapes of a chart as SVG, with presentation attributes only: the strict CSP and every printer keep them."""

from __future__ import annotations

from markupsafe import Markup, escape

from amip_dq.report.charts import Dot, Drawing, Label, Line, Rect

INK, QUIET, RED, GREEN, WHITE = "#14202c", "#586573", "#b0231b", "#1a6942", "#ffffff"
FILL = {
    "alt": "#aeb8c4", "ist": "#5f6c7a", "voll": INK, "minus": RED, "plus": GREEN, "normal": INK,
    "plan": WHITE, "fenster": WHITE, "papier": WHITE, "luecke": "url(#schraffur)",
}  # fmt: skip
LETTERS = {"normal": INK, "leise": QUIET, "fett": INK, "minus": RED, "plus": GREEN, "hell": WHITE, "innen": INK}
STROKE = {"achse": "#84909e", "raster": "#d4dbe3", "null": INK, "plan": "#3d4a58", "frist": RED, "teil": "#84909e"}
BEHIND = ("raster", "achse", "teil")
EDGE = {
    "luecke": f' stroke="{RED}" stroke-width="1.5"',
    "fenster": ' stroke="#3d4a58" stroke-width="1.5" stroke-dasharray="5 3"',
}
WIDTH = {"raster": "1", "achse": "1", "teil": "1", "frist": "2"}
HATCH = Markup(
    '<defs><pattern id="schraffur" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="7" height="7" fill="#fdecea"/><rect width="2.4" height="7" fill="#b0231b"/></pattern></defs>'
)


def px(value: float) -> str:
    """Return a coordinate with one digit at most, so that equal pictures have equal bytes."""
    return f"{value:.1f}".removesuffix(".0")


def shapes(drawing: Drawing) -> Markup:
    """Return everything inside the svg element, back to front."""
    parts = [HATCH] if any(rect.look == "luecke" for rect in drawing.rects) else []
    parts += [line(shape) for shape in drawing.lines if shape.look in BEHIND]
    parts += [rect(shape) for shape in drawing.rects if shape.width > 0 and shape.height > 0]
    parts += [line(shape) for shape in drawing.lines if shape.look not in BEHIND]
    parts += [dot(shape) for shape in drawing.dots]
    parts += [label(shape) for shape in drawing.labels]
    return Markup("".join(parts))


def rect(r: Rect) -> str:
    """Return the SVG of a bar."""
    size = f'x="{px(r.x)}" y="{px(r.y)}" width="{px(r.width)}" height="{px(r.height)}"'
    return f'<rect class="f-{r.look}" {size} fill="{FILL[r.look]}"{EDGE.get(r.look, "")}/>'


def line(shape: Line) -> str:
    """Return the SVG of a line."""
    ends = f'x1="{px(shape.x1)}" y1="{px(shape.y1)}" x2="{px(shape.x2)}" y2="{px(shape.y2)}"'
    dashes = ' stroke-dasharray="4 3"' if shape.look == "teil" else ""
    return f'<line {ends} stroke="{STROKE[shape.look]}" stroke-width="{WIDTH.get(shape.look, "1.5")}"{dashes}/>'


def dot(d: Dot) -> str:
    """Return the SVG of a dot."""
    return f'<circle class="f-{d.look}" cx="{px(d.x)}" cy="{px(d.y)}" r="{px(d.r)}" fill="{FILL[d.look]}"/>'


def label(text: Label) -> str:
    """Return the SVG of a text."""
    halo = "" if text.look in ("hell", "innen") else ' class="hof"'
    anchor = "" if text.anchor == "start" else f' text-anchor="{text.anchor}"'
    weight = ' font-weight="600"' if text.look in ("fett", "minus", "plus") else ""
    place = f'x="{px(text.x)}" y="{px(text.y)}" fill="{LETTERS[text.look]}" font-size="13"'
    return f"<text {place}{halo}{anchor}{weight}>{escape(text.text)}</text>"
