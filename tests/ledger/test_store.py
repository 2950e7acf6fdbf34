"""The ledger file survives crashes, crowds and full disks: an entry is there whole or not at all."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import signal
import sys
import time
from datetime import date
from pathlib import Path

import duckdb
import pytest
from night_simulator import Office, night_of, take, weekdays

from amip_dq.errors import LedgerError
from amip_dq.ledger.record import close, enter
from amip_dq.ledger.store import Output, beside, publish, reading, writing
from amip_dq.ledger.verify import verify

DAYS = weekdays(date(2022, 5, 2), 4)
FILES = ("index.html", "run.json")


@pytest.fixture(scope="module")
def two_nights(tmp_path_factory):
    """A ledger of two nights; the office stands before its third."""
    ledger = tmp_path_factory.mktemp("lager") / "verlauf.duckdb"
    office = Office(seed=5, cases=8)
    for day in DAYS[:2]:
        take(ledger, office.night(day))
    return ledger, office.night(DAYS[2]), office.night(DAYS[3])


@pytest.fixture
def ledger(two_nights, tmp_path):
    for path in two_nights[0].parent.iterdir():
        shutil.copy(path, tmp_path)
    return tmp_path / two_nights[0].name


def whole_run(ledger: Path, tonight, out: Path) -> None:
    """Do what a nightly run does at the end: record, write the reports, publish both."""
    staging = out.with_name(f".{out.name}.neu")
    shutil.rmtree(staging, ignore_errors=True)
    with writing(ledger, 0) as draft:
        entered = close(draft, enter(draft, night_of(tonight)), {}, f"{tonight.stichtag}T05:00:00")
        staging.mkdir()
        for name in FILES:
            (staging / name).write_text(entered.run.chain_hash)
        publish(draft, Output(staging, out, lambda: staging.rename(out)))


def lines_of(work, kill_at: int | None = None, only: str = "ledger") -> int:
    """Run `work` counting the executed lines of the ledger's modules; at `kill_at` the process is killed for good."""
    count = 0

    def trace(frame, event, _):
        nonlocal count
        if only not in frame.f_code.co_filename:
            return None
        if event == "line":
            count += 1
            if count == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(None)
    return count


def in_child(work) -> int:
    """Run `work` in a forked process and return its status (negative: killed by this signal)."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
            os._exit(0)
        except LedgerError:
            os._exit(3)
        except BaseException:
            os._exit(1)
    return waited_for(pid)


def waited_for(pid: int, seconds: float = 60) -> int:
    """Return a child's status; one that hangs (a fork of a process with threads may) is killed like any other crash."""
    for _ in range(int(seconds * 20)):
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.05)
    os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def assert_whole(ledger: Path, out: Path) -> int:
    """Check that ledger and output agree and return the number of entries."""
    with reading(ledger) as con:
        entries, chain = con.execute("SELECT count(*), max_by(chain, nr) FROM entry").fetchall()[0]
    result = verify(ledger)
    assert result.intact and result.entries == entries in (2, 3), result
    if out.exists():
        assert sorted(path.name for path in out.iterdir()) == sorted(FILES)
        assert {(out / name).read_text() for name in FILES} == {chain}
    assert out.exists() == (entries == 3)
    return entries


