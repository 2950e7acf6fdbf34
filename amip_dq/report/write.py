"""Writes everything that a run leaves behind into one folder."""

from __future__ import annotations

import shutil
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path

import duckdb

from amip_dq.model import Content, History, Run
from amip_dq.report.cases import plan_pages, write_cases
from amip_dq.report.files import write_data
from amip_dq.report.heat import count_cases
from amip_dq.report.iks import build_document, write_pdf
from amip_dq.report.lists import write_lists
from amip_dq.report.overview import write_overviews
from amip_dq.report.privacy import load_privacy
from amip_dq.report.search import write_searches
from amip_dq.report.site import Site, open_site
from amip_dq.report.start import write_start
from amip_dq.report.stock import ALL_CASES, first_of_each_team, prepare
from amip_dq.report.texts import reports_folder
from amip_dq.report.worklist import write_worklists

ASSETS = ("app.css", "druck.css", "app.js", "sort.svg", "sort-auf.svg", "sort-ab.svg")
FONTS = ("fira-sans-400.woff2", "fira-sans-500.woff2", "fira-sans-600.woff2", "OFL.txt")


def write_run(
    run: Run, content: Content, con: duckdb.DuckDBPyConnection, out: Path,
    history: History | None = None, timings: bool = False, key: bytes | None = None,
) -> None:  # fmt: skip
    """Write data files, site, work lists and IKS report into `out`; `key` hides case numbers in file names."""
    out.mkdir(parents=True, exist_ok=True)
    write_data(run, con, out, timings)
    stock = prepare(con, run, content)
    pages = plan_pages(con, content, key)
    site = open_site(out, run, content, history or History(), con, stock, load_privacy(con, content), pages)
    write_site(site)


def write_site(site: Site) -> None:
    """Write every page; nothing that the run does not know is invented."""
    copy_assets(site.out / "assets")
    cases = count_cases(site.con, {rule.unit for rule in site.content.rules})
    first = first_of_each_team(site.con, limited=bool(site.stock.capacity))
    write_start(site, None, first[ALL_CASES], cases)
    for team in site.stock.teams:
        write_start(site, team, first.get(team, []), cases)
    write_overviews(site, cases)
    with ThreadPoolExecutor(1) as beside:
        pdf = write_iks(site, beside)
        if site.run.judged:
            write_lists(site)
            write_searches(site)
            write_cases(site)
            write_worklists(site)
        pdf.result()


def write_iks(site: Site, beside: Executor) -> Future[None]:
    """Write the IKS report as a page, and begin its PDF: typst leaves the interpreter to the other pages."""
    document = build_document(site.run, site.content, site.history)
    site.write("iks-bericht.html", "iks.html.j2", "leitung", nav="iks", d=document)
    return beside.submit(write_pdf, document, site.run, site.out / "iks-bericht.pdf")


def copy_assets(folder: Path) -> None:
    """Copy style sheet, script, signs and fonts."""
    folder.mkdir()
    for name in ASSETS:
        shutil.copyfile(reports_folder() / name, folder / name)
    for name in FONTS:
        shutil.copyfile(reports_folder() / "fonts" / name, folder / name)
