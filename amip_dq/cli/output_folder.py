"""A run's folder is complete or absent: it is written beside its place and then renamed."""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from amip_dq.errors import AmipError

WORK = re.compile(r"\.(?P<name>.+)\.(neu|alt|arbeit)-(?P<pid>\d+)")


def refuse_existing(out: Path, force: bool) -> None:
    """Raise AmipError where the folder exists already and may not be replaced."""
    if out.exists() and not force:
        raise AmipError(f"{out}: den Ordner gibt es schon. --force ersetzt ihn; sonst bitte einen anderen Namen wählen.")
    if out.exists() and not out.is_dir():
        raise AmipError(f"{out}: das ist eine Datei, kein Ordner.")


@dataclass(frozen=True)
class Places:
    """Where a run writes: `staging` becomes `out`, `work` holds the data while they are judged."""

    out: Path
    staging: Path
    work: Path

    def publish(self) -> None:
        """Put the finished folder in its place; a folder that stood there before is replaced."""
        old = _beside(self.out, "alt")
        if self.out.exists():
            self.out.rename(old)
        self.staging.rename(self.out)
        shutil.rmtree(old, ignore_errors=True)


@contextmanager
def staged(out: Path) -> Iterator[Places]:
    """Yield the places of a run; without `publish` nothing is left of it, with it only the finished folder."""
    out.parent.mkdir(parents=True, exist_ok=True)
    clear_leftovers(out)
    staging, work = (_beside(out, kind) for kind in ("neu", "arbeit"))
    try:
        staging.mkdir()
        work.mkdir(mode=0o700)
        yield Places(out, staging, work)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise AmipError(f"{out.parent}: der Datenträger ist voll; es wurde nichts veröffentlicht.") from error
        raise
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        shutil.rmtree(work, ignore_errors=True)


def clear_leftovers(out: Path) -> None:
    """Undo what a killed run left: bring back a folder that was moved away, remove unfinished ones."""
    for path in sorted(out.parent.glob(f".{out.name}.*")):
        match = WORK.fullmatch(path.name)
        if not match or match["name"] != out.name or _alive(int(match["pid"])):
            continue
        if ".alt-" in path.name and not out.exists():
            path.rename(out)
        else:
            shutil.rmtree(path, ignore_errors=True)


def _beside(out: Path, kind: str) -> Path:
    return out.parent / f".{out.name}.{kind}-{os.getpid()}"


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return pid != os.getpid()
