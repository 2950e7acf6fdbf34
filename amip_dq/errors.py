"""Every error the tool raises on purpose: one German line, no traceback, exit code 2."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


class AmipError(Exception):
    """Something the caller can put right; the message says how."""


class ContentError(AmipError):
    """A file under checks/, rules/ or reports/ is not what the engine can read."""

    def __init__(self, path: Path | str, line: int | None, problem: str) -> None:
        self.path, self.line, self.problem = Path(path), line, problem
        shown = self.path.relative_to(Path.cwd()) if self.path.is_relative_to(Path.cwd()) else self.path
        place = f"{shown}, Zeile {line}" if line else f"{shown}"
        super().__init__(f"{place}: {problem}")


class ContentErrors(AmipError):
    """All mistakes of one load, one line each."""

    def __init__(self, problems: Iterable[ContentError]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class DeliveryError(AmipError):
    """The delivery as a whole cannot be read."""


class LedgerError(AmipError):
    """The history file cannot be opened, written or trusted."""


class SamplingError(AmipError):
    """An audit sample cannot be planned, drawn or evaluated as asked."""
