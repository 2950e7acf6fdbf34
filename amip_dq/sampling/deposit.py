"""The committed plan and the one-page sheet that a second person keeps until after the draw."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

from amip_dq.sampling.amounts import euros, percent, thousands
from amip_dq.sampling.canonical import write_json
from amip_dq.sampling.pages import write_page
from amip_dq.sampling.pictures import chances_picture
from amip_dq.sampling.plan_file import CommittedPlan
from amip_dq.sampling.rates import exact
from amip_dq.sampling.wording import rate_words


def deposit(committed: CommittedPlan, folder: Path, place: Path, frame_folder: Path, templates: Path) -> None:
    """Write plan.json and hinterlegung.html; `place` is where the folder will stand when it is complete."""
    beside = os.path.relpath(frame_folder.resolve(), place.resolve())
    write_json(
        folder / "plan.json",
        {"content": committed.content, "plan_hash": committed.hash, "frame_folder": Path(beside).as_posix()},
    )
    plan, chances = committed.plan, [(rate, float(chance)) for rate, chance in committed.sizes["chances"]]
    write_page(
        folder / "hinterlegung.html", "hinterlegung.html.j2", templates,
        plan=plan, hash=committed.hash, rows=_rows(committed), cannot=committed.sizes["cannot"],
        picture=chances_picture(chances, exact(plan.tolerierbar or 0)) if chances else "",
        chances=[(percent(rate, 2), percent(chance, 0)) for rate, chance in chances],
        criteria=[(c.id, c.text, c.art) for c in plan.fehlerdefinition], day=committed.committed_on,
    )  # fmt: skip


def _rows(committed: CommittedPlan) -> list[tuple[str, str]]:
    plan, frame, sizes = committed.plan, committed.frame, committed.sizes
    rows = [
        ("Verfahren", f"{plan.verfahren}, {plan.methode}"),
        ("Einheit", plan.einheit),
        ("Bestand", f"{thousands(frame['anzahl'])} Einheiten, Summe {euros(frame['summe_cent'])} Euro"),
        ("Stichtag", f"{date.fromisoformat(frame['stichtag']):%d.%m.%Y}"),
        ("Rahmen (SHA-256)", frame["sha256"]),
        *(("ausgeschlossen", reason) for reason in frame["ausschluesse"]),
        ("Sicherheit", rate_words(exact(plan.sicherheit))),
    ]
    if plan.tolerierbar is not None:
        rows.append(("tolerierbar", rate_words(exact(plan.tolerierbar))))
    rows += [(f"Umfang {name}", thousands(n)) for name, n in sizes["n"].items()]
    if sizes["accepted"] is not None:
        rows.append(("zulässige Fehler", str(sizes["accepted"])))
    if sizes["stage"]:
        rows.append(
            (
                "Stufen",
                f"{sizes['stage']} Fälle; bei genau einem Fehler weitere {sizes['stage']}, die ohne Fehler sein müssen",
            )
        )
    if sizes["risk"] is not None:
        rows.append(("Risiko, eine zu hohe Quote zu übersehen", percent(sizes["risk"], 2)))
    rows += [
        ("nicht prüfbare Fälle", "zählen als Fehler" if plan.nicht_pruefbar == "fehler" else "werden ersetzt"),
        ("nicht anwendbare Fälle", "werden durch den nächsten der Reihenfolge ersetzt"),
        ("hinterlegt am", f"{committed.committed_on:%d.%m.%Y}"),
        ("Werkzeug", committed.content["werkzeug"]),
    ]
    return rows
