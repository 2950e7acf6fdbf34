"""Reading a filled worksheet: every mistake at once, each with its cell, never with a cell's value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from amip_dq.errors import SamplingError
from amip_dq.sampling.amounts import cents
from amip_dq.sampling.plan_file import PlanFile
from amip_dq.sampling.selection import Draw, Drawn
from amip_dq.sampling.sheet import (
    AFTER,
    FIRST_ROW,
    LOST,
    NOT_APPLICABLE,
    VERDICTS,
    WRONG,
    Assignment,
    assigned,
    columns,
    head,
    locked,
    number,
    parse_assignment,
    stratum_shown,
    unharmed,
)
from amip_dq.sampling.sheet_files import FORMULA_CELL, address, cell_of

Cells = Sequence[Sequence[str]]


class SheetErrors(SamplingError):
    """All mistakes of one worksheet, a line each."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(dict.fromkeys(problems))
        super().__init__("Der Prüfbogen lässt sich so nicht übernehmen:\n" + "\n".join(self.problems))


@dataclass(frozen=True)
class Reading:
    """What an auditor found in one case; `right_cents` is None where no other amount was entered."""

    drawn: Drawn
    verdicts: Mapping[str, str]
    right_cents: int | None
    cause: str
    norm: str
    remark: str
    auditor: str
    day: str
    second_auditor: str

    @property
    def not_applicable(self) -> bool:
        """Tell whether the question does not arise for this case at all, so that the next one takes its place."""
        return all(verdict == NOT_APPLICABLE for verdict in self.verdicts.values())

    @property
    def lost(self) -> bool:
        return LOST in self.verdicts.values()


@dataclass(frozen=True)
class ReadSheet:
    """A worksheet that was taken over: its rows, and how many were still empty."""

    assignment: Assignment
    readings: tuple[Reading, ...]
    empty: int


def read_sheet(cells: Cells, draw: Draw, numbers: Mapping[str, str], partial: bool = False) -> ReadSheet:
    """Return a filled worksheet; raises SheetErrors with every mistake, or takes over nothing."""
    problems = list(_head_problems(cells, draw))
    if problems:
        raise SheetErrors(problems)
    assignment = parse_assignment(cell_of(cells, 4, 1))
    expected = assigned(draw, assignment)
    problems += _row_count(cells, draw, len(expected))
    readings, empty = [], 0
    for place, drawn in enumerate(expected):
        row = FIRST_ROW + place
        read = _Row(cells, row, draw.plan.plan)
        problems += _locked_problems(cells, row, place, drawn, draw, numbers)
        if read.blank:
            empty += 1
            problems += (
                [] if partial else [f"{address(row, locked(draw.plan.plan))}: die Zeile ist noch nicht ausgefüllt"]
            )
            continue
        found, mistakes = read.reading(drawn, draw)
        readings.append(found)
        problems += mistakes
    if problems:
        raise SheetErrors(problems)
    return ReadSheet(assignment, tuple(r for r in readings if r), empty)


def _head_problems(cells: Cells, draw: Draw) -> Iterator[str]:
    for row, (name, value) in enumerate(head(draw, Assignment())):
        if cell_of(cells, row, 0) != name:
            yield f"{address(row, 0)}: hier muss »{name}« stehen; der Kopf des Blatts wurde verändert"
        elif name in ("plan_hash", "draw_hash") and cell_of(cells, row, 1) != value:
            yield f"{address(row, 1)}: {name} gehört zu einer anderen Ziehung oder wurde verändert"
        elif name == "blatt":
            try:
                parse_assignment(cell_of(cells, row, 1))
            except SamplingError as problem:
                yield f"{address(row, 1)}: {problem}"
    line = FIRST_ROW - 1
    for column, name in enumerate(columns(draw.plan.plan)):
        if cell_of(cells, line, column) != name:
            yield f"{address(line, column)}: hier muss die Spalte »{name}« stehen"


def _row_count(cells: Cells, draw: Draw, expected: int) -> list[str]:
    filled = [row for row in range(FIRST_ROW, len(cells)) if any(cell.strip() for cell in cells[row])]
    surplus = [row for row in filled if row >= FIRST_ROW + expected]
    return [f"{address(row, 0)}: diese Zeile gehört nicht zur Ziehung" for row in surplus]


def _locked_problems(
    cells: Cells, row: int, place: int, drawn: Drawn, draw: Draw, numbers: Mapping[str, str]
) -> Iterator[str]:
    plan = draw.plan.plan
    wanted: list[tuple[str, Callable[[str], bool]]] = [
        ("lfd", lambda text: text == str(place + 1)),
        ("einheit", lambda text: text == number(drawn, numbers)),
        ("schicht", lambda text: text == stratum_shown(plan, drawn)),
        ("betrag_gezahlt", lambda text: _amount(text) == drawn.cents),
        ("treffer", lambda text: text == str(drawn.hits)),
    ]
    for column, (name, same) in enumerate(wanted[: locked(plan)]):
        text = unharmed(cell_of(cells, row, column))
        if not text:
            yield f"{address(row, column)}: {name} fehlt; die Zeile wurde gelöscht oder verschoben"
        elif not same(text):
            yield f"{address(row, column)}: {name} wurde verändert, oder die Reihenfolge der Zeilen stimmt nicht mehr"


