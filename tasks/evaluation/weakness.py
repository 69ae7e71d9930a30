"""Where a student is weakest: skills and task types, in an order that chance does not make.

Scores of one skill are not those of another: an answer that a key decides has 0 or 10, one that a judge reads anything between,
and tasks of some skills are harder. So what is compared is how much better an answer is than the base's to the same task, if the
base was examined too, and else the score; each beside all others that were decided in the same way, in standard deviations of
them. How far a skill, or a task type within its skill, really lies below the others is estimated as
:mod:`tasks.evaluation.shrinkage` has it. A row that nobody could decide is none of this, and no 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tasks.evaluation.shrinkage import Estimate, estimates
from tasks.evaluation.standing import MOST, Standing
from tasks.records import Json

HANDFUL = 5
"""So many are named at most."""
FEW = 3
"""So many skills are named if fewer are sure, as those that are likeliest the weakest."""
ENOUGH = 5
"""Rows from which on anything is said of a skill or task type by name."""
LEAST_GAP = 1.0
"""What is nearer to the reference than so many points is not weak, however little it gained."""
UNKNOWN = Estimate(value=0.0, spread=0.0, others=0.0, surprise=0.0, sure=False)
"""Of a group without a row that the base answered, too."""
Name = tuple[str, str]
"""A skill and one of its task types, or an empty text for the whole skill."""
Groups = dict[Name, list["_Answer"]]


@dataclass(frozen=True)
class Weakness:
    """All that was examined, the weakest first."""

    skills: tuple[Standing, ...]
    task_types: tuple[Standing, ...]
    """Those whose skill has several: how they stand beside the rest of it."""

    @property
    def weakest(self) -> tuple[Standing, ...]:
        """The handful of skills to name: those that are sure, and else those that are likeliest."""
        return _named(self.skills, FEW)

    @property
    def weakest_types(self) -> tuple[Standing, ...]:
        """The handful of task types to name: there are so many that only sure ones count."""
        return _named(self.task_types, 0)

    def told(self) -> Json:
        """For `results.json`."""
        named = {"skills": self.weakest, "task_types": self.weakest_types}
        return {
            "weakest": {what: [each.name for each in standings] for what, standings in named.items()},
            "skills": [each.told() for each in self.skills],
            "task_types": [each.told() for each in self.task_types],
        }


def _named(standings: Sequence[Standing], few: int) -> tuple[Standing, ...]:
    """The first of those that lack something: the sure ones, filled up to `few` with others that lie below the rest."""
    known = [each for each in standings if each.rows >= ENOUGH and each.estimate.surprise > 0]
    lacking = [each for each in known if MOST - each.score.value >= LEAST_GAP]
    sure = [each for each in lacking if each.sure][:HANDFUL]
    return tuple(sure + [each for each in lacking if not each.sure][: max(0, few - len(sure))])


def weakness(rows: Iterable[Json], base: Iterable[Json] = ()) -> Weakness:
    """Where the student of these rows of answers is weakest, by its scores, or by how much better they are than the base's.

    `rows` and `base` have columns of answers (id, skill, task_type, score, solved, decided_by): of one student each, a bench
    row once.
    """
    known = sorted(rows, key=lambda row: str(row["id"]))
    answers = _answers([row for row in known if row["score"] is not None], base)
    undecided = Counter(name for row in known if row["score"] is None for name in {(row["skill"], ""), _name(row)})
    wholes, types = _grouped(answers, lambda name: (name[0], "")), _grouped(answers, lambda name: name)
    several = Counter(skill for skill, _ in types)
    types = {name: own for name, own in types.items() if several[name[0]] > 1}
    return Weakness(_standings(wholes, {}, undecided), _standings(types, wholes, undecided))


@dataclass(frozen=True)
class _Answer:
    """An answer that was decided."""

    name: Name
    score: float
    solved: bool | None
    before: float | None
    """The base's score, if it was decided, too."""
    beside: float | None
    """How it stands beside all that were decided in the same way, in standard deviations of them, if it can be compared."""


def _name(row: Json) -> Name:
    return row["skill"], row["task_type"] or ""


def _answers(rows: Sequence[Json], base: Iterable[Json]) -> list[_Answer]:
    before = {row["id"]: float(row["score"]) for row in base if row["score"] is not None}
    values = {row["id"]: float(row["score"]) - before.get(row["id"], 0.0) for row in rows}
    beside: dict[str, float] = {}
    for way in {row["decided_by"] for row in rows}:
        own = [row["id"] for row in rows if row["decided_by"] == way and (row["id"] in before or not before)]
        found = np.array([values[name] for name in own])
        spread = float(found.std()) if own else 0.0
        beside |= {name: (values[name] - float(found.mean())) / (spread or 1.0) for name in own}
    return [
        _Answer(_name(row), float(row["score"]), row["solved"], before.get(row["id"]), beside.get(row["id"]))
        for row in rows
    ]


def _grouped(answers: Iterable[_Answer], by: Callable[[Name], Name]) -> Groups:
    found: Groups = {}
    for answer in answers:
        found.setdefault(by(answer.name), []).append(answer)
    return dict(sorted(found.items()))


def _standings(groups: Groups, wholes: Groups, undecided: Mapping[Name, int]) -> tuple[Standing, ...]:
    """The groups, the weakest first, each beside all others; task types by how they differ from the whole of their skill."""
    found = _estimated(groups, wholes, lambda answer: answer.beside)
    now, before = (_gaps(groups, wholes, of) for of in (lambda answer: answer.score, lambda answer: answer.before))
    standings = [
        Standing(
            *name,
            scores=tuple(answer.score for answer in own),
            undecided=undecided.get(name, 0),
            solved=tuple(answer.solved for answer in own if answer.solved is not None),
            judged=tuple(answer.score for answer in own if answer.solved is None),
            gains=tuple(answer.score - answer.before for answer in own if answer.before is not None),
            missing=now[name] * (min(2.0, now[name] / max(before[name], LEAST_GAP)) if name in before else 1.0),
            estimate=found.get(name, UNKNOWN),
        )
        for name, own in groups.items()
    ]
    return tuple(sorted(standings, key=lambda s: (not s.sure, -s.estimate.shortfall, -s.estimate.surprise, s.name)))


def _estimated(groups: Groups, wholes: Groups, of: Callable[[_Answer], float | None]) -> dict[Name, Estimate]:
    """What is known of each group that has such figures; those of its whole are taken off before."""
    centres = {name: _centre(wholes.get((name[0], ""), ()), of) for name in groups}
    lists = {
        name: [v - centres[name] for answer in own if (v := of(answer)) is not None] for name, own in groups.items()
    }
    filled = {name: values for name, values in lists.items() if values}
    return dict(zip(filled, estimates(list(filled.values())), strict=True))


def _gaps(groups: Groups, wholes: Groups, of: Callable[[_Answer], float | None]) -> dict[Name, float]:
    """How far each group is from the reference, in points."""
    found = _estimated(groups, wholes, of)
    means = {name: each.value + _centre(wholes.get((name[0], ""), ()), of) for name, each in found.items()}
    return {name: MOST - min(max(mean, 0.0), MOST) for name, mean in means.items()}


def _centre(answers: Iterable[_Answer], of: Callable[[_Answer], float | None]) -> float:
    values = [value for answer in answers if (value := of(answer)) is not None]
    return sum(values) / len(values) if values else 0.0
