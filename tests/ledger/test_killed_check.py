"""`check` is killed all along its way: folder and ledger are there together or not at all, and it runs again.

The seventy points of the last stretch, where ledger and folder are published, are in test_store.py.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from amip_dq.cli.main import run
from amip_dq.ledger.store import reading
from amip_dq.ledger.verify import verify

CONTENT = Path(__file__).parent.parent / "andere_domaene"
POINTS = 9


def arguments(ledger: Path, out: Path) -> list[str]:
    words = ["check", str(CONTENT / "daten"), "--stichtag", "2023-06-30", "--out", str(out), "--history", str(ledger)]
    return [*words, "--content", str(CONTENT), "--quiet"]


def calls_of(ledger: Path, out: Path, kill_at: int | None = None) -> int:
    """Run a check, counting calls of our own functions; at `kill_at` the process dies."""
    count = 0

    def trace(frame, event, _):
        nonlocal count
        if "amip_dq" in frame.f_code.co_filename:
            count += 1
            if count == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(trace)
    try:
        run(arguments(ledger, out))
    finally:
        sys.setprofile(None)
    return count


def in_child(ledger: Path, out: Path, kill_at: int | None = None) -> tuple[int, str]:
    """Run a check in a fresh interpreter (a fork of a process with threads may hang); returns exit code and output."""
    words = [sys.executable, str(Path(__file__).resolve()), str(ledger), str(out), *([str(kill_at)] if kill_at else [])]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout


@pytest.mark.slow
def test_check_killed_at_every_stage(tmp_path):
    ledger, out = tmp_path / "verlauf.duckdb", tmp_path / "ausgabe"
    assert in_child(ledger, out)[0] == 0
    shutil.rmtree(out)
    code, counted = in_child(ledger, out)  # the first run also made the ledger: it is longer than all others
    assert code == 0
    total = int(counted)
    complete = sorted(path.relative_to(out) for path in out.rglob("*"))
    shutil.rmtree(out)
    entries = verify(ledger).entries
    for point in range(1, total, max(1, total // POINTS)):
        assert in_child(ledger, out, point)[0] == -signal.SIGKILL
        with reading(ledger) as con:
            (now,) = con.execute("SELECT count(*) FROM entry").fetchall()[0]
        assert verify(ledger).intact
        assert now - entries == out.exists(), point
        if out.exists():
            assert sorted(path.relative_to(out) for path in out.rglob("*")) == complete
            shutil.rmtree(out)
        entries = now
    assert in_child(ledger, out)[0] == 0
    assert verify(ledger).entries == entries + 1
    assert sorted(path.relative_to(out) for path in out.rglob("*")) == complete
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


if __name__ == "__main__":
    print(calls_of(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else None))
