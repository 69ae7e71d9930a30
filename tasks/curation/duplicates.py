"""Rows that say the same: word for word, or nearly so. Of two, the one that came first stays.

Two rows are near-duplicates if what they ask and answer is alike, with the same numbers and the same key, about the same
material: rows that differ in a number, in the task on one passage or in the passage of one task are rows of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from tasks.curation.grams import Array, share_alike, sketches_alike
from tasks.curation.lines import Lines
from tasks.curation.signatures import BANDS, SKETCH

ALIKE = 0.5
"""Jaccard similarity of the word pairs of two rows from which on they are held to be one."""
ALIKE_ASKED = 0.5
"""The same of the words of two tasks."""
ALIKE_SAID = 0.4
"""The same of what two answers add to their material."""
ALIKE_SHOWN = 0.35
"""The same of two materials, of which sketches are compared."""


def exact_duplicates(lines: Lines, rows: Array) -> dict[int, int]:
    """Row -> the first row with the same messages and tools, for every other; `rows` stand in the order of preference."""
    one, two = (lines.column(name)[rows] for name in ("exact", "exact_too"))
    order = np.lexsort((two, one))
    same = (one[order][1:] == one[order][:-1]) & (two[order][1:] == two[order][:-1])
    starts = np.maximum.accumulate(np.where(np.concatenate([[False], same]), 0, np.arange(len(order))))
    later = np.flatnonzero(np.concatenate([[False], same])) if len(order) else np.zeros(0, int)
    return dict(zip(rows[order[later]].tolist(), rows[order[starts[later]]].tolist(), strict=True))


def near_duplicates(lines: Lines, rows: Array) -> dict[int, int]:
    """Row -> a row before it that stays and that it nearly repeats; `rows` stand in the order of preference."""
    found: dict[int, int] = {}
    for place, others in _candidates(lines, rows):
        row = int(rows[place])
        kept = dict.fromkeys(found.get(other, other) for other in rows[others].tolist())
        match = next((other for other in kept if are_alike(lines, row, other)), None)
        if match is not None:
            found[row] = match
    return found


def are_alike(lines: Lines, one: int, other: int) -> bool:
    """Whether two rows with the same numbers and key nearly repeat each other."""

    def alike(name: str) -> float:
        return share_alike(lines.set(name, one), lines.set(name, other))

    if alike("text") < ALIKE or alike("asked") < ALIKE_ASKED or alike("said") < ALIKE_SAID:
        return False
    return _show_alike(lines, one, other)


def _show_alike(lines: Lines, one: int, other: int) -> bool:
    return sketches_alike(lines.set("shown", one), lines.set("shown", other), SKETCH) >= ALIKE_SHOWN


def _candidates(lines: Lines, rows: Array) -> Iterator[tuple[int, list[int]]]:
    """Place and earlier places that share a band, place after place. Of a band that many share, each meets the first two and the
    one before it: what is alike meets in other bands too."""
    pairs = [np.zeros(0, np.uint64)]
    for n in range(BANDS):
        band = lines.column(f"band_{n}")[rows]
        shared = _in_several(band)
        order = shared[np.argsort(band[shared], kind="stable")]
        same = np.concatenate([[False], band[order][1:] == band[order][:-1]])
        starts = np.maximum.accumulate(np.where(same, 0, np.arange(len(order))))
        later = np.flatnonzero(same)
        for others in (starts[later], np.minimum(starts[later] + 1, later - 1), later - 1):
            pairs.append((order[later].astype(np.uint64) << np.uint64(32)) | order[others].astype(np.uint64))
        if len(pairs) > _MANY:
            pairs = [np.unique(np.concatenate(pairs))]
    met = np.unique(np.concatenate(pairs))
    places, others = (met >> np.uint64(32)).astype(np.int64), (met & np.uint64(0xFFFFFFFF)).astype(np.int64)
    starts = np.flatnonzero(np.diff(places, prepend=-1))
    for start, end in pairwise([*starts.tolist(), len(places)]):
        yield int(places[start]), others[start:end].tolist()


def _in_several(band: Array) -> Array:
    """The places whose number another place has as well: few, so that only they need be sorted with their places."""
    numbers = np.sort(band)
    known = np.unique(numbers[1:][numbers[1:] == numbers[:-1]])
    if not len(known):
        return np.zeros(0, np.int64)
    return np.flatnonzero(known[np.minimum(np.searchsorted(known, band), len(known) - 1)] == band)


_MANY = 12
"""Lists of pairs that are gathered before repeats among them are let go."""


def near_to(lines: Lines, rows: Array, others: Array) -> dict[int, int]:
    """Row -> one of the `others` that asks and answers much the same about the same material, whatever its numbers and key."""
    owned = np.concatenate([lines.set("text", int(other)) for other in others] or [np.zeros(0, np.uint32)])
    owners = np.repeat(others, [len(lines.set("text", int(other))) for other in others])
    order = np.argsort(owned, kind="stable")
    owned, owners = owned[order], owners[order]
    known, found = np.unique(owned), dict[int, int]()
    wanted = np.zeros(len(lines), bool)
    wanted[rows] = True
    for shard, text in enumerate(lines.lists("text")):
        if not len(known) or not len(text.values):
            continue
        hits = known[np.minimum(np.searchsorted(known, text.values), len(known) - 1)] == text.values
        shared = np.bincount(text.owners[hits], minlength=len(text))
        start = int(lines.starts[shard])
        for place in np.flatnonzero((shared >= ALIKE * text.counts) & (shared > 0)).tolist():
            row = start + place
            if wanted[row] and (match := _nearest(lines, row, owned, owners)) is not None:
                found[row] = match
    return found


def _nearest(lines: Lines, row: int, owned: Array, owners: Array) -> int | None:
    grams = lines.set("text", row)
    low, high = (np.searchsorted(owned, grams, side=side) for side in ("left", "right"))
    met = np.concatenate([owners[a:b] for a, b in zip(low.tolist(), high.tolist(), strict=True)])
    names, counts = np.unique(met, return_counts=True)
    for other in names[np.argsort(-counts, kind="stable")][:_MOST_NEAREST].tolist():
        if share_alike(grams, lines.set("text", other)) >= ALIKE and _show_alike(lines, row, other):
            return int(other)
    return None


_MOST_NEAREST = 5
