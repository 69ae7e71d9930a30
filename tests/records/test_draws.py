"""Draws: by weight, without repetition, and decided by the source alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.records.draws import draw_distinct, draw_values


@dataclass(frozen=True)
class Entry:
    name: int
    weight: float


@settings(deadline=None)
@given(st.lists(st.floats(1e-6, 1e6), max_size=8), st.integers(0, 10), st.integers())
def test_a_draw_repeats_nothing_and_is_as_long_as_it_can_be(weights: list[float], count: int, seed: int) -> None:
    entries = [Entry(name, weight) for name, weight in enumerate(weights)]
    drawn = draw_distinct(entries, count, Random(seed))
    assert len(set(drawn)) == len(drawn) == min(count, len(entries))
    assert set(drawn) <= set(entries)
    assert drawn == draw_distinct(entries, count, Random(seed))


def test_a_weight_is_a_share() -> None:
    entries = [Entry(0, 1.0), Entry(1, 3.0)]
    source = Random(5)
    first = Counter(draw_distinct(entries, 1, source)[0].name for _ in range(8_000))
    assert abs(first[1] / 8_000 - 0.75) < 0.02


def test_equal_weights_share_all_places() -> None:
    entries = [Entry(name, 1.0) for name in range(4)]
    source = Random(6)
    places = Counter(
        (place, entry.name) for _ in range(4_000) for place, entry in enumerate(draw_distinct(entries, 4, source))
    )
    assert len(places) == 16
    assert all(abs(count - 1_000) < 150 for count in places.values())


def test_one_value_of_each_axis() -> None:
    axes = {"tone": ("dry", "warm"), "length": ["short"]}
    drawn = {tuple(draw_values(axes, Random(seed)).items()) for seed in range(40)}
    assert drawn == {(("tone", tone), ("length", "short")) for tone in ("dry", "warm")}
    assert draw_values({}, Random(0)) == {}
