"""What a judge task is: items that fit it, what is made of an answer, and the figure of all."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import pyarrow as pa

import prompts
from tasks.evaluation.answering import NOTHING, Said, said
from tasks.evaluation.asking import all_of
from tasks.evaluation.figures import Figure
from tasks.evaluation.judge_tasks.items import Item
from tasks.evaluation.judging import shown
from tasks.evaluation.orca_bench import Examiner
from tasks.records import Json, Rejected
from tasks.settings import Evaluating
from tasks.teacher.contract import Contract
from tasks.teacher.material import material

_TEXT = pa.string()
COLUMNS = pa.schema(
    [
        *((name, _TEXT) for name in ("id", "task", "student")),
        ("score", pa.float64()),
        *((name, _TEXT) for name in ("decided_by", "undecided", "state", "findings", "beside")),
        ("tokens", pa.int64()),
        *((name, _TEXT) for name in ("asked", "reference", "answer")),
    ]
)
"""Columns of an answer in a judge task: `score` is in the unit of its figure, `beside` a JSON object of further measures."""
Verdict = Json
"""Columns that a judge task fills: score, decided_by, undecided, findings, and `beside` as an object."""
Contracted = TypeVar("Contracted", bound=Contract)


@dataclass(frozen=True)
class JudgeTask:
    """A task of our own that a judge decides where no program can."""

    name: str
    agent: str
    """Its judge's prompt."""
    chosen: Callable[[Iterable[Json]], list[Item]]
    """The held-out rows that fit it."""
    weighed: Callable[[Item, str, Examiner, Mapping[str, str]], Awaitable[Verdict]]
    """What an answer is worth; the mapping holds the answers of the student to compare with, by item."""
    figured: Callable[[Sequence[Json], Evaluating, int], Figure]
    nothing: Verdict
    """What an answer is worth that is none."""
    compares: bool = False
    """Whether it holds answers against another's, so that the student to compare with can be that."""

    async def examined(self, items: Sequence[Item], examiner: Examiner, others: Mapping[str, str]) -> list[Json]:
        """A row of COLUMNS for each item."""
        return await all_of(self._examined(item, examiner, others) for item in items)

    async def _examined(self, item: Item, examiner: Examiner, others: Mapping[str, str]) -> Json:
        record = item.record
        answer = await said(
            record.messages, record.tools, examiner.teacher, examiner.evaluating.answer_tokens, record.id
        )
        verdict = await self._verdict(item, answer, examiner, others)
        beside = {"words": len(answer.text.split()), **verdict.pop("beside", {})}
        facts = {"id": item.id, "task": self.name, "student": examiner.student, "state": answer.state or None}
        texts = {"asked": shown(record.messages), "reference": item.reference, "answer": answer.text}
        return {**facts, **texts, "tokens": answer.tokens, **verdict, "beside": json.dumps(beside)}

    async def _verdict(self, item: Item, answer: Said, examiner: Examiner, others: Mapping[str, str]) -> Verdict:
        if answer.unasked:
            return {"undecided": answer.unasked}
        if answer.state in NOTHING:
            return dict(self.nothing)
        return await self.weighed(item, answer.text, examiner, others)


async def asked(
    agent: str, blocks: Mapping[str, str], schema: type[Contracted], examiner: Examiner
) -> Contracted | Verdict:
    """What the judge returns; else the verdict that nobody decides, with why."""
    if examiner.teacher.judge is None:
        return {"undecided": "no_judge"}
    told = {"material": material(examiner.seed, blocks)}
    voice = examiner.teacher.judge
    try:
        answer = await examiner.teacher.ask(prompts.shared_agent(agent), told, schema, voice=voice, temperature=0.0)
    except Rejected as why:
        return {"undecided": f"judge_{why.reason}"}
    found: Contracted = answer.parsed
    return found


def measures(rows: Iterable[Json], name: str) -> list[float]:
    """A further measure of each row that has it."""
    told = (json.loads(row["beside"] or "{}") for row in rows)
    return [each[name] for each in told if each.get(name) is not None]
