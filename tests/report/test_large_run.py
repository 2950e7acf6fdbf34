"""A hundred thousand findings: time, page sizes, which cases get a page."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from report_library import LAUF, a_gate, judge

from amip_dq.content import catalog
from amip_dq.report import write_run
from amip_dq.report.cases import MOST_PAGES

FINDINGS = 100_000
MANY = f"""
INSERT INTO daten.leser SELECT format('L{{:06d}}', i), ['Nord', 'Süd', 'West'][1 + i % 3], NULL, DATE '2021-01-01', 1, i
FROM range({FINDINGS}) t(i);
INSERT INTO daten.ausleihe SELECT format('A{{:06d}}', i), format('L{{:06d}}', i), 'buch', DATE '2022-05-01',
       NULL, DATE '2022-06-01' + (i % 20)::INTEGER, NULL, NULL, 2, i
FROM range({MOST_PAGES + 5_000}) t(i);
"""


@pytest.mark.slow
def test_hundred_thousand_findings(library_content, tmp_path: Path) -> None:
    path = tmp_path / "arbeit.duckdb"
    con = duckdb.connect(str(path))
    catalog.create_tables(con, library_content.tables.values())
    con.execute(LAUF)
    con.execute(MANY)
    con.close()
    library = judge(path, library_content, a_gate(), False, "")
    assert sum(result.violation for result in library.run.results) >= FINDINGS
    write_run(library.run, library_content, library.con, tmp_path / "a")
    pages = list((tmp_path / "a").rglob("*.html"))
    assert max(page.stat().st_size for page in pages) <= 400 * 1024
    assert sum("/fall/" in str(page) for page in pages) == MOST_PAGES
