"""What a whole check costs at office size and at multiples of it: wall time and peak memory, imports included.

    python benchmarks/check_sizes.py --elb 4600 46000          # the usual two
    python benchmarks/check_sizes.py --elb 460000 4600000      # on demand: minutes to an hour

Each size is one synthetic delivery (Parquet), checked by a fresh process. Peak memory is the process's own high-water mark.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

STICHTAG = "2022-06-30"


def measured(arguments: list[str]) -> tuple[float, float, int]:
    """Return wall seconds, peak memory in MB and exit code of one command."""
    started = perf_counter()
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    return perf_counter() - started, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)


def main() -> None:
    """Measure every size and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--elb", type=int, nargs="+", default=[4600, 46000])
    parser.add_argument("--repeat", type=int, default=1)
    wanted = parser.parse_args()
    print("| ELB | rows | synth s | check s | s per 1,000 ELB | peak MB | exit |")
    print("|---|---|---|---|---|---|---|")
    for elb in wanted.elb:
        with tempfile.TemporaryDirectory() as folder:
            delivery = Path(folder) / "lieferung"
            amip = [sys.executable, "-m", "amip_dq"]
            made, _, _ = measured([*amip, "synth", str(delivery), "--elb", str(elb), "--months", "12", "--stichtag", STICHTAG,
                                   "--seed", "1", "--defect-rate", "0.04", "--format", "parquet"])  # fmt: skip
            runs = [
                measured([*amip, "check", str(delivery), "--stichtag", STICHTAG, "--out", f"{folder}/aus{number}"])
                for number in range(wanted.repeat)
            ]
            seconds, memory, code = min(runs)
            print(f"| {elb:,} | {rows_of(delivery):,} | {made:.1f} | {seconds:.1f} | {1000 * seconds / elb:.3f} | {memory:.0f} | {code} |", flush=True)


def rows_of(delivery: Path) -> int:
    """Return how many rows a delivery holds."""
    import pyarrow.parquet as pq

    return sum(pq.read_metadata(path).num_rows for path in delivery.glob("*.parquet"))


if __name__ == "__main__":
    main()
