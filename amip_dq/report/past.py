"""Writes the IKS report of a past run again, from what the ledger kept of it: the same bytes, without its data."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import duckdb

from amip_dq.content.catalog import create_calendar
from amip_dq.model import Content, History, Run
from amip_dq.report.privacy import Privacy
from amip_dq.report.site import open_site
from amip_dq.report.stock import Stock
from amip_dq.report.write import copy_assets, write_iks

# The IKS report names neither a case nor a team's stock; its page frame asks for both all the same.
NO_STOCK = Stock((), Counter(), Counter(), date.max)
NO_STAFF = Privacy(frozenset(), frozenset(), frozenset())


def write_past_report(run: Run, content: Content, history: History, out: Path) -> None:
    """Write iks-bericht.html and iks-bericht.pdf with their style sheet into `out`."""
    with duckdb.connect() as con:
        create_calendar(con, content.calendar)
        site = open_site(out, run, content, history, con, NO_STOCK, NO_STAFF, {})
        copy_assets(out / "assets")
        with ThreadPoolExecutor(1) as beside:
            write_iks(site, beside).result()
