"""The append-only log of all draws from a frame: whoever draws until pleased leaves a trace."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from amip_dq.errors import SamplingError
from amip_dq.sampling.canonical import canonical, digest

NAME = "ziehungen.jsonl"


def read_log(frame_folder: Path) -> list[dict[str, Any]]:
    """Return the entries; each holds the hash of the one before, so a missing one shows."""
    path = frame_folder / NAME
    if not path.is_file():
        return []
    entries, before = [], ""
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n")[:-1], start=1):
        try:
            entry = json.loads(line)
        except json.JSONDecodeError:
            raise SamplingError(f"{NAME}, Zeile {number}: das Ziehungsprotokoll ist beschädigt.") from None
        if entry.get("number") != number or entry.get("previous") != before:
            raise SamplingError(f"{NAME}, Zeile {number}: das Ziehungsprotokoll wurde verändert.")
        before = digest(entry)
        entries.append(entry)
    return entries


def append(frame_folder: Path, plan_hash: str, public_value: str | None, day: str) -> int:
    """Add a draw and return its number; the same plan with the same value is the same draw, not a new one."""
    entries = read_log(frame_folder)
    for entry in entries:
        if entry["plan_hash"] == plan_hash and entry["public_value"] == public_value:
            return int(entry["number"])
    entry = {
        "number": len(entries) + 1,
        "previous": digest(entries[-1]) if entries else "",
        "plan_hash": plan_hash,
        "public_value": public_value,
        "public_date": day,
    }
    with (frame_folder / NAME).open("a", encoding="utf-8", newline="\n") as file:
        file.write(canonical(entry) + "\n")
        file.flush()
        os.fsync(file.fileno())  # the trace must outlive a crash between log and draw
    return int(entry["number"])
