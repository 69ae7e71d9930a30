"""A run that was asked for a number of rows stops with the shard that brings the last of them, whatever ends first."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from tasks.publish import target as targets
from tasks.publish.finished import Finished
from tasks.publish.target import Target
from tasks.publish.wanted import Wanted
from tasks.records import Record, Source
from tasks.records.store import ShardRef

TYPES = ("a", "b")


class Rows:
    """A store whose shards hold the rows that are spelt: `aab` is two rows of type a and one of type b."""

    def records(self, ref: ShardRef) -> list[Record]:
        return [Record(source=Source(id="", uri="", kind="text"), task_type=letter) for letter in ref["uri"]]

    def counts(self, ref: ShardRef) -> dict[str, int]:
        return {"records_in": 1}


class Repeats:
    """Rows of a type beyond its third nearly repeat others."""

    def __init__(self, run: Any, finished: Sequence[Finished]) -> None:
        made = Counter(letter for shard in finished for letter in shard.shards["verify"]["uri"])
        self._counts = Counter({("s", name): min(3, count) for name, count in made.items()})

    def counts(self) -> Counter[tuple[str, str]]:
        return self._counts


def ended_in(order: Sequence[int], shards: Sequence[str], wanted: Wanted) -> Target:
    """The target after the shards have ended in this order, or as far as it takes to reach it."""
    finished = [
        Finished(
            "s", {step: ShardRef(uri=rows, rows=len(rows), rejects=0, sha256="") for step in ("transform", "verify")}
        )
        for rows in shards
    ]
    skill = SimpleNamespace(task_types=[SimpleNamespace(name=name) for name in TYPES])
    steps = [SimpleNamespace(name="transform"), SimpleNamespace(name="verify")]
    run: Any = SimpleNamespace(pipeline=steps, store=Rows(), mix=SimpleNamespace(skills={"s": skill}), settings=None)

    async def work() -> Target:
        target = Target(run, wanted)
        for place in order:
            finished[place].ended = True
            await target.look(finished)
        return target

    return asyncio.run(work())


@pytest.mark.parametrize(
    ("wanted", "shards", "enough"),
    [
        (Wanted(rows=2), ["a", "", "b", "ab"], 3),
        (Wanted(rows=4), ["aaaa", "a", "b", "ab"], 3),  # the fourth and fifth a repeat others
        (Wanted(rows_per_type=2), ["aa", "b", "aa", "ab", "b"], 4),
    ],
)
def test_it_ends_with_the_same_shard_whatever_ends_first(
    monkeypatch: pytest.MonkeyPatch, wanted: Wanted, shards: list[str], enough: int
) -> None:
    monkeypatch.setattr(targets, "Accepted", Repeats)
    for seed in range(20):
        order = random.Random(seed).sample(range(len(shards)), len(shards))
        target = ended_in(order, shards, wanted)
        assert (target.reached, target.looked_at) == (True, enough)


def test_what_cannot_be_reached_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets, "Accepted", Repeats)
    target = ended_in([1, 0], ["aaa", "b"], Wanted(rows_per_type=2))
    assert not target.reached and target.missing() == {("s", "b"): 1}
    target = ended_in([0, 1], ["aaaaaa", "b"], Wanted(rows=7))
    assert not target.reached and target.missing() == {("", ""): 3}


def test_no_number_is_never_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    target = ended_in([0, 1], ["a", "b"], Wanted())
    assert not target.reached and not target.missing() and target.pieces_needed() == float("inf")


def test_what_is_under_way_follows_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets, "Accepted", Repeats)
    monkeypatch.setattr(targets, "rows_of", lambda *_: 5)
    assert ended_in([], ["ab", "ab"], Wanted(rows=10)).pieces_needed() == 2
    target = ended_in([0, 1], ["ab", "ab"], Wanted(rows=10))
    assert target.pieces_needed() == 3 and target.share == 0.4


def test_rows_are_taken_up_to_the_number() -> None:
    kept: Counter[tuple[str, str]] = Counter({("s", "a"): 2, ("s", "b"): 1})
    assert not Wanted(rows=3).takes(kept, ("s", "b")) and Wanted(rows=4).takes(kept, ("s", "a"))
    assert not Wanted(rows_per_type=2).takes(kept, ("s", "a")) and Wanted(rows_per_type=2).takes(kept, ("s", "b"))
