"""The mix that a person, or `evaluate`, writes into a file: what a student needs more of, and whether harder or easier."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

import fsspec
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

import prompts
from tasks.settings import seen

Weight = Annotated[float, Field(gt=0, le=1_000_000, strict=True, allow_inf_nan=False)]
Towards = Literal["easier", "harder"]
_REMEDY = "`agentinstruct evaluate` writes one, and docs/how_to/teach_what_is_missing.md tells what may stand in it"
_PROBLEMS = 3
"""Of a file with many mistakes so many are told."""


class MixError(ValueError):
    """A file that holds no mix that can be had; the message names it, what was seen, the choices and the remedy."""


class MixFile(BaseModel):
    """What is to be taught more. What it names is in the catalogue; what it does not name is as ever."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    skills: dict[str, Weight] = {}
    """Skill -> its share of the pieces, beside those of the others, where a run teaches all: those that are named, and no
    other. None named: all, as they are in the released dataset."""
    task_types: dict[str, dict[str, Weight]] = {}
    """Skill -> task type -> how many times as often it is drawn as the catalogue has it."""
    difficulty: dict[str, Towards] = {}
    """Skill -> whether its tasks are to be easier or harder than they are."""

    @model_validator(mode="after")
    def _known(self) -> Self:
        if problems := list(self._unknown()) or list(self._left_out()):
            raise ValueError("; ".join(problems))
        return self

    def _unknown(self) -> Iterator[str]:
        known = prompts.names()
        for field in type(self).model_fields:
            for skill in getattr(self, field):
                if skill not in known:
                    yield f"{field}: unknown skill {seen(skill)}; known: {', '.join(known)}"
        for skill in self.task_types.keys() & {*known}:
            types = [each.name for each in prompts.load(skill).task_types]
            if unknown := [name for name in self.task_types[skill] if name not in types]:
                named = ", ".join(map(seen, unknown))
                yield f"task_types.{skill}: unknown task type {named}; known: {', '.join(types)}"

    def _left_out(self) -> Iterator[str]:
        if not self:
            yield "it asks for nothing: name skills, task_types or difficulty"
        for field in ("task_types", "difficulty"):
            if self.skills and (astray := [skill for skill in getattr(self, field) if skill not in self.skills]):
                yield f"{field} names {', '.join(astray)}, to which skills gives no share: name it there, or nowhere"

    def __bool__(self) -> bool:
        return bool(self.skills or self.task_types or self.difficulty)

    def names(self, skill: str) -> bool:
        """Whether it says anything of this skill."""
        return skill in self.skills or skill in self.task_types or skill in self.difficulty

    def __str__(self) -> str:
        """In a few words, for who starts a run."""
        towards = {
            each: [skill for skill, way in self.difficulty.items() if way == each] for each in ("easier", "harder")
        }
        parts = (
            ", ".join(f"{skill} {weight:g}" for skill, weight in self.skills.items()),
            f"task types of {', '.join(self.task_types)} weighted" if self.task_types else "",
            *(f"{way}: {', '.join(skills)}" for way, skills in towards.items() if skills),
        )
        return "; ".join(filter(None, parts))


NO_MIX = MixFile.model_construct()


def read_mix(path: str) -> MixFile:
    """The mix in a YAML file or at an fsspec URL, none for an empty path; MixError, in a sentence, if it holds none."""
    if not path:
        return NO_MIX
    try:
        with fsspec.open(path, "rb") as file:
            given = yaml.safe_load(file.read())
    except OSError as error:
        raise MixError(f"cannot read the mix in {path}: {error.strerror or type(error).__name__}") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark else ""
        raise MixError(f"{path} holds no mix: it is not YAML{where}; {_REMEDY}") from None
    except (ImportError, ValueError) as error:  # a scheme that nobody knows, or whose package is not installed
        raise MixError(f"cannot read the mix in {path}: {error}") from None
    if not isinstance(given, dict):
        raise MixError(f"{path} holds no mix: a mapping is expected, saw {type(given).__name__}; {_REMEDY}")
    try:
        return MixFile.model_validate(given)
    except ValidationError as error:
        raise MixError(f"{path} holds no mix: {_told(error)}; {_REMEDY}") from None


def _told(error: ValidationError) -> str:
    problems = error.errors(include_url=False)
    told = [_problem(each) for each in problems[:_PROBLEMS]]
    more = len(problems) - len(told)
    return "; ".join(told) + (f"; and {more} more" if more else "")


def _problem(each: Any) -> str:
    place, what = ".".join(map(str, each["loc"])), each["msg"].removeprefix("Value error, ")
    if each["type"] == "value_error":
        return str(what)
    if each["type"] == "extra_forbidden":
        return f"unknown field {seen(place)}; known: {', '.join(MixFile.model_fields)}"
    return f"{place}: {what[0].lower()}{what[1:]}, saw {seen(each['input'])}"
