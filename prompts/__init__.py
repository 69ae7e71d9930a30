"""The skill catalogue: one folder per skill, `skill.yaml` for facts and one Markdown file per agent for prose.

`names()` lists the skills, `load(name)` gives one, validated. The folder tree is the registry: an agent named in
`skill.yaml` has its file, a file has its mention, and whatever does not fit raises `CatalogueError` with the remedy.
A file in `_shared/` serves every skill that has none of the same name.
"""

from __future__ import annotations

import hashlib
import string
from enum import StrEnum
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

if TYPE_CHECKING:
    from langchain_core.prompts import ChatPromptTemplate

ROOT = Path(__file__).parent
SHARED = ROOT / "_shared"
T = TypeVar("T", bound=BaseModel)
Kind = Literal["text", "code", "api"]
Draft = Literal["question", "rewriting", "tool_task"]

VARIABLES = {
    "transform": frozenset[str](),
    "instruct": frozenset({"task_type", "description", "answer_form", "count"}),
    "suggest": frozenset({"goal", "description", "answer_form", "count"}),
    "edit": frozenset({"goal", "description", "answer_form"}),
    "simulate_tool": frozenset[str](),
    "simulate_user": frozenset[str](),
}
"""The template variables that each kind of agent may use; the material itself always comes as the human message."""


class CatalogueError(ValueError):
    """A file of the catalogue does not fit: says which, what was seen and what to do."""


class AnswerForm(StrEnum):
    OPTION = "option"
    TRUTH = "truth"
    NUMBER = "number"
    SPAN = "span"
    ORDER = "order"
    SET = "set"
    MATCHING = "matching"
    TEXT = "text"
    CALLS = "calls"


class Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Named(Entry):
    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    description: str = Field(min_length=20)
    weight: float = Field(default=1.0, gt=0)


class Transformation(Named):
    """One way to turn a piece of a document into a passage: agents run in order, each on the result of the one before."""

    agents: tuple[str, ...]
    """Files under `transform/`; none means that the text passes unchanged, without a call."""
    seeds: tuple[Kind, ...] = ()
    """Kinds of document it suits; empty: all that the skill takes."""
    output: Literal["passage", "tools"] = "passage"


class TaskType(Named):
    """One kind of instruction that the skill's author agent writes, and how it is answered."""

    title: str
    answer: AnswerForm
    transformations: tuple[str, ...] = ()
    """The transformations it suits; empty: all."""
    grows_into: str = ""
    """The task type that it becomes when refinement adds calls; empty: it stays what it is."""


class Goal(Named):
    """One way to make an instruction harder."""

    answers: tuple[AnswerForm, ...] = ()
    """The answer forms it suits; empty: all."""
    edits_passage: bool = False
    changes_key: bool = False
    makes_unanswerable: bool = False


class Response(Entry):
    """What the student sees around the instruction, and how long the answer may be."""

    context: Literal["passage", "tools", "none"]
    max_tokens: int = Field(ge=64, le=16384)
    turns: Literal["single", "conversation"] = "single"
    max_turns: int = Field(default=1, ge=1, le=20)
    wrappers: tuple[str, ...] = ("passage_first",)
    """Names in `_shared/presentation.yaml`."""
    system_prompts: tuple[str, ...] = ("",)
    """Drawn per record; the empty one is meant."""


class Checks(Entry):
    """Names of functions in `tasks/checks`, run in order until one fails."""

    instruction: tuple[str, ...]
    response: tuple[str, ...]


class Agent(BaseModel):
    """A prompt file: the system message; the material follows as the human message."""

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))
    name: str
    """Path below the skill without ending, e.g. `transform/argument_passage`."""
    body: str

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.body.encode()).hexdigest()

    @cached_property
    def template(self) -> ChatPromptTemplate:
        """f-string template with the agent's variables and `{material}`; a missing variable raises KeyError."""
        from langchain_core.prompts import ChatPromptTemplate

        return ChatPromptTemplate.from_messages([("system", self.body), ("human", "{material}")])


