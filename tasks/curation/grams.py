"""Words and word pairs of many texts at once, as numbers: what texts are compared by, a thousand rows at a time."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any

import numpy as np

from tasks.text.plain import ONE_SIGN
from tasks.text.words import DENSE

Array = np.ndarray[Any, Any]

_END = "\x1e"
_WORDS = re.compile(rf"\w+|{_END}")
_DENSE_WORDS = re.compile(rf"{DENSE.pattern}|(?:(?!{DENSE.pattern})\w)+|{_END}")
_MOST_WORDS = 2_000_000
"""Words that are remembered with their hashes."""
_FIRST, _SECOND, _THIRD = (np.uint64(n) for n in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0xBF58476D1CE4E5B9))
_HALF = np.uint64(32)
_known: dict[str, int] = {}


@dataclass(frozen=True)
class Ragged:
    """A list of numbers for each text: those of text `n` are `values[ends[n-1]:ends[n]]`."""

    values: Array
    ends: Array

    def __len__(self) -> int:
        return len(self.ends)

    @property
    def counts(self) -> Array:
        return np.diff(self.ends, prepend=0)

    @property
    def owners(self) -> Array:
        """The text that each value belongs to."""
        return np.repeat(np.arange(len(self.ends)), self.counts)

    def lists(self) -> list[Array]:
        return [self.values[start:end] for start, end in pairwise(chain([0], self.ends.tolist()))]


def words_of(texts: Sequence[str]) -> Ragged:
    """Hashes (uint64) of the words of each text in order, whatever the case, quotes and punctuation; a sign of a script without
    spaces is a word."""
    joined = _END.join(text.replace(_END, " ") for text in texts)
    if joined.isascii():
        found = _WORDS.findall(joined.lower())
    else:
        joined = unicodedata.normalize("NFKC", joined).translate(ONE_SIGN).casefold()
        found = (_DENSE_WORDS if DENSE.search(joined) else _WORDS).findall(joined)
    if len(_known) > _MOST_WORDS:
        _known.clear()
    for word in set(found) - _known.keys():
        _known[word] = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little") or 1
    _known[_END] = 0
    hashes = np.fromiter(map(_known.__getitem__, found), np.uint64, len(found))
    breaks = np.flatnonzero(hashes == 0)
    ends = np.append(breaks, len(hashes)) - np.arange(len(breaks) + 1)
    return Ragged(hashes[hashes != 0], ends if texts else np.zeros(0, np.int64))


def pairs_of(words: Ragged) -> Ragged:
    """Hashes (uint64) of the word pairs of each text; a text of one word has that word."""
    values, ends = words.values, words.ends
    counts = words.counts
    hashed = _mixed(values * _FIRST)
    if len(values) > 1:
        hashed[:-1] = _mixed(values[:-1] * _FIRST + values[1:] * _SECOND)
    alone = ends[counts == 1] - 1
    hashed[alone] = _mixed(values[alone] * _FIRST)
    keep = np.ones(len(values), bool)
    keep[ends[counts > 1] - 1] = False  # a pair does not reach into the next text
    return Ragged(hashed[keep], np.cumsum(np.maximum(counts - 1, counts == 1)))


def joined(*parts: Ragged) -> Ragged:
    """The numbers of each text in several lists, as one list."""
    owners = np.concatenate([part.owners for part in parts])
    order = np.argsort(owners, kind="stable")
    values = np.concatenate([part.values for part in parts])[order]
    return Ragged(values, np.cumsum(sum(part.counts for part in parts)))


def sets_of(found: Ragged) -> Ragged:
    """The numbers of each text as a set: their upper half (uint32), sorted, each once."""
    keys = np.sort((found.owners.astype(np.uint64) << _HALF) | (found.values >> _HALF))
    keys = keys[np.diff(keys, prepend=~keys[:1]) != 0]
    owners = (keys >> _HALF).astype(np.int64)
    return Ragged(keys.astype(np.uint32), np.searchsorted(owners, np.arange(len(found)), side="right"))


def without(found: Ragged, others: Ragged) -> Ragged:
    """Of sets of each text, what is not in the other set of the same text."""
    one, two = (each.owners.astype(np.uint64) << _HALF | each.values for each in (found, others))
    keep = ~np.isin(one, two)
    return Ragged(found.values[keep], np.cumsum(np.bincount(found.owners[keep], minlength=len(found))))


def least_of(found: Ragged, most: int) -> Ragged:
    """The `most` smallest of each sorted set: a sketch by which two sets are compared."""
    places = np.arange(len(found.values)) - np.repeat(found.ends - found.counts, found.counts)
    return Ragged(found.values[places < most], np.cumsum(np.minimum(found.counts, most)))


def share_alike(one: Array, other: Array) -> float:
    """Jaccard similarity of two sorted sets; of two empty ones, 1."""
    if not len(one) or not len(other):
        return float(len(one) == len(other))
    both = np.intersect1d(one, other, assume_unique=True).size
    return float(both / (len(one) + len(other) - both))


def sketches_alike(one: Array, other: Array, most: int) -> float:
    """About the Jaccard similarity of the sets whose sketches of so many these are; exact where a set is smaller."""
    if len(one) < most and len(other) < most:
        return share_alike(one, other)
    union = np.union1d(one, other)[:most]
    return float(np.isin(union, np.intersect1d(one, other, assume_unique=True)).mean())


def _mixed(values: Array) -> Array:
    values = values ^ (values >> np.uint64(30))
    values = values * _THIRD
    mixed: Array = values ^ (values >> np.uint64(27))
    return mixed
