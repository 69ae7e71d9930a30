"""What judges of answers return."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from tasks.teacher.contract import Contract

_OF_TEN = re.compile(r"\s*(\d+(?:[.,]\d+)?)\s*(?:/|out of|von|of)?\s*(?:10)?\s*", re.I)


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
    score: Annotated[float, BeforeValidator(_points)] = Field(
        ge=0,
        le=10,
        allow_inf_nan=False,
        description="0 no answer, 5 right in the main, 10 as good as the reference or better",
    )
