"""The lots of a run directory: which pieces came together, what each was dealt, and what those of a lot may search.

A lot is what one reading of the documents, or several that were cut off, brought and none before: it is closed when all has been
read. A piece once dealt stays in its lot, with its skill and its wave, whatever documents come, go or move later, and what
agents search on its behalf is what there was when its lot was closed.

The manifests of the shards of documents say which pieces they hold; a file says of each closed lot which shards there were then.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from tasks.records import Json, Record, Reject
from tasks.records.store import ShardRef, Store
from tasks.steps.sharding import Batch

DOCUMENTS = "documents"
"""The step that shards of pieces are written by."""
_FOLDER = "lots"
_DIGITS = 16
"""Hexadecimal digits of a mark."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where pieces are: in which lot and wave, and dealt to which skill; "" for rejects."""

    lot: int
    wave: int
    skill: str


class Lots:
    """What a run directory knows of pieces from readings before; 12 bytes for each, so that millions are no burden."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._closed = closed(store)
        self.open = max(self._closed, default=0) + 1
        """The lot of what was not known before."""
        self._marks, self._ranks, self._places = _read(store)

    def find(self, item: Record | Reject, skills: Collection[str]) -> tuple[int, Place | None]:
        """The lot of a piece that has not been dealt yet, or of a reject; and its place, if it was dealt to one of the skills."""
        mark = int(mark_of(item), 16)
        lot = 0
        for at in range(bisect_left(self._marks, mark), len(self._marks)):
            if self._marks[at] != mark:
                break
            place = self._places[self._ranks[at]]
            lot = lot or place.lot
            if place.skill in skills:
                return lot, place
        return lot or self.open, None

    def dealt(self) -> Counter[str]:
        """Pieces that each skill was dealt in closed lots, those of documents that are gone since too."""
        counted: Counter[str] = Counter()
        for at, rank in enumerate(self._ranks):
            first = not at or self._marks[at] != self._marks[at - 1]
            if first and self._places[rank].skill and self._places[rank].lot < self.open:
                counted[self._places[rank].skill] += 1
        return counted

    def close(self, shards: Sequence[ShardRef]) -> None:
        """All has been read: what the pieces of the open lot search are these shards, for good."""
        self._store.write_json(_file(self.open), {"shards": [dict(ref) for ref in shards]})


def mark_of(item: Record | Reject) -> str:
    """Stands for a piece by its text and its place in its document, before it is dealt, or for a reject."""
    return (item if isinstance(item, Record) else item.record).id[:_DIGITS]


def told(batch: Batch, skill: str) -> Json:
    """What the manifest of a shard of documents says of its pieces."""
    return {"lot": batch.lot, "wave": batch.wave, "skill": skill, "pieces": batch.pieces, "rejects": batch.rejects}


def closed(store: Store) -> set[int]:
    """The numbers of the closed lots."""
    names = (path.rsplit("/", 1)[-1] for path in store.files(_FOLDER))
    return {int(name.removesuffix(".json")) for name in names if name.endswith(".json")}


def searched(store: Store, lot: int) -> list[ShardRef] | None:
    """The shards that the pieces of a closed lot search; None if some are there no more."""
    refs: list[ShardRef] = (store.read_json(_file(lot)) or {}).get("shards", [])
    there = set(store.files(f"steps/{DOCUMENTS}")) if refs else set()
    return refs if refs and there.issuperset(ref["uri"] for ref in refs) else None


def _file(lot: int) -> str:
    return f"{_FOLDER}/{lot:05d}.json"


def _read(store: Store) -> tuple[array[int], array[int], list[Place]]:
    """Marks in order, for each the rank of its place, and the places by rank."""
    marks, codes, known = array("Q"), array("I"), dict[Place, int]()
    for facts in _manifests(store):
        for skill, held in ((facts["skill"], facts["pieces"]), ("", facts["rejects"])):
            code = known.setdefault(Place(facts["lot"], facts["wave"], skill), len(known))
            marks.extend(int(mark, 16) for mark in held)
            codes.extend([code] * len(held))
    places = sorted(known)
    if not marks:
        return marks, codes, places
    import numpy as np

    rank_of = np.empty(len(places), np.uint32)
    rank_of[[known[place] for place in places]] = np.arange(len(places), dtype=np.uint32)
    ranks, numbers = rank_of[np.frombuffer(codes, np.uint32)], np.frombuffer(marks, np.uint64)
    order = np.lexsort((ranks, numbers))
    return array("Q", numbers[order].tobytes()), array("I", ranks[order].tobytes()), places


def _manifests(store: Store) -> Iterator[Json]:
    for path in store.files(f"steps/{DOCUMENTS}"):
        if path.endswith(".json"):
            facts = (store.read_json(path) or {}).get("counts")
            if isinstance(facts, dict) and "lot" in facts:
                yield facts
