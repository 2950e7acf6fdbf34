"""Where the files of an audit sample lie, and which of them are confidential."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from amip_dq.cli.output_folder import staged
from amip_dq.content.folder import content_folder, shipped_content
from amip_dq.errors import AmipError
from amip_dq.sampling.audit_result import AuditResult, restore_result
from amip_dq.sampling.canonical import read_json

if TYPE_CHECKING:
    from amip_dq.ledger.samples import Kept
    from amip_dq.sampling.evaluation import Evaluated

PRIVATE = "vertraulich"


@contextmanager
def written(out: Path) -> Iterator[Path]:
    """Yield the folder to write into; it becomes `out` when everything went well, and is gone otherwise."""
    with staged(out) as places:
        yield places.staging
        places.publish()


def templates_folder() -> Path:
    """Return the folder of the pages and of the PDF's source."""
    return shipped_content() / "reports" / "sampling"


def fonts_folder() -> Path:
    """Return the folder of the fonts that the PDF embeds."""
    return shipped_content() / "reports" / "fonts"


def worksheets_folder() -> Path:
    """Return the folder of the audit topics' criteria; they are content."""
    return content_folder(None) / "rules" / "pruefbogen"


def find_plan(path: Path) -> Path:
    """Return the folder of a committed plan, named by itself, by its plan.json or by the YAML it was made from."""
    for folder in (path, path.parent, path.with_name(f"{path.stem}-hinterlegt")):
        if (folder / "plan.json").is_file() and (path.is_dir() or path.name == "plan.json" or folder != path.parent):
            return folder
    raise AmipError(f"{path.name}: dazu gibt es keinen hinterlegten Plan; bitte zuerst »sample plan«.")


def frame_of(plan_folder: Path) -> Path:
    """Return the frame's folder as the committed plan remembers it."""
    told = read_json(plan_folder / "plan.json").get("frame_folder", "")
    folder = (plan_folder / told).resolve()
    if not (folder / "rahmen.json").is_file():
        raise AmipError("Der Rahmen liegt nicht mehr an seinem Platz; --frame nennt ihn.")
    return folder


def hand_on_keys(frame_folder: Path, draw_folder: Path) -> None:
    """Copy what the worksheet and its import need: the case numbers, and the findings for joining afterwards."""
    private = draw_folder / PRIVATE
    private.mkdir(mode=0o700)
    for source in (frame_folder / PRIVATE / "nummern.csv", frame_folder / "markierungen.csv"):
        if source.is_file():
            shutil.copyfile(source, private / source.name)
            (private / source.name).chmod(0o600)


def confidential(draw_folder: Path) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """Return unit id → case number and unit id → rules; empty where these files were not handed on."""
    from amip_dq.sampling.frame import read_flags, read_numbers

    return read_numbers(draw_folder / PRIVATE / "nummern.csv"), read_flags(draw_folder / PRIVATE / "markierungen.csv")


def read_result(path: Path) -> AuditResult:
    """Return a stored audit result."""
    return restore_result(read_json(path), path.name)


def keep_in(ledger: Path, told: Evaluated) -> Kept:
    """Record an evaluation in the ledger, under the time of this call."""
    from amip_dq.ledger.samples import keep_sample

    return keep_sample(ledger, told, datetime.now(UTC).isoformat(timespec="seconds"))
