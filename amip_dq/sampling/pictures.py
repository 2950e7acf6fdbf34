"""Two pictures as SVG with text alternatives: the plan's chance of success, and the interval beside its target."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from html import escape

from amip_dq.sampling.amounts import percent

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 640, 240, 56, 44, 16, 24
INK, GREY, BLUE, RED = "#14202c", "#84909e", "#1c4e90", "#b0231b"


def chances_picture(chances: Sequence[tuple[str, float]], tolerable: Fraction) -> str:
    """Return the curve of the chance of success over the true rate, with the tolerable rate marked."""
    most = round_scale(max(float(rate) for rate, _ in chances))
    points = [(_x(float(rate) / most), _y(float(chance))) for rate, chance in chances]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    mark = _x(float(tolerable) / most)
    parts = [_axes(most, "wahre Fehlerquote", "Aussicht auf den Nachweis")]
    parts.append(
        f'<line x1="{mark:.1f}" y1="{TOP}" x2="{mark:.1f}" y2="{HEIGHT - BOTTOM}" stroke="{RED}" stroke-dasharray="5 4"/>'
    )
    parts.append(_text(mark + 4, TOP + 12, f"tolerierbar {percent(tolerable)}", RED))
    parts.append(f'<polyline points="{line}" fill="none" stroke="{BLUE}" stroke-width="2.5"/>')
    parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{BLUE}"/>' for x, y in points]
    spoken = "; ".join(f"{percent(rate, 2)}: {percent(chance, 0)}" for rate, chance in chances)
    return _svg(parts, f"Aussicht auf den Nachweis je wahrer Fehlerquote: {spoken}", HEIGHT)


def interval_picture(rate: float, lower: float, upper: float, tolerable: Fraction | None) -> str:
    """Return point and two-sided interval on a line, with the tolerable rate marked."""
    height = 110
    most = round_scale(max(upper, float(tolerable or 0)) * 1.1)
    line = height - BOTTOM - 14
    low, high, point = (_x(value / most) for value in (lower, upper, rate))
    parts = [_scale(most, height)]
    if tolerable is not None:
        mark = _x(float(tolerable) / most)
        parts.append(
            f'<line x1="{mark:.1f}" y1="{TOP}" x2="{mark:.1f}" y2="{height - BOTTOM}" stroke="{RED}" stroke-dasharray="5 4"/>'
        )
        parts.append(_text(mark + 4, TOP + 8, f"tolerierbar {percent(tolerable)}", RED))
    parts.append(
        f'<line x1="{low:.1f}" y1="{line}" x2="{high:.1f}" y2="{line}" stroke="{BLUE}" stroke-width="6" stroke-linecap="round"/>'
    )
    parts.append(f'<circle cx="{point:.1f}" cy="{line}" r="6" fill="{INK}"/>')
    spoken = f"Geschätzte Quote {percent(rate)}, Spanne {percent(lower)} bis {percent(upper)}"
    return _svg(parts, spoken, height)


def round_scale(most: float) -> float:
    """Return the end of a scale of five equal steps that are whole or simple per cents."""
    steps = (0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.04, 0.05, 0.1, 0.2)
    return 5 * next((step for step in steps if 5 * step >= most - 1e-9), 0.2)


def _x(part: float) -> float:
    return LEFT + part * (WIDTH - LEFT - RIGHT)


def _y(part: float) -> float:
    return HEIGHT - BOTTOM - part * (HEIGHT - BOTTOM - TOP)


def _axes(most: float, below: str, beside: str) -> str:
    lines = [_scale(most, HEIGHT)]
    for step in range(0, 5):
        y = _y(step / 4)
        lines.append(f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="#d4dbe3"/>')
        lines.append(_text(LEFT - 8, y + 4, f"{step * 25} %", INK, "end"))
    lines.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, below, INK, "middle"))
    lines.append(_text(LEFT, 10, beside, INK))
    return "".join(lines)


def _scale(most: float, height: int) -> str:
    base = height - BOTTOM
    lines = [f'<line x1="{LEFT}" y1="{base}" x2="{WIDTH - RIGHT}" y2="{base}" stroke="{GREY}"/>']
    for step in range(0, 6):
        x = _x(step / 5)
        lines.append(f'<line x1="{x:.1f}" y1="{base}" x2="{x:.1f}" y2="{base + 5}" stroke="{GREY}"/>')
        lines.append(_text(x, base + 19, percent(f"{most * step / 5:.6f}"), INK, "middle"))
    return "".join(lines)


def _text(x: float, y: float, words: str, colour: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="12" font-family="Fira Sans, sans-serif" fill="{colour}" text-anchor="{anchor}">{escape(words)}</text>'


def _svg(parts: Sequence[str], spoken: str, height: int) -> str:
    label = escape(spoken, quote=True)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" aria-label="{label}">{"".join(parts)}</svg>'
    )
