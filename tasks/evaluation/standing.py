"""How a student stands in a skill, or in one of its task types: its scores, what it gained, what it still lacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tasks.evaluation.shrinkage import Estimate
from tasks.records import Json, digest

MOST = 10.0
"""What the reference answer has."""
RESAMPLES = 1_000
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Mean:
    """A mean in points with its bootstrap interval, which a single score does not have."""

    value: float
    low: float | None
    high: float | None

    def __str__(self) -> str:
        span = "" if self.low is None or self.high is None else f" ({self.low:.1f} to {self.high:.1f})"
        return f"{self.value:.1f}{span}"

    def told(self) -> Json:
        return {"value": rounded(self.value), "low": rounded(self.low), "high": rounded(self.high)}


@dataclass(frozen=True)
class Standing:
    """How the student stands in a skill, or in one of its task types."""

    skill: str
    task_type: str
    """Empty for the whole skill."""
    scores: tuple[float, ...]
    """Of the rows that were decided."""
    undecided: int
    solved: tuple[bool, ...]
    """Of those that a key decided: whether they were solved."""
    judged: tuple[float, ...]
    """Of the others: what the judge gave."""
    gains: tuple[float, ...]
    """Of those of which the base's answer was decided, too: how much better the student's is."""
    missing: float
    """What is still to be learnt, in points: the gap to the reference, more (up to twice) where less of the base's was closed."""
    estimate: Estimate
    """How far it lies below the others."""

    @property
    def name(self) -> str:
        return "/".join(filter(None, (self.skill, self.task_type)))

    @property
    def rows(self) -> int:
        return len(self.scores)

    @property
    def sure(self) -> bool:
        """Whether it lies below the others for sure."""
        return self.estimate.sure

    @property
    def solve_rate(self) -> float | None:
        return sum(self.solved) / len(self.solved) if self.solved else None

    @property
    def judged_score(self) -> float | None:
        return sum(self.judged) / len(self.judged) if self.judged else None

    @cached_property
    def score(self) -> Mean:
        return _mean(self.scores, self.name)

    @cached_property
    def gain(self) -> Mean | None:
        return _mean(self.gains, self.name, "gain") if self.gains else None

    def told(self) -> Json:
        """For `results.json`."""
        return {
            "skill": self.skill,
            "task_type": self.task_type,
            "rows": self.rows,
            "undecided": self.undecided,
            "score": self.score.told(),
            "keyed": len(self.solved),
            "solve_rate": rounded(self.solve_rate),
            "judged": len(self.judged),
            "judged_score": rounded(self.judged_score),
            "pairs": len(self.gains),
            "gain": self.gain and self.gain.told(),
            "missing": rounded(self.missing),
            "shortfall": rounded(self.estimate.shortfall),
            "sure": self.sure,
        }

    def __str__(self) -> str:
        """In a line: figures alone."""
        gained = f", {self.gain} more than the base" if self.gain else ""
        solved = (
            f", solves {self.solve_rate:.0%} of {len(self.solved)} with a key" if self.solve_rate is not None else ""
        )
        return f"{self.score} of 10 over {self.rows} row{'s' * (self.rows != 1)}{gained}{solved}"


def rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _mean(scores: Sequence[float], *seed: str) -> Mean:
    values = np.asarray(scores, float)
    if len(values) < 2:
        return Mean(float(values.mean()), None, None)
    source = np.random.default_rng(int(digest("standing", *seed), 16) % 2**32)
    drawn = values[source.integers(0, len(values), (RESAMPLES, len(values)))].mean(axis=1)
    low, high = np.quantile(drawn, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Mean(float(values.mean()), float(low), float(high))
