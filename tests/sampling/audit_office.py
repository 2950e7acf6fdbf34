"""A small office to draw from: a list of cases, a plan, and auditors who fill in worksheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from amip_dq.cli.main import run
from amip_dq.sampling.frame import Frame, Listed, freeze

KEY = bytes(range(32))
DAY = "2025-07-01"
PLAN = """
schema: amip-dq/stichprobe/1
titel: "Fachaufsicht KdU 2. Quartal"
frage: "Anteil fehlerhaft bewilligter KdU-Fälle"
einheit: bg
sicherheit: "0.95"
fehlerdefinition:
  - {id: A1, text: "Mietbescheinigung liegt vor", art: dokumentation}
  - {id: A2, text: "Anspruch richtig geprüft", art: recht}
  - {id: A3, text: "Betrag richtig", art: betrag}
"""
RIGHT = {"A1": "richtig", "A2": "richtig", "A3": "richtig", "pruefer": "P1", "datum": "03.07.2025"}
FAULT = {**RIGHT, "A2": "falsch", "ursache": "Rechtsanwendung"}
Fill = Callable[[int, Mapping[str, str]], Mapping[str, str]]


def a_frame(size: int = 1000, amounts: Callable[[int], int] = lambda i: 50_000, **more) -> Frame:
    """Return a frame of cases B0001 …, all in one stratum unless `strata` says otherwise."""
    strata = more.pop("strata", lambda i: "gesamt")
    rows = [Listed(f"B{i:05d}", i + 1, strata(i), amounts(i)) for i in range(1, size + 1)]
    return freeze(rows, key=KEY, unit="bg", stichtag=date(2025, 6, 30), **more)


@dataclass
class Office:
    """A folder in which the commands of an audit are run one after the other."""

    folder: Path

    def path(self, name: str) -> Path:
        return self.folder / name

    def run(self, *arguments: str) -> int:
        return run(["sample", *(str(self.path(a[1:])) if a.startswith("@") else a for a in arguments)])

    def list_cases(
        self, size: int = 1000, amount: Callable[[int], str] = lambda i: "500,00", stratum=lambda i: "T1"
    ) -> None:
        lines = [f"{i:06d};{stratum(i)};{amount(i)}" for i in range(1, size + 1)]
        self.path("liste.csv").write_text("\n".join(["bg_nr;team;betrag", *lines]) + "\n", encoding="utf-8")
        self.path("schluessel.txt").write_text(KEY.hex(), encoding="ascii")

    def plan(self, more: str, name: str = "plan.yaml") -> None:
        self.path(name).write_text(PLAN + more, encoding="utf-8")

    def draw(self, more: str, *frame_options: str, size: int = 1000, **listed) -> None:
        """Freeze, commit and draw; every step must succeed."""
        self.list_cases(size, **listed)
        self.plan(more)
        steps = (
            ("frame", "@liste.csv", "--unit", "bg", "--key", "bg_nr", "--amount", "betrag", "--stichtag", "2025-06-30",
             "--key-file", "@schluessel.txt", "--out", "@rahmen", *frame_options),
            ("plan", "@rahmen", "--plan", "@plan.yaml", "--date", DAY),
            ("draw", "@plan.yaml", "--public-value", "3 11 17 24 38 42", "--public-date", "2025-07-02", "--out", "@ziehung"),
        )  # fmt: skip
        for step in steps:
            assert self.run(*step) == 0, step

    def filled(self, fill: Fill, out: str = "bogen.csv", *options: str) -> str:
        """Write a worksheet and fill it in: `fill` gets place and row and returns the cells to set."""
        assert self.run("sheet", "@ziehung", "--out", f"@{out}", *options) == 0
        text = self.path(out).read_text(encoding="utf-8-sig")
        rows = list(csv.reader(io.StringIO(text), delimiter=";"))
        start = next(i for i, row in enumerate(rows) if row and row[0] == "lfd")
        for place, row in enumerate(rows[start + 1 :]):
            for name, value in fill(place, dict(zip(rows[start], row, strict=False))).items():
                row[rows[start].index(name)] = value
        self.write_sheet(rows, out)
        return f"@{out}"

    def rows(self, name: str = "bogen.csv") -> list[list[str]]:
        text = self.path(name).read_text(encoding="utf-8-sig")
        return list(csv.reader(io.StringIO(text), delimiter=";"))

    def write_sheet(self, rows: list[list[str]], name: str = "bogen.csv") -> None:
        file = io.StringIO()
        csv.writer(file, delimiter=";", lineterminator="\n").writerows(rows)
        self.path(name).write_text(file.getvalue(), encoding="utf-8-sig")

    def audit(self, fill: Fill) -> int:
        """Fill in the worksheet, take it over and evaluate; return the exit code of the evaluation."""
        sheet = self.filled(fill)
        assert self.run("import", sheet, "--draw", "@ziehung", "--out", "@ergebnis.json") == 0
        return self.run("evaluate", "@ergebnis.json", "--out", "@bericht")


def with_errors(number: int, fault: Mapping[str, str] = FAULT) -> Fill:
    """Return an auditor who finds the first `number` cases wrong and the others right."""
    return lambda place, row: fault if place < number else RIGHT
