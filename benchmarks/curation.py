"""Curation of many rows: planted edits found, what must stay kept, time and memory, and what one hundredth more costs.

`AGENTINSTRUCT_ROWS` says how many rows, 50,000 if it says nothing; the targets are for a million, by the figures a row.
"""

from __future__ import annotations

import os
import random
import resource
import tempfile
import time
from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa

from benchmarks.measures import Measure
from tasks.curation.duplicates import ALIKE, exact_duplicates, near_duplicates
from tasks.curation.grams import share_alike
from tasks.curation.lines import Lines, read_lines, write_lines
from tasks.curation.shards import ROWS_PER_SHARD, Shard
from tasks.curation.signatures import of_table
from tasks.publish.rows import dataset_columns
from tasks.records import Json
from tasks.records.store import Store

ROWS = int(os.environ.get("AGENTINSTRUCT_ROWS", "50000"))
PLANTED = 1_000
MILLION = 1_000_000
ASKED, SAID = 21, 48
"""Words of a task and of an answer: 69 together, as in the rows that the targets were set by."""
EDITS = (0.02, 0.05, 0.1, 0.2)
_VOCABULARY = 30_000


def measures() -> list[Measure]:
    source = random.Random(1)
    vocabulary = [
        "".join(source.choices("abcdefghijklmnoprstuvwxyz", k=source.randint(2, 9))) for _ in range(_VOCABULARY)
    ]
    weights = [1 / (rank + 3) for rank in range(_VOCABULARY)]

    def words(count: int) -> list[str]:
        return source.choices(vocabulary, weights, k=count)

    def rows() -> Iterator[Json]:
        for number in range(ROWS):
            yield row(number, words(ASKED), words(SAID))

    with tempfile.TemporaryDirectory() as folder:
        store = Store(folder)
        took, paths, sample = examined(store, rows())
        planted, plants = planted_in(sample, source, vocabulary)
        _, more, _ = examined(store, iter(plants), "planted")
        lines = lines_at(store, [*paths, *more])
        began = time.process_time()
        exact = exact_duplicates(lines, np.arange(len(lines)))
        near = near_duplicates(lines, np.arange(len(lines)))
        joined = time.process_time() - began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        return figures(lines, exact, near, planted, took / ROWS, joined / len(lines), peak)


def figures(
    lines: Lines,
    exact: dict[int, int],
    near: dict[int, int],
    planted: dict[str, list[int]],
    each: float,
    join: float,
    peak: float,
) -> list[Measure]:
    """`planted` has the numbers of the rows of each kind; `each` and `join` are CPU seconds a row."""
    gone = near.keys() | exact.keys()
    found = {kind: sum(number in gone for number in numbers) / len(numbers) for kind, numbers in planted.items()}
    how, cores = f"{ROWS:,} rows, {PLANTED:,} of each kind", len(os.sched_getaffinity(0))
    verified = [share_alike(lines.set("text", one), lines.set("text", two)) >= ALIKE for one, two in near.items()]
    whole = MILLION * (each / cores + join)
    more = MILLION / 100 * each / cores + MILLION * join
    edits = zip(EDITS, (0.99, 0.99, 0.95, None), strict=True)
    return [
        Measure("exact duplicates left", 1 - found["again"], 0, how=how),
        *(
            Measure(f"found of those with {share:.0%} edited", found[f"edited {share:.0%}"], bound, least=True, how=how)
            for share, bound in edits
        ),
        Measure("rows that differ in a number alone, lost", found["numbers"], 0, how=how),
        Measure("rows that differ in the task on one passage, lost", found["tasks"], 0, how=how),
        Measure("rows of one task on another passage, lost", found["passages"], 0, how=how),
        Measure("flagged pairs that hold", sum(verified) / max(len(verified), 1), 1, least=True, how=f"{len(near):,}"),
        Measure("rows flagged that were not planted", sum(n < ROWS for n in gone) / ROWS, 0.001, how=how),
        Measure("CPU a row to examine it, once", 1e6 * each, 300, unit="µs", how="signature, privacy"),
        Measure("CPU a row to join all, each time", 1e6 * join, None, unit="µs"),
        Measure("a million rows", whole, 120, unit="s", how=f"from these figures, on {cores} cores"),
        Measure("a hundredth more, of that", more / whole, 0.05, how="from these figures"),
        Measure("peak memory", peak, 2048, unit="MB", how=how),
    ]


