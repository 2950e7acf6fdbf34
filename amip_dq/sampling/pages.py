"""HTML pages from reports/sampling: one strict environment, the style sheet beside the page, nothing from outside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from amip_dq.sampling.amounts import euros, percent, thousands

STYLE = "sampling.css"


def write_page(path: Path, name: str, templates: Path, **values: Any) -> None:
    """Write a page and, beside it, the style sheet it names."""
    path.write_text(render_page(name, templates, **values), encoding="utf-8", newline="\n")
    (path.parent / STYLE).write_bytes((templates / STYLE).read_bytes())


def render_page(name: str, templates: Path, **values: Any) -> str:
    """Return a page; every value is escaped, an unknown name in a template is an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(euro=euros, prozent=percent, tausend=thousands, tag=lambda day: f"{day:%d.%m.%Y}")
    return environment.get_template(name).render(**values)
