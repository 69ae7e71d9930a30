"""The judge of Orca-Bench: it sees task, reference and answer, gives its reasons and then a score from 0 to 10."""

from __future__ import annotations

import json
from dataclasses import dataclass

import prompts
from tasks.evaluation.case import Case
from tasks.evaluation.grades import Grade
from tasks.records import Json, Rejected, rng
from tasks.teacher import Teacher, Voice
from tasks.teacher.material import material

ORCA_BENCH_JUDGE = "orca_bench_judge"


@dataclass(frozen=True)
class Judged:
    """What the judge made of an answer; `score` is None where it gave nothing that can be read."""

    score: float | None
    findings: str = ""
    answer_first: float | None = None
    """The score with the answer before the reference, where both orders were asked."""
    reference_first: float | None = None
    problem: str = ""
    """Why there is no score, in one word."""


async def judged(case: Case, answer: Json, teacher: Teacher, judge: Voice, seed: int, both_orders: float) -> Judged:
    """The judge's score; on a share of the cases the mean of two, each with answer and reference in another order."""
    both, answer_leads = orders(case, seed, both_orders)
    first = await _graded(case, answer, teacher, judge, seed, answer_first=answer_leads)
    if not both or isinstance(first, str):
        return Judged(None, problem=first) if isinstance(first, str) else Judged(first.score, first.findings)
    second = await _graded(case, answer, teacher, judge, seed, answer_first=not answer_leads)
    if isinstance(second, str):
        return Judged(first.score, first.findings)
    led, followed = (first, second) if answer_leads else (second, first)
    mean = (first.score + second.score) / 2
    return Judged(mean, first.findings, answer_first=led.score, reference_first=followed.score)


def orders(case: Case, seed: int, both_orders: float) -> tuple[bool, bool]:
    """Whether the case is judged in both orders, and whether the answer comes first the first time."""
    drawn = rng(seed, "both orders", case.record.id)
    return drawn.random() < both_orders, drawn.random() < 0.5


async def _graded(
    case: Case, answer: Json, teacher: Teacher, judge: Voice, seed: int, *, answer_first: bool
) -> Grade | str:
    """The judge's grade; why there is none, in one word."""
    task = {"task": shown([*case.record.messages])}
    if case.record.tools:
        task["functions"] = json.dumps(case.record.tools, ensure_ascii=False)
    pair = {"reference": spoken(case.reference), "answer": spoken(answer)}
    ordered = dict(sorted(pair.items(), reverse=not answer_first))
    try:
        found = await teacher.ask(
            prompts.shared_agent(ORCA_BENCH_JUDGE),
            {"material": material(seed, {**task, **ordered})},
            Grade,
            voice=judge,
            temperature=0.0,
        )
    except Rejected as why:
        return why.reason
    grade: Grade = found.parsed
    return grade


def shown(messages: list[Json]) -> str:
    """A conversation as a judge sees it."""
    told = [{name: value for name, value in message.items() if value} for message in messages]
    if len(told) == 1:
        return str(told[0].get("content") or "")
    return json.dumps(told, ensure_ascii=False, indent=1)


def spoken(message: Json) -> str:
    """What an assistant's message says and calls."""
    calls = [call["function"] for call in message.get("tool_calls") or ()]
    written = [f"calls {call['name']}({call['arguments']})" for call in calls]
    return "\n".join(filter(None, [str(message.get("content") or ""), *written]))
