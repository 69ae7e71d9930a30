"""What a skill is: the models that validate every file of the catalogue, with the remedy in each message."""

from __future__ import annotations

import hashlib
from functools import cached_property
from string import Formatter
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from prompts.wording import AnswerForm, Fitting, Hint, Rubric, Shape

if TYPE_CHECKING:
    from langchain_core.prompts import ChatPromptTemplate

DocumentKind = Literal["text", "code", "api", "table"]
ToolName = Literal["calculator", "search", "code_interpreter", "web_search"]
Lines = dict[str, str]
Speaker = Literal["transform", "instruct", "suggest", "edit", "respond", "simulate"]
TEMPERATURES: dict[str, float] = {
    "transform": 0.9, "instruct": 0.9, "suggest": 0.9, "edit": 0.5, "respond": 0.4, "simulate": 0.8,
}  # fmt: skip
"""The usual temperature of each agent; judge and reader of doubts have 0."""
Axes = dict[str, tuple[str, ...]]
"""Axis of diversity -> the values to draw from; a value named twice is drawn twice as often."""

Times = dict[str, dict[str, Annotated[int, Field(ge=1, le=100)]]]

NONE = "none"
"""What is drawn on an axis of a passage when nothing is to be there."""

VARIABLES = {
    "transform": frozenset[str](),
    "instruct": frozenset({"task_type", "description", "answer_form", "count"}),
    "suggest": frozenset({"task_type", "rules", "goal", "description", "answer_form", "count"}),
    "edit": frozenset({"task_type", "rules", "goal", "description", "answer_form"}),
    "simulate_tool": frozenset[str](),
    "lookalikes": frozenset({"count"}),
    "simulate_user": frozenset[str](),
    "judge": frozenset({"criteria"}),
    "settle": frozenset({"questions"}),
    "critique": frozenset[str](),
    "revise": frozenset[str](),
    "repair": frozenset({"finding"}),
    "repair_response": frozenset({"finding"}),
    "write_tests": frozenset({"language"}),
    "orca_bench_judge": frozenset[str](),
    "preference_judge": frozenset[str](),
    "format_judge": frozenset[str](),
    "summary_judge": frozenset[str](),
    "recognise": frozenset[str](),
}
"""The template variables that each kind of agent may use; the material itself always comes as the human message."""


class CatalogueError(ValueError):
    """A file of the catalogue does not fit: says which, what was seen and what to do."""


class Inconsistent(ValueError):
    """Parts of a skill that do not fit each other, all of them."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Named(_Entry):
    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    description: str = Field(min_length=20)
    weight: float = Field(default=1.0, gt=0)


class Transformation(_Named):
    """One way to turn a piece of a document into a passage: agents run in order, each on the result of the one before."""

    agents: tuple[str, ...]
    """Files under `transform/`; none means that the text passes unchanged, without a call."""
    seeds: tuple[DocumentKind, ...] = ()
    """Kinds of document it suits; empty: all that the skill takes."""
    axes: Axes = {}
    """Drawn for the passage and told to its agents, `none` being a value too; replaces (without values: drops) a shared one."""
    without: tuple[str, ...] = ()
    """Traits that the material must not have, such as a table that would be lost: see :mod:`tasks.agents.traits`."""


class TaskType(_Named):
    """One kind of instruction that the skill's author agent writes, and how it is answered."""

    title: str
    answer: AnswerForm
    transformations: tuple[str, ...] = ()
    """The transformations it suits; empty: all."""
    needs: dict[str, bool] = {}
    """Axis of the passage -> whether something other than `none` must have been drawn there, or nothing may have been."""
    has: tuple[str, ...] = ()
    """Traits that the passage must have, such as dates: see :mod:`tasks.agents.traits`, and `traits` of a kind."""
    axes: Axes = {}
    """Values of an axis in place of the skill's (none: it does not suit this type), and own axes."""
    grows_into: str = ""
    """The task type that it becomes when refinement adds calls; empty: it stays what it is."""
    strategies: tuple[str, ...] = ()
    """Names in `_shared/strategies.yaml` that suit it; empty: those of the skill's response."""
    draft: str = ""
    """Which of the kind's narrower schemas its author and editor fill in; empty: the kind's whole one."""


class Goal(_Named):
    """One way to make an instruction harder."""

    answers: tuple[AnswerForm, ...] = ()
    """The answer forms it suits; empty: all."""
    task_types: tuple[str, ...] = ()
    """The task types it suits; empty: all but `not_task_types`."""
    not_task_types: tuple[str, ...] = ()
    """Task types that it would turn into another or cannot change."""
    not_transformations: tuple[str, ...] = ()
    """Transformations whose passages it would spoil."""
    has: tuple[str, ...] = ()
    """Traits that the item must have, as with task types."""
    edits_passage: bool = False
    changes_key: bool = False
    makes_unanswerable: bool = False


