"""Weighted draws of catalogue entries and values, each from a random source of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Protocol, TypeVar


class Weighted(Protocol):
    @property
    def weight(self) -> float: ...


_T = TypeVar("_T", bound=Weighted)


def draw_distinct(entries: Sequence[_T], count: int, source: Random) -> list[_T]:
    """Up to `count` different entries, by weight, in the order drawn."""
    # Efraimidis and Spirakis, 2006: the largest u^(1/w) are a weighted sample without replacement.
    ranked = sorted(entries, key=lambda entry: source.random() ** (1 / entry.weight), reverse=True)
    return ranked[:count]


def draw_values(axes: Mapping[str, Sequence[str]], source: Random) -> dict[str, str]:
    """One value of each axis."""
    return {name: source.choice(list(values)) for name, values in axes.items()}
