"""The pages of an audit: nothing from outside, nothing that a title could smuggle in, the same bytes every time."""

from __future__ import annotations

import re

import pytest
from audit_office import PLAN, RIGHT, with_errors

HOSTILE = '<script>alert(1)</script> "x" & =2+3'
PAGES = ("plan-hinterlegt/hinterlegung.html", "bogen.html", "bericht/bericht.html")


@pytest.fixture
def audited(office):
    office.draw('verfahren: attribut\ntolerierbar: "0.05"\n')
    assert office.audit(with_errors(1)) == 1
    assert office.run("sheet", "@ziehung", "--out", "@bogen.html") == 0
    return office


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_strict_and_self_contained(audited, name):
    html = audited.path(name).read_text(encoding="utf-8")
    assert "default-src 'none'; style-src 'self'" in html and '<html lang="de">' in html
    assert not re.search(r"<script|<style|\sstyle=|https?://(?!www\.w3\.org/2000/svg)|\son\w+=", html)
    assert re.findall(r'href="([^"]+)"', html) == ["sampling.css"]
    assert (audited.path(name).parent / "sampling.css").is_file()
    for picture in re.findall(r"<svg[^>]*>", html):
        assert 'role="img"' in picture and "aria-label=" in picture
    assert html.count("<th ") and all('scope="' in cell for cell in re.findall(r"<th\b[^>]*>", html))


def test_hostile_texts_are_shown_not_run(office):
    office.list_cases(30, amount=lambda i: "1,00")
    text = PLAN.replace("Fachaufsicht KdU 2. Quartal", HOSTILE.replace('"', "'")).replace(
        "Mietbescheinigung liegt vor", "=HYPERLINK(1)"
    )
    office.path("plan.yaml").write_text(text + 'verfahren: attribut\ntolerierbar: "0.1"\n', encoding="utf-8")
    office.run(
        "frame",
        "@liste.csv",
        "--unit",
        "bg",
        "--key",
        "bg_nr",
        "--stichtag",
        "2025-06-30",
        "--exclude",
        HOSTILE,
        "--out",
        "@rahmen",
    )
    assert office.run("plan", "@rahmen", "--plan", "@plan.yaml", "--date", "2025-07-01") == 0
    assert (
        office.run("draw", "@plan.yaml", "--public-value", HOSTILE, "--public-date", "2025-07-02", "--out", "@ziehung")
        == 0
    )
    office.audit(lambda place, row: {**RIGHT, "A2": "falsch", "ursache": HOSTILE})
    assert office.run("sheet", "@ziehung", "--out", "@bogen.html") == 0
    for name in PAGES:
        html = office.path(name).read_text(encoding="utf-8")
        assert "<script" not in html and "&lt;script&gt;" in html
    assert office.path("bericht/bericht.pdf").read_bytes().startswith(b"%PDF")


def test_the_report_is_the_same_to_the_byte(audited):
    assert audited.run("evaluate", "@ergebnis.json", "--out", "@nochmal") == 1
    for name in ("bericht.html", "bericht.pdf", "result.json", "sampling.css"):
        assert audited.path(f"bericht/{name}").read_bytes() == audited.path(f"nochmal/{name}").read_bytes()
    assert audited.run("evaluate", "@ergebnis.json", "--out", "@bericht") == 2  # an existing folder stays
    assert audited.run("evaluate", "@ergebnis.json", "--out", "@bericht", "--force") == 1


def test_reports_name_no_case(audited):
    numbers = {line.split(";")[1] for line in audited.path("ziehung/vertraulich/nummern.csv").read_text().splitlines()}
    for name in (
        "bericht/bericht.html",
        "bericht/result.json",
        "ergebnis.json",
        "ziehung/ziehung.json",
        "ziehung/reihenfolge.csv",
    ):
        text = audited.path(name).read_text(encoding="utf-8")
        assert not any(f'"{number}"' in text or f">{number}<" in text or f";{number}\n" in text for number in numbers)


def test_the_report_shows_formula_inputs_seed_and_number_of_the_draw(audited):
    html = audited.path("bericht/bericht.html").read_text(encoding="utf-8")
    for word in ("exakt hypergeometrisch", "Saat (SHA-256)", "1. Ziehung aus diesem Bestand", "3 11 17 24 38 42", "Unterschriften",
                 "rivest-sha256-1", "Aussicht auf den Nachweis"):  # fmt: skip
        assert word in html
