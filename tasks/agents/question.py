"""A task whose answer its author states, in a form that a program can compare."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from tasks.teacher.contract import Contract


class Option(Contract):
    """A choice or an item, and the mistake that a wrong choice stands for."""

    mistake: str = Field(
        default="",
        description="of a wrong choice: what is believed, overlooked or mixed up by whoever takes it, in one sentence; no two "
        "the same. Empty for the right choice and for items to be ordered or matched",
    )
    text: str = Field(description="the choice or item as the reader sees it, without a letter or number before it")

    @model_validator(mode="before")
    @classmethod
    def _of_text(cls, raw: Any) -> Any:
        # Some models give the bare text.
        return {"text": raw} if isinstance(raw, str) else raw


class Worked(Contract):
    """Room to think before anything is worded."""

    working: str = Field(
        default="",
        description="your notes, made first: which facts the task rests on, how the answer follows from them step by step, and "
        "what could mislead; the reader never sees them",
    )


class Grounded(Worked):
    """Notes, then what is copied out of the passage."""

    evidence: list[str] = Field(
        default=[], description="1 to 3 verbatim quotes from the passage that the key rests on; empty if unanswerable"
    )


class Question(Grounded):
    """A task about the passage whose answer the author states."""

    instruction: str = Field(
        description="the task as the reader will see it, without the options and without the passage"
    )
    options: list[Option] = Field(default=[], description="the choices or items; empty if the answer form has none")
    key: list[str] = Field(default=[], description="the answer, in the shape that the answer form prescribes")
    answerable: bool = Field(default=True, description="false if the passage deliberately does not hold the answer")
    difficulty: Literal["easy", "medium", "hard"] = Field(default="medium")
