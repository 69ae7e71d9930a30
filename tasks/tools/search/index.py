"""Search over the document set of a run: BM25 over all its pieces, the same answer to the same query every time."""

from __future__ import annotations

import asyncio
import math
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from tasks.records import Record
from tasks.text.terms import place_terms, search_terms
from tasks.tools.search.files import Files, mark, open_files

SNIPPET = 400
"""Characters of a snippet at most."""
QUERY = 20_000
"""Characters of a query that are read."""
QUERY_WORDS = 48
"""Different words of a query that count, the rarest first: a whole piece may be asked for what resembles it."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found. All of it but the score is text of others: material for an agent, never an instruction."""

    id: str
    title: str
    source: str
    """The document's uri, or the page's address."""
    snippet: str
    score: float
    """Comparable within one answer only."""


class Searcher(Protocol):
    """What agents search with: the document set or the web."""

    async def asearch(self, query: str, count: int = 5, *, exclude_source: str = "") -> list[Hit]: ...


class Index:
    """The pieces of a document set. It is opened or built at the first search; safe to share between threads."""

    def __init__(self, folder: Path, key: Callable[[], str], pieces: Callable[[], Iterable[Record]]) -> None:
        self._folder, self._key, self._pieces = folder, key, pieces
        self._files: Files | None = None
        self._lock = threading.Lock()
        self._thread = ThreadPoolExecutor(1, "search")

    def search(
        self, query: str, count: int = 5, *, exclude_source: str = "", kind: str = "", characters: int = SNIPPET
    ) -> list[Hit]:
        """The pieces that fit the query best, those with equal scores by id.

        Left out are pieces of the document `exclude_source` and, if `kind` is given, those of other kinds. Snippets have at most
        `characters`.
        """
        files = self.files()
        weights = _weights(query, files)
        hits = []
        for number, score in _best(files, weights, count, exclude_source, kind):
            id, title, uri, text = files.piece(number)
            hits.append(Hit(id, title or _name(uri), uri, snippet(text, weights, characters), round(score, 4)))
        return hits

    def passages(
        self, query: str, count: int = 3, *, exclude_source: str = "", kind: str = "", characters: int = 3_000
    ) -> list[str]:
        """The texts, cut at `characters`, of what `search` finds."""
        files = self.files()
        best = _best(files, _weights(query, files), count, exclude_source, kind)
        return [files.piece(number)[3][:characters] for number, _ in best]

    async def asearch(
        self, query: str, count: int = 5, *, exclude_source: str = "", kind: str = "", characters: int = SNIPPET
    ) -> list[Hit]:
        """`search` in a thread of the index's own, so that building it holds up neither the loop nor other threads' work."""
        work = partial(self.search, query, count, exclude_source=exclude_source, kind=kind, characters=characters)
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def apassages(
        self, query: str, count: int = 3, *, exclude_source: str = "", kind: str = "", characters: int = 3_000
    ) -> list[str]:
        """`passages` in that thread."""
        work = partial(self.passages, query, count, exclude_source=exclude_source, kind=kind, characters=characters)
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def files(self) -> Files:
        """The index on disk, opened or built by whoever asks first; the others wait."""
        with self._lock:
            self._files = self._files or open_files(self._folder, self._key(), self._pieces)
            return self._files


def open_index(folder: Path, key: Callable[[], str], pieces: Callable[[], Iterable[Record]]) -> Index:
    """The index over `pieces`, kept below `folder`.

    What `key` gives stands for the pieces, so the same key must mean the same pieces; it is asked for at the first search, and
    the pieces are read only if no whole index of that key is there.
    """
    return Index(folder, key, pieces)


def _weights(query: str, files: Files) -> dict[str, float]:
    """The known words of a query, in alphabetical order, each with how rare it is."""
    if files.retriever is None:
        return {}
    starts, vocabulary = files.retriever.scores["indptr"], files.retriever.vocab_dict
    known = {word: vocabulary[word] for word in search_terms(query[:QUERY]) if word in vocabulary}
    found_in = {word: int(starts[number + 1] - starts[number]) for word, number in known.items()}
    rarest = sorted(known, key=lambda word: (found_in[word], word))[:QUERY_WORDS]
    return {word: math.log(1 + len(files.ranks) / found_in[word]) for word in sorted(rarest)}


def _best(
    files: Files, weights: dict[str, float], count: int, exclude_source: str, kind: str
) -> list[tuple[int, float]]:
    """Numbers and scores of the best pieces, in order."""
    import numpy as np

    if files.retriever is None or not weights or count < 1:
        return []
    vocabulary = files.retriever.vocab_dict
    scores = files.retriever.get_scores([vocabulary[word] for word in weights])
    if exclude_source:
        scores[files.sources == np.uint64(mark(exclude_source))] = 0
    if kind:
        scores[files.kinds != np.uint64(mark(kind))] = 0
    found = np.flatnonzero(scores)
    if len(found) > count:
        least = np.partition(scores[found], -count)[-count]
        found = found[scores[found] >= least]
    order = np.lexsort((files.ranks[found], -scores[found]))[:count]
    return [(int(number), float(scores[number])) for number in found[order]]


def snippet(text: str, weights: dict[str, float], most: int = SNIPPET) -> str:
    """The stretch of at most `most` characters that holds the most of the weighted words, cut at spaces where there are any."""
    if len(text) <= most:
        return text.strip()
    start, end = _densest(text, weights, most - 2)
    start = max(0, min(start - (most - 2 - (end - start)) // 2, len(text) - most + 2))
    end = min(len(text), start + most - 2)
    if start and (space := text.find(" ", start, start + 30)) >= 0:
        start = space
    if end < len(text) and (space := text.rfind(" ", max(start, end - 30), end)) > start:
        end = space
    return ("…" if start else "") + text[start:end].strip() + ("…" if end < len(text) else "")


def _densest(text: str, weights: dict[str, float], most: int) -> tuple[int, int]:
    """From where to where the words of greatest weight stand together, the first such place; each word counts once."""
    spots = [
        (start, end, hit)
        for start, end, made in place_terms(text)
        if end - start <= most and (hit := [word for word in made if word in weights])
    ]
    held = Counter[str]()
    best, value, first, reach = 0.0, 0.0, 0, (0, 0)
    for _, end, hit in spots:
        value += sum(weights[word] for word in set(hit) if not held[word])
        held.update(hit)
        while end - spots[first][0] > most:
            held.subtract(spots[first][2])
            value -= sum(weights[word] for word in set(spots[first][2]) if not held[word])
            first += 1
        if value > best + 1e-9:
            best, reach = value, (spots[first][0], end)
    return reach


def _name(uri: str) -> str:
    """The file name of a uri."""
    return uri.rstrip("/").rpartition("/")[2] or uri
