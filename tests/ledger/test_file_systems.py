"""What other file systems do differently: Windows refuses to replace an open file, some shares number no folder."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from amip_dq.ledger import lock, store


def test_windows_waits_for_a_reader_before_it_replaces(tmp_path, monkeypatch):
    fresh, old, refusals = tmp_path / "neu", tmp_path / "alt", iter([PermissionError(), PermissionError()])
    fresh.write_text("neu")
    rename = Path.replace

    def refusing(path, target):
        for refusal in refusals:
            raise refusal
        return rename(path, target)

    monkeypatch.setattr(Path, "replace", refusing)
    with monkeypatch.context() as posix, pytest.raises(PermissionError):
        posix.setattr(lock.os, "name", "posix")
        lock.replace_patiently(fresh, old)
    monkeypatch.setattr(lock.os, "name", "nt")
    lock.replace_patiently(fresh, old)
    monkeypatch.undo()
    assert old.read_text() == "neu"


def test_folder_is_known_again_where_the_file_system_numbers_nothing(tmp_path, monkeypatch):
    folder = tmp_path / "a"
    folder.mkdir()
    (folder / "run.json").write_text("{}")
    monkeypatch.setattr(Path, "stat", lambda self: SimpleNamespace(st_dev=1, st_ino=0, st_size=2, st_mtime_ns=3))
    monkeypatch.setattr(Path, "exists", lambda self: True)
    monkeypatch.setattr(Path, "is_file", lambda self: True)
    known = store._identity(folder)
    folder = folder.rename(tmp_path / "b")
    assert store._identity(folder) == known
    (folder / "zweite.json").write_text("{}")
    assert store._identity(folder) != known
