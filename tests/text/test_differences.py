"""What changed in a text: told word by word, and whole again from what is told."""

from __future__ import annotations

import random

import pytest

from tasks.text.differences import Change, differences

LONG = [f"word{number}" for number in range(4_000)]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("so it is.", "so they are.", [("same", "so "), ("removed", "it is"), ("added", "they are"), ("same", ".")]),
        ("return 1", "return x", [("same", "return "), ("removed", "1"), ("added", "x")]),
        ("你好世界", "你好大世界", [("same", "你好"), ("added", "大"), ("same", "世界")]),
        ("red blue", "dog cat", [("removed", "red blue"), ("added", "dog cat")]),
        ("same", "same", [("same", "same")]),
        ("", "new", [("added", "new")]),
        ("old", "", [("removed", "old")]),
        ("", "", []),
    ],
)  # fmt: skip
def test_changes_are_told_by_words(before: str, after: str, told: list[Change]) -> None:
    assert differences(before, after) == told


@pytest.mark.parametrize("seed", range(5))
def test_both_texts_can_be_read_from_the_changes(seed: int) -> None:
    draw = random.Random(seed)
    words = LONG[: draw.choice([5, 200, 4_000])]
    changed = [word if draw.random() < 0.9 else draw.choice(["other", "", "\n\n", word + "."]) for word in words]
    before, after = ". ".join(words), ". ".join(changed)
    told = differences(before, after)
    assert "".join(text for how, text in told if how != "added") == before
    assert "".join(text for how, text in told if how != "removed") == after
    assert sum(len(text) for how, text in told if how == "same") > len(before) / 2


def test_texts_with_little_in_common_are_told_whole() -> None:
    told = differences("The ferry leaves at nine from the old quay.", "Bees count to four, the study says.")
    assert [how for how, _ in told] == ["removed", "added"]
