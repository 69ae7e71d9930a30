"""What a step has at hand: the skill, the settings, the teacher and the store of the run it is part of."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from prompts import Skill
from tasks.material import material
from tasks.records import Record, digest
from tasks.settings import Settings
from tasks.store import ShardRef, Store
from tasks.teacher import Answer, Teacher
from tasks.tools.search import Index, open_index

STEPS = ("transform", "instruct", "refine", "respond", "verify")


class Run:
    """One run over one skill. A plain class: Prefect walks through dataclasses and models that a task is given."""

    def __init__(
        self,
        *,
        skill: Skill,
        settings: Settings,
        seed: int,
        teacher: Teacher,
        store: Store,
    ) -> None:
        self.skill, self.settings, self.seed = skill, settings, seed
        self.teacher, self.store = teacher, store
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
        """Ask one of the skill's agents about material; deeper steps go first."""
        asked = {**(variables or {}), "material": material(self.seed, blocks, knobs)}
        answer = await self.teacher.ask(
            self.skill.agent(agent),
            asked,
            schema,
            temperature=temperature,
            sample=sample,
            depth=STEPS.index(step),
        )
        answer.event["step"] = step
        return answer


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
    return {**blocks, "key": json.dumps(key, ensure_ascii=False)}
