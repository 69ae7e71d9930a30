"""Items of benchmarks as an index of their grams: whole numbers in arrays, and the items' ids."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from tasks.curation.decontamination.chance import expected_items
from tasks.curation.decontamination.grams import grams_in, grams_of
from tasks.curation.decontamination.tokens import SIGNS, Flags, Hashes, Numbers, tokens_of

MOST_GRAMS = 1024
"""Of one item; of a longer one, so many are drawn by their hashes."""
FEW_ITEMS = 16
"""A gram that more items hold says little about any of them."""
MOST_EXPECTED = 1.0
"""A gram that is to be expected in more other items by chance says little too."""
LEAST_ANCHORS = 8
"""An item with fewer telling grams is found by its rarest ones besides."""
_FEWEST_SLOTS, _MOST_SLOTS = 1 << 20, 1 << 27


@dataclass(frozen=True)
class Item:
    """One question of a benchmark, as it is asked: with its options, without its solution."""

    benchmark: str
    id: str
    text: str


@dataclass(frozen=True)
class Index:
    """The grams of all items. Items that say the same, word by word, are one: the first."""

    items: tuple[tuple[str, str], ...]
    """Benchmark and id of each item."""
    signs: bool
    """Whether signs alone tell some items apart, such as rows of brackets: rows are then read with their signs besides."""
    grams: Hashes
    """Every gram, in the order of the numbers that these hashes are."""
    held: Numbers
    """In how many items a gram stands."""
    telling: Flags
    """Whether a gram tells an item from others: few hold it, and few are to be expected to."""
    offsets: Numbers
    """Where the grams of each item begin in `of_item`, and where the last ones end."""
    of_item: Numbers
    """Numbers of the grams of each item, in the order of its text."""
    anchor_offsets: Numbers
    """Where the items that a gram leads to begin in `anchored`."""
    anchored: Numbers
    wholes: Hashes
    """The hash of each item's whole text, sorted; items too short for one have none."""
    whole_item: Numbers

    @cached_property
    def digest(self) -> str:
        """What hits found with this index are kept under: it changes whenever the items do."""
        told = hashlib.sha256(repr(self.items).encode())
        for part in (self.grams, self.offsets, self.of_item, self.wholes):
            told.update(part.tobytes())
        return told.hexdigest()

    def to_bytes(self) -> bytes:
        """The index as bytes, for whoever looks for its items elsewhere."""
        arrays = {
            name: value for name, value in vars(self).items() if isinstance(value, np.ndarray) and name != "slots"
        }
        small = {name: each.astype(np.uint32) if each.dtype == np.int64 else each for name, each in arrays.items()}
        told = np.frombuffer(json.dumps([self.items, self.signs]).encode(), np.uint8)
        file = io.BytesIO()
        np.savez(file, allow_pickle=False, told=told, **small)
        return file.getvalue()

    @staticmethod
    def from_bytes(data: bytes) -> Index:
        """What `to_bytes` wrote."""
        with np.load(io.BytesIO(data), allow_pickle=False) as kept:
            items, signs = json.loads(kept["told"].tobytes())
            arrays = {name: kept[name] for name in kept.files if name != "told"}
        wide = {name: each.astype(np.int64) if each.dtype == np.uint32 else each for name, each in arrays.items()}
        return Index(items=tuple((benchmark, id) for benchmark, id in items), signs=signs, **wide)

    @cached_property
    def slots(self) -> Flags:
        """By the first bits of a hash, whether any gram begins so: most of a row's grams need no search."""
        size = min(_MOST_SLOTS, max(_FEWEST_SLOTS, 1 << (8 * len(self.grams)).bit_length()))
        slots = np.zeros(size, np.bool_)
        slots[self.grams >> np.uint64(65 - size.bit_length())] = True
        return slots

    def find(self, hashes: Hashes) -> tuple[Numbers, Numbers]:
        """Which of these hashes are grams of items, by their places, and the numbers of these grams."""
        slots = self.slots
        places = np.flatnonzero(slots[hashes >> np.uint64(65 - len(slots).bit_length())])
        return _found(self.grams, hashes, places)

    def find_whole(self, hashes: Hashes) -> tuple[Numbers, Numbers]:
        """Which of these hashes are those of whole items, by their places, and the items."""
        places, numbers = _found(self.wholes, hashes, np.arange(len(hashes)))
        return places, self.whole_item[numbers]


