"""A text to be given labels out of a set with definitions."""

from __future__ import annotations

from pydantic import Field

from tasks.agents.question import Grounded, Question
from tasks.teacher.contract import Contract


class Example(Contract):
    """A text that is labelled already, shown before the one to be labelled."""

    text: str = Field(description="a short text of the same kind as the one to be labelled, and not part of it")
    label: str = Field(description="its label, spelt as in the options; several labels are separated by commas")


class Scheme(Contract):
    """How the labels sort texts, and where the border lies that this text is close to."""

    criterion: str = Field(default="", description="what the labels sort by, in a few words")
    boundary: str = Field(
        default="", description="the nearest wrong label, what speaks for it in this text, and what decides against it"
    )
    several: bool = Field(default=False, description="true if more than one label can apply to one text")
    ordered: bool = Field(default=False, description="true if the labels are steps of a scale, listed from end to end")
    examples: list[Example] = Field(
        default=[], max_length=8, description="labelled examples to be shown; empty unless the task type is few-shot"
    )


class _Planned(Grounded):
    # A base of its own: its field comes before the instruction.
    formal: Scheme = Field(default_factory=Scheme, description="the scheme; of it the reader sees the examples alone")


class Labelling(Question, _Planned):
    """A task that asks for the label, or the labels, of the passage."""
