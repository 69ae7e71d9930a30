"""How students are examined."""

from __future__ import annotations

from pydantic import Field

from tasks.settings.fields import MANY, Group


class Evaluating(Group):
    """How students are examined."""

    rows: int = Field(0, ge=0, le=MANY, description="Held-out rows of each skill to ask, the first by id. 0 for all.")
    answer_tokens: int = Field(
        2_048, ge=16, le=1_000_000, description="The longest answer of a student, in tokens; longer ones are cut off."
    )
    limit: int = Field(
        0, ge=0, le=MANY, description="Items of each data set of a public task to ask, the first of them. 0 for all."
    )
    judge_tokens: int = Field(
        4_096, ge=16, le=1_000_000, description="The longest answer of the judge, in tokens, its thoughts among them."
    )
    both_orders: float = Field(
        0.1,
        ge=0,
        le=1,
        description="Share of the judged answers that are judged in both orders, to measure what order does.",
    )
    resamples: int = Field(2_000, ge=100, le=100_000, description="Resamples of a bootstrap interval.")
    confidence: float = Field(0.95, gt=0.5, lt=1, description="How sure an interval is.")
