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
    """The mean of the groups' means, with an interval of it; None of no score.

    What is resampled within each group is how far its scores are from their mean, widened by sqrt(n / (n - 1)) so that small
    groups do not look surer than they are. Groups of a single score, which cannot tell, are taken for one group.
    """
    filled = [np.asarray(scores, float) for _, scores in sorted(groups.items()) if len(scores)]
    if not filled:
        return None
    value = float(np.mean([scores.mean() for scores in filled]))
    count = sum(len(scores) for scores in filled)
    if count < 2:
        return Mean(value, None, None, count)
    source = np.random.default_rng(int(digest("bootstrap", seed, count), 16) % 2**32)
    apart = [_apart(scores) for scores in filled if len(scores) > 1]
    single = _apart(np.concatenate([scores for scores in filled if len(scores) == 1] or [np.empty(0)]))
    spare = single if len(single) > 1 else np.concatenate(apart or [np.zeros(1)])
    parts = [_resampled(own, len(own), resamples, source) for own in apart]
    parts += [_resampled(spare, 1, resamples, source) for _ in range(len(filled) - len(apart))]
    scores = np.concatenate(filled)
    drawn = np.clip(value + np.mean(parts, axis=0), scores.min(), scores.max())
    low, high = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Mean(value, float(low), float(high), count)


def _apart(scores: np.ndarray) -> np.ndarray:
    """How far scores are from their mean."""
    count = len(scores)
    return (scores - scores.mean()) * np.sqrt(count / (count - 1)) if count > 1 else np.zeros(count)


def _resampled(values: np.ndarray, size: int, resamples: int, source: np.random.Generator) -> np.ndarray:
    """The means of so many resamples of this size, a few at a time: of many values, all at once would fill the memory."""
    step = max(1, 2_000_000 // size)
    parts = [
        values[source.integers(0, len(values), (min(step, resamples - start), size))].mean(axis=1)
        for start in range(0, resamples, step)
    ]
    return np.concatenate(parts)
