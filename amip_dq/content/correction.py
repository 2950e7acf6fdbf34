"""The optional third file of a rule, <defect>.korrektur.sql: a table as it would be with the rule's findings put right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from amip_dq.content.validate import Problems
from amip_dq.content.yaml_source import Source

CORRECTION = ".korrektur.sql"
EFFECTS = ("findings", "before", "after")


def correction_of(yaml_path: Path) -> Path:
    """Return where the correction of a rule lies, if it has one."""
    return yaml_path.with_name(yaml_path.stem + CORRECTION)


def with_correction(data: dict, source: Source) -> dict[str, Any]:
    """Return the rule's data with the correction's SQL under `impact`; raises Problems where only one of both exists."""
    path, impact = correction_of(source.path), data.get("impact")
    if not path.exists():
        if impact is not None:
            raise Problems([source.error(("impact",), f"die zugehörige Datei {path.name} fehlt.")])
        return data
    if not isinstance(impact, dict):
        raise Problems([source.error(("impact",), f"zur Datei {path.name} fehlt der Schlüssel »impact« mit figure, table und Sätzen.")])
    if "sql" in impact:
        raise Problems([source.error(("impact", "sql"), "»sql« ergibt sich aus der Datei und steht nicht im YAML.")])
    sql = path.read_text(encoding="utf-8-sig").rstrip().removesuffix(";")
    return {**data, "impact": {**impact, "sql": sql}}
