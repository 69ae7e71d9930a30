"""Where grams of benchmarks stand in the rows of a shard: found once for each shard, and small enough to be kept."""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import chain
from typing import NamedTuple

import numpy as np

from tasks.curation.decontamination.grams import grams_of
from tasks.curation.decontamination.index import Index
from tasks.curation.decontamination.tokens import Numbers

BITS = 64
"""Documents are told apart by one bit of so many."""


class Row(NamedTuple):
    """What is looked at of a row."""

    document: str
    """The document that it was made of: rows of one document count once where frames are told from items."""
    texts: tuple[str, ...]
    """All that is said in it: messages, calls, the key."""


@dataclass(frozen=True)
class Hits:
    """Which rows of a shard hold which grams, by their numbers in one index."""

    bit: Numbers
    """For each row of the shard, the bit that its document is counted by."""
    row: Numbers
    gram: Numbers
    whole_row: Numbers
    whole_item: Numbers
    """An item that some text of `whole_row` says, no more and no less."""

    def only(self, rows: Numbers) -> Hits:
        """Those of these rows alone, in ascending order, which are numbered anew."""
        held, whole = np.isin(self.row, rows), np.isin(self.whole_row, rows)
        row, whole_row = np.searchsorted(rows, self.row[held]), np.searchsorted(rows, self.whole_row[whole])
        return Hits(self.bit[rows], row, self.gram[held], whole_row, self.whole_item[whole])

    def to_bytes(self) -> bytes:
        """The hits as bytes, to be kept beside the shard under the index's digest."""
        file = io.BytesIO()
        np.savez_compressed(file, **{field.name: getattr(self, field.name) for field in fields(self)})
        return file.getvalue()

    @staticmethod
    def from_bytes(data: bytes) -> Hits:
        """What `to_bytes` wrote."""
        with np.load(io.BytesIO(data), allow_pickle=False) as kept:
            return Hits(*(kept[field.name] for field in fields(Hits)))


def hits_of(index: Index, rows: Sequence[Row]) -> Hits:
    """The hits of a shard's rows."""
    bit = np.array([zlib.crc32(row.document.encode("utf-8", "surrogatepass")) % BITS for row in rows], np.int64)
    row_of = np.repeat(np.arange(len(rows)), np.array([len(row.texts) for row in rows], np.int64))
    found: list[tuple[Numbers, ...]] = [(np.zeros(0, np.int64),) * 4]
    texts = [text for row in rows for text in row.texts]
    for part in chain(grams_of(texts), grams_of(texts, signs=True) if index.signs else ()):
        places, grams = index.find(part.hashes)
        whole, items = index.find_whole(part.wholes)
        found.append((*_once(row_of[part.text[places]], grams), row_of[part.whole_text[whole]], items))
    row, gram, whole_row, whole_item = (np.concatenate(each) for each in zip(*found, strict=True))
    return Hits(bit, *_once(row, gram), *_once(whole_row, whole_item))


def _once(one: Numbers, other: Numbers) -> tuple[Numbers, Numbers]:
    pairs = np.unique((one << 32) | other)
    return pairs >> 32, pairs & 0xFFFFFFFF
