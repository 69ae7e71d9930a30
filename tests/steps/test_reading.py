"""Documents are read as they are needed, and what follows changes nothing of what came before."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from tasks.documents.discover import discover
from tasks.records.store import Store
from tasks.settings import Settings
from tasks.steps import sharding
from tasks.steps.mix import mix_of
from tasks.steps.reading import DealtShard, NothingUsable, Pieces, read_documents
from tasks.steps.sharding import automatic_size
from tasks.teacher import StopRun


def documents(folder: Path, count: int, first: int = 0) -> None:
    folder.mkdir(exist_ok=True)
    for number in range(first, first + count):
        text = (
            f"Buoy {number} lies {number} miles off the coast. " + "It rings when the sea is rough and at night. " * 12
        )
        (folder / f"{number:04}.txt").write_text(text)


def shards(tmp_path: Path, pieces: Pieces, **given: object) -> Iterator[DealtShard]:
    files = discover([str(tmp_path / "documents")])
    store, mix = Store(str(tmp_path / "out")), mix_of("reading_comprehension")
    return read_documents(pieces, store, files, mix, Settings(), **given)  # type: ignore[arg-type]


def test_a_shard_is_there_before_the_next_documents_are_opened(tmp_path: Path) -> None:
    documents(tmp_path / "documents", 40)
    pieces = Pieces()
    first = list(islice(shards(tmp_path, pieces), 5))
    assert [shard.number for shard in first] == [1, 2, 3, 4, 5]
    assert pieces.opened == 5 and pieces.files == 40 and not pieces.all_read
    assert 0 < pieces.share < 0.2


def test_documents_that_follow_change_no_earlier_shard(tmp_path: Path) -> None:
    documents(tmp_path / "documents", 50)
    few = list(shards(tmp_path, Pieces()))
    documents(tmp_path / "documents", 60, first=50)
    pieces = Pieces()
    many = list(shards(tmp_path, pieces))
    assert [shard.ref for shard in many[: len(few) - 1]] == [shard.ref for shard in few[:-1]]
    assert pieces.total == 110 == sum(shard.ref["rows"] for shard in many) and pieces.all_read and pieces.share == 1


def test_shards_grow_with_what_has_been_read() -> None:
    assert [automatic_size(pieces) for pieces in (0, 1, 23, 24, 120, 384, 100_000)] == [1, 1, 1, 2, 10, 32, 32]


def test_many_documents_that_cannot_be_used_make_shards_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharding, "MOST_ITEMS", 10)
    documents(tmp_path / "documents", 2)
    for number in range(35):
        (tmp_path / "documents" / f"x{number}.txt").write_text(f"Too short {number}")
    pieces = Pieces()
    made = list(shards(tmp_path, pieces))
    assert pieces.rejected_by == {"too_short": 35} == {"too_short": sum(shard.ref["rejects"] for shard in made)}
    assert max(shard.ref["rejects"] for shard in made) == 10


def test_a_stop_leaves_what_was_counted_in_shards(tmp_path: Path) -> None:
    documents(tmp_path / "documents", 60)
    pieces, made = Pieces(), list[DealtShard]()
    with pytest.raises(StopRun, match="enough"):
        for shard in shards(tmp_path, pieces, stopped=lambda: "enough" if pieces.total > 30 else ""):
            made.append(shard)
    assert pieces.total == 31 == sum(shard.ref["rows"] for shard in made) and not pieces.all_read


def test_nothing_usable_is_told_at_the_end(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "a.txt").write_text("Too short")
    with pytest.raises(NothingUsable, match="too_short 1"):
        list(shards(tmp_path, Pieces()))
