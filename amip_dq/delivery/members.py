"""The files of a delivery: a folder with all below it, a zip, or one file. Nothing is ever unpacked to disk."""

from __future__ import annotations

import hashlib
import io
import os
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from amip_dq.errors import DeliveryError
from amip_dq.model import Layout, Notice

MANIFEST = "lieferung.yaml"
COMPANIONS = {MANIFEST, "wahrheit.csv"}
READ_ERRORS = (OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError)
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Member:
    """One file: `path` is its name inside the delivery, `archive` the zip in a folder that holds it."""

    path: str
    open: Callable[[], BinaryIO]
    archive: str = ""

    @property
    def name(self) -> str:
        return PurePosixPath(self.path).name

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.path).suffix.lower()

    def sha256(self) -> str:
        """Return the checksum of the content."""
        with self.open() as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()

    def whole(self) -> BinaryIO:
        """Return the content as a file that can be read in any order."""
        stream = self.open()
        if not isinstance(stream, zipfile.ZipExtFile):
            return stream
        with stream:
            return io.BytesIO(stream.read())


def list_members(path: Path) -> tuple[list[Member], list[Notice]]:
    """Return all files of the delivery in path order, and the archives that cannot be opened."""
    if not path.exists():
        raise DeliveryError(
            f"{path.name}: die Lieferung gibt es nicht; angegeben wird ein Ordner, eine ZIP-Datei oder eine Datei."
        )
    notices: list[Notice] = []
    if path.is_dir():
        members = _in_folder(path, notices)
    elif path.suffix.lower() == ".zip":
        members = _in_zip(path, "", "", notices)
        if notices:
            raise DeliveryError(f"{path.name}: ist keine lesbare ZIP-Datei.")
    else:
        members = [Member(_label(path.name), lambda: path.open("rb"))]
    return sorted(members, key=lambda member: member.path), notices


def _in_folder(folder: Path, notices: list[Notice]) -> list[Member]:
    found = []
    for file in sorted(folder.rglob("*")):
        if not file.is_file():
            continue
        label = _label(file.relative_to(folder).as_posix())
        if file.suffix.lower() == ".zip":
            found.extend(_in_zip(file, label + "/", file.name, notices))
        else:
            found.append(Member(label, lambda file=file: file.open("rb")))
    return found


def _in_zip(path: Path, prefix: str, archive: str, notices: list[Notice]) -> list[Member]:
    try:
        with zipfile.ZipFile(path) as packed:
            infos = [info for info in packed.infolist() if not info.is_dir()]
    except READ_ERRORS:
        notices.append(Notice(prefix.rstrip("/") or _label(path.name), "Die ZIP-Datei ist nicht lesbar."))
        return []
    return [Member(prefix + _label(info.filename), _opener(path, info), archive) for info in infos]


def _opener(path: Path, info: zipfile.ZipInfo) -> Callable[[], BinaryIO]:
    def open_member() -> BinaryIO:
        with zipfile.ZipFile(path) as packed:
            return packed.open(info)  # stays open after the archive object is closed

    return open_member


def _label(name: str) -> str:
    """Return a file name that can be printed and stored: odd bytes and control characters escaped."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace") if os.sep in "/\\" else name
    return UNPRINTABLE.sub(lambda match: f"\\x{ord(match[0]):02x}", text)


def match_tables(members: Iterable[Member], layout: Layout) -> tuple[list[tuple[Member, str]], list[Notice]]:
    """Return the members that belong to a table, and a notice for each that belongs to none.

    A file that fits the patterns of several tables belongs to the most specific one.
    """
    matched, notices = [], []
    for member in members:
        fits = {name: _fit(member, table.files) for name, table in layout.tables.items()}
        best = max(fits.values(), default=0)
        names = sorted(name for name, fit in fits.items() if fit == best)
        if best and len(names) > 1:
            raise DeliveryError(
                f"{member.path}: passt im Layout »{layout.name}« auf mehrere Tabellen ({', '.join(names)})."
            )
        if best:
            matched.append((member, names[0]))
        elif member.name not in COMPANIONS:
            notices.append(
                Notice(member.path, "Die Datei passt auf keine Tabelle des Layouts und wurde nicht gelesen.")
            )
    return matched, notices


def _fit(member: Member, patterns: Iterable[str]) -> int:
    """Return how many literal characters the best fitting pattern has, 0 if none fits."""
    names = {member.name, member.path, member.archive} - {""}
    fitting = [pattern for pattern in patterns if any(fnmatchcase(name, pattern) for name in names)]
    return max((1 + len(re.sub(r"\[[^]]*\]|[*?]", "", pattern)) for pattern in fitting), default=0)
