"""Which items are near to rows by the words that they ask with, each weighed by how rare it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from tasks.curation.decontamination.tokens import Numbers, Shares
from tasks.curation.grams import Array, Ragged

NEAR = 0.4
"""Cosine from which on a row is asked about."""
MOST_ITEMS = 1_000
"""A word that more items hold leads to none of them."""
_AT_ONCE = 1 << 22
"""Cosines that are counted at a time."""


class Near(NamedTuple):
    """Texts beside items."""

    text: Numbers
    item: Numbers
    cosine: Shares


class Wording:
    """The words of items, each with its weight, which is learnt from the items and from the rows beside them."""

    def __init__(self, items: Ragged, rows: Sequence[Ragged]) -> None:
        """`items` and `rows` are sets of words, as `tasks.curation.grams.sets_of` makes them."""
        self._words, number, held = np.unique(items.values, return_inverse=True, return_counts=True)
        seen = np.zeros(len(self._words), np.int64)
        for part in rows:
            place, known = self._find(part.values)
            seen += np.bincount(place[known], minlength=len(seen))
        self._weight = np.log1p((len(items) + sum(map(len, rows))) / (held + seen))
        # A word of no item may be as telling or as idle as any: it weighs what a word usually does.
        self._usual = float(np.average(self._weight, weights=held)) if len(held) else 1.0
        self._leads = held <= MOST_ITEMS
        by_word = np.argsort(number, kind="stable")
        self._item = items.owners[by_word]
        self._offsets = np.searchsorted(number[by_word], np.arange(len(held) + 1))
        self._norms = np.sqrt(np.bincount(items.owners, self._weight[number] ** 2, len(items)))

    def near(self, texts: Ragged, least: float) -> Near:
        """All texts, told by their sets of words, beside the items whose cosine to them is at least so high."""
        nothing = np.zeros(0, np.int64)
        if not len(self._words):
            return Near(nothing, nothing, np.zeros(0))
        step = max(1, _AT_ONCE // len(self._norms))
        parts = [
            self._beside(texts, start, min(start + step, len(texts)), least) for start in range(0, len(texts), step)
        ]
        return Near(*(np.concatenate(each) for each in zip((nothing, nothing, np.zeros(0)), *parts, strict=True)))

    def _beside(self, texts: Ragged, start: int, end: int, least: float) -> tuple[Array, Array, Array]:
        low = int(texts.ends[start - 1]) if start else 0
        values = texts.values[low : int(texts.ends[end - 1])]
        owner = np.repeat(np.arange(end - start), texts.counts[start:end])
        place, known = self._find(values)
        weight = np.where(known, self._weight[place], self._usual)
        norms = np.sqrt(np.bincount(owner, weight**2, end - start))
        leads = np.flatnonzero(known & self._leads[place])
        word = place[leads]
        sizes = np.diff(self._offsets)[word]
        at = np.repeat(np.arange(len(word)), sizes)
        item = self._item[self._offsets[word][at] + np.arange(len(at)) - (np.cumsum(sizes) - sizes)[at]]
        every = len(self._norms)
        products = np.bincount(owner[leads][at] * every + item, weight[leads][at] ** 2, (end - start) * every)
        cosine = products.reshape(end - start, every) / np.maximum(np.outer(norms, self._norms), 1e-9)
        text, near = np.nonzero(cosine >= least)
        return text + start, near, cosine[text, near]

    def _find(self, values: Array) -> tuple[Array, Array]:
        """The numbers of these words, and which of them some item holds."""
        if not len(self._words):
            return np.zeros(len(values), np.int64), np.zeros(len(values), np.bool_)
        place = np.minimum(np.searchsorted(self._words, values), len(self._words) - 1)
        return place, self._words[place] == values
