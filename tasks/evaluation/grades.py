"""What judges of answers return."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from tasks.records import Json
from tasks.teacher.contract import Contract

_OF_TEN = re.compile(r"\s*(\d+(?:[.,]\d+)?)\s*(?:/|out of|von|of)?\s*(?:10)?\s*", re.I)

_SCORE: Json = {
    "type": "integer",
    "minimum": 0,
    "maximum": 10,
    "description": "0 no answer, 5 right in the main, 10 as good as the reference or better",
}
"""What is asked for: endpoints that hold a model to a schema keep bounds of whole numbers alone. Halves are taken as well."""


def _points(raw: Any) -> Any:
    """ "8/10" and "8 out of 10" are 8."""
    if isinstance(raw, str) and (found := _OF_TEN.fullmatch(raw)):
        return float(found[1].replace(",", "."))
    return raw


class Grade(Contract):
    """How good an answer is beside the reference: findings first, then the score."""

    findings: str = Field(
        description="what meets the task and what speaks against the answer, in two to four sentences that name the place"
    )
    score: Annotated[float, BeforeValidator(_points), WithJsonSchema(_SCORE)] = Field(ge=0, le=10, allow_inf_nan=False)


class Preference(Contract):
    """Which of two answers is better: findings first."""

    findings: str = Field(description="what decides it, in two to four sentences")
    better: Literal["first", "second", "tie"] = Field(description="the better answer; tie only where neither is")


class FormKept(Contract):
    """Whether an answer keeps the form that was asked for: findings first."""

    findings: str = Field(description="each demand of form, and what in the answer keeps or breaks it")
    kept: bool = Field(description="true if all of them are kept")


class Claim(Contract):
    claim: str = Field(description="a statement of the summary")
    place: str = Field(default="", description="where the text says or denies it, in a few words; empty if nowhere")
    supported: bool


class Claims(Contract):
    """A summary taken apart."""

    claims: list[Claim] = Field(max_length=200, description="each claim of the summary, in its order")
