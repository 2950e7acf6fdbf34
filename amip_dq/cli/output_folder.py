"""A run's folder is complete or absent: it is written beside its place and then renamed."""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from amip_dq.errors import AmipError

WORK = re.compile(r"\.(?P<name>.+)\.(neu|alt|arbeit)-(?P<pid>\d+)")


def refuse_existing(out: Path, force: bool) -> None:
    """Raise AmipError where the folder exists already and may not be replaced."""
    if out.exists() and not force:
        raise AmipError(f"{out}: den Ordner gibt es schon. --force ersetzt ihn; sonst bitte einen anderen Namen wählen.")
    if out.exists() and not out.is_dir():
        raise AmipError(f"{out}: das ist eine Datei, kein Ordner.")


@contextmanager
def staged(out: Path) -> Iterator[tuple[Path, Path]]:
    """Yield (staging, work): the first becomes `out` when all went well, both are gone afterwards."""
    out.parent.mkdir(parents=True, exist_ok=True)
    clear_leftovers(out)
    staging, work = (_beside(out, kind) for kind in ("neu", "arbeit"))
    try:
        staging.mkdir()
        work.mkdir(mode=0o700)
        yield staging, work
        publish(staging, out)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise AmipError(f"{out.parent}: der Datenträger ist voll; es wurde nichts veröffentlicht.") from error
        raise
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        shutil.rmtree(work, ignore_errors=True)


def publish(staging: Path, out: Path) -> None:
    """Put the finished folder in its place; a folder that stood there before is replaced in one step more."""
    old = _beside(out, "alt")
    if out.exists():
        out.rename(old)
    staging.rename(out)
    shutil.rmtree(old, ignore_errors=True)


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
