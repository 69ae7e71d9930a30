"""Marks: what a person says of records, in the file that a report's reader saves and that runs and `agreement` read."""

from __future__ import annotations

from functools import cached_property
from typing import Literal, Self

import fsspec
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

Again = Literal["", "answer", "task"]
_PROBLEMS = 3
"""Of a file with many mistakes so many are told."""


class MarksError(ValueError):
    """A file of marks that cannot be used; the message names it, what is wrong and the remedy, and no note."""


class Mark(BaseModel):
    """What a person says of one record, accepted or rejected."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1, max_length=64)
    """The record's id; of several rejects with one id the second is `ID~2`."""
    verdict: Literal["", "good", "bad"] = ""
    note: str = Field(default="", max_length=10_000)
    again: Again = ""
    """What the next run makes besides: another answer to its task, or another task of its passage and type."""
    score: float | None = Field(default=None, ge=0, le=10)
    """The judge's, as the person saw it."""
    task: str = Field(default="", max_length=64)
    """Id of the record that was answered: the task as it was after its last edit."""
    passage: str = Field(default="", max_length=64)
    """Id of the passage that the task is about."""
    task_type: str = Field(default="", max_length=200)
    """The type of the task as it was first written."""

    @model_validator(mode="after")
    def _says_of_what(self) -> Self:
        if self.again == "answer" and not self.task:
            raise ValueError("again: answer needs `task`, the id of the task, which the report's reader fills in")
        if self.again == "task" and not (self.passage and self.task_type):
            raise ValueError("again: task needs `passage` and `task_type`, which the report's reader fills in")
        return self


class Marks(BaseModel):
    """A file of marks; without any, nothing is changed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    judge_threshold: Literal["suggest", "use"] = "suggest"
    """Whether a run takes the threshold that tells good from bad best, unless it is given another, or is only told of it."""
    marks: tuple[Mark, ...] = ()

    @model_validator(mode="after")
    def _one_mark_each(self) -> Self:
        if len({mark.id for mark in self.marks}) < len(self.marks):
            raise ValueError("a record is marked twice")
        return self

    @cached_property
    def bad(self) -> dict[str, str]:
        """Id of each record that is marked bad, with the note on it."""
        return {mark.id: mark.note for mark in self.marks if mark.verdict == "bad"}

    @cached_property
    def bad_answers(self) -> dict[str, list[str]]:
        """Id of a task -> ids of the records with an answer to it that are marked bad."""
        found: dict[str, list[str]] = {}
        for mark in self.marks:
            if mark.verdict == "bad" and mark.task:
                found.setdefault(mark.task, []).append(mark.id)
        return found

    @cached_property
    def answers_again(self) -> dict[str, int]:
        """Id of a task -> how many further answers to it are asked for."""
        return self._counted("answer", "task")

    @cached_property
    def tasks_again(self) -> dict[str, dict[str, int]]:
        """Id of a passage -> type of task -> how many further tasks of that type are asked for."""
        found: dict[str, dict[str, int]] = {}
        for mark in self.marks:
            if mark.again == "task":
                of_passage = found.setdefault(mark.passage, {})
                of_passage[mark.task_type] = of_passage.get(mark.task_type, 0) + 1
        return found

    def _counted(self, again: Again, name: str) -> dict[str, int]:
        found: dict[str, int] = {}
        for mark in self.marks:
            if mark.again == again:
                found[getattr(mark, name)] = found.get(getattr(mark, name), 0) + 1
        return found


NO_MARKS = Marks()


def read_marks(path: str) -> Marks:
    """The marks in a file or at an fsspec URL, none for an empty path; MarksError, in a sentence, if it holds no marks."""
    if not path:
        return NO_MARKS
    try:
        with fsspec.open(path, "rb") as file:
            return Marks.model_validate_json(file.read())
    except OSError as error:
        raise MarksError(f"cannot read the marks in {path}: {error.strerror or type(error).__name__}") from None
    except ValidationError as error:
        raise MarksError(f"{path} holds no marks: {_told(error)}; save them in a report's reader") from None
    except (ImportError, ValueError) as error:  # a scheme that nobody knows, or whose package is not installed
        raise MarksError(f"cannot read the marks in {path}: {error}") from None


def _told(error: ValidationError) -> str:
    problems = error.errors(include_input=False, include_url=False, include_context=False)
    told = [f"{'.'.join(map(str, each['loc'])) or 'the file'}: {each['msg']}" for each in problems[:_PROBLEMS]]
    more = len(problems) - len(told)
    return "; ".join(told) + (f"; and {more} more" if more else "")
