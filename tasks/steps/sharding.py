"""Which pieces make a shard: those of one lot, skill and wave that come one after the other; rejects go with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tasks.records import Record, Reject

FIRST_WAVE = 32
"""Pieces of a skill in the first wave of a lot; each later wave is twice as large as the one before."""
MOST_ITEMS = 500
"""Records and rejects of the largest shard: a folder may hold many documents that cannot be used."""
FIRST_SHARDS, LARGEST_SHARD = 12, 32
"""Shards of one piece before shards grow, and the pieces of the largest."""


def automatic_size(pieces: int) -> int:
    """Pieces a shard, after so many pieces of a lot: one at first, so that the endpoint never idles because a shard waits for its
    slowest record, and more later, so that there are not too many shards."""
    return max(1, min(LARGEST_SHARD, pieces // FIRST_SHARDS))


def wave(place: int) -> int:
    """The wave of the piece that stands at this place among those of its skill and lot: 0 to 31, 32 to 95, 96 to 223 and so on.

    What a later wave may know of earlier ones depends on this alone, whatever the size of a shard; see `tasks.steps.goals`.
    """
    return (place // FIRST_WAVE + 1).bit_length() - 1


@dataclass(frozen=True, slots=True)
class Placed:
    """A piece that has been dealt, or a reject, and where it belongs."""

    item: Record | Reject
    mark: str
    """Stands for it whatever it is dealt; see `tasks.steps.lots`."""
    lot: int
    wave: int | None = None
    """The wave that an earlier reading gave it; None if none did."""


@dataclass(slots=True)
class Batch:
    """Items of one lot, skill and wave."""

    lot: int
    wave: int = 0
    items: list[Record | Reject] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    """The marks of its pieces."""
    rejects: list[str] = field(default_factory=list)
    """Those of its rejects."""

    def add(self, placed: Placed) -> None:
        """Take the item in."""
        self.items.append(placed.item)
        (self.pieces if isinstance(placed.item, Record) else self.rejects).append(placed.mark)


class Batches:
    """Batches while they fill; rejects go with the records of their lot before them."""

    def __init__(self) -> None:
        self._open: dict[tuple[int, str], Batch] = {}
        self._pieces: Counter[tuple[int, str]] = Counter()
        self._newest: dict[int, str] = {}

    def add(self, placed: Placed, size: int) -> Iterator[Batch]:
        """The batch that is full with this item, at this size, or ends before it."""
        lot, item = placed.lot, placed.item
        if isinstance(item, Reject):
            at = lot, self._newest.get(lot, "")
            batch = self._open.setdefault(at, Batch(lot, wave(max(0, self._pieces[at] - 1))))
            batch.add(placed)
            if len(batch.items) >= MOST_ITEMS:
                yield self._open.pop(at)
            return
        at = lot, item.skill
        of_wave = wave(self._pieces[at]) if placed.wave is None else placed.wave
        self._newest[lot] = item.skill
        self._pieces[at] += 1
        if at in self._open and self._open[at].pieces and self._open[at].wave != of_wave:
            yield self._open.pop(at)
        batch = self._open.setdefault(at, Batch(lot))
        batch.wave = of_wave
        batch.add(placed)
        if len(batch.pieces) >= size:
            yield self._with_early(self._open.pop(at))

    def rest(self) -> Iterator[Batch]:
        """The batches that are not full."""
        for lot, skill in [at for at in self._open if at[1]]:
            yield self._with_early(self._open.pop((lot, skill)))
        while self._open:
            yield self._open.pop(next(iter(self._open)))

    def _with_early(self, batch: Batch) -> Batch:
        """The batch, behind the rejects that came before the first record of its lot."""
        early = self._open.pop((batch.lot, ""), None)
        if early is None:
            return batch
        return Batch(batch.lot, batch.wave, early.items + batch.items, batch.pieces, early.rejects + batch.rejects)
