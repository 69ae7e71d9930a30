"""The held-out rows of a curated dataset, in shards: what Orca-Bench asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tasks.curation.writing import BENCH
from tasks.publish.run_directory import RunDirectory, present, rows_in
from tasks.records import Json, digest

ROWS_PER_SHARD = 50


class BenchError(ValueError):
    """What was named has no rows to examine with; the message says what to do."""


@dataclass(frozen=True)
class Shard:
    """Some held-out rows of a skill."""

    skill: str
    number: int
    rows: tuple[Json, ...]
    content: str
    """Hash of what they say."""

    @property
    def label(self) -> str:
        return f"{self.skill} {self.number}"


@dataclass(frozen=True)
class Bench:
    """The held-out rows of a dataset."""

    shards: tuple[Shard, ...]
    against: tuple[str, ...]
    """Benchmarks that the dataset was decontaminated against."""

    @property
    def digest(self) -> str:
        """What stands for all of its rows."""
        return digest([shard.content for shard in self.shards])[:24]

    @property
    def rows(self) -> int:
        return sum(len(shard.rows) for shard in self.shards)


def bench_of(data: str, most: int = 0) -> Bench:
    """The rows that `curate` held out, by skill and id, of each skill `most` at most; BenchError where there are none."""
    try:
        run = RunDirectory(data)
        told = run.manifest
        skills = sorted(folder.rsplit("/", 1)[-1] for folder in run.store.files(BENCH))
        found = [_shards(skill, _rows(run, skill, most)) for skill in skills]
    except LookupError:
        raise BenchError(
            f"{data} is no curated dataset: name what was the --output of `agentinstruct curate`"
        ) from None
    shards = tuple(shard for each in found for shard in each)
    if not shards:
        raise BenchError(
            f"{data} has no held-out rows: name a dataset that `agentinstruct curate --hold-out` made of five documents or more"
        )
    return Bench(shards, tuple(str(each["name"]) for each in told.get("against") or ()))


def _rows(run: RunDirectory, skill: str, most: int) -> list[Json]:
    rows = sorted(map(present, rows_in(run.store, f"{BENCH}/{skill}")), key=lambda row: str(row["id"]))
    return rows[:most] if most else rows


def _shards(skill: str, rows: Sequence[Json]) -> list[Shard]:
    starts = range(0, len(rows), ROWS_PER_SHARD)
    parts = [tuple(rows[start : start + ROWS_PER_SHARD]) for start in starts]
    return [Shard(skill, number, part, _content(part)) for number, part in enumerate(parts, 1)]


def _content(rows: Sequence[Json]) -> str:
    said = [[row["id"], row["messages"], row.get("key"), row.get("tools")] for row in rows]
    return digest(said)[:24]
