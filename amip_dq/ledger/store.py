"""The ledger as a file: one writer at a time, readers undisturbed, every change published whole.

A writer works on a copy beside the published file and replaces it at the very end, so that a crash, a full disk
or a reader never meets a half-written ledger (docs/decisions: Verlauf und Ausgabe gemeinsam veröffentlichen).
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from amip_dq.content.catalog import literal
from amip_dq.errors import LedgerError
from amip_dq.ledger.lock import exclusive, flush, replace_patiently, write_whole
from amip_dq.ledger.schema import migrate

WAIT_SECONDS = 60.0
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True)
class Draft:
    """A copy of the ledger that is being written; nobody sees it before `publish`."""

    path: Path
    con: duckdb.DuckDBPyConnection

    @property
    def work(self) -> Path:
        return beside(self.path, "entwurf")


def beside(path: Path, ending: str) -> Path:
    """Return the name of a companion file of the ledger."""
    return path.with_name(f"{path.name}.{ending}")


@contextmanager
def writing(path: Path, wait_seconds: float = WAIT_SECONDS) -> Iterator[Draft]:
    """Yield a draft of the ledger; without `publish` it is dropped and the ledger stays as it was."""
    with ExitStack() as held:
        with _explained(path):
            held.enter_context(exclusive(path, wait_seconds))
            held.callback(_discard, beside(path, "entwurf"))
            con = _open_draft(path)
            held.callback(con.close)
        try:
            yield Draft(path, con)
        except duckdb.Error as error:
            if _says_full(error):
                raise LedgerError(_full(path)) from error
            raise


def _open_draft(path: Path) -> duckdb.DuckDBPyConnection:
    recover(path)
    work = beside(path, "entwurf")
    if path.exists():
        shutil.copy(path, work)  # with its permissions: the file holds Sozialdaten
    con = _connect(work)
    try:
        con.execute("BEGIN")
        migrate(con)
    except (duckdb.Error, LedgerError):
        con.close()
        raise
    return con


@dataclass(frozen=True)
class Output:
    """The finished output folder that appears together with the entry: `move` renames staging to place."""

    staging: Path
    place: Path
    move: Callable[[], None]


def publish(draft: Draft, output: Output | None = None, compact: bool = False) -> None:
    """Make the draft the ledger; the output folder is put in its place first.

    An intent on disk says what belongs together, so that the next opening completes or undoes the two moves.
    `compact` writes the file afresh: what was deleted is then really gone from it.
    """
    with _explained(draft.path):
        draft.con.execute("COMMIT")
        draft.con.execute("CHECKPOINT")
        draft.con.close()
        if compact:
            _rewrite(draft.work)
        flush(draft.work)
        known = [digest for digest in (file_digest(draft.path), file_digest(draft.work)) if digest]
        write_whole(beside(draft.path, "sha256"), "\n".join(known) + "\n")
        intent = {"draft": known[-1]}
        if output is not None:
            intent |= {"place": str(output.place.resolve()), "folder": _identity(output.staging)}
        write_whole(beside(draft.path, "vorgang"), json.dumps(intent))
        if output is not None:
            output.move()
        _finish(draft.path, draft.work)


def recover(path: Path) -> None:
    """Complete or undo what a crashed writer left behind; the caller holds the lock."""
    intent_file, work = beside(path, "vorgang"), beside(path, "entwurf")
    if intent_file.exists():
        intent = json.loads(intent_file.read_text(encoding="utf-8"))
        in_place = "place" not in intent or _identity(Path(intent["place"])) == intent["folder"]
        if in_place and file_digest(work) == intent["draft"]:
            _finish(path, work)
    _discard(work)
    intent_file.unlink(missing_ok=True)
    known, now = published_digests(path), file_digest(path)
    if len(known) > 1 and now in known:
        write_whole(beside(path, "sha256"), now + "\n")


@contextmanager
def reading(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield the last published state, read-only; writers neither wait for it nor disturb it."""
    if not path.exists():
        raise LedgerError(f"Die Verlaufsdatei {path.name} gibt es nicht. Sie entsteht beim ersten Lauf mit --history.")
    with _explained(path):
        complete_if_idle(path)
        con = _connect(path, read_only=True)
        try:
            yield con
        finally:
            con.close()


