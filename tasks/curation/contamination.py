"""Benchmarks that a curation is held against: their index, and which rows of all shards hold an item of theirs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from tasks.curation.choice import Contaminated, Held
from tasks.curation.decontamination import (
    Hits,
    Index,
    Match,
    frequencies,
    hits_of,
    index_of,
    items_against,
    matches,
    row_of,
)
from tasks.curation.lines import Lines
from tasks.curation.shards import Shard, rows_of
from tasks.records import Json
from tasks.records.store import Store

_HOW = {"whole": "says just this item", "all": "holds all of the item", "rare": "holds much that only the item says"}


@lru_cache(maxsize=2)
def index_against(names: tuple[str, ...]) -> tuple[Index, tuple[tuple[str, int], ...]]:
    """The index of these benchmarks and files, and how many items each has. BenchmarkError, in a sentence, for what is none."""
    found = items_against(names)
    return index_of(item for items in found.values() for item in items), tuple(
        (n, len(each)) for n, each in found.items()
    )


def keep_index(store: Store, folder: str, names: tuple[str, ...]) -> str:
    """Put the index where tasks read it that run elsewhere, without the benchmarks' files; its path, which no other has."""
    index, _ = index_against(names)
    path = f"{folder}/index-{index.digest[:24]}.npz"
    if not store.fs.exists(store.path(path)):
        store.write(path, index.to_bytes())
    return path


@lru_cache(maxsize=1)
def index_at(output: str, path: str) -> Index:
    """The index that is kept there."""
    return Index.from_bytes(Store(output).read(path))


def hits_in(shard: Shard, index: Index) -> Hits:
    """Where the items of an index stand in the rows of a shard."""
    return hits_of(index, [row_of(row) for row in rows_of(shard)])


def contaminated(lines: Lines, names: tuple[str, ...], hits: Sequence[Hits]) -> Contaminated:
    """The rows that hold an item; `hits` are those of each shard."""
    index, _ = index_against(names)
    seen = frequencies(index, hits)
    found: dict[int, Held] = {}
    for start, of_shard in zip(lines.starts.tolist(), hits, strict=False):
        found |= {start + match.row: _told(match) for match in matches(index, seen, of_shard)}
    return found


def _told(match: Match) -> Held:
    return Held(f"{match.benchmark}:{match.item}", f"{_HOW[match.how]} ({match.share:.0%} of its weight)")


def listed(names: tuple[str, ...]) -> list[Json]:
    """The benchmarks with the number of their items."""
    return [{"name": name, "items": items} for name, items in (index_against(names)[1] if names else ())]
