"""The first message of a conversation, with what its author knows of the person who will go on talking."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tasks.teacher.contract import Contract


class Fact(Contract):
    about: str = Field(
        description="what it is, in two to five words, as the person would name it, without `my` or `the`"
    )
    value: str = Field(
        description="the value in one to five words: a number with its unit, a date, a name, a place, a choice"
    )


class Slip(Contract):
    """A value that the person states in the opening and takes back later."""

    about: str = Field(description="what it is, in two to five words, without `my` or `the`")
    said: str = Field(description="the value as the opening has it, letter by letter")
    meant: str = Field(description="the value that is right, of the same kind; it is not in the opening")


class Misbelief(Contract):
    """Something false that the person takes for true and brings up later."""

    truth: str = Field(description="what really holds, in one sentence")
    claim: str = Field(
        description="the false claim that people make of it, in one sentence, as the person would put it"
    )


class Dialogue(Contract):
    """Who talks, what for, and what of it comes out when."""

    persona: str = Field(default="", description="who the person is and what situation they are in, in one sentence")
    goal: str = Field(
        default="", description="what they want to have in the end, in one sentence; the opening need not say it"
    )
    pastes_text: bool = Field(
        default=False,
        description="true if the person sends the whole passage along as their own text, notes or data; a program adds it",
    )
    facts: list[Fact] = Field(
        default=[],
        description="two to four particulars of the person's own case that the opening states; each value stands in it "
        "letter by letter",
    )
    withheld: list[Fact] = Field(
        default=[],
        description="one or two particulars that the opening leaves out and that a good answer depends on; empty if nothing "
        "is to be withheld",
    )
    slips: list[Slip] = Field(default=[], description="exactly one; empty if nothing is to be taken back")
    misbeliefs: list[Misbelief] = Field(
        default=[], description="exactly one; empty if the person is to believe nothing false"
    )


class Opening(Contract):
    """The first message of a conversation that goes on for several turns."""

    working: str = Field(
        default="",
        description="your notes, made first: who would come with this and why, what a hasty answer would miss, and how the "
        "talk could go on",
    )
    formal: Dialogue = Field(description="the person and what is planned; the message is written from it")
    instruction: str = Field(
        description="the person's first message; without the passage, even where they send it along"
    )
    difficulty: Literal["easy", "medium", "hard"] = Field(default="medium")