class Skill(Entry):
    """A skill as the steps see it."""

    name: str
    title: str
    summary: str
    seeds: tuple[Kind, ...]
    draft: Draft
    """What the instruction agent and the editor return; see `tasks.contracts.DRAFTS`."""
    transformations: tuple[Transformation, ...] = Field(min_length=1)
    task_types: tuple[TaskType, ...] = Field(min_length=1)
    goals: tuple[Goal, ...] = ()
    response: Response
    checks: Checks
    agents: dict[str, Agent]
    guidance: dict[str, str] = {}
    """Task type -> the body of `types/<name>.md`, for those that need more than a description."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for what, entries in (
            ("transformations", self.transformations),
            ("task_types", self.task_types),
            ("goals", self.goals),
        ):
            names = [entry.name for entry in entries]
            if twice := sorted({n for n in names if names.count(n) > 1}):
                raise ValueError(f"{what}: named twice: {', '.join(twice)}")
        known = {t.name for t in self.transformations}
        for task_type in self.task_types:
            if unknown := set(task_type.transformations) - known:
                raise ValueError(
                    f"task type {task_type.name}: unknown transformations {sorted(unknown)}; known: {sorted(known)}"
                )
        types = {t.name for t in self.task_types}
        if astray := sorted(t.name for t in self.task_types if t.grows_into and t.grows_into not in types):
            raise ValueError(f"task types {astray}: grows_into names no task type; known: {sorted(types)}")
        wanted = {f"transform/{a}" for t in self.transformations for a in t.agents} | {"instruct"}
        wanted |= {"suggest", "edit"} if self.goals else set()
        wanted |= {"simulate_tool", "simulate_user"} if self.response.turns == "conversation" else set()
        if lacking := sorted(wanted - self.agents.keys()):
            raise ValueError(f"no file for the agents {lacking}: add <agent>.md to the skill's folder")
        if spare := sorted(self.agents.keys() - wanted):
            raise ValueError(f"files that nothing names: {spare}: name them in skill.yaml or delete them")
        if stray := sorted(self.guidance.keys() - {t.name for t in self.task_types}):
            raise ValueError(f"types/ has guidance for unknown task types {stray}")
        return self

    def agent(self, name: str) -> Agent:
        if name not in self.agents:
            raise CatalogueError(f"skill '{self.name}' has no agent '{name}'; it has {sorted(self.agents)}")
        return self.agents[name]

    def task_type(self, name: str) -> TaskType:
        return next(t for t in self.task_types if t.name == name)

    def suits(self, task_type: TaskType, transformation: str) -> bool:
        return not task_type.transformations or transformation in task_type.transformations


class Presentation(Entry):
    """`_shared/presentation.yaml`: how a task is laid out for the student, apart from its content."""

    wrappers: dict[str, tuple[str, ...]]
    """Name -> layouts with `{context}` and `{task}`."""
    option_styles: tuple[str, ...]
    """Layouts of one option with `{letter}` and `{text}`."""
    answer_hints: dict[AnswerForm, tuple[str, ...]]
    """Sentences that ask for a final form; an empty one is meant."""
    author_forms: dict[AnswerForm, str]
    """What the author is told about options and key of this form."""


class Knobs(Entry):
    """`_shared/knobs.yaml`: for each kind of agent, the axes and the values to draw from."""

    transform: dict[str, tuple[str, ...]]
    instruct: dict[str, tuple[str, ...]]
    simulate_user: dict[str, tuple[str, ...]]


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
    conversation = (raw.get("response") or {}).get("turns") == "conversation"
    shared = [
        s
        for s, used in (
            ("suggest", raw.get("goals")),
            ("edit", raw.get("goals")),
            ("simulate_tool", conversation),
            ("simulate_user", conversation),
        )
        if used
    ]
    files = {stem: SHARED / f"{stem}.md" for stem in shared if (SHARED / f"{stem}.md").exists()}
    files |= {path.relative_to(folder).with_suffix("").as_posix(): path for path in sorted(folder.rglob("*.md"))}
    guidance = {
        stem.removeprefix("types/"): _text(files.pop(stem)) for stem in list(files) if stem.startswith("types/")
    }
    agents = {stem: _agent(stem, path) for stem, path in files.items()}
    return _validated(Skill, folder / "skill.yaml", {"name": name, "agents": agents, "guidance": guidance, **raw})


@cache
def presentation() -> Presentation:
    return _validated(Presentation, SHARED / "presentation.yaml", _yaml(SHARED / "presentation.yaml"))


@cache
def knobs() -> Knobs:
    return _validated(Knobs, SHARED / "knobs.yaml", _yaml(SHARED / "knobs.yaml"))


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
