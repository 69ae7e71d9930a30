"""Recipes, and the course that one makes of so many windows."""

from __future__ import annotations

import pytest

from tasks.settings import Teaching
from tasks.training.recipes import RECIPES, course_of, recipe_of


def test_orca3_is_as_its_paper_tells_it() -> None:
    orca = RECIPES["orca3"]
    assert (orca.window, orca.learning_rate, orca.schedule, orca.warmup_steps) == (8192, 8e-6, "cosine", 500)
    assert (orca.weight_decay, orca.epochs, orca.method) == (0.1, 3, "full")


def test_what_is_asked_for_goes_before_the_recipe() -> None:
    recipe = recipe_of("demo", Teaching(method="full", seed=7))
    assert (recipe.method, recipe.seed, recipe.window) == ("full", 7, 1024)


@pytest.mark.parametrize(
    ("windows", "per_step", "epochs", "most", "expected"),
    [
        (10_000, 8, 3, 0, (10_000, 3, 3_750, 375)),  # a warm-up of 500 would be more than a tenth
        (10_000, 1, 3, 0, (10_000, 3, 30_000, 500)),
        (360, 1, 2, 64, (64, 1, 64, 6)),
        (30, 1, 2, 64, (30, 2, 60, 6)),
        (30, 4, 9, 64, (30, 8, 64, 6)),
        (3, 8, 2, 0, (3, 2, 2, 0)),
    ],
)
def test_passes_are_whole(windows: int, per_step: int, epochs: int, most: int, expected: tuple[int, ...]) -> None:
    recipe = recipe_of("orca3", Teaching(windows_per_step=per_step, epochs=epochs, most_steps=most))
    course = course_of(recipe, windows)
    assert (course.windows, course.passes, course.steps, course.warmup_steps) == expected
    assert not most or course.steps <= most
