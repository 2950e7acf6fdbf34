"""Pages of the invented library, written once, and a Chromium to open them in."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "report"))

from report_histories import a_history  # noqa: E402
from report_library import FOLDER, Library, a_gate, fill, judge  # noqa: E402

from amip_dq.content import load_content  # noqa: E402
from amip_dq.model import History  # noqa: E402
from amip_dq.report import write_run  # noqa: E402
from amip_dq.report.lists import ROWS_PER_PAGE, listing_of, write_list  # noqa: E402
from amip_dq.report.privacy import load_privacy  # noqa: E402
from amip_dq.report.rows import make_row  # noqa: E402
from amip_dq.report.search import write_search  # noqa: E402
from amip_dq.report.site import open_site  # noqa: E402
from amip_dq.report.stock import findings, prepare  # noqa: E402
from amip_dq.report.write import copy_assets  # noqa: E402

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))


@pytest.fixture(scope="session")
def browser():
    """Chromium; where there is none the tests are skipped with a reason, on CI they fail."""
    if not CHROMIUM.exists() and not os.environ.get("CI"):
        pytest.skip(f"kein Chromium unter {CHROMIUM}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield chromium
        chromium.close()


def judged(folder: Path, passes: bool) -> Library:
    content = load_content(FOLDER)
    fill(folder / "arbeit.duckdb", content, 120, 11, "")
    return judge(folder / "arbeit.duckdb", content, a_gate(success=passes), False, "")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A run with a history: every section of every page is there."""
    folder = tmp_path_factory.mktemp("browser")
    library = judged(folder, True)
    rule, mark = "ausleihe.ueberfaellig_ungemahnt", ""
    library.con.execute(
        "UPDATE befund SET first_seen = first_seen - 40, change = 'unchanged' WHERE length(case_id) > 0 AND item < 'A5'"
    )
    rows = library.con.execute("SELECT min(fingerprint) FROM befund WHERE rule_id = $1", [rule]).fetchall()
    mark = rows[0][0]
    stock = prepare(library.con, library.run, library.content)
    history = a_history(
        library.run, {None: stock.open(), **{team: stock.open(team) for team in stock.teams}}, rule, mark
    )
    write_run(library.run, library.content, library.con, folder / "bericht", history)
    yield folder / "bericht"


@pytest.fixture(scope="session")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run whose gate failed."""
    folder = tmp_path_factory.mktemp("gesperrt")
    library = judged(folder, False)
    write_run(library.run, library.content, library.con, folder / "bericht")
    return folder / "bericht"


@pytest.fixture(scope="session")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A search over 100,000 lines and a full page of a list, without the work of judging them."""
    folder = tmp_path_factory.mktemp("gedraenge")
    library = judged(folder, True)
    stock = prepare(library.con, library.run, library.content)
    privacy = load_privacy(library.con, library.content)
    site = open_site(folder / "bericht", library.run, library.content, History(), library.con, stock, privacy, {})
    (folder / "bericht").mkdir()
    copy_assets(folder / "bericht/assets")
    line = make_row(site, next(findings(library.con, "state = 'open'", "platz")), None)
    write_search(site, None, (line._replace(case=f"L{number:07d}") for number in range(100_000)))
    write_list(site, listing_of(site, None, "open", None), [line._replace(case=f"L{n:07d}") for n in range(ROWS_PER_PAGE)])
    return folder / "bericht"
