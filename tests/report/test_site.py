"""Properties of every page, whatever the data say."""

from __future__ import annotations

import json
import os
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from importlib import import_module
from pathlib import Path
from urllib.parse import unquote

import pytest
from report_library import STAFF, Library, a_gate
from report_pages import Page, pages_in, text_of, unpacked

from amip_dq.content import load_content, shipped_content
from amip_dq.model import Status
from amip_dq.report import write_run
from amip_dq.report.privacy import staff_columns
from amip_dq.report.texts import load_texts, reports_folder

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7*7 }}=cmd|\x0b&amp;"
MOST_BYTES = 400 * 1024
FOREIGN = ("invalid-codepoint",)  # a control character in a cell of the delivery is shown as it came


def write(library: Library, out: Path, **more) -> Path:
    write_run(library.run, library.content, library.con, out, **more)
    return out


@pytest.fixture(scope="module")
def out(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(library, tmp_path_factory.mktemp("seiten") / "a")


@pytest.fixture(scope="module")
def hostile(make_library: Callable[..., Library], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(make_library(25, 3, HOSTILE), tmp_path_factory.mktemp("feindlich") / "a")


def check_page(path: Path, out: Path) -> None:
    """One page: well-formed, self-contained, strict policy, small, every link leads somewhere."""
    text = path.read_text("utf-8")
    page = Page(text)
    assert len(text.encode()) <= MOST_BYTES and all(rows <= 501 for rows in page.rows)
    assert "default-src 'none'" in text and page.scripts == 1
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    assert not re.search(r"(?:href|src)=\"(?:https?:)?//", text)
    assert page.headings.count(1) == 1 and len(page.ids) == len(set(page.ids))
    for link in page.links:
        target, _, anchor = unquote(link).partition("#")
        goal = (path.parent / target).resolve() if target else path
        assert goal.is_file(), f"{path.relative_to(out)} → {link}"
        if anchor:
            assert f'id="{anchor}"' in goal.read_text("utf-8")


def test_every_page(out: Path) -> None:
    for path in pages_in(out):
        check_page(path, out)


def test_every_page_with_hostile_data(hostile: Path) -> None:
    for path in pages_in(hostile):
        check_page(path, hostile)
        text = path.read_text("utf-8")
        assert "<script>alert" not in text and "<img" not in text and "49=cmd" not in text


def test_hostile_data_in_search_parts(hostile: Path) -> None:
    for path in hostile.rglob("daten/*.js"):
        assert re.fullmatch(r'amipDaten\(\d+,"[A-Za-z0-9+/=]*"\);\n', path.read_text("ascii"))


def test_file_names_are_portable_and_tell_no_case(hostile: Path, out: Path) -> None:
    for folder in (hostile, out):
        names = [str(p.relative_to(folder)) for p in folder.rglob("*")]
        assert len({name.lower() for name in names}) == len(names)
        assert all(re.fullmatch(r"[A-Za-z0-9._/-]{1,100}", name) for name in names)
        assert not [name for name in names if "L000" in name]


def test_a_key_changes_the_names_of_case_pages(library: Library, out: Path, tmp_path: Path) -> None:
    other = write(library, tmp_path / "b", key=b"geheim")
    assert not {p.name for p in other.rglob("fall/*")} & {p.name for p in out.rglob("fall/*")}


def test_no_page_shows_a_member_of_staff(out: Path) -> None:
    for path in pages_in(out):
        assert STAFF not in path.read_text("utf-8")
    assert "[Stelle]" in (out / "befunde-1.html").read_text("utf-8")


def test_no_output_of_any_kind_shows_a_member_of_staff(out: Path) -> None:
    """Also the packed search, work lists and the text of every other file that leaves the DQM team; findings.* are its own."""
    for path in out.rglob("*.js"):
        if path.parent.name == "daten":
            assert STAFF not in json.dumps(unpacked(path))
    for path in out.rglob("*.xlsx"):
        with zipfile.ZipFile(path) as book:
            assert not [name for name in book.namelist() if STAFF.encode() in book.read(name)], path.name
    closed = {"findings.csv", "findings.parquet", "rejected.csv", "rejected.parquet"}
    for path in (p for p in out.rglob("*") if p.is_file() and p.name not in closed):
        assert STAFF.encode() not in path.read_bytes() and STAFF not in path.name, path.name


def test_the_handbook_names_everything_that_stands_for_staff() -> None:
    content = load_content(shipped_content())
    page = (Path(__file__).parents[2] / "docs/handbuch/berichte.md").read_text("utf-8")
    columns = staff_columns(content.tables)
    listed = set(re.findall(r"^\| `(\w+)` \| `(\w+)` \|", page, re.MULTILINE))
    assert listed == {(table, column) for table, names in columns.items() for column in names}
    names = {column for group in columns.values() for column in group}
    readers = {rule.control.id for rule in content.rules if any(names & set(used) for used in rule.reads.values())}
    assert readers <= set(re.findall(r"[A-Z]-\d{3}\w?", page.split("über Beschäftigte", 1)[1]))


def test_every_page_is_valid_html(out: Path, hostile: Path) -> None:
    """A strict parser of the HTML standard finds nothing to repair, whatever the data say."""
    html5lib = pytest.importorskip("html5lib", reason="html5lib fehlt") if not os.environ.get("CI") else import_module("html5lib")
    for folder in (out, hostile):
        for path in pages_in(folder):
            parser = html5lib.HTMLParser()
            parser.parse(path.read_bytes())
            assert not [error[1:] for error in parser.errors if error[1] not in FOREIGN], path.relative_to(folder)


def test_pages_outside_team_folders_and_lists_hold_no_case(out: Path) -> None:
    for path in [*out.glob("regel/*.html"), out / "leitung/index.html", out / "iks-bericht.html", out / "ziele.html",
                 out / "lieferung.html", out / "nachweis.html", out / "regeln.html", out / "nicht-geprueft.html"]:  # fmt: skip
        assert not re.search(r"L0\d{4}", path.read_text("utf-8")), path.name


def test_all_words_stand_in_one_file() -> None:
    """No template holds German prose, and every text that a template asks for exists."""
    texts = load_texts()
    for path in (reports_folder() / "templates").glob("*.j2"):
        source = path.read_text("utf-8")
        plain = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", source, flags=re.DOTALL)
        bare = re.sub(r"<[^>]*>", " ", plain)
        assert not re.search(r"[A-Za-zäöü]{4,}", bare.replace("SHA-256", "")), path.name
        for key in re.findall(r"""(?:\bt(?:\.plain|\.table)?\(|\{\{ )["']([a-z_]+(?:\.\w+)+)["'](?:[,)]| \| t\b)""", source):
            entry = texts.entries
            for part in key.split("."):
                assert part in entry, f"{path.name}: {key}"
                entry = entry[part]


@pytest.mark.parametrize("word", ["Verstoß", "verstoßen", "Fehler", "versäumt"])
def test_tone(word: str, out: Path) -> None:
    """The report says what the data show; »kein Fehler« is the team's own answer."""
    for path in pages_in(out):
        text = text_of(path.read_text("utf-8")).replace("kein Fehler", "")
        assert word not in text, path.name


# ------------------------------------------------------------------ states
def test_failed_gate(make_library: Callable[..., Library], tmp_path: Path) -> None:
    out = write(make_library(10, gate=a_gate(success=False)), tmp_path / "a")
    start = text_of((out / "index.html").read_text("utf-8"))
    assert "Heute keine verlässlichen Zahlen" in start and "Keine Regel wurde beurteilt" in start
    for path in pages_in(out):
        check_page(path, out)
        assert "keine verlässlichen Zahlen" in path.read_text("utf-8")


def test_overruled_gate_says_so_everywhere(make_library: Callable[..., Library], tmp_path: Path) -> None:
    out = write(make_library(20, gate=a_gate(success=False), forced=True), tmp_path / "a")
    for path in pages_in(out):
        assert "Beurteilt trotz Sperre (--force)" in path.read_text("utf-8"), path.name


def test_broken_rule_is_on_every_page(broken: Library, tmp_path: Path) -> None:
    assert broken.run.results[0].status is Status.ERROR
    out = write(broken, tmp_path / "a")
    for path in pages_in(out):
        assert "ist abgebrochen" in path.read_text("utf-8"), path.name
    assert "Zeit überschritten" in (out / "nicht-geprueft.html").read_text("utf-8")


def test_stale_data(library: Library, tmp_path: Path) -> None:
    old = replace(library.run.delivery, data_as_of=date(2022, 6, 24))
    out = write(replace(library, run=replace(library.run, delivery=old)), tmp_path / "a")
    assert "älter als zwei Arbeitstage" in (out / "index.html").read_text("utf-8")
    fresh = replace(library.run.delivery, data_as_of=date(2022, 6, 28))  # Tuesday; the Stichtag is the Thursday after
    out = write(replace(library, run=replace(library.run, delivery=fresh)), tmp_path / "b")
    assert "älter als" not in (out / "index.html").read_text("utf-8")


def test_nothing_found(make_library: Callable[..., Library], tmp_path: Path) -> None:
    out = write(make_library(0), tmp_path / "a")
    assert "Heute ist nichts zu tun" in text_of((out / "index.html").read_text("utf-8"))
    for path in pages_in(out):
        check_page(path, out)


def test_missing_table_is_not_passed(out: Path) -> None:
    assert "Tabelle nicht geliefert: besuch" in (out / "nicht-geprueft.html").read_text("utf-8")
    for path in pages_in(out):
        assert "B-003" in path.read_text("utf-8"), path.name


def test_first_run_compares_with_nothing(out: Path) -> None:
    assert "Noch kein Vergleich" in (out / "index.html").read_text("utf-8")
