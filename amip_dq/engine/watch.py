"""Interrupts SQL that runs too long: one thread for all statements, as starting one costs as much as a small rule."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, Thread
from time import monotonic, sleep

import duckdb

GLANCE, IDLE_GLANCES = 0.05, 20  # seconds between two looks; looks without anything to watch before the thread ends

_lock = Lock()
_due: dict[object, tuple[float, duckdb.DuckDBPyConnection]] = {}
_thread: Thread | None = None


@contextmanager
def time_limit(con: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    """Interrupt whatever runs on the connection after `seconds`."""
    global _thread
    token = object()
    with _lock:
        _due[token] = monotonic() + seconds, con
        if _thread is None:
            _thread = Thread(target=_watch, name="zeitgrenze", daemon=True)
            _thread.start()
    try:
        yield
    finally:
        with _lock:  # not while it is being interrupted: the next statement on the connection must not be hit
            _due.pop(token, None)


def _watch() -> None:
    global _thread
    idle = 0
    while True:
        sleep(GLANCE)
        with _lock:
            idle = 0 if _due else idle + 1
            if idle > IDLE_GLANCES:
                _thread = None
                return
            for token, (end, con) in list(_due.items()):
                if monotonic() >= end:
                    del _due[token]
                    con.interrupt()
