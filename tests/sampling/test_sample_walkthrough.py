"""The walkthrough of the Handbuch, command by command as it stands there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from audit_office import RIGHT

from amip_dq.cli.main import run

TEXT = (Path(__file__).parents[2] / "docs" / "stichprobe" / "rundgang.md").read_text(encoding="utf-8")
COMMANDS = [
    line for block in re.findall(r"```console\n(.*?)```", TEXT, re.S) for line in block.splitlines() if line.strip()
]


def test_the_walkthrough_runs(office, monkeypatch):
    monkeypatch.chdir(office.folder)
    rows = "\n".join(f"{i:06d};{400 + i % 7},50" for i in range(1, 1001))
    Path("bestand.csv").write_text(f"bg_nr;betrag\n{rows}\n", encoding="utf-8-sig")
    Path("plan.yaml").write_text(re.search(r"```yaml\n(.*?)```", TEXT, re.S)[1], encoding="utf-8")
    for command in COMMANDS:
        words = shlex.split(command)
        assert words[0] == "amip-dq"
        assert run(words[1:]) == 0, command
        if words[2] == "sheet" and words[-1].endswith(".csv"):
            fill(office, words[-1])
    assert Path("bericht/bericht.pdf").read_bytes().startswith(b"%PDF")
    assert "nachgewiesen" in Path("bericht/bericht.html").read_text(encoding="utf-8")


def fill(office, name: str) -> None:
    rows = office.rows(name)
    start = next(i for i, row in enumerate(rows) if row and row[0] == "lfd")
    for row in rows[start + 1 :]:
        for place, column in enumerate(rows[start]):
            if column.startswith("L"):
                row[place] = "richtig"
            elif column in RIGHT:
                row[place] = RIGHT[column]
    office.write_sheet(rows, name)


def test_every_command_of_the_group_is_shown():
    shown = {shlex.split(command)[2] for command in COMMANDS}
    assert shown == {"frame", "plan", "draw", "sheet", "import", "evaluate", "verify"}
