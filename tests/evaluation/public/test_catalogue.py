"""Which public tasks there are, and what is said of those that cannot be asked."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from tasks.curation.decontamination.named import places
from tasks.evaluation.figures import Figure
from tasks.evaluation.public import PublicTaskError, check_tasks, is_public, known_as, public_results
from tasks.evaluation.public.catalogue import OURS, public_tasks, tasks_of
from tasks.evaluation.results import Examined, told_of
from tasks.evaluation.wording import notes_of
from tasks.records import Json
from tasks.settings import Evaluating
from tests.evaluation.public.local_tasks import local_tasks


def test_the_list_is_that_of_curation() -> None:
    assert set(public_tasks()) == set(places())
    assert all(task.metric.count(",") == 1 for task in public_tasks().values() if task.task)


def test_a_task_is_known_to_curation_by_its_own_name_and_by_that_of_lm_eval() -> None:
    assert known_as("gsm8k") == known_as("gsm8k_cot_zeroshot") == "gsm8k"
    assert known_as("mmlu_generative") == "mmlu" and known_as("apples_counted") is None


def test_files_and_folders_of_lm_eval_are_tasks_by_the_names_that_they_give(tmp_path: Path) -> None:
    folder = local_tasks(tmp_path / "tasks")
    assert set(tasks_of(str(folder))) == {"apples_counted", "options_chosen", "likely"}
    assert tasks_of(str(folder / "apples.yaml"))["apples_counted"].include == str(folder)
    assert is_public(str(folder)) and is_public("mmlu") and not is_public("summaries")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("mmluu", "unknown task 'mmluu'; known: agieval, "),
        ("missing.yaml", "missing.yaml cannot be read"),
        ("empty", "no task of lm-eval in it"),
    ],
)
def test_what_is_no_task_is_told_in_one_sentence(
    name: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(PublicTaskError, match=told):
        check_tasks([name])


def test_without_lm_eval_its_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(PublicTaskError, match=r"gsm8k is asked through lm-eval: pip install -e '\.\[evaluate\]'"):
        check_tasks(["gsm8k"])


def test_what_is_left_out_has_a_reason_and_no_figure() -> None:
    nobody = cast(Any, None)
    [one, other] = asyncio.run(public_results(nobody, ["humaneval", "hellaswag"], Evaluating()))
    assert one.value is None and "outside of any sandbox" in one.note
    assert other.value is None and "log-likelihood" in other.note


def test_our_agieval_asks_the_data_that_curation_compares_with() -> None:
    group = yaml.safe_load((OURS / "agieval_generative.yaml").read_text(encoding="utf-8"))
    assert {each["dataset_path"] for each in group["task"]} <= set(places()["agieval"].paths)


@pytest.mark.parametrize(
    ("said", "letter"),
    [
        ("B", "B"),
        ("(C) 45", "C"),
        ("The answer is (D).", "D"),
        ("A: no. B: no.\n\n**Answer:** E", "E"),
        ("Answer: A\nNo, the answer is B.", "B"),
        ("A train leaves at noon.", None),
    ],
)
def test_the_letter_of_an_answer(said: str, letter: str | None) -> None:
    group = yaml.safe_load((OURS / "agieval_generative.yaml").read_text(encoding="utf-8"))
    for each in group["task"]:
        found = re.findall(each["filter_list"][0]["filter"][0]["regex_pattern"], said)
        assert (found[-1] if found else None) == letter


def test_figures_of_other_versions_are_side_by_side_with_a_word_and_without_a_gain() -> None:
    def examined(name: str, value: float, version: str) -> Examined:
        return Examined(name, [Figure("gsm8k", "exact_match", value, "percent", 9, version=version)], against=["mmlu"])

    def told(version: str) -> Json:
        return told_of([examined("after", 30.0, version)], examined("before", 20.0, "3 shots"), {}, Evaluating())

    [line] = (other := told("5 shots"))["table"]
    assert line["gains"] == {"after": None}
    notes = notes_of(other)
    assert "after, gsm8k: 5 shots, and not 3 shots as before: no gain is told." in notes
    assert "after, gsm8k: its training data was not decontaminated against gsm8k." in notes
    [line] = (same := told("3 shots"))["table"]
    assert line["gains"] == {"after": 50.0} and not any("no gain" in note for note in notes_of(same))
