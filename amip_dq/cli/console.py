"""What a command says while it works: a progress bar on a terminal, plain or JSON lines in a log.

No line ever holds personal data: only names of files, rules and tables, and counts.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import Any


@dataclass
class Console:
    """Where a command's messages go; one per process."""

    quiet: bool = False
    as_json: bool = False
    started: float = 0.0

    def step(self, text: str, **fields: Any) -> None:
        """Say what has just been done (standard error)."""
        if self.quiet:
            return
        seconds = perf_counter() - self.started
        if self.as_json:
            line = {"zeit": datetime.now().isoformat(timespec="seconds"), "sekunden": round(seconds, 3), "text": text, **fields}
            print(json.dumps(line, ensure_ascii=False, default=str), file=sys.stderr, flush=True)
            return
        listed = "".join(f" · {name} {value}" for name, value in fields.items())
        print(f"{seconds:7.2f} s  {text}{listed}", file=sys.stderr, flush=True)

    def bar(self, title: str, total: int) -> Bar:
        """Return a progress bar; silent where nobody watches."""
        return Bar(title, total, visible=not self.quiet and not self.as_json and sys.stderr.isatty())

    def result(self, text: str) -> None:
        """Say what the caller asked for (standard output)."""
        if not self.quiet:
            print(text, flush=True)


class Bar:
    """A progress bar that is there only on a terminal."""

    def __init__(self, title: str, total: int, visible: bool) -> None:
        self._progress = None
        if visible:
            from rich.console import Console as RichConsole
            from rich.progress import Progress

            self._progress = Progress(console=RichConsole(stderr=True), transient=True)
            self._task = self._progress.add_task(title, total=total)

    def __enter__(self) -> Bar:
        if self._progress:
            self._progress.start()
        return self

    def advance(self, *_: Any) -> None:
        if self._progress:
            self._progress.advance(self._task)

    def __exit__(self, *_: Any) -> None:
        if self._progress:
            self._progress.stop()


console = Console(started=perf_counter())
