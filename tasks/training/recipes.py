"""Recipes: every number that decides how a student is taught, under a name."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from typing import Literal

from tasks.records import Json
from tasks.settings import Teaching

Method = Literal["full", "lora", "last"]
RecipeName = Literal["orca3", "demo"]


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """The fields of :class:`Teaching`, each decided."""

    method: Method = "full"
    window: int = 8_192
    windows_per_step: int = 8
    windows_at_once: int = 1
    learning_rate: float = 8e-6
    schedule: Literal["cosine", "linear", "constant"] = "cosine"
    warmup_steps: int = 500
    weight_decay: float = 0.1
    epochs: int = 3
    most_steps: int = 0
    last_layers: int = 8
    lora_rank: int = 16
    lora_layers: int = 0
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    gradient_checkpointing: bool = True
    checkpoint_steps: int = 200
    held_out_rows: int = 0
    preference_rate: float = 5e-7
    preference_beta: float = 0.1
    most_pairs: int = 0
    seed: int = 0


RECIPES: dict[RecipeName, Recipe] = {
    # Orca-3's, as AgentInstruct's paper tells it; its steps were of 1,520 windows, on 152 GPUs.
    "orca3": Recipe(),
    # For two cores and a model of some 100 million weights.
    "demo": Recipe(
        method="lora",
        window=1_024,
        windows_per_step=1,
        learning_rate=2e-3,
        warmup_steps=6,
        weight_decay=0.0,
        epochs=2,
        most_steps=64,
        gradient_checkpointing=False,
        lora_layers=20,
        precision="float32",  # a quarter less memory than bfloat16, for a quarter more time
        checkpoint_steps=16,
        held_out_rows=3,
        preference_rate=2e-5,
        most_pairs=24,
    ),
}


def recipe_of(name: RecipeName, teaching: Teaching) -> Recipe:
    """The recipe of this name, with what was asked for otherwise."""
    return replace(RECIPES[name], **{field: value for field, value in teaching if value is not None})


def told_of(recipe: Recipe) -> Json:
    """The recipe as a manifest has it."""
    return asdict(recipe)


@dataclass(frozen=True)
class Course:
    """How long a training is: windows that are gone over, how often, in how many steps."""

    windows: int
    passes: int
    steps: int
    warmup_steps: int


def course_of(recipe: Recipe, windows: int) -> Course:
    """The course over so many windows. Where steps are bounded, whole passes are made, and at least one over as many windows
    as the steps take: so it is known which tokens are trained on."""
    passes, taken = recipe.epochs, windows
    if recipe.most_steps:
        most = recipe.most_steps * recipe.windows_per_step
        taken = min(windows, most)
        passes = max(1, min(passes, most // max(1, taken)))
    steps = math.ceil(taken / recipe.windows_per_step) * passes
    return Course(taken, passes, steps, min(recipe.warmup_steps, steps // 10))