def complete_if_idle(path: Path) -> None:
    """Let a reader finish what a crash left undone, unless a writer is at work or the folder is read-only."""
    if not beside(path, "vorgang").exists() or not os.access(path.parent, os.W_OK):
        return
    try:
        with exclusive(path, 0):
            recover(path)
    except LedgerError:
        return  # a writer holds the lock and will do it


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file, or an empty string if there is none."""
    if not path.exists():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def published_digests(path: Path) -> tuple[str, ...]:
    """Return the digests that the ledger file may have; empty if the companion file is missing."""
    companion = beside(path, "sha256")
    return tuple(companion.read_text(encoding="ascii", errors="replace").split()) if companion.exists() else ()


def _finish(path: Path, work: Path) -> None:
    replace_patiently(work, path)
    write_whole(beside(path, "sha256"), file_digest(path) + "\n")
    beside(path, "vorgang").unlink(missing_ok=True)


def _identity(folder: Path) -> list[int | str]:
    """Return what stays the same when a folder is renamed, empty if there is none."""
    if not folder.exists():
        return []
    status = folder.stat()
    if status.st_ino:
        return [status.st_dev, status.st_ino]
    # some network shares number nothing: the files themselves then tell one folder from another
    files = sorted((file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in folder.iterdir() if file.is_file())
    return [hashlib.sha256(repr(files).encode()).hexdigest()]


def _connect(path: Path, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(
        str(path),
        read_only=read_only,
        config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"},
    )


def _rewrite(work: Path) -> None:
    fresh = beside(work, "dicht")
    con = duckdb.connect()
    con.execute(f"ATTACH {literal(str(work))} AS old (READ_ONLY)")
    con.execute(f"ATTACH {literal(str(fresh))} AS fresh")
    con.execute("COPY FROM DATABASE old TO fresh")
    con.close()
    fresh.replace(work)


def _discard(work: Path) -> None:
    for leftover in (work, beside(work, "wal"), beside(work, "dicht"), beside(work, "dicht.wal")):
        leftover.unlink(missing_ok=True)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn what the system says about the file into one German line."""
    try:
        yield
    except duckdb.Error as error:
        raise LedgerError(_database_message(path, error)) from error
    except OSError as error:
        if error.errno in FULL:
            raise LedgerError(_full(path)) from error
        if isinstance(error, IsADirectoryError):
            raise LedgerError(f"{path.name} ist ein Ordner; --history nennt eine Datei.") from error
        if isinstance(error, PermissionError):
            raise LedgerError(
                f"Die Verlaufsdatei {path.name} oder ihr Ordner ist nicht beschreibbar oder gerade geöffnet. "
                "Bitte die Rechte prüfen und andere Programme schließen."
            ) from error
        raise


def _database_message(path: Path, error: duckdb.Error) -> str:
    text = str(error).lower()
    if _says_full(error):
        return _full(path)
    kinds = duckdb.IOException | duckdb.FatalException | duckdb.SerializationException | duckdb.InternalException
    if isinstance(error, kinds) or "corrupt" in text or "checksum" in text:
        return (
            f"Die Verlaufsdatei {path.name} lässt sich nicht lesen; sie ist beschädigt oder keine Verlaufsdatei. "
            "Bitte die letzte Sicherung zurückspielen."
        )
    raise error


def _says_full(error: duckdb.Error) -> bool:
    text = str(error).lower()
    return any(sign in text for sign in ("no space", "too large", "disk full", "could not write", "failed to write"))


def _full(path: Path) -> str:
    return (
        f"Kein Speicherplatz mehr neben der Verlaufsdatei {path.name}. Es wurde nichts verändert; "
        "bitte Platz schaffen und den Lauf wiederholen."
    )
