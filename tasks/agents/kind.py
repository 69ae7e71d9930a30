"""What a kind of task is, all that the rest of the code knows of it, and the run over one skill that its parts are given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel

from prompts import TEMPERATURES, AnswerForm, Skill, TaskType, Transformation, presentation
from tasks.agents.calls import calls_of, result_of
from tasks.agents.traits import Traits
from tasks.checks.check import Check
from tasks.records import Json, Record, Rejected
from tasks.records.marks import NO_MARKS, Marks
from tasks.settings import Settings
from tasks.teacher import Answer, Teacher, Voice
from tasks.teacher.contract import Contract, Drafts
from tasks.teacher.material import material
from tasks.tools.search.index import Index
from tasks.tools.toolbox import Toolbox


class SkillRun:
    """A run over one skill. A plain class: Prefect walks through dataclasses and models that a task is given."""

    step = ""
    """Name of the step under way; empty outside of one."""
    depth = 0
    """How far down the pipeline that step is: calls of deeper steps go first."""
    decided = False
    """While a response is verified: whether a program has shown that it is right."""
    of_judge = False
    """Whether the judge's voice wrote the response that is verified, so that the teacher itself reads it."""

    learned: Mapping[str, Json] = MappingProxyType({})
    """What the step under way came to in earlier shards of the run, where its draws depend on that."""

    def __init__(
        self,
        *,
        skill: Skill,
        kind: Kind,
        settings: Settings,
        seed: int,
        teacher: Teacher,
        toolbox: Toolbox,
        index: Index | None = None,
        corpus: Callable[[], str] = str,
        marks: Marks = NO_MARKS,
    ) -> None:
        self.skill, self.kind, self.settings, self.seed = skill, kind, settings, seed
        self.teacher, self.toolbox = teacher, toolbox
        self.index, self.corpus = index, corpus
        """Search over the document set, and what gives the hash of what is searched."""
        self.marks = marks
        """What a person said of an earlier run's records."""

    def at(self, step: str, depth: int, learned: Json | None = None) -> SkillRun:
        """The same within a step."""
        other = copy(self)
        other.step, other.depth, other.learned = step, depth, learned or {}
        return other

    def knowing(self, decided: bool) -> SkillRun:
        """The same for a check that comes after those by program."""
        other = copy(self)
        other.decided = decided
        return other

    def second(self) -> SkillRun:
        """The same for a second response: nobody judges what their own voice wrote."""
        other = copy(self)
        other.of_judge = True
        return other

    @property
    def reader(self) -> Voice | None:
        """Who judges and settles doubts; the teacher itself if None."""
        return None if self.of_judge else self.teacher.judge

    def temperature(self, agent: str, given: float | None) -> float:
        """The agent's temperature: what the settings give, else the skill's own, else the usual one."""
        own: dict[str, float] = dict(self.skill.temperatures.items())
        speaker = agent.partition("/")[0]
        return own.get(speaker, TEMPERATURES[speaker]) if given is None else given

    def author_form(self, form: AnswerForm) -> str:
        """What the skill's author and editor are told about options and key of this form."""
        return self.skill.author_forms.get(form) or presentation().author_forms[form]

    async def similar(self, record: Record) -> list[str]:
        """Code of other documents that resembles the record's passage."""
        if self.index is None:
            return []
        return await self.index.apassages(record.passage, exclude_source=record.source.uri, kind="code")

    async def ask(
        self,
        agent: str,
        blocks: Mapping[str, str],
        knobs: Mapping[str, str | int],
        *,
        temperature: float,
        schema: type[BaseModel] | None = None,
        variables: Mapping[str, Any] | None = None,
        directions: Mapping[str, str] | None = None,
        voice: Voice | None = None,
        earlier: Sequence[Json] = (),
        sample: int = 0,
    ) -> Answer:
        """Ask one of the skill's agents about material. It may use the tools that the skill gives it.

        `blocks` are untrusted texts; `directions` are what the pipeline itself wants done with them; `voice` is who is asked;
        `earlier` are turns since, with which the same conversation goes on.
        """
        asked = {**(variables or {}), "material": material(self.seed, blocks, knobs, directions)}
        tools = self.toolbox.offered(self.skill.tools.get(agent, ()))
        turns: list[Json] = []
        rounds: list[Json] = []
        for left in reversed(range(self.settings.tool_rounds + 1)):
            answer = await self.teacher.ask(
                self.skill.agent(agent),
                asked,
                schema,
                tools=tools if left else None,
                turns=[*earlier, *turns],
                voice=voice,
                temperature=temperature,
                sample=sample,
                depth=self.depth,
            )
            rounds.append(answer.event)
            if not answer.tool_calls:
                break
            turns += await self._used(answer, tools, len(earlier) + len(turns))
        else:
            raise Rejected("tool_calls", f"no answer after {self.settings.tool_rounds} rounds of tool calls", rounds)
        event = {**together(rounds), "step": self.step, **({"tools": turns} if turns else {})}
        return replace(answer, event=event)

    async def _used(self, answer: Answer, tools: list[Json], position: int) -> list[Json]:
        """The turns of an agent's tool calls: its message and their results."""
        calls = calls_of(answer, "agent", position)
        known = {tool["function"]["name"] for tool in tools}
        results = [
            await self.toolbox.use(call["name"], call["arguments"]) if call["name"] in known else "error: no such tool"
            for call in answer.tool_calls
        ]
        return [
            {"role": "assistant", "content": answer.text, "tool_calls": calls},
            *(result_of(call, result) for call, result in zip(calls, results, strict=True)),
        ]


