"""The shards of a curation as Prefect tasks: a signature is made of each once, and its rows are written where they belong."""

from __future__ import annotations

from typing import Any

from prefect import task
from prefect.context import TaskRunContext
from prefect.runtime import task_run

from tasks.curation.contamination import hits_in, index_at
from tasks.curation.dataset import part_from_json, shard_from_json
from tasks.curation.lines import write_lines
from tasks.curation.signatures import VERSION, signature
from tasks.curation.writing import write_part
from tasks.records import Json
from tasks.records.store import Store

SIGNATURES = "signatures"
_TRIED: Json = {"retries": 1, "retry_delay_seconds": 5, "log_prints": False}
_KEPT: Json = {**_TRIED, "persist_result": True, "result_serializer": "json"}


def named(step: str) -> str:
    """What a graph calls a task: its step, and the skill and the content of its shard."""
    given = task_run.parameters
    shard = given.get("shard") or given["part"]["shard"]
    return f"{step} {shard['skill']} {shard['content'][:6]}"


def place_of(shard: Json) -> str:
    """Where the signature of a shard is kept, below the output."""
    return f"{SIGNATURES}/{shard['content']}-{VERSION}.arrow"


def _examined(context: TaskRunContext, parameters: dict[str, Any]) -> str:
    return f"examine-{Store(parameters['output']).identity}-{place_of(parameters['shard']).replace('/', '-')}"


@task(name="examine", task_run_name=lambda: named("examine"), cache_key_fn=_examined, **_KEPT)
def examine(shard: Json, output: str) -> str:
    """Make the signature of a shard, if there is none; where it is."""
    store, path = Store(output), place_of(shard)
    if not store.fs.exists(store.path(path)):
        write_lines(store, path, signature(shard_from_json(shard)))
    return path


def place_of_hits(shard: Json, index: str) -> str:
    """Where it is kept which items of an index stand in a shard."""
    return f"{SIGNATURES}/{shard['content']}-{index.rpartition('/')[2]}"


def _looked_up(context: TaskRunContext, parameters: dict[str, Any]) -> str:
    place = place_of_hits(parameters["shard"], parameters["index"])
    return f"decontaminate-{Store(parameters['output']).identity}-{place.replace('/', '-')}"


@task(name="decontaminate", task_run_name=lambda: named("decontaminate"), cache_key_fn=_looked_up, **_KEPT)
def decontaminate(shard: Json, output: str, index: str) -> str:
    """Look the items of an index up in a shard's rows; where it is kept what was found."""
    store, path = Store(output), place_of_hits(shard, index)
    if not store.fs.exists(store.path(path)):
        store.write(path, hits_in(shard_from_json(shard), index_at(output, index)).to_bytes())
    return path


@task(name="write", task_run_name=lambda: named("write"), persist_result=False, **_TRIED)
def write(part: Json, output: str) -> None:
    """Write the rows of a shard where they belong; files that are there already are not written again."""
    write_part(Store(output), part_from_json(part))
