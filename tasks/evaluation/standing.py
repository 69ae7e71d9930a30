"""How a student stands in a skill, or in one of its task types: its scores, what it gained, what it still lacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from tasks.evaluation.intervals import Mean, mean_of
from tasks.evaluation.shrinkage import Estimate
from tasks.records import Json

MOST = 10.0
"""What the reference answer has."""
RESAMPLES = 1_000
CONFIDENCE = 0.95


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
        found = _mean(self.scores)
        assert found is not None, "no standing without a row"
        return found

    @cached_property
    def gain(self) -> Mean | None:
        return _mean(self.gains)

    def told(self) -> Json:
        """For `results.json`."""
        return {
            "skill": self.skill,
            "task_type": self.task_type,
            "rows": self.rows,
            "undecided": self.undecided,
            "score": self.score.told(),
            "keyed": len(self.solved),
            "solve_rate": _rounded(self.solve_rate),
            "judged": len(self.judged),
            "judged_score": _rounded(self.judged_score),
            "pairs": len(self.gains),
            "gain": self.gain and self.gain.told(),
            "missing": _rounded(self.missing),
            "shortfall": _rounded(self.estimate.shortfall),
            "sure": self.sure,
        }

    def __str__(self) -> str:
        """In a line: figures alone."""
        gained = f", {in_words(self.gain)} more than the base" if self.gain else ""
        solved = (
            f", solves {self.solve_rate:.0%} of {len(self.solved)} with a key" if self.solve_rate is not None else ""
        )
        return f"{in_words(self.score)} of 10 over {self.rows} row{'s' * (self.rows != 1)}{gained}{solved}"


def in_words(mean: Mean) -> str:
    """A mean with its interval, in points."""
    span = "" if mean.low is None or mean.high is None else f" ({mean.low:.1f} to {mean.high:.1f})"
    return f"{mean.value:.1f}{span}"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _mean(scores: Sequence[float]) -> Mean | None:
    return mean_of({"": scores}, resamples=RESAMPLES, confidence=CONFIDENCE)
