"""Figures of an examination: each a number with its interval, the unit and the version of what was asked."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Literal

from tasks.evaluation.intervals import Mean, mean_of
from tasks.evaluation.rows import KEY
from tasks.records import Json
from tasks.settings import Evaluating

ORCA_BENCH = "Orca-Bench"
Unit = Literal["points", "percent", "claims"]


@dataclass(frozen=True)
class Figure:
    """What a student reached in a task."""

    task: str
    metric: str
    """What is measured, in words."""
    value: float | None
    """In `unit`; None where nothing could be decided."""
    unit: Unit
    """`points` from 0 to 10, `percent` from 0 to 100, or `claims`, a number of them."""
    count: int
    """Items that are behind it."""
    low: float | None = None
    high: float | None = None
    better: Literal["higher", "lower"] = "higher"
    undecided: int = 0
    """Items beside those that nobody could decide."""
    version: str = ""
    """Of the task: figures of other versions are not compared."""
    beside: Mapping[str, float] = field(default_factory=dict)
    """Further measures, by their name in words."""
    note: str = ""

    def told(self) -> Json:
        return {**asdict(self), "beside": dict(self.beside)}


def figure_of(told: Json) -> Figure:
    """A figure as results have it."""
    return Figure(**told)


def orca_bench(rows: Sequence[Json], evaluating: Evaluating, version: str, seed: int = 0) -> Figure:
    """The mean of the skills' means over rows of answers, with what is to be said beside it."""
    mean = _mean(rows, evaluating, seed)
    solved = [row["solved"] for row in rows if row["solved"] is not None]
    beside = _states(rows)
    beside["decided by the key"] = sum(row["decided_by"] == KEY for row in rows)
    if solved:
        beside["solved, of those with a key, %"] = round(100 * sum(solved) / len(solved), 2)
    if (effect := order_effect(rows)) is not None:
        beside["order effect"] = effect
    return Figure(
        ORCA_BENCH,
        "score against the reference, which has 10",
        None if mean is None else round(mean.value, 4),
        "points",
        0 if mean is None else mean.count,
        *(_ends(mean)),
        undecided=sum(row["score"] is None for row in rows),
        version=version,
        beside=beside,
    )


def figure_over(
    rows: Sequence[Json],
    task: str,
    metric: str,
    unit: Unit,
    evaluating: Evaluating,
    *,
    seed: int = 0,
    beside: Mapping[str, float] | None = None,
    better: Literal["higher", "lower"] = "higher",
) -> Figure:
    """The mean score of rows, with its interval; those without a score are undecided."""
    scores = [row["score"] for row in rows if row["score"] is not None]
    mean = mean_of({"": scores}, resamples=evaluating.resamples, confidence=evaluating.confidence, seed=seed)
    return Figure(
        task,
        metric,
        None if mean is None else round(mean.value, 4),
        unit,
        len(scores),
        *_ends(mean),
        better=better,
        undecided=len(rows) - len(scores),
        beside={**_states(rows), **(beside or {})},
    )


def _states(rows: Sequence[Json]) -> dict[str, float]:
    """How many answers were cut off, empty and so on."""
    return dict(sorted(Counter(row["state"] for row in rows if row["state"]).items()))


def order_effect(rows: Iterable[Json]) -> float | None:
    """By how much the judge's scores are higher with the answer before the reference; None where it was not asked so."""
    pairs = [(row["answer_first"], row["reference_first"]) for row in rows if row["answer_first"] is not None]
    return round(sum(led - followed for led, followed in pairs) / len(pairs), 4) if pairs else None


def by_skill(rows: Sequence[Json], evaluating: Evaluating, seed: int = 0) -> Json:
    """Skill -> mean, interval, counts, and the same of its task types."""
    found: Json = {}
    for skill, own in sorted(_grouped(rows, "skill").items()):
        types = {name: _told(part, evaluating, seed) for name, part in sorted(_grouped(own, "task_type").items())}
        found[skill] = {**_told(own, evaluating, seed), "task_types": types}
    return found


def difference(rows: Sequence[Json], base: Sequence[Json], evaluating: Evaluating, seed: int = 0) -> Json | None:
    """By how much the scores on the rows that both have differ, with its interval; None where there are none."""
    scores = {row["id"]: row["score"] for row in base if row["score"] is not None}
    groups = defaultdict[str, list[float]](list)
    for row in rows:
        if row["score"] is not None and row["id"] in scores:
            groups[row["skill"]].append(row["score"] - scores[row["id"]])
    mean = mean_of(groups, resamples=evaluating.resamples, confidence=evaluating.confidence, seed=seed)
    return None if mean is None else mean.told()


def gain(value: float | None, base: float | None) -> float | None:
    """The relative change in per cent, as the paper tells gains; None where there is no base."""
    return None if value is None or not base else round(100 * (value - base) / base, 2)


def _told(rows: Sequence[Json], evaluating: Evaluating, seed: int) -> Json:
    mean = _mean(rows, evaluating, seed)
    solved = [row["solved"] for row in rows if row["solved"] is not None]
    rate = round(sum(solved) / len(solved), 4) if solved else None
    undecided = sum(row["score"] is None for row in rows)
    empty: Json = {"value": None, "low": None, "high": None, "count": 0}
    return {**(mean.told() if mean else empty), "solve_rate": rate, "keyed": len(solved), "undecided": undecided}


def _mean(rows: Sequence[Json], evaluating: Evaluating, seed: int) -> Mean | None:
    groups = {
        skill: [row["score"] for row in own if row["score"] is not None]
        for skill, own in _grouped(rows, "skill").items()
    }
    return mean_of(groups, resamples=evaluating.resamples, confidence=evaluating.confidence, seed=seed)


def _grouped(rows: Iterable[Json], column: str) -> dict[str, list[Json]]:
    groups = defaultdict[str, list[Json]](list)
    for row in rows:
        groups[row[column]].append(row)
    return groups


def _ends(mean: Mean | None) -> tuple[float | None, float | None]:
    ends = (mean.low, mean.high) if mean else (None, None)
    return (None if ends[0] is None else round(ends[0], 4), None if ends[1] is None else round(ends[1], 4))
