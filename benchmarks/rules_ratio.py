"""What judging costs beside the rules' own SQL: evaluate() against the same SELECTs run bare, in one process.

    python benchmarks/rules_ratio.py --elb 46000

Bare means: each rule's SELECT over the same locked database, kept as a temporary table. evaluate() also counts the verdicts, looks for
repeated cases, words the findings, places them at a team and puts them together. The two alternate; the ratio is that of the medians.
"""

from __future__ import annotations

import argparse
import tempfile
from datetime import date
from pathlib import Path
from statistics import median
from time import perf_counter

import duckdb

from amip_dq.content import content_folder, load_content
from amip_dq.content.query import restricted
from amip_dq.content.rules import bind_statement
from amip_dq.delivery.defects import find_defects
from amip_dq.delivery.read import read_delivery
from amip_dq.engine import evaluate, names_of, open_for_judging
from amip_dq.synth import write_office

STICHTAG = date(2022, 6, 30)


def main() -> None:
    """Measure and print both medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--elb", type=int, default=46000)
    parser.add_argument("--repeat", type=int, default=5)
    wanted = parser.parse_args()
    content = load_content(content_folder(None))
    rules = tuple(rule for rule in content.rules if rule.applies_on(STICHTAG))
    with tempfile.TemporaryDirectory() as folder:
        delivered = prepare(Path(folder), content, wanted.elb)
        bare, judged = [], []
        for _ in range(wanted.repeat):
            con = open_for_judging(Path(folder) / "arbeit.duckdb", content, STICHTAG, rules)
            bare.append(run_bare(con, content, rules))
            started = perf_counter()
            evaluate(con, content, rules, delivered)
            judged.append(perf_counter() - started)
            con.close()
    print(f"ELB {wanted.elb:,}, {len(rules)} rules: bare {median(bare):.2f} s, evaluate {median(judged):.2f} s, "
          f"ratio {median(judged) / median(bare):.2f}")


def prepare(folder: Path, content, elb: int) -> frozenset[str]:
    """Write an office into a database file and return which tables were delivered."""
    office = folder / "lieferung"
    write_office(office, elb=elb, months=12, stichtag=STICHTAG, seed=1, defect_rate=0.04, file_format="parquet")
    con = duckdb.connect(str(folder / "arbeit.duckdb"))
    delivery = read_delivery(office, content.layouts["kanonisch"], content.tables, con)
    find_defects(con, delivery, content.tables)
    con.close()
    return delivery.delivered


def run_bare(con: duckdb.DuckDBPyConnection, content, rules) -> float:
    """Run every rule's own SELECT and keep its rows; returns the seconds."""
    names = names_of(content)
    queries = [restricted(bind_statement(rule.sql, rule.reads, names), rule.reads, names) for rule in rules]
    started = perf_counter()
    for query in queries:
        con.execute(f"CREATE OR REPLACE TEMP TABLE bare AS {query}")
    return perf_counter() - started


if __name__ == "__main__":
    main()
