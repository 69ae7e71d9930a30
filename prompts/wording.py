"""Texts of the catalogue with what they fit: final forms, ways to think, the judge's criteria."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, model_validator


class AnswerForm(StrEnum):
    OPTION = "option"
    TRUTH = "truth"
    NUMBER = "number"
    ESTIMATE = "estimate"
    SPAN = "span"
    ORDER = "order"
    SET = "set"
    MATCHING = "matching"
    TEXT = "text"
    CALLS = "calls"
    LABEL = "label"
    JSON = "json"
    CODE = "code"


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


Shape = Literal["bare", "answer_first", "reasoned", "last", "free"]
"""What an answer looks like. bare: the answer and nothing else; answer_first: the answer, then reasons; reasoned: reasons, then
the answer; last: the answer at the end, what comes before it is left open; free: nothing is prescribed."""


class Hint(_Entry):
    """A sentence that asks for a final form."""

    text: str
    shape: Shape
    of_text: bool = False
    """Whether it speaks of a text, which must then be in sight."""
    brief: bool = False
    """Whether it leaves room for a sentence or two of reasons and no more."""


class _Worded(_Entry):
    text: str

    @model_validator(mode="before")
    @classmethod
    def _of_text(cls, raw: Any) -> Any:
        return {"text": raw} if isinstance(raw, str) else raw


class Fitting(_Worded):
    """A prompt with the answers that it does not contradict. A bare text fits all."""

    fits: tuple[Shape, ...] = ("bare", "answer_first", "reasoned", "last", "free")
    answers: tuple[AnswerForm, ...] = ()
    """The answer forms that it suits; empty: all."""
    lengthy: bool = False
    """Whether whoever follows it writes more than a sentence or two of reasons."""

    def suits(self, hint: Hint, form: str) -> bool:
        """Whether an answer of this form can follow both the prompt and the sentence that asks for its final form."""
        fits = hint.shape in self.fits and form in (self.answers or (form,))
        return fits and not (hint.brief and self.lengthy)


class Criterion(_Worded):
    """What the judge holds a row against. A bare text is for tasks of every form; an empty one for none."""

    answers: tuple[AnswerForm, ...] = ()
    """The answer forms that it can be asked of; empty: all."""
    tells_key: bool = False
    """Of a response: that it is not met says something of the author's key, plan or evidence, so that nobody is told."""


class Rubric(_Entry):
    """What the judge holds instruction and response against: criterion -> what meeting it means."""

    instruction: dict[str, Criterion] = {}
    response: dict[str, Criterion] = {}

    def with_own(self, own: Rubric, form: str) -> Rubric:
        """The criteria for tasks of this form: these with a skill's own, which go before those of the same name."""
        merged = ({**self.instruction, **own.instruction}, {**self.response, **own.response})
        asked = [{n: c for n, c in part.items() if c.text and form in (c.answers or (form,))} for part in merged]
        return Rubric(instruction=asked[0], response=asked[1])
