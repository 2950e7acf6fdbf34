"""The frozen population: what can be drawn, in one spelling, with one hash."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from amip_dq.errors import SamplingError
from amip_dq.sampling.canonical import read_json, sha256, write_json

SCHEMA = "amip-dq/rahmen/1"
STRATUM = re.compile(r"[\w.+-]+( [\w.+-]+)*")
WHOLE = "gesamt"
FLAGGED, UNFLAGGED = "auffaellig", "unauffaellig"


@dataclass(frozen=True)
class Unit:
    """One case that can be drawn; `id` is a keyed hash of its number, so that the list may be published."""

    id: str
    stratum: str
    cents: int

    @property
    def line(self) -> str:
        return f"{self.id};{self.stratum};{self.cents}"


@dataclass(frozen=True)
class Frame:
    """The population. `keys`: unit id → number in the office's records (never published); `flags`: id → rules."""

    unit: str
    stichtag: date
    units: tuple[Unit, ...]
    exclusions: tuple[str, ...] = ()
    keys: Mapping[str, str] = field(default_factory=dict)
    flags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    source_sha256: str = ""

    @property
    def text(self) -> str:
        """Return the canonical lines id;stratum;cents, sorted by their bytes."""
        return "".join(line + "\n" for line in sorted(unit.line for unit in self.units))

    @property
    def flags_text(self) -> str:
        lines = (f"{unit_id};{rule}\n" for unit_id, rules in self.flags.items() for rule in rules)
        return "".join(sorted(lines))

    @property
    def sha256(self) -> str:
        return sha256(self.text)

    @property
    def strata(self) -> dict[str, tuple[Unit, ...]]:
        """Return the units of each stratum, strata in alphabetical order."""
        found: dict[str, list[Unit]] = {}
        for unit in self.units:
            found.setdefault(unit.stratum, []).append(unit)
        return {name: tuple(found[name]) for name in sorted(found)}

    def describe(self) -> dict[str, Any]:
        """Return what a plan binds itself to: hash, control totals, Stichtag, exclusions."""
        return {
            "schema": SCHEMA,
            "einheit": self.unit,
            "stichtag": self.stichtag.isoformat(),
            "anzahl": len(self.units),
            "summe_cent": sum(unit.cents for unit in self.units),
            "schichten": {
                name: {"anzahl": len(units), "summe_cent": sum(unit.cents for unit in units)}
                for name, units in self.strata.items()
            },
            "ausschluesse": list(self.exclusions),
            "sha256": self.sha256,
            "markierungen_sha256": sha256(self.flags_text) if self.flags else None,
            "quelle_sha256": self.source_sha256 or None,
        }


@dataclass(frozen=True)
class Listed:
    """One row of the list a frame is made from; `row` is its line, for messages without any number."""

    key: str
    row: int
    stratum: str = WHOLE
    cents: int = 0


def new_key() -> bytes:
    """Return a fresh local key; without it the published ids cannot be traced back to case numbers."""
    return secrets.token_bytes(32)


def unit_id(key: bytes, number: str) -> str:
    """Return the keyed hash (HMAC-SHA-256) of a case number; a plain hash could be tried out."""
    return hmac.new(key, number.encode(), hashlib.sha256).hexdigest()


def freeze(
    rows: Sequence[Listed],
    *,
    key: bytes,
    unit: str,
    stichtag: date,
    exclusions: Sequence[str] = (),
    findings: Mapping[str, Iterable[str]] | None = None,
    source_sha256: str = "",
) -> Frame:
    """Return the frame of a list; duplicates, empty numbers and odd stratum names are refused.

    `findings` (number → rules) divides the units into flagged and unflagged ones.
    """
    _refuse_duplicates(rows)
    flags: dict[str, tuple[str, ...]] = {}
    units, keys = [], {}
    for row in rows:
        number = row.key.strip()
        identity = unit_id(key, number)
        stratum = row.stratum
        if findings is not None:
            rules = tuple(sorted(set(findings.get(number, ()))))
            stratum = FLAGGED if rules else UNFLAGGED
            if rules:
                flags[identity] = rules
        if not STRATUM.fullmatch(stratum):
            raise SamplingError(
                f"Zeile {row.row}: der Name der Schicht darf nur Buchstaben, Ziffern und . _ + - enthalten."
            )
        units.append(Unit(identity, stratum, row.cents))
        keys[identity] = number
    return Frame(
        unit, stichtag, tuple(sorted(units, key=lambda u: u.line)), tuple(exclusions), keys, flags, source_sha256
    )


