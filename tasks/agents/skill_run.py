"""One skill's part of a run: what a step, an agent and a check have at hand."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from prompts import Skill
from tasks.agents.calls import calls_of, result_of
from tasks.records import Json, Record, Rejected
from tasks.settings import Settings
from tasks.teacher import Answer, Teacher, Voice
from tasks.teacher.material import material
from tasks.tools.search.index import Index
from tasks.tools.toolbox import Toolbox

if TYPE_CHECKING:
    from tasks.agents.kind import Kind


class SkillRun:
    """A run over one skill. A plain class: Prefect walks through dataclasses and models that a task is given."""

    step = ""
    """Name of the step under way; empty outside of one."""
    depth = 0
    """How far down the pipeline that step is: calls of deeper steps go first."""
    decided = False
    """While a response is verified: whether a program has shown that it is right."""

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
        corpus: str = "",
    ) -> None:
        self.skill, self.kind, self.settings, self.seed = skill, kind, settings, seed
        self.teacher, self.toolbox = teacher, toolbox
        self.index, self.corpus = index, corpus
        """Search over the document set, and the hash of what is searched."""

    def at(self, step: str, depth: int) -> SkillRun:
        """The same within a step."""
        other = copy(self)
        other.step, other.depth = step, depth
        return other

    def knowing(self, decided: bool) -> SkillRun:
        """The same for a check that comes after those by program."""
        other = copy(self)
        other.decided = decided
        return other

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
        voice: Voice | None = None,
        sample: int = 0,
    ) -> Answer:
        """Ask one of the skill's agents about material. It may use the tools that the skill gives it; `voice` is who is asked."""
        asked = {**(variables or {}), "material": material(self.seed, blocks, knobs)}
        tools = self.toolbox.offered(self.skill.tools.get(agent, ()))
        turns: list[Json] = []
        rounds: list[Json] = []
        for left in reversed(range(self.settings.tool_rounds + 1)):
            answer = await self.teacher.ask(
                self.skill.agent(agent),
                asked,
                schema,
                tools=tools if left else None,
                turns=turns,
                voice=voice,
                temperature=temperature,
                sample=sample,
                depth=self.depth,
            )
            rounds.append(answer.event)
            if not answer.tool_calls:
                break
            turns += await self._used(answer, tools, len(turns))
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
