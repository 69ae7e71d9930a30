"""Rows go into windows whole, each once, and little of a window is empty."""

from __future__ import annotations

import random

import pytest

from tasks.training.packing import packed
from tasks.training.preparation import in_turn
from tasks.training.recipes import RECIPES


def test_every_row_is_in_one_window_and_none_is_cut() -> None:
    source = random.Random(3)
    lengths = [source.randint(20, 1_024) for _ in range(2_000)]
    windows = packed(lengths, 1_024)
    assert sorted(place for window in windows for place in window) == list(range(len(lengths)))
    assert all(sum(lengths[place] for place in window) <= 1_024 for window in windows)
    assert sum(lengths) / (1_024 * len(windows)) > 0.95


def test_a_row_fits_where_it_fits_best() -> None:
    assert packed([60, 50, 40, 50], 100) == [[0, 2], [1, 3]]
    assert packed([], 100) == []


def test_a_row_that_is_too_long_is_no_row_of_a_window() -> None:
    with pytest.raises(ValueError, match="a row of 101 tokens is longer than a window of 100"):
        packed([5, 101], 100)


def test_where_steps_are_bounded_skills_have_the_same_share() -> None:
    skills = ["many"] * 500 + ["few"] * 40 + ["rare"] * 2
    chosen = in_turn(skills, [1_000] * len(skills), RECIPES["demo"])
    counts = {skill: sum(skills[place] == skill for place in chosen) for skill in ("many", "few", "rare")}
    assert counts["rare"] == 2 and abs(counts["many"] - counts["few"]) <= 1 and sum(counts.values()) == 66
    assert len(in_turn(skills, [1] * len(skills), RECIPES["orca3"])) == len(skills)
