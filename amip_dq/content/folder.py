"""Where the content lies: beside the package in a checkout, inside the package when installed."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from amip_dq.errors import AmipError

PACKAGE = Path(__file__).resolve().parent.parent


def shipped_content() -> Path:
    """Return the folder that holds our own checks/, rules/ and reports/."""
    checkout = PACKAGE.parent
    if (checkout / "pyproject.toml").is_file() and (checkout / "rules").is_dir():
        return checkout
    return PACKAGE / "_content"


def content_folder(chosen: Path | None) -> Path:
    """Return the folder whose checks/ and rules/ hold; raises AmipError if there is none."""
    named = os.environ.get("AMIP_DQ_CONTENT")
    folder = chosen or (Path(named) if named else shipped_content())
    if not (folder / "checks").is_dir():
        raise AmipError(f"{folder}: hier liegt kein Ordner »checks«; --content nennt den Ordner, der checks/ und rules/ enthält.")
    return folder


def digest_of(folder: Path, names: tuple[str, ...]) -> str:
    """Return the sha256 over the relative path and bytes of every file below the named folders."""
    total = hashlib.sha256()
    for path in sorted(path for name in names for path in ((folder / name), *(folder / name).rglob("*")) if path.is_file()):
        if path.suffix in (".yaml", ".sql", ".json"):
            total.update(f"{path.relative_to(folder).as_posix()}\0".encode())
            total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()
