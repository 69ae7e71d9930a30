"""A run is prepared once, and holds its directory while it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.preparation import prepared
from tasks.records.store import DirectoryTaken
from tasks.settings import Settings

SKILL = "reading_comprehension"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENTINSTRUCT_HOME", str(tmp_path / "home"))


def test_the_same_run_is_prepared_once_and_another_one_anew(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Some text.")
    asked = ([str(tmp_path / "a.txt")], SKILL, str(tmp_path / "out"), Settings())
    with prepared(*asked) as first:
        with prepared(*asked) as again:
            assert again is first
        with prepared(asked[0], SKILL, str(tmp_path / "other"), Settings()) as other:
            assert other is not first
    with prepared(*asked) as later:
        assert later is not first


def test_the_list_of_files_is_kept_until_it_is_taken(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Some text.")
    with prepared([str(tmp_path / "a.txt")], SKILL, str(tmp_path / "out"), Settings()) as ready:
        files = ready.files
        assert ready.files is files and ready.taken_files() is files and "files" not in vars(ready)


def test_a_directory_of_another_skill_is_refused(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"skill": "fermi"}')
    with pytest.raises(DirectoryTaken), prepared([str(tmp_path)], SKILL, str(tmp_path), Settings()):
        pytest.fail("it was had all the same")
