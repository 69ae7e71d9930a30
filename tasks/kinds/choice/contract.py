"""A multiple-choice question whose author says how the answer follows and which mistake leads to each wrong option."""

from __future__ import annotations

from typing import Any

from pydantic import Field, model_validator

from tasks.agents.question import Question
from tasks.teacher.contract import Contract


class Mistake(Contract):
    """A wrong belief or slip, and the option that whoever makes it will choose."""

    misconception: str = Field(description="the mistake in one sentence: what is believed, overlooked or mixed up")
    option: str = Field(description="the wrong option that it leads to, worded as among the options")


class ChoicePlan(Contract):
    derivation: str = Field(
        default="", description="how the answer follows from the facts and the question, one step after the other"
    )
    mistakes: list[Mistake] = Field(
        default=[], max_length=9, description="one for each wrong option, no two the same; none for the right one"
    )

    @model_validator(mode="before")
    @classmethod
    def _pairs(cls, raw: Any) -> Any:
        # Some models give an object of option -> misconception.
        if isinstance(raw, dict) and isinstance(raw.get("mistakes"), dict):
            pairs = [{"option": str(k), "misconception": str(v)} for k, v in raw["mistakes"].items()]
            return {**raw, "mistakes": pairs}
        return raw


class _Planned(Contract):
    # A base of its own: its field comes first, so the plan is made before the question is written.
    formal: ChoicePlan = Field(
        default_factory=ChoicePlan, description="the plan, made before the question is worded; the reader never sees it"
    )


class Choice(Question, _Planned):
    """A question with options, one of them right, that stands without the passage."""