@pytest.mark.slow
def test_killed_at_any_of_sixty_points_leaves_nothing_broken(ledger, two_nights, tmp_path):
    _, third, fourth = two_nights
    backup = tmp_path / "sicherung"
    backup.mkdir()
    for path in tmp_path.glob("verlauf*"):
        shutil.copy(path, backup)
    out = tmp_path / "ausgabe"
    total = lines_of(lambda: whole_run(ledger, third, out))
    seen = set()
    # evenly over the run, and every line of the last stretch, where the two moves happen
    for point in sorted({*range(1, total, total // 40), *range(total - 60, total + 1, 2)}):
        restore(tmp_path, backup, out)
        status = in_child(lambda point=point: lines_of(lambda: whole_run(ledger, third, out), point))
        assert status in (-signal.SIGKILL, 0)
        entries = assert_whole(ledger, out)
        seen.add(entries)
        whole_run(ledger, fourth if entries == 3 else third, tmp_path / f"weiter-{point}")
        assert verify(ledger).intact and verify(ledger).entries == entries + 1
    assert seen == {2, 3}


def restore(folder: Path, backup: Path, out: Path) -> None:
    for path in [*folder.glob("verlauf*"), *folder.glob(".ausgabe*"), *folder.glob("weiter-*"), out]:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    for path in backup.iterdir():
        shutil.copy(path, folder)


def test_run_without_publish_leaves_no_trace(ledger, two_nights):
    before = ledger.read_bytes()
    with pytest.raises(KeyError), writing(ledger, 0) as draft:
        enter(draft, night_of(two_nights[1]))
        raise KeyError
    assert ledger.read_bytes() == before
    assert sorted(path.name for path in ledger.parent.glob("verlauf*")) == [
        "verlauf.duckdb", "verlauf.duckdb.sha256", "verlauf.duckdb.sperre",
    ]  # fmt: skip


def test_second_writer_is_refused_in_german(ledger, two_nights):
    with writing(ledger, 0), pytest.raises(LedgerError, match="Ein anderer Lauf schreibt gerade"), writing(ledger, 0):
        pass


def test_second_writer_waits_for_the_first(ledger, two_nights, tmp_path):
    _, third, fourth = two_nights
    ready_read, ready_write = os.pipe()

    def first():
        with writing(ledger, 0) as draft:
            os.write(ready_write, b"x")
            close(draft, enter(draft, night_of(third)), {}, "2022-05-04T05:00:00")
            publish(draft)

    pid = os.fork()
    if pid == 0:
        first()
        os._exit(0)
    os.read(ready_read, 1)
    with writing(ledger, 30) as draft:
        assert close(draft, enter(draft, night_of(fourth)), {}, "2022-05-05T05:00:00").nr == 4
        publish(draft)
    assert waited_for(pid) == 0
    assert verify(ledger).entries == 4


def test_reader_sees_the_published_state_while_a_writer_is_at_work(ledger, two_nights):
    with writing(ledger, 0) as draft, reading(ledger) as con:
        close(draft, enter(draft, night_of(two_nights[1])), {}, "2022-05-04T05:00:00")
        assert con.execute("SELECT count(*) FROM entry").fetchall() == [(2,)]
        publish(draft)
        assert con.execute("SELECT count(*) FROM entry").fetchall() == [(2,)]
    assert verify(ledger).entries == 3


@pytest.mark.parametrize("room", [-4096, pytest.param(4096, marks=pytest.mark.slow)])
def test_full_disk_is_said_and_changes_nothing(ledger, two_nights, room):
    before = ledger.read_bytes()
    big = Office(seed=6, cases=12_000).night(DAYS[3])

    def run_with_little_space():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + room, len(before) + room))
        try:
            take(ledger, big)
            os._exit(5)
        except LedgerError as error:
            os._exit(0 if "Speicherplatz" in str(error) else 4)

    assert in_child(run_with_little_space) == 0
    assert ledger.read_bytes() == before
    assert verify(ledger).entries == 2
    take(ledger, two_nights[1])


def test_failing_move_of_the_output_undoes_the_entry(ledger, two_nights, tmp_path):
    def no_space():
        raise OSError(errno.ENOSPC, "voll")

    staging = tmp_path / ".ausgabe.neu"
    staging.mkdir()
    with pytest.raises(LedgerError, match="Speicherplatz"), writing(ledger, 0) as draft:
        close(draft, enter(draft, night_of(two_nights[1])), {}, "2022-05-04T05:00:00")
        publish(draft, Output(staging, tmp_path / "ausgabe", no_space))
    assert verify(ledger).entries == 2


@pytest.mark.parametrize("content", [b"kein Verlauf", b"", b"PK\x03\x04" * 5000])
def test_foreign_file_is_refused_in_german(tmp_path, content):
    path = tmp_path / "verlauf.duckdb"
    path.write_bytes(content)
    with (
        pytest.raises(LedgerError, match="beschädigt oder keine Verlaufsdatei|keine Verlaufsdatei"),
        reading(path) as con,
    ):
        con.execute("SELECT * FROM entry")


def test_folder_is_no_ledger(tmp_path):
    with pytest.raises(LedgerError, match="ist ein Ordner"), writing(tmp_path, 0):
        pass


def test_other_database_is_refused(tmp_path):
    path = tmp_path / "andere.duckdb"
    duckdb.connect(str(path)).execute("CREATE TABLE kunden (a INTEGER)").close()
    with pytest.raises(LedgerError, match="keine Verlaufsdatei"), writing(path, 0):
        pass


def test_newer_ledger_is_refused(ledger):
    con = duckdb.connect(str(ledger))
    con.execute("UPDATE meta SET schema_version = 99")
    con.close()
    with pytest.raises(LedgerError, match="neueren Programm"), writing(ledger, 0):
        pass


def test_missing_ledger_says_how_it_comes_about(tmp_path):
    with pytest.raises(LedgerError, match="--history"), reading(tmp_path / "fehlt.duckdb"):
        pass


def test_leftovers_of_a_crash_do_not_stop_the_next_run(ledger, two_nights):
    beside(ledger, "entwurf").write_bytes(b"halb")
    beside(ledger, "entwurf.wal").write_bytes(b"halb")
    beside(ledger, "vorgang").write_text('{"draft": "ab", "place": "/nirgends", "folder": [1, 2]}')
    take(ledger, two_nights[1])
    assert verify(ledger).entries == 3
    assert not beside(ledger, "vorgang").exists()
