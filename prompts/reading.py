"""One skill's folder, read whole: the skill if all of it fits, and else every problem with its remedy."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from prompts.schema import VARIABLES, Agent, CatalogueError, Inconsistent, Skill

try:  # ten times as fast, where it is built
    from yaml import CSafeLoader as SafeLoader
except ImportError:
    from yaml import SafeLoader  # type: ignore[assignment]


@dataclass(frozen=True)
class Problem:
    """What does not fit in a file, and what to do about it."""

    path: Path
    text: str

    def __str__(self) -> str:
        return f"{self.path}: {self.text}"


def read_skill(
    folder: Path, shared: Mapping[str, Path], strategies: Collection[str]
) -> tuple[Skill | None, list[Problem]]:
    """The skill and no problem, or no skill and all problems. `shared` are the agents' files that serve every skill."""
    path, problems = folder / "skill.yaml", list[Problem]()
    try:
        raw = read_yaml(path)
    except CatalogueError as error:
        return None, [Problem(path, str(error).removeprefix(f"{path}: "))]
    if not re.fullmatch(r"[a-z][a-z0-9_]*", folder.name):
        problems.append(Problem(folder, "a skill's folder has a name of small letters, digits and _; rename it"))
    files = dict(shared) | {
        file.relative_to(folder).with_suffix("").as_posix(): file for file in sorted(folder.rglob("*.md"))
    }
    agents, guidance = dict[str, Agent](), dict[str, str]()
    for stem, file in files.items():
        try:
            body = _text(file)
        except CatalogueError as error:
            problems.append(Problem(file, str(error)))
            body = ""
        if stem.startswith("types/"):
            guidance[stem.removeprefix("types/")] = body
            continue
        # A file with a flaw still counts as there, so that one flaw is not told as two.
        agents[stem] = Agent(name=stem, body=body)
        problems += [Problem(file, flaw) for flaw in [_flaw(agents[stem])] if flaw]
    try:
        skill = Skill.model_validate({"name": folder.name, **raw, "agents": agents, "guidance": guidance})
    except ValidationError as error:
        return None, [*problems, *(Problem(path, text) for text in told(error))]
    chosen = {*skill.response.strategies, *(s for t in skill.task_types for s in t.strategies)}
    if unknown := sorted(chosen - set(strategies)):
        problems.append(Problem(path, f"unknown strategies {unknown}; known: {', '.join(strategies)}"))
    return (None if problems else skill), problems


def read_agent(name: str, path: Path) -> Agent:
    """The agent in a file; CatalogueError, with the file and the remedy, for what cannot be used."""
    try:
        agent = Agent(name=name, body=_text(path))
    except CatalogueError as error:
        raise CatalogueError(f"{path}: {error}") from None
    if flaw := _flaw(agent):
        raise CatalogueError(f"{path}: {flaw}")
    return agent


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping in a YAML file; CatalogueError if it is none."""
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=SafeLoader)
    except yaml.YAMLError as error:
        raise CatalogueError(f"{path}: not YAML: {error}") from None
    except (OSError, UnicodeDecodeError):
        raise CatalogueError(f"{path}: cannot be read as UTF-8 text") from None
    if not isinstance(raw, dict):
        raise CatalogueError(f"{path}: expected a mapping, saw {type(raw).__name__}")
    return raw


def told(error: ValidationError) -> list[str]:
    """One sentence for each thing that a model refused."""
    sentences: list[str] = []
    for each in error.errors():
        inner = each.get("ctx", {}).get("error")
        if isinstance(inner, Inconsistent):
            sentences += inner.problems
        else:
            sentences.append(f"{'.'.join(map(str, each['loc'])) or 'file'}: {each['msg']}")
    return sentences


def _flaw(agent: Agent) -> str:
    """Why an agent's prompt cannot be used; empty if it can."""
    kind = agent.name.split("/")[0]
    if kind not in VARIABLES or (kind == "transform") != ("/" in agent.name):
        return f"no agent is called '{agent.name}'; known: transform/<name>, {', '.join(list(VARIABLES)[1:])}"
    try:
        used = agent.variables
    except ValueError as error:
        return f"{error}; double every literal brace"
    if unknown := used - VARIABLES[kind]:
        return f"unknown variables {sorted(unknown)}; known: {sorted(VARIABLES[kind])}; double literal braces"
    return ""


def _text(path: Path) -> str:
    try:
        body = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise CatalogueError("cannot be read as UTF-8 text") from None
    if not body:
        raise CatalogueError("empty; write the agent's prompt or delete the file")
    return body
