"""What those return who look at an instruction with its response: the critic, the judge, and the reader of doubts."""

from __future__ import annotations

from pydantic import Field

from tasks.teacher.contract import Contract


class Critique(Contract):
    """What is wrong with a response, as the one who will revise it needs to know."""

    problems: list[str] = Field(
        default=[],
        description="each error, omission or breach of the asked form, most serious first; what to do about it",
    )
    revise: bool = Field(description="true if a careful reader would want it changed")


class Verdict(Contract):
    criterion: str = Field(description="the criterion's name as given")
    finding: str = Field(description="what in the instruction or the response decides it, in one or two sentences")
    met: bool


class Judgement(Contract):
    """A verdict per criterion of the rubric, findings first, then one score."""

    verdicts: list[Verdict] = Field(default=[], description="one for each criterion, in the order given")
    score: int = Field(ge=0, le=10, description="0 worthless, 5 usable after repair, 8 good, 10 could not be better")


class Settled(Contract):
    number: int = Field(description="the question's number")
    reasoning: str = Field(default="", description="what decides it, in one or two sentences")
    yes: bool


class Settlement(Contract):
    """An answer to each question that programs left open."""

    answers: list[Settled] = Field(default=[], description="one for each question, in the order given")


class Tests(Contract):
    """Tests of code that its author has not seen."""

    unsuitable: str = Field(
        default="", description="what the task leaves open, so that no test can be written; else empty"
    )
    reasoning: str = Field(default="", description="how each expected value follows from the task")
    code: str = Field(default="", description="the test program, to be run after the solver's code in the same file")