def _amount(text: str) -> int | None:
    try:
        return cents(text)
    except SamplingError:
        return None


class _Row:
    """One row of a worksheet on its way to a reading."""

    def __init__(self, cells: Cells, row: int, plan: PlanFile) -> None:
        self.cells, self.row, self.plan = cells, row, plan
        self.place = {name: column for column, name in enumerate(columns(plan))}
        self.problems: list[str] = []

    def text(self, name: str) -> str:
        text = cell_of(self.cells, self.row, self.place[name])
        if text == FORMULA_CELL:
            self.refuse(name, "eine Formel; bitte den Wert eintragen")
            return ""
        return unharmed(text)

    def refuse(self, name: str, problem: str) -> None:
        self.problems.append(f"{address(self.row, self.place[name])}: {problem}")

    @property
    def blank(self) -> bool:
        names = [*(criterion.id for criterion in self.plan.fehlerdefinition), *AFTER]
        return not any(cell_of(self.cells, self.row, self.place[name]) for name in names)

    def reading(self, drawn: Drawn, draw: Draw) -> tuple[Reading | None, list[str]]:
        verdicts = {criterion.id: self.verdict(criterion.id) for criterion in self.plan.fehlerdefinition}
        right = self.right_amount(drawn, verdicts)
        self.wants_words(verdicts)
        day = self.day(draw)
        auditor = self.text("pruefer")
        if not auditor:
            self.refuse("pruefer", "wer geprüft hat, fehlt")
        found = Reading(
            drawn, verdicts, right, self.text("ursache"), self.text("rechtsnorm"), self.text("bemerkung"),
            auditor, day, self.text("zweitpruefer"),
        )  # fmt: skip
        return (None if self.problems else found), self.problems

    def verdict(self, name: str) -> str:
        word = " ".join(self.text(name).casefold().split())
        if not word:
            self.refuse(name, f"das Urteil fehlt; möglich: {', '.join(VERDICTS)}")
        elif word not in VERDICTS:
            self.refuse(name, f"unbekanntes Urteil; möglich: {', '.join(VERDICTS)}")
        return word

    def right_amount(self, drawn: Drawn, verdicts: Mapping[str, str]) -> int | None:
        """Return the right amount; it must differ exactly where a criterion about the amount is wrong."""
        about = [verdicts[c.id] for c in self.plan.fehlerdefinition if c.art == "betrag"]
        text = self.text("betrag_richtig")
        right: int | None = None
        if text:
            try:
                right = cents(text)
            except SamplingError as problem:
                self.refuse("betrag_richtig", str(problem))
                return None
        if WRONG in about and right is None:
            self.refuse("betrag_richtig", "der richtige Betrag fehlt, obwohl ein Betragskriterium falsch ist")
        elif WRONG in about and right == drawn.cents:
            self.refuse("betrag_richtig", "gleich dem gezahlten Betrag, obwohl ein Betragskriterium falsch ist")
        elif about and WRONG not in about and right not in (None, drawn.cents):
            self.refuse("betrag_richtig", "weicht ab, obwohl kein Betragskriterium falsch ist")
        return right

    def wants_words(self, verdicts: Mapping[str, str]) -> None:
        """A fault needs a cause, a case that was not examined a reason."""
        if WRONG in verdicts.values() and not self.text("ursache"):
            self.refuse("ursache", "die Ursache fehlt")
        if LOST in verdicts.values() and not self.text("bemerkung"):
            self.refuse("bemerkung", f"der Grund für »{LOST}« fehlt")
        if any(verdict != NOT_APPLICABLE for verdict in verdicts.values()):
            return
        if self.plan.verfahren == "mus":
            first = self.plan.fehlerdefinition[0].id
            self.refuse(
                first, "bei einer Auswahl nach Beträgen gibt es keinen Ersatz; bitte als »nicht prüfbar« werten"
            )
        elif not self.text("bemerkung"):
            self.refuse("bemerkung", "der Grund für den Ersatz fehlt")

    def day(self, draw: Draw) -> str:
        """Return the day of the audit as ISO; it lies in the audit period, and not before the plan was committed."""
        text = self.text("datum")
        found: date | None = None
        for form in ("%d.%m.%Y", "%Y-%m-%d"):
            try:
                found = datetime.strptime(text, form).date()
                break
            except ValueError:
                continue
        if found is None:
            self.refuse("datum", "kein Datum der Form TT.MM.JJJJ")
            return ""
        period = self.plan.pruefzeitraum
        if period is not None and not period.von <= found <= period.bis:
            self.refuse("datum", f"außerhalb des Prüfzeitraums {period.von:%d.%m.%Y} bis {period.bis:%d.%m.%Y}")
        elif found < draw.plan.committed_on:
            self.refuse("datum", f"vor der Hinterlegung des Plans am {draw.plan.committed_on:%d.%m.%Y}")
        return found.isoformat()