def row(number: int, asked: Sequence[str], said: Sequence[str], passage: str | None = None) -> Json:
    """A row of so many words, without what curation does not look at."""
    task, answer = " ".join(asked), " ".join(said)
    shown = f"{passage}\n\n{task}" if passage else task
    messages = [{"role": "user", "content": shown}, {"role": "assistant", "content": answer}]
    quality = {"score": 8.0, "for_training": True, "flags": []}
    facts: Json = {"id": f"r{number:09d}", "messages": messages, "instruction": task, "options": [], "passage": passage}
    return {**facts, "skill": "coding", "task_type": "any", "answer_form": "text", "key": [], "axes": {"difficulty": "hard"},
            "quality": quality, "provenance": {"document": f"d{number // 10}"}}  # fmt: skip


def planted_in(
    rows: Sequence[Json], source: random.Random, vocabulary: Sequence[str]
) -> tuple[dict[str, list[int]], list[Json]]:
    """Rows made of others, by what was done to them; their numbers among all rows, and themselves."""
    planted: dict[str, list[int]] = {}
    made: list[Json] = []

    def plant(kind: str, asked: Sequence[str], said: Sequence[str], passage: str | None = None) -> None:
        planted.setdefault(kind, []).append(ROWS + len(made))
        made.append(row(ROWS + len(made), asked, said, passage))

    for _ in range(PLANTED):
        of = source.choice(rows)
        asked, said = of["instruction"].split(), of["messages"][1]["content"].split()
        plant("again", asked, said)
        for share in EDITS:
            plant(
                f"edited {share:.0%}", edited(asked, share, source, vocabulary), edited(said, share, source, vocabulary)
            )
        plant("numbers", [*asked, str(source.randrange(10**6))], said)
    passage = source.choices(vocabulary, k=120)
    answer = source.choices(vocabulary, k=SAID)
    for number in range(PLANTED):
        task = source.choices(vocabulary, k=ASKED)
        plant("tasks", task, [*passage, *source.choices(vocabulary, k=12)], " ".join(passage))
        plant(
            "passages",
            ["Which", "mood", "has", "this"],
            answer,
            " ".join(source.choices(vocabulary, k=120)) + f" {number}",
        )
    return planted, made


def edited(words: Sequence[str], share: float, source: random.Random, vocabulary: Sequence[str]) -> list[str]:
    """The words with this share of them replaced, left out or added to."""
    told = list(words)
    for _ in range(max(1, round(share * len(told)))):
        at, new = source.randrange(len(told)), source.choice(vocabulary)
        told[at : at + 1] = source.choice([[new], [], [told[at], new]])
    return told


def examined(store: Store, rows: Iterator[Json], name: str = "rows") -> tuple[float, list[str], list[Json]]:
    """CPU seconds to make the signatures of rows, where they are kept, and some of the rows."""
    took, paths, sample, block = 0.0, list[str](), list[Json](), list[Json]()
    schema = dataset_columns()
    while block := [each for _, each in zip(range(ROWS_PER_SHARD), rows, strict=False)]:
        table = pa.Table.from_pylist(block, schema)
        began = time.process_time()
        paths.append(f"{name}-{len(paths)}.arrow")
        write_lines(store, paths[-1], of_table(table))
        took += time.process_time() - began
        sample += block[: 2 * PLANTED] if len(sample) < 20 * PLANTED else []
    return took, paths, sample


def lines_at(store: Store, paths: Sequence[str]) -> Lines:
    """The lines of signatures, in the order in which they were made."""
    tables = [read_lines(store, path) for path in paths]
    return Lines([Shard(0, "", "coding", (), table.num_rows, "") for table in tables], tables)
