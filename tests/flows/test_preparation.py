"""A run is prepared once, and holds its directory while it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.order import Order, order_of
from flows.preparation import prepared
from tasks.records.store import DirectoryTaken

SKILL = "reading_comprehension"


def order(documents: Path, output: Path) -> Order:
    return order_of({"documents": [str(documents)], "skill": SKILL, "output": str(output)}, Order)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENTINSTRUCT_HOME", str(tmp_path / "home"))


def test_the_same_run_is_prepared_once_and_another_one_anew(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Some text.")
    asked = order(tmp_path / "a.txt", tmp_path / "out")
    with prepared(asked) as first:
        with prepared(order_of(dict(asked), Order)) as again:
            assert again is first
        with prepared(order(tmp_path / "a.txt", tmp_path / "other")) as other:
            assert other is not first
    with prepared(asked) as later:
        assert later is not first


def test_the_list_of_files_is_kept_until_it_is_taken(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Some text.")
    with prepared(order(tmp_path / "a.txt", tmp_path / "out")) as ready:
        files = ready.files
        assert ready.files is files and ready.taken_files() is files and "files" not in vars(ready)


def test_a_directory_of_another_skill_is_refused(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"skill": "fermi"}')
    with (
        pytest.raises(DirectoryTaken),
        prepared(order(tmp_path, tmp_path)),
    ):
        pytest.fail("it was had all the same")
