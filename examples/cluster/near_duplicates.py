"""Drop near-duplicates of more rows than one machine joins: datatrove joins curation's signatures, on its executors.

python examples/cluster/near_duplicates.py RUN... --output OUT      docs/how_to/deduplicate_on_a_cluster.md
"""

from __future__ import annotations

import json
from functools import partial
from typing import Any, Literal

import cyclopts
import datatrove.executor
from datatrove.pipeline.dedup import MinhashDedupBuckets, MinhashDedupCluster
from datatrove.pipeline.dedup.minhash import MinhashConfig

from tasks.curation.cluster import Work, choose, compare, drop, gather, sign
from tasks.curation.shards import Shard
from tasks.curation.signatures import BANDS
from tasks.publish.run_directory import ROWS, RunDirectory, parquet_files
from tasks.records.store import Store

BUCKETS = MinhashConfig(num_buckets=BANDS, hashes_per_bucket=1)


def main(
    runs: list[str],
    /,
    *,
    output: str,
    tasks: int = 2,
    executor: Literal["Local", "Slurm", "Ray"] = "Local",
    options: str = '{"workers": 2}',
) -> None:
    """OPTIONS are those of datatrove's executor, as JSON."""
    found = [(n, run, skill) for n, run in enumerate(map(RunDirectory, runs)) for skill in run.skills]
    parts = [(*each, path) for each in found for path in parquet_files(each[1].store, ROWS.format(each[2]))]
    work = Work(Store(output), [Shard(n, run.output, skill, (path,), 0, "") for n, run, skill, path in parts])
    tasks = min(tasks, len(parts))
    told = {"files": [[file.directory, *file.parts] for file in work.files], "tasks": tasks}
    if work.store.read_json("joining/work.json") not in (None, told):
        raise SystemExit(f"{output} holds the work of other runs or tasks: choose another --output")
    work.store.write_json("joining/work.json", told)
    signed, joined, alike, clusters = (f"{output}/joining/{name}" for name in ("signed", "joined", "alike", "clusters"))
    steps = [
        (partial(sign, work), tasks),
        (MinhashDedupBuckets(signed, joined, config=BUCKETS, lines_to_buffer=1000), BANDS),
        (partial(compare, work), BANDS),
        (MinhashDedupCluster(alike, clusters, config=BUCKETS, save_cluster_id=True), 1),
        *((partial(step, work), tasks) for step in (gather, choose, drop)),
    ]
    kind: Any = getattr(datatrove.executor, f"{executor}PipelineExecutor")
    last: Any = None
    for n, (step, count) in enumerate(steps):
        last = kind([step], count, depends=last, logging_dir=f"{output}/joining/logs/{n}", **json.loads(options))
    last.run()


if __name__ == "__main__":
    cyclopts.run(main)
