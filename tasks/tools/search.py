"""BM25 over the pieces of the document set, to find code that resembles a piece of code."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable
from itertools import islice

from tasks.records import Record

MOST_PIECES = 4_000
"""Pieces indexed; the rest of a larger set is not searched, which bounds memory."""
_WORD = re.compile(r"[A-Za-z][a-z]+|[A-Z]{2,}")


def similar_pieces(pieces: Iterable[Record], count: int = 3, characters: int = 3_000) -> Callable[[Record], list[str]]:
    """A function from a record to the texts of up to `count` pieces of other documents that resemble it most.

    The index is built at the first call; texts are cut at `characters`.
    """
    index: list[object] = []

    def similar(record: Record) -> list[str]:
        if not index:
            index.extend(_build(pieces))
        retriever, texts, owners = index
        if retriever is None or not (words := _words(record.passage)):
            return []
        known = [word for word in words if word in retriever.vocab_dict]  # type: ignore[attr-defined]
        if not known:
            return []
        scores = retriever.get_scores(sorted(set(known)))  # type: ignore[attr-defined]
        best = sorted(range(len(texts)), key=lambda i: (-scores[i], i))  # type: ignore[arg-type]
        others = (texts[i] for i in best if scores[i] > 0 and owners[i] != record.source.id)  # type: ignore[index]
        return [text[:characters] for text in islice(others, count)]

    return similar


def _build(pieces: Iterable[Record]) -> tuple[object, list[str], list[str]]:
    import bm25s  # half a second that runs without code need not wait

    logging.getLogger("bm25s").setLevel(logging.WARNING)  # it sets itself to DEBUG at import

    chosen = list(islice(pieces, MOST_PIECES))
    texts, owners = [piece.passage for piece in chosen], [piece.source.id for piece in chosen]
    words = [_words(text) for text in texts]
    if len(texts) < 2 or not any(words):
        return None, texts, owners
    retriever = bm25s.BM25()
    retriever.index(words, show_progress=False)
    return retriever, texts, owners


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]