class Response(_Entry):
    """What the student sees around the instruction, and how long the answer may be."""

    passage: Literal["shown", "hidden"] | None = None
    """Whether the student sees the passage beside the task; left out where the kind of task shows something of its own."""
    max_tokens: int = Field(ge=64, le=16384)
    words: tuple[int, ...] = ()
    """Lengths to aim at, one drawn per answer; empty: what makes a row as long as those of the released split."""
    turns: Literal["single", "conversation"] = "single"
    max_turns: int = Field(default=1, ge=1, le=48)
    show_tools: bool = False
    """Whether turns with the teacher's own tools stay in the messages; without, they are in the lineage alone."""
    shape: Shape = "free"
    """What an answer of free text looks like: `bare` where it is a finished piece and nothing else."""
    wrappers: tuple[str, ...] = ("passage_first",)
    """Names in `_shared/presentation.yaml`."""
    system_prompts: tuple[Fitting, ...] = (Fitting(text=""),)
    """One is drawn for each record; an empty text means that the record has no system prompt."""
    strategies: tuple[str, ...] = ("plain",)
    """Ways to think, names in `_shared/strategies.yaml`; one is drawn per record and told to the teacher."""


class Checks(_Entry):
    """Names of checks, run in order until one fails: those of `tasks/checks`, and those of the skill's kind of task."""

    passage: tuple[str, ...] = ()
    """Of what a transformation makes, before anybody writes a task about it."""
    instruction: tuple[str, ...]
    response: tuple[str, ...]


class Released(_Entry):
    """The skill's split in Microsoft's release (orca-agentinstruct-1M-v1): our share and length target come from it."""

    split: str
    rows: int = Field(ge=1)
    bytes_per_row: int = Field(ge=100)


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
    def variables(self) -> frozenset[str]:
        """The variables in the body; ValueError for a brace that is not doubled."""
        return frozenset(name for _, name, _, _ in Formatter().parse(self.body) if name is not None)

    @cached_property
    def template(self) -> ChatPromptTemplate:
        """f-string template with the agent's variables and `{material}`; a missing variable raises KeyError."""
        from langchain_core.prompts import ChatPromptTemplate

        return ChatPromptTemplate.from_messages([("system", self.body), ("human", "{material}")])


