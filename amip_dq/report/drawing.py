"""Draws the shapes of a chart as SVG, with presentation attributes only: the strict CSP and every printer keep them."""

from __future__ import annotations

from html import escape
from typing import NamedTuple

from markupsafe import Markup

from amip_dq.report.charts import Drawing

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


def shapes(drawing: Drawing) -> Markup:
    """Return everything inside the svg element, back to front."""
    parts = [HATCH] if any(shape.look == "luecke" for shape in drawing.rects) else []
    parts += [line(*rounded(shape)) for shape in drawing.lines if shape.look in BEHIND]
    parts += [rect(*rounded(shape)) for shape in drawing.rects if shape.width > 0 and shape.height > 0]
    parts += [line(*rounded(shape)) for shape in drawing.lines if shape.look not in BEHIND]
    parts += [dot(*rounded(shape)) for shape in drawing.dots]
    parts += [label(*rounded(shape)) for shape in drawing.labels]
    return Markup("".join(parts))


def rounded(shape: NamedTuple) -> list:
    """Return a shape's values, px with one digit at most, so that equal pictures have equal bytes."""
    return [round(value, 1) if isinstance(value, float) else value for value in shape]


def rect(x: float, y: float, width: float, height: float, look: str) -> str:
    """Return the SVG of a bar."""
    return f'<rect class="f-{look}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"{FILLING[look]}/>'


def line(x1: float, y1: float, x2: float, y2: float, look: str) -> str:
    """Return the SVG of a line."""
    dashes = ' stroke-dasharray="4 3"' if look == "teil" else ""
    ends = f'x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}"'
    return f'<line {ends} stroke="{STROKE[look]}" stroke-width="{WIDTH.get(look, "1.5")}"{dashes}/>'


def dot(x: float, y: float, r: float, look: str) -> str:
    """Return the SVG of a dot."""
    return f'<circle class="f-{look}" cx="{x:g}" cy="{y:g}" r="{r:g}" fill="{FILL[look]}"/>'


def label(x: float, y: float, text: str, anchor: str = "start", look: str = "normal") -> str:
    """Return the SVG of a text."""
    return f'<text x="{x:g}" y="{y:g}"{LETTERING[look, anchor]}>{escape(text, quote=False)}</text>'


def lettering(look: str, anchor: str) -> str:
    """Return the attributes of a text, but where it stands."""
    halo = "" if look in ("hell", "innen") else ' class="hof"'
    turned = "" if anchor == "start" else f' text-anchor="{anchor}"'
    weight = ' font-weight="600"' if look in ("fett", "minus", "plus") else ""
    return f' fill="{LETTERS[look]}" font-size="13"{halo}{turned}{weight}'


FILLING = {look: f' fill="{fill}"{EDGE.get(look, "")}' for look, fill in FILL.items()}
LETTERING = {(look, anchor): lettering(look, anchor) for look in LETTERS for anchor in ("start", "middle", "end")}
