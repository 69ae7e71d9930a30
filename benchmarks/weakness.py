"""Whether the weakness of a simulated student is found: a skill whose rows were left out of what it learnt, among all others.

Base and student answer the same tasks. What they know of a task is partly the task's own difficulty, partly luck; a key turns it
into 0 or 10, a judge into whole points. How many of a skill's tasks have a key differs, and so does how much a skill that was
taught gains.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

import prompts
from benchmarks.measures import Measure
from tasks.evaluation.weakness import weakness
from tasks.records import Json

TRIALS = 300


@dataclass(frozen=True)
class World:
    """What students and their examinations are like; points are of 10."""

    rows: tuple[int, int] = (30, 30)
    """Rows of a skill, from the least to the most."""
    gain: float = 3.0
    """What a skill that was taught gains; one that was left out gains nothing."""
    varying: float = 0.3
    """The standard deviation of that gain over skills."""
    base: tuple[float, float] = (2.0, 6.0)
    """How good the base is in a skill, from the least to the most."""
    spread: float = 2.5
    """The standard deviation of a judge's scores within a skill."""
    shared: float = 0.5
    """How much of that is the task's own difficulty, for both students."""
    types: int = 1
    """Task types of a skill."""


def examined(world: World, left_out: Sequence[str], seed: int) -> tuple[list[Json], list[Json]]:
    """Rows of answers of a student that was taught all skills but these, and of its base."""
    source = np.random.default_rng(seed)
    student, base = list[Json](), list[Json]()
    for skill in prompts.names():
        count = int(source.integers(world.rows[0], world.rows[1] + 1))
        before = source.uniform(*world.base)
        gain = 0.0 if skill in left_out else max(0.0, world.gain + world.varying * source.normal())
        keyed = source.random(count) < source.random()
        difficulty = source.normal(size=count)
        for into, mean in ((base, before), (student, before + gain)):
            luck = source.normal(size=count)
            knows = np.sqrt(world.shared) * difficulty + np.sqrt(1 - world.shared) * luck
            solves = knows > -NormalDist().inv_cdf(min(max(mean / 10, 0.02), 0.98))
            points = np.clip(np.round(mean + world.spread * knows), 0, 10)
            for place in range(count):
                key = bool(keyed[place])
                into.append(
                    {
                        "id": f"{skill}-{place}",
                        "skill": skill,
                        "task_type": f"type_{place % world.types}",
                        "score": float(10 * solves[place] if key else points[place]),
                        "solved": bool(solves[place]) if key else None,
                        "decided_by": "key" if key else "judge",
                    }
                )
    return student, base


@dataclass(frozen=True)
class Found:
    """Shares of trials."""

    first: float
    """The skill that was left out stands first."""
    named: float
    """It is among those that are named."""
    sure: float
    """It is among those that are said to be sure."""
    others_sure: float
    """Another one is said to be sure."""


def found(world: World, trials: int = TRIALS, *, with_base: bool = True) -> Found:
    counts = np.zeros(4)
    for seed in range(trials):
        left_out = prompts.names()[seed % len(prompts.names())]
        student, base = examined(world, [left_out], seed)
        told = weakness(student, base if with_base else ())
        sure = [each.skill for each in told.weakest if each.sure]
        named = [each.skill for each in told.weakest]
        counts += [told.skills[0].skill == left_out, left_out in named, left_out in sure, bool({*sure} - {left_out})]
    return Found(*(counts / trials))


GRID = ((30, 2.0), (30, 3.0), (50, 2.0), (50, 3.0), (100, 2.0), (100, 3.0))
"""Rows a skill, and points that the others gain."""


def measures() -> list[Measure]:
    """How often it is found, over what teaching brings and how many rows are held out."""
    told = []
    for rows, gain in GRID:
        now = found(World(rows=(rows, rows), gain=gain))
        how = f"{TRIALS} students, {rows} rows a skill, the others gained {gain:g} points"
        told += [
            Measure("a skill that was left out is named", now.named, 0.99 if gain >= 3 else None, True, how=how),
            Measure("and stands first", now.first, None, how=how),
            Measure("another one is said to be sure", now.others_sure, None, how=how),
        ]
    alone = found(World(rows=(100, 100)), with_base=False)
    how = f"{TRIALS} students, 100 rows a skill, without the base's answers"
    return [*told, Measure("a skill that was left out is named", alone.named, None, how=how)]
