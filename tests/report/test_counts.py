"""Every number that appears twice is the same number."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from report_library import Library
from report_pages import Page, text_of, unpacked

from amip_dq.report import write_run


def write(library: Library, out: Path) -> Path:
    write_run(library.run, library.content, library.con, out)
    return out


def rows_on(out: Path, pattern: str) -> int:
    """Return the lines of all list pages that match, each of which says its own number in its chips."""
    found = 0
    for path in out.glob(pattern):
        text = path.read_text("utf-8")
        rows = sum(Page(text).rows[:1]) - 1 if Page(text).rows else 0
        chips = dict(re.findall(r'data-f="([\w-]*)"[^>]*>[^<]*\(([\d.]+)\)', text))
        due = [int(n) for key, n in chips.items() if key and not key.startswith("z-")]
        assert not rows or int(chips[""].replace(".", "")) == rows == sum(due), path.name
        found += rows
    return found


def found_by_search(out: Path, pattern: str) -> int:
    """Return the lines in the packed parts of a search."""
    return sum(len(unpacked(path)) for path in out.glob(pattern))


def check_counts(library: Library, out: Path) -> None:
    """Headline, chips, rows, lists, work lists, search parts, rule pages and run.json agree."""
    from openpyxl import load_workbook

    run = json.loads((out / "run.json").read_text("utf-8"))
    active = {r.id for r in library.content.rules if r.status.value == "aktiv"}
    expected = sum(r["violation"] - r["waived"] for r in run["rules"] if r["id"] in active)
    sheets = sum(load_workbook(p, read_only=True)["Arbeitsliste"].max_row - 1 for p in out.glob("worklists/*.xlsx"))
    assert rows_on(out, "befunde-*.html") == rows_on(out, "team/*/befunde-*.html") == sheets == expected
    assert rows_on(out, "regel-*.html") == rows_on(out, "team/*/regel-*.html") == expected
    assert found_by_search(out, "daten/*.js") == found_by_search(out, "team/*/daten/*.js") == expected
    assert {r["id"]: r["violation"] for r in run["rules"]} == counts_on_rules_page(library, out)
    total = sum(r["scope"] for r in run["rules"])
    assert sum(result.scope for result in library.run.results) == total
    start = text_of((out / "index.html").read_text("utf-8"))
    if expected:
        assert re.search(rf"Offen (?:ist|sind) {expected} ", start)
        chips = [int(n) for n in re.findall(r"(?:Heute|Bis [\d.]+|Diese Woche|Frist verstrichen) \((\d+)\)", start)]
        (everything,) = re.findall(r"Alle \((\d+)\)", start)
        assert not chips or sum(chips) == int(everything) or "ohne" in start.lower()


def counts_on_rules_page(library: Library, out: Path) -> dict[str, int]:
    """Return the findings of each rule that ran, as the page of all rules says them."""
    cell = r'<span class="kennung">([^<]+)</span></td>.*?</td><td class="zahl">([^<]*)</td><td class="zahl">([^<]*)</td>'
    found = re.findall(cell, (out / "regeln.html").read_text("utf-8"))
    ran = {result.rule.control.id: result.rule.id for result in library.run.results}
    return {ran[code]: int(n.replace(".", "").replace("–", "0")) for code, _, n in found if code in ran}


def test_counts_agree(library: Library, tmp_path: Path) -> None:
    check_counts(library, write(library, tmp_path / "a"))


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(readers=st.integers(0, 40), seed=st.integers(0, 10**6))
def test_counts_agree_for_any_run(
    make_library, tmp_path_factory: pytest.TempPathFactory, readers: int, seed: int
) -> None:
    library = make_library(readers, seed)
    check_counts(library, write(library, tmp_path_factory.mktemp("zufall") / "a"))