def together(events: list[Json]) -> Json:
    """The last of some events, with the tokens and cost of all: one answer that took several rounds."""
    tokens = {name: sum(e[name] for e in events) for name in ("prompt_tokens", "completion_tokens")}
    costs = [e["cost_usd"] for e in events]
    return {**events[-1], **tokens, "cost_usd": None if None in costs else sum(costs)}


Answers = Callable[[Record, Json, list[Json], SkillRun, int, list[Json]], Awaitable[str]]
"""What a function of the task answers: from record, call, messages so far, run, sample and the events, which it may extend."""


@dataclass(frozen=True)
class Environment:
    """Who else speaks in a conversation about a task."""

    answers: Answers | None = None
    """Answers the calls of the task's own functions; None: the task has none."""
    wish: Callable[[Record, list[Json]], dict[str, str] | None] | None = None
    """What the simulated user is told before their next message, as blocks, or the message itself as `say`; None when they
    want nothing more."""
    turns: Callable[[Record], int] | None = None
    """How many turns a task needs at most, within what the skill allows; None: all that it allows."""


def nothing(record: Record) -> str:
    """For kinds whose task says all that the student needs."""
    return ""


ALONE = Environment()
"""Nobody: the conversation ends with the first answer."""


@dataclass(frozen=True)
class Kind:
    """A kind of task, named by `kind:` in a `skill.yaml`; what a field says by default fits a plain question."""

    name: str
    drafts: Drafts
    """The schemas that the author of an instruction and its editor return."""
    narrower: Mapping[str, Drafts] = field(default_factory=dict)
    """The same schemas without what a task type has no use for, by the name that a task type gives as its `draft`."""
    transform: Callable[[Transformation, Record, SkillRun], Awaitable[Record]] | None = None
    """Makes the material of a task from a piece of a document; None: agents write a passage of prose."""
    complete: Callable[[Record, SkillRun], Awaitable[Record]] | None = None
    """What a program adds to a draft before it is checked; an `identified` record, or Rejected. None: nothing."""
    show: Callable[[Record], str] | None = None
    """What the student sees beside the task; None: the passage, if the skill shows it."""
    hidden: frozenset[str] = frozenset()
    """Names of `formal` data that only checks read: a change of these alone makes no other task."""
    traits: Traits = field(default_factory=dict)
    """What a passage of this kind may have, beside the traits of any text, that a task type can ask for."""
    environment: Environment = ALONE
    checks: tuple[Check, ...] = ()
    """Checks that only tasks of this kind can pass or fail."""
    agents: tuple[str, ...] = ()
    """Agents that a skill of this kind has, beside those of every skill."""
    searches: tuple[str, ...] = ()
    """Which of `transform` and `complete` look into the rest of the document set."""
    contracts: tuple[type[Contract], ...] = ()
    """Structured answers other than drafts that its agents give."""
    offline: str = ""
    """`module:name` of its part of the offline teacher; empty where `tasks.offline` has it in its own table."""
    defects: str = ""
    """`module:name` of what its authors and responders can do wrong, for the simulator: role -> name of a defect -> function."""

    def drafts_for(self, task_type: TaskType) -> Drafts:
        """The schemas that the author and the editor of this type of task return."""
        return self.narrower[task_type.draft] if task_type.draft else self.drafts
