"""BM25 over the pieces of the document set, to find code that resembles a piece of code."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable, Iterable
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from tasks.records import Record

if TYPE_CHECKING:
    from bm25s import BM25

MOST_PIECES = 2_000
"""Pieces indexed; the rest of a larger set is not searched, which bounds memory."""
_WORD = re.compile(r"[A-Za-z][a-z]+|[A-Z]{2,}")


def similar_pieces(pieces: Iterable[Record], count: int = 3, characters: int = 3_000) -> Callable[[Record], list[str]]:
    """A function from a record to the texts of up to `count` pieces of other documents that resemble it most.

    The index is built at the first call; texts are cut at `characters`.
    """

    @cache
    def index() -> tuple[BM25 | None, list[str], list[str]]:
        return _build(pieces, characters)

    def similar(record: Record) -> list[str]:
        retriever, texts, owners = index()
        known = {word for word in _words(record.passage) if retriever and word in retriever.vocab_dict}
        if retriever is None or not known:
            return []
        scores = retriever.get_scores(sorted(known))
        best = sorted(range(len(texts)), key=lambda i: (-scores[i], i))
        others = (texts[i] for i in best if scores[i] > 0 and owners[i] != record.source.id)
        return list(islice(others, count))

    return similar


def _build(pieces: Iterable[Record], characters: int) -> tuple[BM25 | None, list[str], list[str]]:
    import bm25s  # half a second that runs without code need not wait

    logging.getLogger("bm25s").setLevel(logging.WARNING)  # it sets itself to DEBUG at import
    texts: list[str] = []
    owners: list[str] = []
    words: list[list[str]] = []
    for piece in islice(pieces, MOST_PIECES):
        texts.append(piece.passage[:characters])
        owners.append(piece.source.id)
        words.append(_words(piece.passage))
    if len(texts) < 2 or not any(words):
        return None, texts, owners
    retriever = bm25s.BM25()
    retriever.index(words, show_progress=False)
    return retriever, texts, owners


def _words(text: str) -> list[str]:
    return [sys.intern(word.lower()) for word in _WORD.findall(text)]
