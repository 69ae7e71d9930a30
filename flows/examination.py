"""The parts of an examination as Prefect tasks: one for each student and shard of held-out rows."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa
from prefect import task
from prefect.context import TaskRunContext

from flows.evaluation import Plan
from flows.shards import drop_damaged_result, results, worth_retrying
from tasks.evaluation.answers import ANSWERS, finished, read_answers, write_answers
from tasks.evaluation.asking import all_of
from tasks.evaluation.bench import Shard
from tasks.evaluation.figures import Figure
from tasks.evaluation.judge_tasks import COLUMNS as IN_TASK
from tasks.evaluation.named import Wanted
from tasks.evaluation.orca_bench import Examiner
from tasks.evaluation.rows import ANSWERS as HELD_OUT
from tasks.evaluation.students import Student, identity
from tasks.records import Json, digest
from tasks.records.store import Store
from tasks.teacher.work import working

EXAMINE = "examine"
"""The step that its calls count for."""
Work = Callable[[Examiner], Awaitable[list[Json]]]
Answers = dict[str, dict[str, str]]
"""Task -> item -> the answer of the student to compare with."""


class Asked:
    """What a task run is asked for. A plain class: Prefect would walk through anything else, and store no text of it."""

    def __init__(self, store: Store, path: str, key: str, work: Work, examiner: Examiner, columns: pa.Schema) -> None:
        self.store, self.path, self.key = store, path, key
        self.work, self.examiner, self.columns = work, examiner, columns

    @property
    def cache_key(self) -> str:
        return f"{EXAMINE}-{self.store.identity}-{self.key}"


def _cache_key(context: TaskRunContext, parameters: dict[str, Any]) -> str:
    asked: Asked = parameters["asked"]
    return asked.cache_key


@task(
    name=EXAMINE,
    cache_key_fn=_cache_key,
    persist_result=True,
    result_serializer="json",
    cache_result_in_memory=False,
    retries=1,
    retry_delay_seconds=5,
    retry_condition_fn=worth_retrying,
    log_prints=False,
)
async def examine(asked: Asked) -> Json:
    """Ask a student a part of its examination; a reference to its answers."""
    with working(EXAMINE):
        rows = await asked.work(asked.examiner)
    return write_answers(asked.store, asked.path, rows, asked.columns)


@dataclass(frozen=True)
class Sitting:
    """A student that is examined, and who does it."""

    plan: Plan
    student: Student
    examiner: Examiner
    files: set[str] = field(default_factory=set)
    """Of answers, as they come to be."""


async def held_out(store: Store, sitting: Sitting) -> list[Json]:
    """A student's answers to all held-out rows."""

    async def ask(shard: Shard) -> list[Json]:
        return await _part(
            store, sitting, shard.label, shard.content, lambda who: who.examined(shard.rows), columns=HELD_OUT
        )

    return [row for each in await all_of(ask(shard) for shard in sitting.plan.bench.shards) for row in each]


async def in_task(store: Store, sitting: Sitting, wanted: Wanted, others: Answers) -> list[Figure]:
    """A student's figure in a judge task; and where it is one of comparing, the same over the student to compare with."""
    task, label, plan = wanted.task, wanted.label, sitting.plan
    evaluating, seed = plan.order.evaluating, plan.order.seed

    async def ask(name: str, against: Mapping[str, str]) -> Figure:
        content = digest(wanted.content, against)
        rows = await _part(
            store, sitting, name, content, lambda who: task.examined(wanted.items, who, against), columns=IN_TASK
        )
        if sitting.student == plan.base and not against:
            others[label] = {row["id"]: row["answer"] for row in rows}
        return replace(task.figured(rows, evaluating, seed), task=name, version=wanted.content)

    figures = [await ask(label, {})]
    if task.compares and plan.base and sitting.student != plan.base:
        figures.append(await ask(f"{label} over {plan.base.name}", others[label]))
    return figures


async def _part(
    store: Store, sitting: Sitting, label: str, content: str, work: Work, *, columns: pa.Schema
) -> list[Json]:
    """The rows of one part, by a task run of its own, unless they are there."""
    plan, student = sitting.plan, sitting.student
    rules = [plan.versions, plan.order.evaluating.model_dump()]
    key = digest(label, content, identity(student), student.name, rules)[:24]
    path = f"{ANSWERS}/{student.folder}/{re.sub(r'[^A-Za-z0-9_]+', '-', label)}-{key[:12]}.parquet"
    asked = Asked(store, path, key, work, sitting.examiner, columns)
    drop_damaged_result(asked.cache_key)
    whole = finished(store, path)
    name = f"{EXAMINE} {student.name} {label}"
    named = examine.with_options(task_run_name=lambda: name, refresh_cache=whole is None, result_storage=results())
    ref: Json = await named(asked)
    sitting.files.add(path)
    return read_answers(store, ref)