class Skill(_Entry):
    """A skill as the steps see it."""

    name: str
    title: str
    summary: str
    seeds: tuple[DocumentKind, ...]
    kind: str
    """The kind of task: the folder of this name under `tasks/kinds`, or a package's own."""
    transformations: tuple[Transformation, ...] = Field(min_length=1)
    task_types: tuple[TaskType, ...] = Field(min_length=1)
    goals: tuple[Goal, ...] = ()
    response: Response
    checks: Checks
    tools: dict[str, tuple[ToolName, ...]] = {}
    """Agent -> the tools it may use; `respond` is the teacher who answers."""
    axes: Axes = {}
    """Values of an axis for the instruction agent, in place of those of `_shared/knobs.yaml`; none: the axis does not suit."""
    temperatures: dict[Speaker, Annotated[float, Field(ge=0, le=2)]] = {}
    """Agent -> its temperature in this skill, where another suits than the usual one; a setting goes before it."""
    author_forms: dict[AnswerForm, str] = {}
    """What its author is told about options and key of a form, where the shared sentence does not suit."""
    rubric: Rubric = Rubric()
    """Criteria beside the shared ones; an empty text removes a shared one."""
    released: Released | None = None
    agents: dict[str, Agent]
    guidance: dict[str, str] = {}
    """Task type -> the body of `types/<name>.md`, for those that need more than a description."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if problems := self._inconsistencies():
            raise Inconsistent(problems)
        return self

    def _inconsistencies(self) -> list[str]:
        problems: list[str] = []
        for what in ("transformations", "task_types", "goals"):
            names = [entry.name for entry in getattr(self, what)]
            if twice := sorted({n for n in names if names.count(n) > 1}):
                problems.append(f"{what}: named twice: {', '.join(twice)}; rename one of them")
        known = {t.name for t in self.transformations}
        for task_type in self.task_types:
            if unknown := set(task_type.transformations) - known:
                problems.append(
                    f"task type {task_type.name}: unknown transformations {sorted(unknown)}; known: {sorted(known)}"
                )
        types = {t.name for t in self.task_types}
        if astray := sorted(t.name for t in self.task_types if t.grows_into and t.grows_into not in types):
            problems.append(f"task types {astray}: grows_into names no task type; known: {sorted(types)}")
        for goal in self.goals:
            if unknown := {*goal.task_types, *goal.not_task_types} - types:
                problems.append(f"goal {goal.name}: unknown task types {sorted(unknown)}; known: {sorted(types)}")
            if unknown := set(goal.not_transformations) - known:
                problems.append(f"goal {goal.name}: unknown transformations {sorted(unknown)}; known: {sorted(known)}")
        if stray := sorted(self.guidance.keys() - types):
            problems.append(f"types/ has guidance for unknown task types {stray}: rename or delete it")
        return problems

    def agent(self, name: str) -> Agent:
        if name not in self.agents:
            raise CatalogueError(f"skill '{self.name}' has no agent '{name}'; it has {sorted(self.agents)}")
        return self.agents[name]

    def task_type(self, name: str) -> TaskType:
        return next(t for t in self.task_types if t.name == name)

    def suits(self, task_type: TaskType, transformation: str) -> bool:
        """Whether the type may be asked of passages of this transformation; of some of them, if it `needs` an axis."""
        if task_type.transformations and transformation not in task_type.transformations:
            return False
        drawn = next((t.axes for t in self.transformations if t.name == transformation), {})
        return all(
            set(drawn.get(axis, (NONE,))) - {NONE} if there else NONE in drawn.get(axis, (NONE,))
            for axis, there in task_type.needs.items()
        )


class DrawnAxis(_Entry):
    """Something that the program draws for an item."""

    values: tuple[str, ...]
    told: str
    """What its author is told of it, beside the value."""


class Presentation(_Entry):
    """`_shared/presentation.yaml`: how a task is laid out for the student, apart from its content."""

    wrappers: dict[str, tuple[str, ...]]
    """Name -> layouts with `{context}` and `{task}`."""
    option_styles: tuple[str, ...]
    """Layouts of one option with `{letter}` and `{text}`."""
    label_styles: tuple[str, ...]
    """Layouts of one label with its definition, `{text}`; a letter would be a second name."""
    answer_hints: dict[AnswerForm, tuple[Hint, ...]]
    """Sentences that ask for a final form; an empty one, for open tasks alone, asks for none."""
    author_forms: dict[AnswerForm, str]
    """What the author is told about options and key of this form."""
    author_axes: dict[AnswerForm, dict[str, DrawnAxis]] = {}
    """What the program draws for each item of this form and tells its author."""


class Knobs(_Entry):
    """`_shared/knobs.yaml`: for each kind of agent, the axes and the values to draw from."""

    transform: dict[str, tuple[str, ...]]
    instruct: dict[str, tuple[str, ...]]
    easier: Times = {}
    """Where a mix asks for easier tasks: axis -> value -> how many times as often it is drawn; once, if not named."""
    harder: Times = {}
    typed: tuple[str, ...]
    """Registers of people who type a request of their own, for tasks in free words."""
    people: dict[str, tuple[str, ...]]
    """What a person of the material's world is made of, for the axis `persona`."""
    apart: tuple[tuple[str, str], ...] = ()
    """Pairs of values that nobody has both of."""
    simulate_user: dict[str, tuple[str, ...]]

    @model_validator(mode="after")
    def _known_axes(self) -> Self:
        for towards in ("easier", "harder"):
            if unknown := sorted(getattr(self, towards).keys() - self.instruct.keys()):
                raise ValueError(f"{towards}: unknown axes {unknown}; known: {sorted(self.instruct)}")
        return self


class Exemplar(_Entry):
    """A worked answer of an instruction agent."""

    form: AnswerForm
    material: str = Field(min_length=40)
    item: dict[str, Any]
    """The fields of the schema of its kind of task."""


class Exemplars(_Entry):
    """`_shared/exemplars.yaml`: kind of task -> what a small teacher is shown, one in each call."""

    exemplars: dict[str, tuple[Exemplar, ...]]


class Strategy(_Entry):
    """`_shared/strategies.yaml`: a way to think that the teacher is told, after Orca (2023) and Orca 2 (2023)."""

    description: str
    prompts: tuple[Fitting, ...] = Field(min_length=1)
    """System prompts, one of those that fit drawn for each record; an empty text adds nothing."""


class Repairs(_Entry):
    """`_shared/repairs.yaml`: what is said beside a check's finding when a draft or a response goes back to who made it."""

    author: Lines = {}
    """Check, or reason of a reject -> what a draft, an edit or a passage that fails it needs."""
    response: Lines = {}
    """The same for responses."""


class Strategies(_Entry):
    strategies: dict[str, Strategy]
