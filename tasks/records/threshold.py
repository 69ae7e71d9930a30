"""The judge's score from which on a person finds records good, as far as their marks tell it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tasks.records.marks import Marks
from tasks.settings import Settings

LEAST = 5
"""Marks of either verdict, with a score, from which on a threshold is worth naming."""


@dataclass(frozen=True)
class Threshold:
    """What the marks say about where a threshold should be."""

    good: int
    bad: int
    """Marks of either verdict whose record the judge has scored."""
    best: int | None
    """The threshold that tells them apart best; None where there are too few of either, or none does."""
    right: int = 0
    """How many of them it is right about."""

    def __str__(self) -> str:
        seen = f"{self.good} good and {self.bad} bad marks with a judge's score"
        if self.best is None and min(self.good, self.bad) >= LEAST:
            return f"no judge_threshold tells the {seen} apart"
        if self.best is None:
            return f"{seen} are too few to name a judge_threshold: it takes {LEAST} of each"
        return f"of {seen}, judge_threshold={self.best} is right about {self.right}"


def threshold_of(marks: Marks, now: int) -> Threshold:
    """The threshold from 0 to 10 that accepts most of what is marked good and rejects most of what is marked bad.

    Good and bad count for the same in all, however many there are of each; of several the one nearest to `now`.
    """
    good, bad = (
        [mark.score for mark in marks.marks if mark.verdict == verdict and mark.score is not None]
        for verdict in ("good", "bad")
    )
    if min(len(good), len(bad)) < LEAST:
        return Threshold(len(good), len(bad), None)
    best = max(range(11), key=lambda least: (_apart(good, bad, least), -abs(least - now), -least))
    if _apart(good, bad, best) <= 0:
        return Threshold(len(good), len(bad), None)
    right = sum(score >= best for score in good) + sum(score < best for score in bad)
    return Threshold(len(good), len(bad), best, right)


def heeding(settings: Settings, marks: Marks) -> Settings:
    """The settings with the threshold that the marks name, where they are to be used and the settings have the usual one."""
    now, usual = settings.judge_threshold, Settings.model_fields["judge_threshold"].default
    best = threshold_of(marks, now).best
    if marks.judge_threshold != "use" or best is None or now != usual:
        return settings
    return settings.model_copy(update={"judge_threshold": best})


def _apart(good: Sequence[float], bad: Sequence[float], least: int) -> float:
    """The share of the good that is accepted, less that of the bad."""
    good_share, bad_share = (sum(score >= least for score in scores) / len(scores) for scores in (good, bad))
    return good_share - bad_share
