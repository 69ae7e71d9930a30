"""A question that is answered from search results, and what a program needs to make those results."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from tasks.agents.question import Grounded, Question, Worked
from tasks.teacher.contract import Contract


class Conflict(Contract):
    """One sentence of the passage, and the same sentence as a second source has it."""

    quote: str = Field(default="", description="one sentence of the passage, verbatim, that states the fact asked for")
    altered: str = Field(
        default="", description="the same sentence with that one fact changed to another plausible one, nothing else"
    )
    counts: Literal["newer", "both"] = Field(
        default="both",
        description="newer: the program dates the altered source earlier, so the passage counts; both: neither can be "
        "preferred, and an answer has to report both",
    )


class Sought(Contract):
    """How the question is searched for, and what the results are to hold."""

    search: str = Field(
        default="", description="three to eight words that one would type into a search box; without the answer"
    )
    shows: Literal["answer", "conflict", "nothing"] = Field(
        default="answer",
        description="answer: the results hold what the key rests on; conflict: one of them contradicts it, see `conflict`; "
        "nothing: the program keeps the evidence back, so that the right answer is that the sources do not say",
    )
    conflict: Conflict | None = Field(default=None, description="for `shows: conflict` alone, else null")
    later: str = Field(
        default="",
        description="only where the task type is a conversation: the asker's second message, which rests on the first and its "
        "answer; key and evidence are for this one. Else empty",
    )

    @model_validator(mode="before")
    @classmethod
    def _one_intent(cls, raw: Any) -> Any:
        # A conflict that is filled in is meant; an empty one is none.
        if not isinstance(raw, dict):
            return raw
        conflict = raw.get("conflict")
        stated = isinstance(conflict, dict) and bool(conflict.get("quote")) and bool(conflict.get("altered"))
        shows = raw.get("shows") or "answer"
        return {**raw, "conflict": conflict if stated and shows == "conflict" else None, "shows": shows}


class _Searched(Grounded):
    # A base of its own: its field comes before those of the question, so the search is settled before the wording.
    formal: Sought = Field(default_factory=Sought, description="the search behind the question")


class Retrieval(Question, _Searched):
    """A question to be answered from the results of a search, with its sources named."""

    evidence: list[str] = Field(
        default=[],
        description="1 to 3 verbatim quotes from the passage that the key rests on, 4 to 7 where the task type asks for one on "
        "each point; empty if unanswerable",
    )


class Lookalike(Contract):
    """A piece of another page that a search would find beside the right one."""

    title: str = Field(description="of the page that it is from, as such pages are called")
    text: str = Field(description="60 to 120 words from the middle of that page")
    told_apart: str = Field(
        default="",
        description="the few words of the title or the text, letter for letter, by which a reader sees that it is about "
        "something else than the question; they are not in the question",
    )


class Lookalikes(Worked):
    """Search results that look like the right one and do not answer the question."""

    lookalikes: list[Lookalike] = Field(default=[], max_length=8)
