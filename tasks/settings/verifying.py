"""How responses are read, judged and measured."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from tasks.settings.fields import Address, Group, Text

BANDS = ("easy", "medium", "hard")
"""How difficult a task is by its measured solve rate; see `tasks/steps/difficulty.py`."""


class Verifying(Group):
    """What a row must pass, who judges it, and how difficult its task is."""

    reflection_rounds: int = Field(
        default=0, ge=0, le=3, description="Times that a response is criticised and revised; two calls each."
    )
    judge: Literal["all", "undecided", "off"] = Field(
        default="all",
        description="Rows that a judge reads, with their reasoning: all, those that no program has decided, or none. "
        "One call each.",
    )
    judge_share: float = Field(
        default=1.0,
        ge=0,
        le=1,
        description="With judge=all, the share of the rows decided by program that the judge reads; the others it reads all.",
    )
    ask_doubts: bool = Field(
        default=True,
        description="Where a program finds words that differ and may mean the same, ask the judge's model in one short call; "
        "off: such a row is rejected.",
    )
    judge_threshold: int = Field(
        default=7, ge=0, le=10, description="Score below which the judge's verdict rejects a row; 5 and 6 need repair."
    )
    judge_model: Text = Field(
        default="", description="Another model as the judge and as the second solver of a task; empty: the teacher's."
    )
    judge_base_url: Address = Field(default="", description="The judge's endpoint; empty: the teacher's.")
    solve_samples: int = Field(
        default=0,
        ge=0,
        le=20,
        description="Solutions of each task and of each edit by the teacher, and as many by the student, that measure how "
        "difficult it is; 0 measures nothing.",
    )
    student_model: Text = Field(
        default="",
        description="A model of the size that will be trained, whose solve rate tells how difficult a task is.",
    )
    student_base_url: Address = Field(default="", description="The student's endpoint; empty: the teacher's.")
    difficulty_band: Text = Field(
        default="",
        description="Bands of measured solve rates to keep, separated by commas: hard (up to 0.34, the student's rate or else "
        "the teacher's), medium (up to 0.67), easy; empty keeps all.",
    )
    agreement_least: float = Field(
        default=0.0,
        ge=0,
        le=1,
        description="Share of the teacher's solutions that must come to a task's answer; at least one must in any case.",
    )
    drop_too_easy: bool = Field(
        default=False,
        description="Reject a task that at least three solutions, of the student if there is one, all get right.",
    )
    guess_test: bool = Field(
        default=False, description="Reject a multiple-choice task that is solved without its passage. One call each."
    )
    skip_checks: Text = Field(default="", description="Names of checks to leave out, separated by commas.")
    feedback_rows: bool = Field(
        default=True,
        description="Also write critiques, revisions and pairs of a better and a worse response, as feedback/<skill>/. "
        "They come from what checks, judge and repair find anyway, and cost no call.",
    )

    @model_validator(mode="after")
    def _difficulty_is_measured(self) -> Self:
        asked = [name.strip() for name in self.difficulty_band.split(",") if name.strip()]
        if unknown := sorted(set(asked) - set(BANDS)):
            raise ValueError(f"difficulty_band: unknown {', '.join(unknown)}; known: {', '.join(BANDS)}")
        if asked and not self.solve_samples:
            raise ValueError(
                "difficulty_band needs measured rates: set solve_samples, 4 for example, or leave the band out"
            )
        if self.student_base_url and not self.student_model:
            raise ValueError("student_base_url needs the model that answers there: set student_model")
        if self.student_model and not self.solve_samples:
            raise ValueError(
                "student_model solves tasks only if their difficulty is measured: set solve_samples, 4 for example"
            )
        return self
