"""Rows of a dataset that may say a benchmark's item in other words: listed for whoever judges them, and kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial

from tasks.curation.decontamination import candidates, items_against
from tasks.curation.fates import Fates
from tasks.curation.lines import Lines
from tasks.curation.shards import rows_of
from tasks.curation.vectors import embedded
from tasks.records import Json
from tasks.records.store import Store
from tasks.settings import Curating

SUSPECTS = "suspects.jsonl"
"""Row, benchmark, item and cosine similarity, a JSON object a line; the nearest first."""


def list_suspects(store: Store, fates: Fates, settings: Curating) -> int | None:
    """List which rows to train on are near to an item of a benchmark; how many, or None and no list where nothing tells.

    It takes benchmarks to be near to, and an embedding model.
    """
    if not (settings.against and settings.embeddings):
        if store.fs.exists(store.path(SUSPECTS)):
            store.remove(SUSPECTS)
        return None
    items = [item for each in items_against(settings.against).values() for item in each]
    told = list(_asked(fates.lines, set(fates.training.tolist())))
    found = candidates(items, [text for _, text in told], partial(embedded, folder=settings.embeddings))
    found.sort(key=lambda each: -each.cosine)
    listed = [{"row": fates.lines.id(told[row][0]), "benchmark": b, "item": i, "cosine": c} for row, b, i, c in found]
    store.write(SUSPECTS, "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in listed).encode())
    return len(found)


def _asked(lines: Lines, wanted: set[int]) -> Iterator[tuple[int, str]]:
    """Row -> what it asks: its instruction with its options, or whatever a user says in it."""
    for place, shard in enumerate(lines.shards):
        for number, row in enumerate(rows_of(shard), int(lines.starts[place])):
            if number in wanted:
                yield number, _said(row)


def _said(row: Json) -> str:
    if instruction := row.get("instruction"):
        return "\n".join([instruction, *(row.get("options") or ())])
    return "\n".join(message["content"] or "" for message in row["messages"] if message["role"] == "user")
