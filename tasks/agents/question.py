"""A task whose answer its author states, in a form that a program can compare."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tasks.teacher.contract import Contract


class Question(Contract):
    """A task about the passage whose answer the author states."""

    evidence: list[str] = Field(
        default=[], description="1 to 3 verbatim quotes from the passage that the key rests on; empty if unanswerable"
    )
    instruction: str = Field(
        description="the task as the reader will see it, without the options and without the passage"
    )
    options: list[str] = Field(
        default=[], description="the choices or items, without letters or numbers; empty if the answer form has none"
    )
    key: list[str] = Field(default=[], description="the answer in the form that the answer form asks for")
    answerable: bool = Field(default=True, description="false if the passage deliberately does not hold the answer")
    difficulty: Literal["easy", "medium", "hard"] = Field(default="medium")
