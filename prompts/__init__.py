"""The skill catalogue: one folder per skill, `skill.yaml` for facts and one Markdown file per agent for prose.

`names()` lists the skills, `load(name)` gives one, validated. The folder tree is the registry: an agent named in
`skill.yaml` has its file, a file has its mention, and whatever does not fit raises `CatalogueError` with the remedy.
A file in `_shared/` serves every skill that has none of the same name; other folders that begin with `_` are no skills.
A folder of the user's own, named by AGENTINSTRUCT_PROMPTS, adds skills and overrides ours, shared files included.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from prompts.reading import Problem, read_agent, read_skill, read_yaml, told
from prompts.schema import (
    NONE,
    TEMPERATURES,
    VARIABLES,
    Agent,
    Axes,
    CatalogueError,
    Exemplar,
    Exemplars,
    Goal,
    Knobs,
    Presentation,
    Repairs,
    Skill,
    Strategies,
    Strategy,
    TaskType,
    Transformation,
)
from prompts.wording import AnswerForm, Criterion, Fitting, Hint, Rubric, Shape

ROOT = Path(__file__).parent
SHARED = ROOT / "_shared"
VARIABLE = "AGENTINSTRUCT_PROMPTS"
FIRST = "reading_comprehension"
"""The skill that a form shows to whoever has not chosen one yet."""
_T = TypeVar("_T", bound=BaseModel)


def use(folder: str | Path) -> None:
    """Add the skills of a folder, or override ours, in this process and in those it starts."""
    path = Path(folder).expanduser().resolve()
    if not path.is_dir():
        raise CatalogueError(f"no folder of skills at {folder}: name one that holds <skill>/skill.yaml")
    os.environ[VARIABLE] = str(path)
    for cached in (load, presentation, knobs, strategies, repairs, exemplars, shared_rubric, shared_agent):
        cached.cache_clear()


def folders() -> list[Path]:
    """Where skills are looked for: the user's folder, if there is one, before ours."""
    if not (own := os.environ.get(VARIABLE)):
        return [ROOT]
    if not Path(own).is_dir():
        raise CatalogueError(f"{VARIABLE}: no folder of skills at {own}; unset it or name one that is there")
    return [Path(own), ROOT]


def shared_folders() -> list[Path]:
    """Where files that serve every skill are looked for, in the same order."""
    return [*(folder / "_shared" for folder in folders() if folder != ROOT), SHARED]


def names() -> list[str]:
    """The skills there are, sorted."""
    return sorted({path.parent.name for folder in folders() for path in folder.glob("[!_.]*/skill.yaml")})


def folder(name: str) -> Path:
    """The folder of the skill of this name; `CatalogueError` if there is none."""
    if name not in names():
        raise CatalogueError(f"unknown skill '{name}'; known: {', '.join(names())}")
    return next(root / name for root in folders() if (root / name / "skill.yaml").exists())


@cache
def load(name: str) -> Skill:
    """The skill of this name; `CatalogueError` if it is unknown or its files do not fit."""
    skill, problems = examine(name)
    if skill is None:
        raise CatalogueError("; ".join(map(str, problems)))
    return skill


def examine(name: str) -> tuple[Skill | None, list[Problem]]:
    """The skill of this name, or every problem of its files."""
    return read_skill(folder(name), shared_files(), strategies())


def shared_files() -> dict[str, Path]:
    """The agents' files that serve skills without one of their own, by agent."""
    return {path.stem: path for each in reversed(shared_folders()) for path in sorted(each.glob("*.md"))}


@cache
def shared_agent(name: str) -> Agent:
    """An agent that serves every skill with one prompt; CatalogueError if its file is missing or does not fit."""
    if (path := shared_files().get(name)) is None:
        raise CatalogueError(f"no shared agent '{name}'; known: {', '.join(shared_files())}")
    return read_agent(name, path)


def own_file(name: str, agent: str) -> Path | None:
    """The agent's file in the skill's own folder, if there is one."""
    path = folder(name) / f"{agent}.md"
    return path if path.exists() else None


@cache
def presentation() -> Presentation:
    return _shared(Presentation, "presentation")


@cache
def knobs() -> Knobs:
    return _shared(Knobs, "knobs")


@cache
def exemplars() -> Exemplars:
    return _shared(Exemplars, "exemplars")


@cache
def strategies() -> dict[str, Strategy]:
    return _shared(Strategies, "strategies").strategies


@cache
def repairs() -> Repairs:
    return _shared(Repairs, "repairs")


@cache
def shared_rubric() -> Rubric:
    return _shared(Rubric, "rubric")


def _shared(model: type[_T], stem: str) -> _T:
    """A shared file; entries of the user's own are added to ours, or replace those of the same name."""
    paths = [path for each in shared_folders() if (path := each / f"{stem}.yaml").exists()]
    merged: dict[str, Any] = {}
    for path in reversed(paths):
        for key, value in read_yaml(path).items():
            both = isinstance(value, dict) and isinstance(merged.get(key), dict)
            merged[key] = {**merged[key], **value} if both else value
    try:
        return model.model_validate(merged)
    except ValidationError as error:
        raise CatalogueError(f"{paths[0]}: {'; '.join(told(error))}") from None


__all__ = [
    "NONE",
    "ROOT",
    "SHARED",
    "TEMPERATURES",
    "VARIABLES",
    "Agent",
    "AnswerForm",
    "Axes",
    "CatalogueError",
    "Criterion",
    "Exemplar",
    "Fitting",
    "Goal",
    "Hint",
    "Knobs",
    "Problem",
    "Rubric",
    "Shape",
    "Skill",
    "TaskType",
    "Transformation",
    "examine",
    "exemplars",
    "folder",
    "folders",
    "knobs",
    "load",
    "names",
    "own_file",
    "presentation",
    "repairs",
    "shared_agent",
    "shared_files",
    "shared_folders",
    "shared_rubric",
    "strategies",
    "use",
]
