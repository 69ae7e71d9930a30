"""The skill catalogue: one folder per skill, `skill.yaml` for facts and one Markdown file per agent for prose.

`names()` lists the skills, `load(name)` gives one, validated. The folder tree is the registry: an agent named in
`skill.yaml` has its file, a file has its mention, and whatever does not fit raises `CatalogueError` with the remedy.
A file in `_shared/` serves every skill that has none of the same name.
"""

from __future__ import annotations

import string
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from prompts.schema import (
    VARIABLES,
    Agent,
    AnswerForm,
    CatalogueError,
    Goal,
    Knobs,
    Presentation,
    Rubric,
    Skill,
    Strategies,
    Strategy,
    TaskType,
    Transformation,
)

ROOT = Path(__file__).parent
SHARED = ROOT / "_shared"
T = TypeVar("T", bound=BaseModel)


def names() -> list[str]:
    """The skills there are, sorted."""
    return sorted(path.parent.name for path in ROOT.glob("*/skill.yaml"))


@cache
def load(name: str) -> Skill:
    """The skill of this name; `CatalogueError` if it is unknown or its files do not fit."""
    if name not in names():
        raise CatalogueError(f"unknown skill '{name}'; known: {', '.join(names())}")
    folder = ROOT / name
    raw = _yaml(folder / "skill.yaml")
    files = {stem: SHARED / f"{stem}.md" for stem in _shared(raw) if (SHARED / f"{stem}.md").exists()}
    files |= {path.relative_to(folder).with_suffix("").as_posix(): path for path in sorted(folder.rglob("*.md"))}
    guidance = {
        stem.removeprefix("types/"): _text(files.pop(stem)) for stem in list(files) if stem.startswith("types/")
    }
    agents = {stem: _agent(stem, path) for stem, path in files.items()}
    skill = _validated(Skill, folder / "skill.yaml", {"name": name, "agents": agents, "guidance": guidance, **raw})
    chosen = {*skill.response.strategies, *(s for t in skill.task_types for s in t.strategies)}
    if unknown := sorted(chosen - strategies().keys()):
        raise CatalogueError(f"{folder / 'skill.yaml'}: unknown strategies {unknown}; known: {', '.join(strategies())}")
    return skill


def _shared(raw: dict[str, Any]) -> list[str]:
    """The agents that a skill has even without files of its own."""
    conversation = (raw.get("response") or {}).get("turns") == "conversation"
    executed = "execution" in ((raw.get("checks") or {}).get("response") or ())
    return [
        "judge",
        "critique",
        "revise",
        *(["suggest", "edit"] if raw.get("goals") else []),
        *(["simulate_tool", "simulate_user"] if conversation else []),
        *(["write_tests"] if executed else []),
    ]


@cache
def presentation() -> Presentation:
    return _validated(Presentation, SHARED / "presentation.yaml", _yaml(SHARED / "presentation.yaml"))


@cache
def knobs() -> Knobs:
    return _validated(Knobs, SHARED / "knobs.yaml", _yaml(SHARED / "knobs.yaml"))


@cache
def strategies() -> dict[str, Strategy]:
    return _validated(Strategies, SHARED / "strategies.yaml", _yaml(SHARED / "strategies.yaml")).strategies


@cache
def shared_rubric() -> Rubric:
    return _validated(Rubric, SHARED / "rubric.yaml", _yaml(SHARED / "rubric.yaml"))


def _agent(stem: str, path: Path) -> Agent:
    body = _text(path)
    kind = stem.split("/")[0]
    if kind not in VARIABLES:
        raise CatalogueError(
            f"{path}: no agent is called '{stem}'; known: transform/<name>, {', '.join(list(VARIABLES)[1:])}"
        )
    try:
        used = {name for _, name, _, _ in string.Formatter().parse(body) if name is not None}
    except ValueError as error:
        raise CatalogueError(f"{path}: {error}; double every literal brace") from None
    if unknown := used - VARIABLES[kind]:
        raise CatalogueError(
            f"{path}: unknown variables {sorted(unknown)}; known: {sorted(VARIABLES[kind])}; double literal braces"
        )
    return Agent(name=stem, body=body)


def _text(path: Path) -> str:
    body = path.read_text(encoding="utf-8").strip()
    if not body:
        raise CatalogueError(f"{path}: empty; write the agent's prompt or delete the file")
    return body


def _yaml(path: Path) -> dict[str, Any]:
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise CatalogueError(f"{path}: not YAML: {error}") from None
    if not isinstance(raw, dict):
        raise CatalogueError(f"{path}: expected a mapping, saw {type(raw).__name__}")
    return raw


def _validated(model: type[T], path: Path, raw: dict[str, Any]) -> T:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'file'}: {e['msg']}" for e in error.errors())
        raise CatalogueError(f"{path}: {problems}") from None


__all__ = [
    "Agent",
    "AnswerForm",
    "CatalogueError",
    "Goal",
    "Skill",
    "TaskType",
    "Transformation",
    "knobs",
    "load",
    "names",
    "presentation",
    "shared_rubric",
    "strategies",
]
