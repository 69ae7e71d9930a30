"""A task that is judged by requirements and not by a key: changing a text, or writing one."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tasks.agents.question import Worked
from tasks.checks.constraints.contract import Constraint


class Rewriting(Worked):
    """A task that changes or writes a text, with the requirements that a program can check."""

    evidence: list[str] = Field(
        default=[],
        description="up to 3 short facts (names, numbers, dates), verbatim from the text, that the instruction obliges the "
        "answer to keep; empty if it obliges to none",
    )
    instruction: str = Field(description="the task as the reader will see it, without the text itself")
    constraints: list[Constraint] = Field(
        default=[], description="each checkable requirement that the instruction states; none that it does not state"
    )
    difficulty: Literal["easy", "medium", "hard"] = Field(default="medium")
