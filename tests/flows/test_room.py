"""No home, no room: told in one sentence, and only where it is so."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from flows.home import NoHome, home
from flows.room import no_room


def test_a_full_disk_is_told_by_its_error_or_by_the_disk_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = RuntimeError("a library's own words")
    full.__cause__ = OSError(errno.ENOSPC, "No space left on device")
    assert "is full: make room, then run the same command again" in no_room(full, [tmp_path])
    read_only = no_room(OSError(errno.EROFS, "Read-only file system"), [tmp_path])
    assert "is read-only: mount it for writing" in read_only and "make room" not in read_only
    for other in (RuntimeError("no such thing"), OSError(errno.EACCES, "Permission denied")):
        assert no_room(other, [tmp_path]) == ""
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=4096))
    later = tmp_path / "not" / "there"
    assert (
        no_room(RuntimeError(), [later])
        == f"the disk of {later} is full: make room, then run the same command again to resume"
    )


def test_a_home_that_cannot_be_written_names_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("AGENTINSTRUCT_HOME", str(tmp_path / "file" / "home"))
    with pytest.raises(NoHome, match=r"cannot write to .*: set AGENTINSTRUCT_HOME to a folder that can be written"):
        home()
    monkeypatch.setenv("AGENTINSTRUCT_HOME", str(tmp_path / "new"))
    assert home().is_dir()
