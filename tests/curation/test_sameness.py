"""A dataset that goes the way of collapse is noticed, and one that does not is left alone."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tasks.curation.sameness import alarms, measured, reference_texts
from tasks.records import Json
from tasks.settings import SettingsError, Watching
from tests.curation.rows import row, words

BOUNDS = Watching(least_rows=100)
VERBS = ("Describe", "Explain", "List", "Compare", "Rewrite", "Name", "Count", "Sort", "Draw", "Prove")


def rows(count: int, seed: int, say: str = "{}") -> list[Json]:
    source = random.Random(seed)
    return [
        row(f"{VERBS[n % 10]} the {words(source, 1)[0]} of this.", say.format(" ".join(words(source, 40))))
        for n in range(count)
    ]


def test_varied_rows_raise_no_alarm() -> None:
    found = measured(rows(400, 1))
    assert alarms(found, None, BOUNDS) == [] and alarms(found, measured(rows(500, 2)), BOUNDS) == []
    assert found["rows"] == 400 and found["words"] == [40, 40, 40]


def test_one_opening_and_one_task_are_told() -> None:
    found = measured(rows(200, 1, "Certainly! Here is the answer: {}"))
    (told,) = alarms(found, None, BOUNDS)
    assert found["openings"] == 1.0 and told == "the opening of 100% of the rows is the same: 25% are allowed"
    one = [{**each, "instruction": "Write a summary."} for each in rows(200, 2)]
    assert alarms(measured(one), None, BOUNDS) == [
        "what is asked (verb and object) of 100% of the rows is the same: 30% are allowed"
    ]


def test_answers_that_repeat_each_other_are_told() -> None:
    source = random.Random(3)
    few = [" ".join(words(source, 40)) for _ in range(8)]
    again = [row(f"{VERBS[n % 10]} the {words(source, 1)[0]}.", few[n % 8]) for n in range(300)]
    before, found = measured(rows(300, 4)), measured(again)
    told = alarms(found, before, BOUNDS)
    assert found["packed"] < 0.05 and found["entropy"] < 0.8 < before["entropy"]
    assert [each.split(":")[0].split(" from")[0].split(" to ")[0] for each in told] == [
        "answers pack",
        "the entropy of runs of three words fell",
        "the packed size of answers fell",
    ]


def test_few_rows_say_nothing() -> None:
    assert alarms(measured(rows(99, 1, "Certainly! Here is: {}")), None, BOUNDS) == []
    assert measured([])["rows"] == 0


def test_the_distance_to_human_text_is_told(tmp_path: Path) -> None:
    said = rows(200, 5)
    near = [message["content"] for each in said[:100] for message in each["messages"]]
    far = ["Completely other words stand in here, none of which the answers have."]
    close, apart = measured(said, near)["distance"], measured(said, far)["distance"]
    assert close < 0.4 < 0.99 < apart
    assert alarms(measured(said, far), None, BOUNDS)[0].startswith("answers are 1.00 from the reference")
    (tmp_path / "a.txt").write_text(far[0])
    assert reference_texts(str(tmp_path)) == far
    with pytest.raises(SettingsError, match=r"reference: cannot read .* name a file or folder of plain text"):
        reference_texts(str(tmp_path / "absent"))