def index_of(items: Iterable[Item]) -> Index:
    """The index of these items."""
    given, wordless = _parted(list(items))
    tokens = list(tokens_of([item.text for item in given]))
    tokens += [
        replace(each, text=each.text + len(given)) for each in tokens_of([item.text for item in wordless], signs=True)
    ]
    given += wordless
    parts = [grams_in(each) for each in tokens]
    hashes, text = _hashes([p.hashes for p in parts]), _numbers([p.text for p in parts])
    whole, whole_text = _hashes([p.wholes for p in parts]), _numbers([p.whole_text for p in parts])
    wholes, first = np.unique(whole, return_index=True)
    kept = np.ones(len(given), np.bool_)
    kept[whole_text] = False
    kept[whole_text[first]] = True
    number = np.cumsum(kept) - 1
    grams, gram = np.unique(hashes[kept[text]], return_inverse=True)
    gram, text = _once(gram, number[text[kept[text]]], len(grams))
    drawn = _ranks(text, np.lexsort((grams[gram], text))) < MOST_GRAMS
    gram, text = gram[drawn], text[drawn]
    held = np.bincount(gram, minlength=len(grams))
    telling = (held <= FEW_ITEMS) & (expected_items(tokens, grams) <= MOST_EXPECTED)
    anchor = telling[gram] | (_ranks(text, np.lexsort((held[gram], text))) < LEAST_ANCHORS)
    by_gram = np.argsort(gram[anchor], kind="stable")
    return Index(
        items=tuple((item.benchmark, item.id) for item, own in zip(given, kept, strict=True) if own),
        signs=bool(wordless),
        grams=grams,
        held=held,
        telling=telling,
        offsets=np.searchsorted(text, np.arange(kept.sum() + 1)),
        of_item=gram,
        anchor_offsets=np.searchsorted(gram[anchor][by_gram], np.arange(len(grams) + 1)),
        anchored=text[anchor][by_gram],
        wholes=wholes,
        whole_item=number[whole_text[first]],
    )


def _parted(items: Sequence[Item]) -> tuple[list[Item], list[Item]]:
    """The items, and apart from them those that no word tells from another item, but signs do."""
    signs: dict[int, set[str]] = {}
    whole: dict[int, int] = {}
    for part in grams_of([item.text for item in items]):
        whole.update(zip(part.whole_text.tolist(), part.wholes.tolist(), strict=True))
    for number, item in enumerate(items):
        signs.setdefault(whole.get(number, -1), set()).add("".join(sign for sign in item.text if sign in SIGNS))
    wordless = {number for number in range(len(items)) if number in whole and len(signs[whole[number]]) > 1}
    return (
        [item for number, item in enumerate(items) if number not in wordless],
        [item for number, item in enumerate(items) if number in wordless],
    )


def _ranks(groups: Numbers, order: Numbers) -> Numbers:
    """The rank of each within its group, where `order` sorts all, group by group."""
    sorted_groups = groups[order]
    found = np.empty(len(groups), np.int64)
    found[order] = np.arange(len(groups)) - np.searchsorted(sorted_groups, sorted_groups)
    return found


def _once(gram: Numbers, text: Numbers, grams: int) -> tuple[Numbers, Numbers]:
    """Each gram of an item where it first stands."""
    _, first = np.unique(text * grams + gram, return_index=True)
    first.sort()
    return gram[first], text[first]


def _found(known: Hashes, hashes: Hashes, places: Numbers) -> tuple[Numbers, Numbers]:
    if not len(known):
        return places[:0], places[:0]
    at = np.minimum(np.searchsorted(known, hashes[places]), len(known) - 1)
    right = known[at] == hashes[places]
    return places[right], at[right]


def _hashes(parts: Sequence[Hashes]) -> Hashes:
    return np.concatenate([np.zeros(0, np.uint64), *parts])


def _numbers(parts: Sequence[Numbers]) -> Numbers:
    return np.concatenate([np.zeros(0, np.int64), *parts])
