"""A file of marks: what it may hold, and what is said of one that holds something else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tasks.records import Json
from tasks.records.marks import NO_MARKS, Marks, MarksError, read_marks
from tasks.records.threshold import LEAST, heeding, threshold_of
from tasks.settings import Settings

SECRET = "a note that is nobody's business"


def written(folder: Path, value: object) -> str:
    path = folder / "marks.json"
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    return str(path)


def test_what_a_reader_saves_is_read(tmp_path: Path) -> None:
    bad: Json = {"id": "b", "verdict": "bad", "note": "no", "again": "answer", "task": "t", "passage": "p", "score": 7}
    another = {"id": "d", "verdict": "bad", "again": "task", "task": "u", "passage": "p", "task_type": "weaken"}
    marks = read_marks(
        written(tmp_path, {"version": 1, "marks": [bad, {**bad, "id": "c"}, another, {"id": "g", "verdict": "good"}]})
    )
    assert marks.bad == {"b": "no", "c": "no", "d": ""}
    assert marks.answers_again == {"t": 2} and marks.tasks_again == {"p": {"weaken": 1}}
    assert marks.bad_answers == {"t": ["b", "c"], "u": ["d"]}
    assert read_marks("") is NO_MARKS and not NO_MARKS.bad


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("no json", "the file: Invalid JSON"),
        ({"version": 2}, "version: Input should be 1"),
        (
            {"marks": [{"id": "a", "verdict": "awful", "note": SECRET}]},
            "marks.0.verdict: Input should be '', 'good' or 'bad'",
        ),
        ({"marks": [{"id": "a", "mood": SECRET}]}, "marks.0.mood: Extra inputs are not permitted"),
        ({"marks": [{"id": "a", "note": SECRET}] * 2}, "a record is marked twice"),
        ({"marks": [{"id": "a", "again": "answer", "note": SECRET}]}, "again: answer needs `task`"),
        ({"marks": [{"id": "a", "again": "task", "passage": "p"}]}, "again: task needs `passage` and `task_type`"),
        ({"marks": [{"note": SECRET}] * 5}, "marks.2.id: Field required; and 2 more"),
    ],
)
def test_what_is_no_file_of_marks_is_told_without_its_notes(value: object, told: str, tmp_path: Path) -> None:
    path = written(tmp_path, value)
    with pytest.raises(MarksError) as problem:
        read_marks(path)
    said = str(problem.value)
    assert said.startswith(f"{path} holds no marks: ") and told in said and SECRET not in said and "\n" not in said


def test_a_file_that_is_not_there_is_told() -> None:
    with pytest.raises(MarksError, match=r"cannot read the marks in /none/marks\.json: No such file or directory"):
        read_marks("/none/marks.json")


def scored(good: list[float], bad: list[float]) -> Marks:
    pairs = [*(("good", score) for score in good), *(("bad", score) for score in bad)]
    return Marks.model_validate(
        {"marks": [{"id": str(n), "verdict": verdict, "score": score} for n, (verdict, score) in enumerate(pairs)]}
    )


@pytest.mark.parametrize(
    ("good", "bad", "best", "right"),
    [
        ([8, 8, 9, 9, 9], [7, 7, 7, 7, 6], 8, 10),
        ([8, 8, 9, 9, 7], [7, 7, 7, 7, 6], 8, 9),
        ([9, 9, 9, 9, 9], [2, 2, 2, 2, 2], 7, 10),  # of all that do, the one that there was
        ([8] * 100, [7, 7, 7, 7, 7], 8, 105),
    ],
)
def test_the_threshold_that_tells_good_from_bad_best(
    good: list[float], bad: list[float], best: int, right: int
) -> None:
    found = threshold_of(scored(good, bad), 7)
    assert (found.best, found.right) == (best, right)
    assert str(found).endswith(f"judge_threshold={best} is right about {right}")


def test_the_threshold_is_taken_where_it_is_to_be_used_and_none_is_set() -> None:
    named = scored([9] * 5, [8] * 5)
    used = named.model_copy(update={"judge_threshold": "use"})
    few = Marks(judge_threshold="use")
    given = [(named, 7), (used, 7), (used, 6), (few, 7)]
    found = [heeding(Settings(judge_threshold=now), each).judge_threshold for each, now in given]
    assert found == [7, 9, 6, 7]


def test_marks_that_no_score_tells_apart_name_no_threshold() -> None:
    found = threshold_of(scored([8] * 9, [8] * 7), 7)
    assert found.best is None
    assert str(found) == "no judge_threshold tells the 9 good and 7 bad marks with a judge's score apart"


def test_few_marks_name_no_threshold() -> None:
    found = threshold_of(scored([8] * 20, [5] * (LEAST - 1)), 7)
    assert found.best is None and str(found).endswith("too few to name a judge_threshold: it takes 5 of each")
