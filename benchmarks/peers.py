"""The same checks on the same delivery by amip-dq and its peers: time, peak memory, and the ratio to bare DuckDB.

    python benchmarks/peers.py --elb 46000 --repeat 3

Every tool runs in a process of its own. All must find the same: the planted number of structural defects, and as many
violations as bare DuckDB; a difference ends the run with an error.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from peers_checks import CHECKS, MISSIONS, STICHTAG

TOOLS = {
    "peers_duckdb": "DuckDB, bare SQL",
    "peers_amip": "amip-dq",
    "peers_pandera_polars": "pandera (polars)",
    "peers_pandera_pandas": "pandera (pandas)",
    "peers_pointblank": "Pointblank (polars)",
    "peers_gx": "Great Expectations (pandas)",
}
STEPS = ("start", "read", "structure", "mission")
OWN, LIST, DERIVED, JOINED = "own", "list", "derived", "joined"
SQL_TOOLS = ("peers_duckdb", "peers_amip")


@dataclass(frozen=True)
class Measured:
    """One run of one tool: wall seconds per step, CPU seconds of the work, peak memory in MB, and what it found."""

    version: str
    seconds: Mapping[str, float]
    cpu: float
    memory: float
    found: Mapping[str, int]

    @property
    def checks(self) -> float:
        return self.seconds["structure"] + self.seconds["mission"]

    @property
    def work(self) -> float:
        return self.seconds["read"] + self.checks


def expressed(tool: str, check: str) -> str:
    """Return how much of a check the tool itself can say; the README explains the words."""
    kinds = {c.name: c.kind for c in CHECKS}
    if tool in SQL_TOOLS:
        return OWN
    if check in ("U-010", "Z-003"):
        return JOINED
    if check == "A-001":
        return DERIVED
    if check == "F-005":
        return OWN if tool == "peers_gx" else DERIVED
    return LIST if kinds[check] == "reference" and tool != "peers_pointblank" else OWN


# ------------------------------------------------------------------ one tool, in its own process
def run_tool(tool: str, delivery: Path, scratch: Path) -> None:
    """Run one tool and print what it took and found as JSON."""
    seconds = {}

    def timed(step: str, action, *arguments):
        started = perf_counter()
        result = action(*arguments)
        seconds[step] = perf_counter() - started
        return result

    module = timed("start", importlib.import_module, tool)
    cpu_before = process_time()
    state = timed("read", module.read, delivery, scratch)
    found = timed("structure", module.structure, state) | timed("mission", module.mission, state)
    told = {"version": module.VERSION, "seconds": seconds, "cpu": process_time() - cpu_before, "found": found}
    sys.stdout.write("\n" + json.dumps(told))


def measure(tool: str, delivery: Path) -> Measured:
    """Run one tool in a fresh process; raises CalledProcessError if it fails."""
    with tempfile.TemporaryDirectory() as scratch:
        command = [sys.executable, __file__, "--tool", tool, "--delivery", str(delivery), "--scratch", scratch]
        with (Path(scratch) / "out.json").open("w+", encoding="utf-8") as out:
            process = subprocess.Popen(command, stdout=out)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                raise subprocess.CalledProcessError(process.returncode, command)
            out.seek(0)
            told = json.loads(out.read().splitlines()[-1])
    return Measured(**told, memory=usage.ru_maxrss / 1024)


# ------------------------------------------------------------------ all tools, and the tables
def make_delivery(folder: Path, elb: int) -> tuple[Path, dict[str, int]]:
    """Write a synthetic office with planted structural defects in a process of its own; returns check → planted."""
    made = folder / "lieferung"
    command = [sys.executable, __file__, "--make", str(folder), "--elb", str(elb)]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return made, json.loads(told)


def write_delivery(folder: Path, elb: int) -> None:
    """Write the delivery and print what was planted as JSON."""
    from peers_planting import plant

    from amip_dq.synth import write_office

    clean = folder / "sauber"
    write_office(clean, elb=elb, months=12, stichtag=STICHTAG, seed=1, defect_rate=0.04, file_format="parquet")
    sys.stdout.write(json.dumps(plant(clean, folder / "lieferung")))


def agree(tool: str, found: Mapping[str, int], planted: Mapping[str, int], violations: Mapping[str, int]) -> None:
    """Raise AssertionError unless the tool found what was planted and what bare DuckDB found."""
    wanted = {**planted, **violations}
    different = {name: (found[name], count) for name, count in wanted.items() if found[name] != count}
    assert not different, f"{tool}: (found, expected) differ: {different}"
    assert all(wanted.values()), "a check without any finding proves nothing"


def time_table(runs: Mapping[str, Sequence[Measured]]) -> list[str]:
    """Return one row per tool, of medians; work is all but the start."""
    floor = runs["peers_duckdb"]
    work_floor, checks_floor = median(run.work for run in floor), median(run.checks for run in floor)
    heads = ("start", "read", "structure", "mission", "work", "work CPU")
    columns = [f"{head} s" for head in heads] + ["work × DuckDB", "checks × DuckDB", "peak MB"]
    lines = ["| tool | " + " | ".join(columns) + " |", "|---|" + "--:|" * len(columns)]
    for tool, measured in runs.items():
        steps = " | ".join(f"{median(run.seconds[step] for run in measured):.2f}" for step in STEPS)
        work, checks = median(run.work for run in measured), median(run.checks for run in measured)
        cpu, memory = median(run.cpu for run in measured), median(run.memory for run in measured)
        figures = f"{work:.2f} | {cpu:.2f} | {work / work_floor:.1f} | {checks / checks_floor:.1f} | {memory:.0f}"
        lines.append(f"| {TOOLS[tool]} {measured[0].version} | {steps} | {figures} |")
    return lines


def check_table(found: Mapping[str, int], tools: Sequence[str]) -> list[str]:
    """Return one row per check with its findings and how far each tool can say it."""
    kinds = {check.name: f"{check.name} {check.kind}" for check in CHECKS}
    lines = [
        "| check | findings | " + " | ".join(TOOLS[tool] for tool in tools) + " |",
        "|---|--:|" + "---|" * len(tools),
    ]
    for name in (*kinds, *MISSIONS):
        levels = " | ".join(expressed(tool, name) for tool in tools)
        lines.append(f"| {kinds.get(name, name)} | {found[name]} | {levels} |")
    return lines


def compare(elb: int, repeat: int, tools: Sequence[str]) -> None:
    """Measure the tools in turn, so that a slow minute of the machine meets all of them, and print both tables."""
    with tempfile.TemporaryDirectory() as folder:
        delivery, planted = make_delivery(Path(folder), elb)
        runs: dict[str, list[Measured]] = {tool: [] for tool in ("peers_duckdb", *tools)}
        for _ in range(repeat):
            for tool, measured in runs.items():
                measured.append(measure(tool, delivery))
                floor = runs["peers_duckdb"][0].found
                agree(tool, measured[-1].found, planted, {number: floor[number] for number in MISSIONS})
    print(f"{elb:,} ELB, median of {repeat}, {os.cpu_count()} cores\n")
    print("\n".join([*time_table(runs), "", *check_table(floor, list(runs))]))


def main() -> None:
    """Compare all tools, or be one of the processes of a comparison."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--elb", type=int, default=46000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument(
        "--only", nargs="+", choices=list(TOOLS)[1:], default=list(TOOLS)[1:], help="bare DuckDB always runs"
    )
    for internal in ("--tool", "--delivery", "--scratch", "--make"):
        parser.add_argument(internal, type=Path, help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.make:
        write_delivery(wanted.make, wanted.elb)
    elif wanted.tool:
        run_tool(str(wanted.tool), wanted.delivery, wanted.scratch)
    elif "peers_pointblank" in wanted.only and importlib.util.find_spec("pointblank") is None:
        parser.error("Pointblank is missing: pip install -e '.[bench]', or leave it out with --only")
    else:
        compare(wanted.elb, wanted.repeat, wanted.only)


if __name__ == "__main__":
    main()
