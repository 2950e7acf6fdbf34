"""The German texts of all outputs: reports/texte.yaml, chosen by number, with German values filled in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape
from ruamel.yaml import YAML

from amip_dq.content import shipped_content
from amip_dq.report import german


def reports_folder() -> Path:
    """Return our folder with templates, texts and fonts."""
    return shipped_content() / "reports"


class Texts:
    """All texts; `t("key", n=3)` is safe HTML, `t.plain("key", n=3)` the same for XLSX and PDF."""

    def __init__(self, entries: Mapping[str, Any]) -> None:
        self.entries = entries
        self.fixed: dict[str, Markup] = {}
        self.fixed_plain: dict[str, str] = {}

    def __call__(self, key: str, **values: Any) -> Markup:
        if not values:  # most texts of most pages: worth keeping
            if key not in self.fixed:
                self.fixed[key] = Markup(self.pattern(key))
            return self.fixed[key]
        return Markup(self.pattern(key, values.get("n")).format(**{k: escape(shown(v)) for k, v in values.items()}))

    def plain(self, key: str, **values: Any) -> str:
        if not values:
            if key not in self.fixed_plain:
                self.fixed_plain[key] = without_marks(self.pattern(key).format())
            return self.fixed_plain[key]
        return without_marks(self.pattern(key, values.get("n")).format(**{k: shown(v) for k, v in values.items()}))

    def pattern(self, key: str, number: int | None = None) -> str:
        """Return the text under a dotted key; of a plural, the form for this number."""
        entry: Any = self.entries
        for part in key.split("."):
            entry = entry[part]
        if isinstance(entry, str):
            return entry
        if number == 0 and "kein" in entry:
            return entry["kein"]
        return entry["eins" if number == 1 else "viele"]

    def table(self, key: str) -> dict[str, str]:
        """Return a group of short texts, e.g. the names of the severities."""
        entry: Any = self.entries
        for part in key.split("."):
            entry = entry[part]
        return dict(entry)


def without_marks(text: str) -> str:
    """Return a text without bold type and soft hyphens."""
    return text.replace("<b>", "").replace("</b>", "").replace("\xad", "")


def shown(value: Any) -> Any:
    """Return a value in German notation; text stays and is escaped by the caller's Markup."""
    if isinstance(value, bool) or value is None:
        return german.wert(value)
    if isinstance(value, int):
        return german.zahl(value)
    if isinstance(value, Decimal):
        return german.dezimal(value)
    if isinstance(value, date):
        return german.datum(value)
    return value


@lru_cache(maxsize=1)
def load_texts() -> Texts:
    """Read reports/texte.yaml once."""
    return Texts(YAML(typ="safe").load((reports_folder() / "texte.yaml").read_text("utf-8")))
