"""What is known of many groups of few scores: each group's mean, drawn towards that of all as far as its scores are few.

An empirical Bayes estimate: how far groups really differ is found from how far they seem to (DerSimonian and Laird, 1986), and a
mean that may well be chance counts as little as it tells (Efron and Morris, 1975). Groups that differ no more than chance has it
all have the mean of all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

FALSE = 0.1
"""The share of those said to lie below the others that may do so by chance."""
OWN = 10
"""The spread of a group's scores counts as much as that of all groups once it has so many: a few that are equal by chance say
nothing of it."""


@dataclass(frozen=True)
class Estimate:
    """What is known of one group."""

    value: float
    """Its mean, drawn towards that of all."""
    spread: float
    """The standard deviation of what the real mean may be."""
    others: float
    """The mean of all groups."""
    surprise: float
    """How far its own mean lies below that of all, in standard errors of its own."""
    sure: bool
    """Whether it lies below for sure: of those of which this is said, at most a tenth do not (Benjamini and Hochberg, 1995)."""

    @property
    def shortfall(self) -> float:
        """How far it lies below the others, less a standard deviation: of two that seem equally low the surer one has more."""
        return self.others - self.value - self.spread


def estimates(groups: Sequence[Sequence[float]]) -> list[Estimate]:
    """One estimate for each group of at least one score, in their order."""
    scores = [np.asarray(group, float) for group in groups]
    if not scores:
        return []
    counts, means = np.array([len(s) for s in scores], float), np.array([s.mean() for s in scores])
    squares = np.array([float(((s - s.mean()) ** 2).sum()) for s in scores])
    freedom = counts - 1
    common = squares.sum() / max(freedom.sum(), 1.0)
    errors = np.maximum((squares + OWN * common) / (freedom + OWN), 1e-9) / counts
    between = _between(means, errors)
    weights = 1 / (errors + between)
    others = float((weights * means).sum() / weights.sum())
    kept = between / (between + errors)
    values, spreads = others + kept * (means - others), np.sqrt(kept * errors)
    surprises = (others - means) / np.sqrt(errors)
    sure = _sure(surprises.tolist())
    return [
        Estimate(float(value), float(spread), others, float(surprise), place in sure)
        for place, (value, spread, surprise) in enumerate(zip(values, spreads, surprises, strict=True))
    ]


def _sure(surprises: Sequence[float]) -> set[int]:
    """The places of those that are too surprising to be chance."""
    chances = [1 - NormalDist().cdf(each) for each in surprises]
    order = sorted(range(len(chances)), key=chances.__getitem__)
    under = [rank for rank, place in enumerate(order, 1) if chances[place] <= FALSE * rank / len(order)]
    return set(order[: max(under, default=0)])


def _between(means: np.ndarray, errors: np.ndarray) -> float:
    """The variance of what the groups' real means are."""
    weights = 1 / errors
    total = weights.sum()
    middle = (weights * means).sum() / total
    excess = float((weights * (means - middle) ** 2).sum()) - (len(means) - 1)
    scale = float(total - (weights**2).sum() / total)
    return max(0.0, excess / scale) if scale > 0 else 0.0
