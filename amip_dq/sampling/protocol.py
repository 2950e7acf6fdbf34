"""The files of a draw, and the proof that a draw is what plan, frame and public value make of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from amip_dq.errors import SamplingError
from amip_dq.sampling import draw_log
from amip_dq.sampling.canonical import digest, read_json, write_json
from amip_dq.sampling.frame import Frame, read_frame
from amip_dq.sampling.plan_file import restore
from amip_dq.sampling.selection import Draw, Drawn, Reveal, draw

COLUMNS = ("schicht", "position", "rolle", "treffer", "betrag_cent", "ticket", "einheit")


@dataclass(frozen=True)
class Proof:
    """One thing that was checked, and whether it holds."""

    what: str
    holds: bool


def write_draw(made: Draw, folder: Path) -> None:
    """Write ziehung.json (everything that was decided) and reihenfolge.csv (the complete order)."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "reihenfolge.csv").write_text(_order_text(made), encoding="utf-8", newline="\n")
    write_json(folder / "ziehung.json", {"draw": made.content, "draw_hash": made.hash, "plan": made.plan.content})


def _order_text(made: Draw) -> str:
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=";", lineterminator="\n")
    writer.writerow(COLUMNS)
    for drawn in made.order:
        writer.writerow(
            (drawn.stratum, drawn.position, drawn.role, drawn.hits, drawn.cents, drawn.ticket, drawn.unit_id)
        )
    return file.getvalue()


def read_draw(folder: Path) -> Draw:
    """Return a stored draw; raises SamplingError if its files do not fit together."""
    stored = read_json(folder / "ziehung.json")
    made = _restore(stored, _read_order(folder / "reihenfolge.csv"))
    if made.content != stored["draw"] or made.hash != stored["draw_hash"]:
        raise SamplingError(
            f"{folder.name}: Ziehung und Reihenfolge passen nicht zusammen; die Dateien wurden verändert."
        )
    return made


def _restore(stored: Any, order: tuple[Drawn, ...]) -> Draw:
    try:
        told = stored["draw"]
        reveal = Reveal(told["public_value"], told["public_source"], date.fromisoformat(told["public_date"]))
        return Draw(restore(stored["plan"]), reveal, told["draw_number"], order, told["start"])
    except (KeyError, TypeError, ValueError):
        raise SamplingError("ziehung.json ist beschädigt.") from None


def _read_order(path: Path) -> tuple[Drawn, ...]:
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_bytes().decode(), newline=""), delimiter=";"))
        return tuple(
            Drawn(
                int(row["position"]), row["einheit"], row["schicht"], int(row["betrag_cent"]), row["ticket"],
                row["rolle"], int(row["treffer"]),
            )
            for row in rows
        )  # fmt: skip
    except (OSError, UnicodeDecodeError, KeyError, TypeError, ValueError):
        raise SamplingError(f"{path.name}: die Reihenfolge fehlt oder ist beschädigt.") from None


def verify(draw_folder: Path, frame_folder: Path) -> list[Proof]:
    """Do the whole draw again and say what fits and what does not."""
    return list(_proofs(draw_folder, frame_folder))


def _proofs(draw_folder: Path, frame_folder: Path) -> Iterator[Proof]:
    stored = read_json(draw_folder / "ziehung.json")
    made = _restore(stored, _read_order(draw_folder / "reihenfolge.csv"))
    told = stored["draw"]
    yield Proof("Der Plan trägt die Prüfsumme, die der Ziehung zugrunde lag", made.plan.hash == told["plan_hash"])
    yield Proof("Die Ziehung trägt ihre eigene Prüfsumme", digest(told) == stored["draw_hash"])
    try:
        frame = read_frame(frame_folder)
    except SamplingError:
        yield Proof("Der Rahmen ist unverändert", False)
        return
    yield Proof("Der Rahmen ist der des Plans", frame.describe() == made.plan.frame)
    yield Proof("Saat, Tickets, Reihenfolge und Auswahl ergeben sich neu genauso", _same_again(made, told, frame))
    yield from _log_proof(told, frame_folder)


def _same_again(made: Draw, told: dict[str, Any], frame: Frame) -> bool:
    try:
        again = draw(made.plan, frame, made.reveal, made.number)
    except SamplingError:
        return False
    return again.order == made.order and again.content == told


def _log_proof(told: dict[str, Any], frame_folder: Path) -> Iterator[Proof]:
    """The log is checked where it is at hand; the frame may have been handed on without it."""
    if not (frame_folder / draw_log.NAME).is_file():
        return
    try:
        entries = draw_log.read_log(frame_folder)
    except SamplingError:
        yield Proof("Das Ziehungsprotokoll ist lückenlos", False)
        return
    mine = [
        entry["number"]
        for entry in entries
        if entry["plan_hash"] == told["plan_hash"] and entry["public_value"] == told["public_value"]
    ]
    yield Proof("Die Ziehung steht unter ihrer Nummer im Ziehungsprotokoll", mine == [told["draw_number"]])
