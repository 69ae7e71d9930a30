"""A judge reads what the student will see, with the response, against a rubric."""

from __future__ import annotations

import json
from dataclasses import dataclass

import prompts
from prompts import Criterion, Rubric
from tasks.agents.kind import SkillRun
from tasks.agents.review import Judgement
from tasks.checks.check import Finding
from tasks.records import Json, Record, rng

JUDGE = "judge"
"""The agent, the check and the reason of its rejects."""


@dataclass(frozen=True)
class Unmet:
    """A criterion that the judge found not met."""

    name: str
    criterion: Criterion
    finding: str
    of_response: bool


async def judge(record: Record, run: SkillRun) -> Finding:
    """One verdict per criterion, each a gate of its own, and a score from 0 to 10; rejects a row below `judge_threshold` too.

    By setting it reads every row or a share of them, those that no program has decided, or none. It sees neither agents
    nor models.
    """
    if skipped := passed_over(record, run):
        return Finding(skipped=skipped)
    answer = await run.ask(
        JUDGE,
        _case(record),
        {},
        schema=Judgement,
        temperature=0.0,
        voice=run.reader,
        variables={"criteria": criteria(record, run)},
        sample=record.sample,
    )
    found: Judgement = answer.parsed
    verdicts = [verdict.model_dump() for verdict in found.verdicts]
    event = {**answer.event, "verdicts": verdicts, "score": found.score}
    failed = [each.name for each in _unmet(verdicts, record, run)]
    low = found.score < run.settings.judge_threshold
    problem = "; ".join(
        [
            *([f"score {found.score}, below {run.settings.judge_threshold}"] if low else []),
            *([f"not met: {', '.join(failed)}"] if failed else []),
        ]
    )
    return Finding(problem=problem, quality={"score": found.score}, events=[event])


def unmet(record: Record, run: SkillRun) -> list[Unmet]:
    """What the judge's last reading of the record found not met."""
    read = next((event for event in reversed(record.lineage) if event.get("verdicts") is not None), None)
    return _unmet(read["verdicts"], record, run) if read else []


def passed_over(record: Record, run: SkillRun) -> str:
    """Why the judge does not read this row; empty if it does."""
    settings = run.settings
    if settings.judge == "off":
        return "switched off"
    if run.decided and settings.judge == "undecided":
        return "a program has decided"
    if run.decided and rng(run.seed, JUDGE, record.id, record.sample).random() >= settings.judge_share:
        return "a program has decided, and it was not drawn"
    return ""


def criteria(record: Record, run: SkillRun) -> str:
    """The shared rubric and the skill's own, one criterion a line, as far as they fit the form of the task."""
    rubric = _rubric(record, run)
    instruction, response = (
        [f"- {name}: {criterion.text}" for name, criterion in part.items()]
        for part in (rubric.instruction, rubric.response)
    )
    return "\n".join(["Of the instruction", *instruction, "Of the response", *response])


def _unmet(verdicts: list[Json], record: Record, run: SkillRun) -> list[Unmet]:
    """What these verdicts find not met; what was not asked is none of it."""
    asked = _rubric(record, run)
    known = {
        **{name: (each, True) for name, each in asked.response.items()},
        **{name: (each, False) for name, each in asked.instruction.items()},
    }
    return [
        Unmet(name, known[name][0], str(verdict["finding"]), known[name][1])
        for verdict in verdicts
        if not verdict["met"] and (name := verdict["criterion"]) in known
    ]


def _rubric(record: Record, run: SkillRun) -> Rubric:
    return prompts.shared_rubric().with_own(run.skill.rubric, record.answer_form)


def _case(record: Record) -> dict[str, str]:
    """The conversation as the student sees it and the author's key; nothing of who wrote what."""
    shown = [{k: v for k, v in message.items() if v} for message in record.messages]
    blocks = {"conversation": json.dumps(shown, ensure_ascii=False, indent=1)}
    if record.tools:
        blocks["functions"] = json.dumps(record.tools, ensure_ascii=False)
    if key := record.key or [json.dumps(call, ensure_ascii=False) for call in record.calls]:
        blocks["key"] = json.dumps(key, ensure_ascii=False)
    if not record.answerable:
        blocks["key"] = "The author means that it cannot be answered or done, and that a right response says so."
    return blocks
