"""How sure a mean is: bootstrap intervals of means of groups (Efron, 1979), drawn from a source of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from tasks.records import digest

Groups: TypeAlias = Mapping[str, Sequence[float]]
"""Group -> its scores; each group counts as much as any other, however many scores it has."""


@dataclass(frozen=True)
class Mean:
    """A mean with its interval; `low` and `high` are None of a single score."""

    value: float
    low: float | None
    high: float | None
    count: int

    def told(self) -> dict[str, float | int | None]:
        ends = {"low": self.low, "high": self.high}
        rounded = {name: None if end is None else round(end, 4) for name, end in ends.items()}
        return {"value": round(self.value, 4), **rounded, "count": self.count}


def mean_of(groups: Groups, *, resamples: int, confidence: float, seed: int = 0) -> Mean | None:
    """The mean of the groups' means, resampled within each; None of no score."""
    filled = [np.asarray(scores, float) for _, scores in sorted(groups.items()) if len(scores)]
    if not filled:
        return None
    value = float(np.mean([scores.mean() for scores in filled]))
    count = sum(len(scores) for scores in filled)
    if count < 2:
        return Mean(value, None, None, count)
    source = np.random.default_rng(int(digest("bootstrap", seed, count), 16) % 2**32)
    drawn = np.mean([_resampled(scores, resamples, source) for scores in filled], axis=0)
    low, high = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Mean(value, float(low), float(high), count)


def _resampled(scores: np.ndarray, resamples: int, source: np.random.Generator) -> np.ndarray:
    """The means of so many resamples, a few at a time: of many scores, all at once would fill the memory."""
    step = max(1, 2_000_000 // len(scores))
    parts = [
        scores[source.integers(0, len(scores), (min(step, resamples - start), len(scores)))].mean(axis=1)
        for start in range(0, resamples, step)
    ]
    return np.concatenate(parts)