def _refuse_duplicates(rows: Sequence[Listed]) -> None:
    """A case listed twice has twice the chance; the same number in another spelling is the same case."""
    if not rows:
        raise SamplingError("Die Liste ist leer; aus ihr lässt sich nichts ziehen.")
    if empty := [row.row for row in rows if not row.key.strip()]:
        raise SamplingError(f"Ohne Nummer der Einheit: Zeile {_some(empty)}.")
    if odd := [row.row for row in rows if not row.key.strip().isprintable()]:
        raise SamplingError(f"Steuerzeichen in der Nummer der Einheit: Zeile {_some(odd)}.")
    spelled = Counter(_same(row.key) for row in rows)
    if doubled := [row.row for row in rows if spelled[_same(row.key)] > 1]:
        raise SamplingError(
            f"Mehrfach in der Liste (auch in anderer Schreibweise): Zeile {_some(doubled)}. "
            "Jede Einheit darf nur einmal vorkommen."
        )


def _same(number: str) -> str:
    """Return a number without what only spelling adds: case, blanks, separators, leading zeros."""
    plain = "".join(c for c in unicodedata.normalize("NFKC", number).casefold() if c.isalnum())
    return plain.lstrip("0") or plain or number.strip()


def _some(lines: Sequence[int]) -> str:
    shown = ", ".join(str(line) for line in lines[:10])
    return shown + (f" und {len(lines) - 10} weitere" if len(lines) > 10 else "")


def write_frame(frame: Frame, key: bytes, folder: Path) -> None:
    """Write the publishable list with its description, and the confidential key files beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "rahmen.csv").write_text(frame.text, encoding="utf-8", newline="\n")
    write_json(folder / "rahmen.json", frame.describe())
    if frame.flags:
        (folder / "markierungen.csv").write_text(frame.flags_text, encoding="utf-8", newline="\n")
    private = folder / "vertraulich"
    private.mkdir(mode=0o700, exist_ok=True)
    lines = "".join(sorted(f"{unit_id};{number}\n" for unit_id, number in frame.keys.items()))
    (private / "nummern.csv").write_text(lines, encoding="utf-8", newline="\n")
    (private / "schluessel.txt").write_text(key.hex() + "\n", encoding="utf-8", newline="\n")
    (private / "nummern.csv").chmod(0o600)
    (private / "schluessel.txt").chmod(0o600)


def read_frame(folder: Path) -> Frame:
    """Return a frozen frame; raises SamplingError if its list is no longer the one that was described."""
    told = read_json(folder / "rahmen.json")
    try:
        text = (folder / "rahmen.csv").read_bytes().decode()
        units = tuple(_unit(line) for line in text.split("\n")[:-1])
        stichtag = date.fromisoformat(told["stichtag"])
    except (OSError, UnicodeDecodeError, ValueError, KeyError):
        raise SamplingError(f"{folder.name}: der Rahmen ist unvollständig oder beschädigt.") from None
    frame = Frame(
        told["einheit"], stichtag, units, tuple(told["ausschluesse"]), read_numbers(folder / "vertraulich" / "nummern.csv"),
        read_flags(folder / "markierungen.csv"), told.get("quelle_sha256") or "",
    )  # fmt: skip
    if frame.text != text or frame.describe() != told:
        raise SamplingError(
            f"{folder.name}: die Liste passt nicht mehr zu ihrer Prüfsumme; der Rahmen wurde verändert."
        )
    return frame


def _unit(line: str) -> Unit:
    identity, stratum, amount = line.split(";")
    return Unit(identity, stratum, int(amount))


def read_numbers(path: Path) -> dict[str, str]:
    """Return unit id → number; empty where the confidential file was not handed on."""
    if not path.is_file():
        return {}
    return dict(line.split(";", 1) for line in _lines(path))


def _lines(path: Path) -> list[str]:
    return path.read_bytes().decode().split("\n")[:-1]


def read_flags(path: Path) -> dict[str, tuple[str, ...]]:
    """Return unit id → rules that flagged it; empty where there are no findings."""
    found: dict[str, list[str]] = {}
    if path.is_file():
        for line in _lines(path):
            unit, rule = line.split(";", 1)
            found.setdefault(unit, []).append(rule)
    return {unit: tuple(rules) for unit, rules in found.items()}
