"""Runs the benchmarks and writes their figures into benchmarks/README.md, between the markers.

    python benchmarks/fill_readme.py                                       # all three, at the usual sizes
    python benchmarks/fill_readme.py --only sizes --sizes 4600 46000 460000

A marker is a comment line `<!-- figures: NAME -->`; what an earlier run wrote below it is replaced.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
README = HERE / "README.md"


def commands(wanted: argparse.Namespace) -> dict[str, list[str]]:
    """Return what produces the figures of each marker."""
    return {
        "peers": ["peers.py", "--elb", str(wanted.peers), "--repeat", str(wanted.repeat)],
        "sizes": ["check_sizes.py", "--elb", *map(str, wanted.sizes), "--repeat", str(wanted.repeat)],
        "ratio": ["rules_ratio.py", "--elb", str(wanted.ratio), "--repeat", str(wanted.repeat)],
    }


def figures(command: list[str]) -> str:
    """Run a benchmark and return what it printed; raises CalledProcessError if it fails."""
    shown = " ".join(["python", f"benchmarks/{command[0]}", *command[1:]])
    ran = subprocess.run(
        [sys.executable, HERE / command[0], *command[1:]], check=True, stdout=subprocess.PIPE, text=True
    )
    return f"`{shown}` on {machine()}:\n\n{ran.stdout.strip()}"


def machine() -> str:
    """Return what the figures depend on: cores, memory, Python."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()}, Python {platform.python_version()}"


def fill(text: str, name: str, found: str) -> str:
    """Return the text with the figures below their marker; raises SystemExit where the marker is missing."""
    start, end = f"<!-- figures: {name} -->", f"<!-- end: {name} -->"
    pattern = re.compile(rf"^{re.escape(start)}$(?:\n.*?^{re.escape(end)}$)?", re.MULTILINE | re.DOTALL)
    if not pattern.search(text):
        raise SystemExit(f"README.md has no line {start}")
    return pattern.sub(lambda _: f"{start}\n\n{found}\n\n{end}", text, count=1)


def main() -> None:
    """Run what is wanted; every figure is written as soon as it is there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=["peers", "sizes", "ratio"], default=["peers", "sizes", "ratio"])
    parser.add_argument("--peers", type=int, default=46000, metavar="ELB")
    parser.add_argument("--sizes", type=int, nargs="+", default=[4600, 46000], metavar="ELB")
    parser.add_argument("--ratio", type=int, default=46000, metavar="ELB")
    parser.add_argument("--repeat", type=int, default=3)
    wanted = parser.parse_args()
    for name in wanted.only:
        found = figures(commands(wanted)[name])
        README.write_text(fill(README.read_text(encoding="utf-8"), name, found), encoding="utf-8")


if __name__ == "__main__":
    main()
