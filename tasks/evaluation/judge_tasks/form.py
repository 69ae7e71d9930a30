"""Format: whether an answer keeps the form that was asked for, by program where constraints say it, else by the judge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tasks.checks.constraints.met import constraints_met
from tasks.evaluation.figures import Figure, figure_over
from tasks.evaluation.grades import FormKept
from tasks.evaluation.judge_tasks.items import Item, formed
from tasks.evaluation.judge_tasks.task import JudgeTask, Verdict, asked
from tasks.evaluation.judging import shown
from tasks.evaluation.orca_bench import Examiner
from tasks.records import Json
from tasks.settings import Evaluating

AGENT = "format_judge"


async def _weighed(item: Item, answer: str, examiner: Examiner, others: Mapping[str, str]) -> Verdict:
    by_program = _by_program(item)
    if by_program and _broken(item, answer):
        return {"score": 0.0, "decided_by": "key"}
    if by_program and not item.record.axes.get("output_format"):
        return {"score": 100.0, "decided_by": "key"}
    found = await asked(AGENT, {"task": shown(item.record.messages), "answer": answer}, FormKept, examiner)
    if not isinstance(found, FormKept):
        return found
    return {"score": 100.0 * found.kept, "decided_by": "judge", "findings": found.findings}


def _by_program(item: Item) -> bool:
    """Whether constraints are stated that the reference itself keeps, if there is one."""
    return bool(item.record.constraints) and not (item.reference and _broken(item, item.reference))


def _broken(item: Item, answer: str) -> bool:
    messages = [*item.record.messages, {"role": "assistant", "content": answer}]
    return constraints_met(replace(item.record, messages=messages)) is not None


def _figured(rows: Sequence[Json], evaluating: Evaluating, seed: int) -> Figure:
    beside = {"decided by program": float(sum(row["decided_by"] == "key" for row in rows))}
    return figure_over(
        rows, "format", "answers that keep the form asked for", "percent", evaluating, seed=seed, beside=beside
    )


FORM = JudgeTask("format", AGENT, formed, _weighed, _figured, nothing={"score": 0.0, "decided_by": "key"})
