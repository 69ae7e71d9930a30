"""What a step has at hand: the skill, the settings, the teacher and the store of the run it is part of."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from tasks.agents.blocks import material
from tasks.records import Json, Record, Rejected, digest
from tasks.records.store import ShardRef, Store
from tasks.settings import Settings
from tasks.steps.mix import Mix
from tasks.teacher import Answer, Teacher
from tasks.tools.search.index import Index, open_index
from tasks.tools.toolbox import Toolbox

STEPS = ("transform", "instruct", "refine", "respond", "verify")


class Run:
    """One run over one skill. A plain class: Prefect walks through dataclasses and models that a task is given."""

    def __init__(
        self,
        *,
        mix: Mix,
        settings: Settings,
        seed: int,
        teacher: Teacher,
        store: Store,
    ) -> None:
        self.mix, self.settings, self.seed = mix, settings, seed
        self.skill = next(iter(mix.skills.values()))
        """The skill of the records at hand; see :meth:`of`."""
        self.teacher, self.store = teacher, store
        self.toolbox = Toolbox(settings)
        self.index: Index | None = None
        """Search over the document set; built when it is first asked."""
        self.corpus = ""
        """What is searched, as a hash: part of the key of the step that uses it."""
        self._scratch: tempfile.TemporaryDirectory[str] | None = None

    def search_in(self, shards: Sequence[ShardRef]) -> None:
        """Let agents search the pieces of these shards; the index stays in the run directory, if that is a local one."""
        self.corpus = digest([shard["sha256"] for shard in shards])
        if not self.store.local:
            self._scratch = tempfile.TemporaryDirectory(prefix="agentinstruct-search-")
        folder = Path(self._scratch.name if self._scratch else self.store.path("search"))
        self.index = open_index(folder, self.corpus, lambda: (p for s in shards for p in self.store.records(s)))
        self.toolbox.index = self.index

    def of(self, skill: str) -> Run:
        """The same run over one of its skills: teacher, store and search are shared."""
        other = copy(self)
        other.skill = self.mix.skills[skill]
        return other

    def wanted(self, names: Iterable[str]) -> list[str]:
        """Those of a skill's checks that the settings do not leave out."""
        skipped = {name.strip() for name in self.settings.skip_checks.split(",")}
        return [name for name in names if name not in skipped]

    async def similar(self, record: Record) -> list[str]:
        """Code of other documents that resembles the record's passage."""
        if self.index is None:
            return []
        return await self.index.apassages(record.passage, exclude_source=record.source.uri, kind="code")

    async def ask(
        self,
        step: str,
        agent: str,
        blocks: Mapping[str, str],
        knobs: Mapping[str, str | int],
        *,
        temperature: float,
        schema: type[BaseModel] | None = None,
        variables: Mapping[str, Any] | None = None,
        sample: int = 0,
    ) -> Answer:
        """Ask one of the skill's agents about material; deeper steps go first. It may use the tools that the skill gives it."""
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
                voice=self.teacher.judge if agent == "judge" else None,
                temperature=temperature,
                sample=sample,
                depth=STEPS.index(step),
            )
            rounds.append(answer.event)
            if not answer.tool_calls:
                break
            turns += await self._used(answer, tools, len(turns))
        else:
            raise Rejected("tool_calls", f"no answer after {self.settings.tool_rounds} rounds of tool calls", rounds)
        event = {**together(rounds), "step": step, **({"tools": turns} if turns else {})}
        return replace(answer, event=event)

    async def _used(self, answer: Answer, tools: list[Json], position: int) -> list[Json]:
        """The turns of an agent's tool calls: its message and their results."""
        calls = called(answer, "agent", position)
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


def called(answer: Answer, *parts: object) -> list[Json]:
    """The answer's calls in OpenAI's form, with ids made of `parts`."""
    return [
        {
            "id": f"call_{digest(*parts, number)[:16]}",
            "type": "function",
            "function": {"name": call["name"], "arguments": json.dumps(call["arguments"], ensure_ascii=False)},
        }
        for number, call in enumerate(answer.tool_calls)
    ]


def result_of(call: Json, content: str) -> Json:
    """The message that answers a call."""
    return {"role": "tool", "tool_call_id": call["id"], "content": content}


def shown(record: Record) -> dict[str, str]:
    """The blocks that show a record's material to an agent: its passage, its functions, or both."""
    blocks = {"passage": record.passage} if record.passage else {}
    if record.tools:
        blocks["functions"] = json.dumps(record.tools, ensure_ascii=False, indent=1)
    return blocks


def posed(record: Record) -> dict[str, str]:
    """The material and the instruction with its options and key, as suggester and editor see them."""
    blocks = {**shown(record), "instruction": record.instruction}
    if record.options:
        blocks["options"] = "\n".join(record.options)
    key: object = {"calls": record.calls, "missing": record.missing} if record.tools else record.key
    if not record.tools and not record.key and (record.constraints or record.evidence):
        key = {"constraints": record.constraints, "must keep": record.evidence}
    if record.formal:
        blocks["formal"] = json.dumps(record.formal, ensure_ascii=False)
    return {**blocks, "key": json.dumps(key, ensure_ascii=False)}
