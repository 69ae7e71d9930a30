"""Which rows hold an item of a benchmark: by the share of its grams, each weighed by how rare it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

import numpy as np

from tasks.curation.decontamination.grams import WORDS
from tasks.curation.decontamination.hits import BITS, Hits
from tasks.curation.decontamination.index import FEW_ITEMS, Index
from tasks.curation.decontamination.tokens import Hashes, Numbers, Shares

SHARE = 0.2
"""Of the weight of an item's grams, what a row may not hold."""
NEARLY_ALL = 0.98
"""Of an item's grams, however common they are, what a row may not hold."""
FEW_DOCUMENTS = 5
"""A gram in rows of more other documents belongs to a frame that many rows share."""
LEAST = WORDS + 2
"""Rare grams that a row shares with an item, at the least: one word alike in a frame makes as many as a gram has words."""
OF_SHORT = 0.6
"""Of the grams of a short item, as many."""
ALIKE_SHARE, ALIKE_RARE = SHARE / 2, 0.5
"""Of the weight, and of the rare grams that a match needs, what a row holds that may say an item in other words."""
_CANDIDATES = 3
_PAIRS = 1 << 13

Way = Literal["whole", "all", "rare"]


class Match(NamedTuple):
    """A row that holds an item of a benchmark."""

    row: int
    """Its place in the shard."""
    benchmark: str
    item: str
    share: float
    """Of the weight of the item's grams, what the row holds."""
    how: Way
    """One of its texts says just this (`whole`); it holds all grams, however common (`all`), or many rare ones (`rare`)."""


class Pairs(NamedTuple):
    """Rows beside items that they share some grams with."""

    row: Numbers
    item: Numbers
    share: Shares
    """Of the weight of the item's grams, what the row holds."""
    plain: Shares
    """The share without weights; none where what they share belongs to a frame of the benchmark alone."""
    rare: Shares
    """How many rare grams they share, as a part of those that there must be."""


def frequencies(index: Index, shards: Iterable[Hits]) -> Hashes:
    """Which documents' rows hold each gram, as bits: two such arrays, of other shards, make one by `|`.

    64 bits for each gram, whatever the number of rows; up to some ten documents are counted well, from some 250 on no more.
    """
    seen = np.zeros(len(index.grams), np.uint64)
    for hits in shards:
        order = np.argsort(hits.gram, kind="stable")
        gram = hits.gram[order]
        if len(first := np.flatnonzero(np.diff(gram, prepend=-1))):
            bits = np.uint64(1) << hits.bit[hits.row[order]].astype(np.uint64)
            seen[gram[first]] |= np.bitwise_or.reduceat(bits, first)
    return seen


def matches(index: Index, seen: Hashes, hits: Hits) -> list[Match]:
    """The rows of a shard that hold an item; of several, the one that a row holds most of."""
    documents = _documents(seen)
    found: dict[int, tuple[float, int, Way]] = {}
    for row, item in zip(hits.whole_row.tolist(), hits.whole_item.tolist(), strict=True):
        found.setdefault(row, (1.0, item, "whole"))
    for pairs in compared(index, documents, hits):
        every = (pairs.plain >= NEARLY_ALL) & (pairs.share >= NEARLY_ALL)
        for at in np.flatnonzero(every | ((pairs.rare >= 1) & (pairs.share >= SHARE))):
            row, item, share = int(pairs.row[at]), int(pairs.item[at]), float(pairs.share[at])
            if row not in found or share > found[row][0]:
                found[row] = (share, item, "all" if every[at] else "rare")
    return [Match(row, *index.items[item], share, how) for row, (share, item, how) in sorted(found.items())]


def near_matches(index: Index, seen: Hashes, hits: Hits) -> list[tuple[int, int, float]]:
    """Row, number of an item and share, wherever a row holds half of what makes a match: it may say the item in other words."""
    found: list[tuple[int, int, float]] = []
    for pairs in compared(index, _documents(seen), hits):
        near = np.flatnonzero((pairs.rare >= ALIKE_RARE) & (pairs.share >= ALIKE_SHARE))
        found += zip(pairs.row[near].tolist(), pairs.item[near].tolist(), pairs.share[near].tolist(), strict=True)
    return found


def compared(index: Index, documents: Shares, hits: Hits) -> Iterable[Pairs]:
    """Every row beside every item that it shares some anchors with, some pairs at a time."""
    keys = (hits.row << 32) | hits.gram
    at, item = _spread(index.anchor_offsets, index.anchored, hits.gram)
    pair, shared = np.unique(hits.row[at] * len(index.items) + item, return_counts=True)
    pair = pair[shared >= _CANDIDATES]
    for start in range(0, len(pair), _PAIRS):
        row, item = np.divmod(pair[start : start + _PAIRS], len(index.items))
        at, gram = _spread(index.offsets, index.of_item, item)
        wanted = (row[at] << 32) | gram
        held = keys[np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)] == wanted
        own = held & (index.held[gram] <= FEW_ITEMS)
        others = np.maximum(documents[gram] - held, 0)
        weight = 1 / (index.held[gram] * (1 + others))
        rare = own & index.telling[gram] & (others <= FEW_DOCUMENTS)
        size = np.diff(index.offsets)[item]
        total, mine, number, few, rarely = (
            np.bincount(at, values, len(item)) for values in (weight, weight * held, held, own, rare)
        )
        plain = np.where(few > 0, number / size, 0)
        yield Pairs(row, item, mine / total, plain, rarely / np.minimum(LEAST, np.ceil(OF_SHORT * size)))


def _documents(seen: Hashes) -> Shares:
    """How many documents so many bits stand for; some share one."""
    return -BITS * np.log1p(-np.minimum(np.bitwise_count(seen), BITS - 0.5) / BITS)


def _spread(offsets: Numbers, values: Numbers, keys: Numbers) -> tuple[Numbers, Numbers]:
    """All values of these keys, each with the place of its key."""
    sizes = (offsets[1:] - offsets[:-1])[keys]
    at = np.repeat(np.arange(len(keys)), sizes)
    return at, values[offsets[keys][at] + np.arange(len(at)) - (np.cumsum(sizes) - sizes)[at]]
