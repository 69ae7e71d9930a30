"""What can be taught, and what is told of what cannot: one sentence with the remedy, before anything is made."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.publish.release.origin import ReleaseError
from tasks.training import students
from tasks.training.dataset import opened
from tasks.training.students import TeachingError, check_student, need_packages
from tests.publish.export.run_directory import write_run
from tests.publish.release.dataset import write_dataset


def test_a_run_has_to_be_curated_first(tmp_path: Path) -> None:
    write_run(tmp_path / "run")
    with pytest.raises(TeachingError, match="is a run that was not curated: make a dataset of it with `agentinstruct"):
        opened(str(tmp_path / "run"), offline_rows=False, preferences=False)
    with pytest.raises(ReleaseError, match="holds nothing that was finished"):
        opened(str(tmp_path), offline_rows=False, preferences=False)


def test_rows_of_the_offline_teacher_are_taught_only_when_asked_for(tmp_path: Path) -> None:
    write_dataset(tmp_path, teacher={"model": "offline"})
    with pytest.raises(TeachingError, match=r"the offline teacher's and not for training: .* or add --offline-rows"):
        opened(str(tmp_path), offline_rows=False, preferences=False)
    opened(str(tmp_path), offline_rows=True, preferences=True)


def test_no_preferences_is_a_sentence(tmp_path: Path) -> None:
    write_dataset(tmp_path, pairs=False)
    with pytest.raises(TeachingError, match="holds no preferences: leave out --preferences"):
        opened(str(tmp_path), offline_rows=False, preferences=True)


@pytest.mark.parametrize(
    ("student", "said"),
    [
        ("absent.gguf", "there is no such file"),
        ("weights.bin", "a file of a model ends in .gguf"),
        ("folder", "the folder has no config.json"),
        ("no model", "there is no such folder or file, and no model of a hub is called so"),
    ],
)
def test_a_student_that_cannot_be_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, student: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "weights.bin").touch()
    with pytest.raises(TeachingError) as told:
        check_student(student)
    assert str(told.value) == f"--student {student}: {said}" + (
        ", so it holds no model of transformers" if student == "folder" else ""
    ) + ("; give a folder, or a name of the hub" if student == "weights.bin" else "")
    check_student("org/model")


def test_a_missing_package_is_told_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(students, "find_spec", lambda name: None if name in ("torch", "trl") else object())
    with pytest.raises(TeachingError, match=r"teaching needs torch, trl: pip install -e '\.\[teach\]'"):
        need_packages()
