"""Rows that hold text of a document which they were not made of: found by a search, shown as a source, quoted by a tool.

What a search found stands in a row's messages or in its lineage. A row counts where it shares ten words in a row with the
document that its own document lacks, or names the document as the source of a search result.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from tasks.factory.index import parts
from tasks.records import Json, Record
from tasks.records.store import ShardRef, Store
from tasks.text.words import DENSE, words

RUN = 10
"""Words in a row that two texts hardly share by chance; of scripts without spaces, characters."""


@dataclass(frozen=True)
class Trace:
    """By what text of some documents is known again: hashes, never the text."""

    documents: frozenset[str]
    runs: frozenset[int]
    sources: tuple[str, ...]
    """How a search result names them."""


def trace(store: Store, folders: Iterable[str], documents: Collection[str], uris: Collection[str]) -> Trace:
    """The trace of documents from the pieces that these batches cut them into; without a run if the pieces are gone."""
    found = frozenset(run for folder in folders for _, run in _runs_of(store, folder, documents))
    named = tuple(f'"source": {json.dumps(uri, ensure_ascii=False)}' for uri in sorted(uris))
    return Trace(frozenset(documents), found, named)


def overlap(store: Store, folder: str, of: Trace) -> set[str]:
    """Ids of the rows, of dataset and feedback, of the batch in `folder` that hold such text and were made of others."""
    found, candidates = set[str](), dict[str, list[tuple[str, frozenset[int]]]]()
    for part in parts(store, folder):
        for row in store.table(f"{folder}/{part}").to_pylist():
            document = row["provenance"]["document"] if "provenance" in row else row["document"]
            told = [] if document in of.documents else list(_strings(row))
            if any(name in text for name in of.sources for text in told):
                found.add(row["id"])
            elif shared := of.runs.intersection(run for text in told for run in runs(text)):
                candidates.setdefault(document, []).append((row["id"], shared))
    own: dict[str, set[int]] = {}
    for document, run in _runs_of(store, folder, candidates):
        own.setdefault(document, set()).add(run)
    for document, rows in candidates.items():
        found |= {id for id, shared in rows if shared - own.get(document, set())}
    return found


def runs(text: str) -> Iterator[int]:
    """Hashes of all runs of so many words; of a shorter text, none."""
    tokens = [part for word in words(text) for part in (word if DENSE.search(word) else (word,))]
    return (hash(tuple(tokens[start : start + RUN])) for start in range(len(tokens) - RUN + 1))


def _runs_of(store: Store, folder: str, documents: Collection[str]) -> Iterator[tuple[str, int]]:
    """Document and run, for all runs in the pieces that the batch cut these documents into."""
    for path in store.files(f"{folder}/steps/documents") if documents else ():
        if path.endswith(".parquet"):
            for item in store.items(ShardRef(uri=path, rows=0, rejects=0, sha256="")):
                if isinstance(item, Record) and item.source.id in documents:
                    yield from ((item.source.id, run) for run in runs(item.passage))


def _strings(value: object) -> Iterator[str]:
    """Every text in a row; what is written as JSON is read, so that an escape hides nothing."""
    if isinstance(value, str):
        inner = _json(value)
        yield from [value] if inner is None else [json.dumps(inner, ensure_ascii=False), *_strings(inner)]
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, Iterable):
        for item in value:
            yield from _strings(item)


def _json(text: str) -> Json | list[object] | None:
    if not text.startswith(("{", "[")):
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict | list) else None
