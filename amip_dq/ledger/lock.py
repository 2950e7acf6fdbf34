"""One writer at a time, and small files that are old or new but never half."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from amip_dq.errors import LedgerError


@contextmanager
def exclusive(path: Path, wait_seconds: float) -> Iterator[None]:
    """Hold the ledger's lock; the system releases it even if the process is killed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(f"{path.name}.sperre").open("ab+") as file:
        deadline = time.monotonic() + wait_seconds
        while not _try_lock(file):
            if time.monotonic() >= deadline:
                raise LedgerError(
                    f"Ein anderer Lauf schreibt gerade in die Verlaufsdatei {path.name}. "
                    "Bitte warten, bis er fertig ist, und dann noch einmal starten."
                )
            time.sleep(0.1)
        yield


def _try_lock(file: BinaryIO) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def write_whole(path: Path, text: str) -> None:
    """Write a small file so that it is old or new, never half."""
    fresh = path.with_name(f"{path.name}.neu")
    fresh.write_text(text, encoding="utf-8")
    flush(fresh)
    replace_patiently(fresh, path)


def replace_patiently(fresh: Path, path: Path, seconds: float = 10.0) -> None:
    """Rename over `path`; Windows refuses while somebody reads the old file, so wait for the reader for a while."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            fresh.replace(path)
        except PermissionError:
            if os.name != "nt" or time.monotonic() >= deadline:
                raise
            time.sleep(0.1)
        else:
            return


def flush(path: Path) -> None:
    """Make sure that a file's bytes are on the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
