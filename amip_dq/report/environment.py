"""The template environment: what every template may call, strict and escaping."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from amip_dq.model import Run, Status
from amip_dq.report import german
from amip_dq.report.drawing import shapes
from amip_dq.report.frame import BREAK
from amip_dq.report.texts import load_texts, reports_folder

ICONS = ("raute", "dreieck", "uhr", "haken", "neu", "ziel", "lupe", "liste", "drucker", "kette", "punkt")


def environment(run: Run | None) -> Environment:
    """Return the strict template environment: everything is escaped, an unknown name is an error; the catalogue has no run."""
    env = Environment(
        loader=FileSystemLoader(reports_folder() / "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=False,
    )  # fmt: skip
    env.filters |= {
        "zahl": german.zahl, "datum": german.datum, "kurzdatum": german.kurzdatum, "langdatum": german.langdatum,
        "dezimal": german.dezimal, "vorzeichen": german.mit_vorzeichen, "wert": german.wert, "prozentwert": percent,
    }  # fmt: skip
    env.globals |= {
        "t": load_texts(),
        "prozent": german.prozent,
        "run": run,
        "Status": Status,
        "shapes": shapes,
        "UMBRUCH": Markup(BREAK),
    }
    for name, template in (("z", "zeichen"), ("diagramm", "diagramm"), ("tafel", "tafel")):
        env.globals[name] = env.get_template(f"{template}.html.j2").module
    signs = env.globals["z"]
    icons = {name: signs.zeichen(name) for name in ICONS}
    # A filter on a constant is worked out when a template is compiled, a call each time it is rendered.
    env.filters |= {"t": load_texts(), "zeichen": icons.__getitem__, "marke": lru_cache(1000)(lambda tag: signs.tag(*tag))}
    env.globals["ICON"] = icons
    return env


def percent(value: Decimal | None, places: int = 1) -> str:
    """Return 0.895 as 89,5."""
    return german.dezimal(None if value is None else value * 100, places)
