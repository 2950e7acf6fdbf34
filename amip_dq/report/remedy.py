"""The steps of a remedy: `Allegro: Zeitraum prüfen.` names the system first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

STEP = re.compile(r"^([A-ZÄÖÜ][\w-]{1,24}): (.+)$", re.DOTALL)


def steps(remedy: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield system and text of each step; a step that names no system has none."""
    for step in remedy:
        match = STEP.match(step)
        yield (match[1], match[2]) if match else ("", step)
