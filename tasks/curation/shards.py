"""What is curated: the rows of runs, in shards small enough for a task and large enough to be worth one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from tasks.publish.run_directory import ROWS, RunDirectory, opened, parquet_files
from tasks.records import Json

ROWS_PER_SHARD = 5_000
"""Rows from which on the next file begins another shard."""


@dataclass(frozen=True)
class Shard:
    """Some files of one skill's rows in a run directory."""

    run: int
    """Its place among the runs."""
    directory: str
    skill: str
    parts: tuple[str, ...]
    """Files below the directory."""
    rows: int
    content: str
    """Hash of the files."""


def shards_of(runs: Sequence[RunDirectory]) -> list[Shard]:
    """All rows of these runs, in their order; LookupError for what is no run directory, or a damaged file."""
    return [shard for place, run in enumerate(runs) for shard in _shards(place, run)]


def _shards(place: int, run: RunDirectory) -> Iterator[Shard]:
    for skill in run.skills:
        yield from shards_in(place, run, skill, parquet_files(run.store, ROWS.format(skill)))


def shards_in(place: int, run: RunDirectory, skill: str, paths: Iterable[str]) -> Iterator[Shard]:
    """The shards that these files of a skill's rows make, in their order; `place` is that of the run among all."""
    parts: list[str] = []
    rows, content = 0, hashlib.sha256()
    for path in paths:
        parts.append(path)
        rows += opened(run.store, path).metadata.num_rows
        content.update(hashlib.sha256(run.store.read(path)).digest())
        if rows >= ROWS_PER_SHARD:
            yield Shard(place, run.output, skill, tuple(parts), rows, content.hexdigest()[:24])
            parts, rows, content = [], 0, hashlib.sha256()
    if rows:
        yield Shard(place, run.output, skill, tuple(parts), rows, content.hexdigest()[:24])


def tables(shard: Shard) -> Iterator[pa.Table]:
    """The shard's rows, a file at a time, with the columns that their version had."""
    run = RunDirectory(shard.directory)
    for path in shard.parts:
        yield opened(run.store, path).read(use_threads=False)


def rows_of(shard: Shard) -> Iterator[Json]:
    """The shard's rows in order."""
    for table in tables(shard):
        yield from table.to_pylist()
