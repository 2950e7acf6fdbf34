"""One spelling for everything that is hashed, and the files of a protocol."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from amip_dq.errors import SamplingError


def sha256(data: str | bytes) -> str:
    """Return the SHA-256 of a text (UTF-8) or of bytes in hexadecimal digits."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def canonical(data: Any) -> str:
    """Return JSON with sorted keys and no blanks: the same content has the same bytes everywhere."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(data: Any) -> str:
    """Return the SHA-256 of the canonical spelling."""
    return sha256(canonical(data))


def read_json(path: Path) -> Any:
    """Return a JSON file; one line says what is wrong with it, never what stands in it."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        raise SamplingError(f"{path.name}: die Datei fehlt oder lässt sich nicht lesen.") from None
    except json.JSONDecodeError as problem:
        raise SamplingError(f"{path.name}, Zeile {problem.lineno}: die Datei ist beschädigt.") from None


def write_json(path: Path, data: Any) -> None:
    """Write JSON for people and programs: sorted keys, indented, LF."""
    path.write_text(
        json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1) + "\n", encoding="utf-8", newline="\n"
    )
