"""How a student is taught; what is left empty is what the recipe says."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tasks.settings.fields import LARGEST_INTEGER, MANY, Group

_STEPS = MANY


class Teaching(Group):
    """How a student is taught, where it differs from the recipe."""

    method: Literal["full", "lora", "last"] | None = Field(
        None, description="What is trained: all weights, an adapter that is merged in at the end, or the last layers."
    )
    window: int | None = Field(
        None,
        ge=64,
        le=1_000_000,
        description="Tokens of a window, into which rows are packed. Longer rows are left out.",
    )
    windows_per_step: int | None = Field(
        None, ge=1, le=100_000, description="Windows of one step, over all processes: a multiple of their number."
    )
    windows_at_once: int | None = Field(None, ge=1, le=1_000, description="Windows that a process holds at once.")
    learning_rate: float | None = Field(None, gt=0, le=1, description="The highest learning rate.")
    schedule: Literal["cosine", "linear", "constant"] | None = Field(
        None, description="How the learning rate falls after the warm-up."
    )
    warmup_steps: int | None = Field(
        None, ge=0, le=_STEPS, description="Steps in which the learning rate rises; a tenth of all at most."
    )
    weight_decay: float | None = Field(None, ge=0, le=1, description="Weight decay.")
    epochs: int | None = Field(None, ge=1, le=1_000, description="Passes over the rows.")
    most_steps: int | None = Field(None, ge=0, le=_STEPS, description="Steps at most. 0 for no bound.")
    last_layers: int | None = Field(None, ge=1, le=1_000, description="Layers that the method last trains.")
    lora_rank: int | None = Field(None, ge=1, le=4_096, description="Rank of the adapter of the method lora.")
    lora_layers: int | None = Field(
        None, ge=0, le=1_000, description="Layers that the method lora adapts, from the last one on. 0 for all."
    )
    precision: Literal["auto", "float32", "bfloat16"] | None = Field(
        None, description="In what is calculated; auto is bfloat16 where a GPU has it. Weights are kept in float32."
    )
    gradient_checkpointing: bool | None = Field(None, description="Calculate again what would take memory.")
    checkpoint_steps: int | None = Field(
        None,
        ge=1,
        le=_STEPS,
        description="Steps from one checkpoint to the next; a killed training loses at most these.",
    )
    held_out_rows: int | None = Field(
        None, ge=0, le=MANY, description="Held-out rows of each skill whose loss is measured. 0 for all."
    )
    preference_rate: float | None = Field(None, gt=0, le=1, description="Learning rate of the preferences.")
    preference_beta: float | None = Field(
        None, gt=0, le=10, description="How strongly preferences keep to the student that they begin with."
    )
    most_pairs: int | None = Field(None, ge=0, le=MANY, description="Preferences to train on at most. 0 for all.")
    seed: int = Field(
        0, ge=0, le=LARGEST_INTEGER // 2**22, description="Decides the order of the rows, and which are taken."
    )
