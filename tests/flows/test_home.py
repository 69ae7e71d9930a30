"""The home folder is private to the user, also what an earlier version left there."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.home import home, keep_private


def test_what_lies_in_the_home_folder_is_closed_to_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, outside = tmp_path / ".agentinstruct", tmp_path / "outside"
    monkeypatch.setenv("AGENTINSTRUCT_HOME", str(folder))
    (folder / "prefect" / "storage").mkdir(parents=True, mode=0o755)
    files = [folder / "ledger.db-wal", folder / "prefect" / "prefect.db", folder / "prefect" / "storage" / "result"]
    for file in (*files, outside):
        file.write_text("a", encoding="utf-8")
        file.chmod(0o644)
    (folder / "prefect" / "link").symlink_to(outside)
    assert home() == folder
    keep_private()
    assert [oct(file.stat().st_mode & 0o777) for file in files] == ["0o600"] * 3
    folders = (folder, folder / "prefect", folder / "prefect" / "storage")
    assert [oct(each.stat().st_mode & 0o777) for each in folders] == ["0o700"] * 3
    assert oct(outside.stat().st_mode & 0o777) == "0o644"


def test_a_home_that_may_hold_more_than_ours_keeps_its_mode(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o755)
    monkeypatch.setenv("AGENTINSTRUCT_HOME", str(tmp_path))
    (tmp_path / "theirs").write_text("a", encoding="utf-8")
    (tmp_path / "theirs").chmod(0o644)
    (tmp_path / "locks").mkdir(mode=0o755)
    keep_private()
    modes = {path.name: oct(path.stat().st_mode & 0o777) for path in (tmp_path, *tmp_path.iterdir())}
    assert modes == {tmp_path.name: "0o755", "theirs": "0o644", "locks": "0o700"}
