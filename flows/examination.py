"""The parts of an examination as Prefect tasks: one for each student and shard of held-out rows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pyarrow as pa
from prefect import task
from prefect.context import TaskRunContext

from flows.evaluation import Plan
from flows.shards import drop_damaged_result, results, worth_retrying
from tasks.evaluation.answers import ANSWERS, finished, read_answers, write_answers
from tasks.evaluation.orca_bench import Examiner
from tasks.evaluation.rows import ANSWERS as COLUMNS
from tasks.evaluation.students import Student, identity
from tasks.records import Json, digest
from tasks.records.store import Store
from tasks.teacher.work import working

EXAMINE = "examine"
"""The step that its calls count for."""
Work = Callable[[Examiner], Awaitable[list[Json]]]


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


async def part(
    store: Store, plan: Plan, student: Student, examiner: Examiner, label: str, content: str, work: Work,
    columns: pa.Schema = COLUMNS,
) -> list[Json]:  # fmt: skip
    """The rows of one part, by a task run of its own, unless they are there."""
    key = digest(label, content, identity(student), student.name, plan.versions, plan.order.evaluating.model_dump())[
        :24
    ]
    path = f"{ANSWERS}/{student.folder}/{label.replace(' ', '-')}-{key[:12]}.parquet"
    asked = Asked(store, path, key, work, examiner, columns)
    drop_damaged_result(asked.cache_key)
    whole = finished(store, path)
    name = f"{EXAMINE} {student.name} {label}"
    named = examine.with_options(task_run_name=lambda: name, refresh_cache=whole is None, result_storage=results())
    ref: Json = await named(asked)
    return read_answers(store, ref)
