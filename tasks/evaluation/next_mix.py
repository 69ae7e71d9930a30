"""What to teach next: a mix file of a student's weakness, with the reasons beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import prompts
from tasks.evaluation.learnt import Learnt
from tasks.evaluation.standing import Standing
from tasks.evaluation.weakness import ENOUGH, Weakness
from tasks.kinds.fit import load_skill
from tasks.steps.emphasis import emphasised
from tasks.steps.mix_file import MixError, MixFile, Towards

LEAST, MOST = 0.25, 4.0
"""A skill or task type has so little of the mean share at least, and so much at most."""
KEYED = 10
"""Rows with a key from which on a solve rate says whether tasks are too hard or too easy."""
TOO_HARD, TOO_EASY = 0.3, 0.8
"""Where a student solves less, it learns from easier tasks; where it solves more, from harder ones."""
LITTLE_LEARNT = 2.0
"""A skill that was learnt least of has so many times the share that it would have else."""
CLEAR = 0.1
"""A task type whose weight differs from 1 by less has none."""


def next_mix(found: Weakness, learnt: Iterable[Learnt] = ()) -> MixFile | None:
    """The mix that gives most of what is missing most, and of what was learnt least; None if nothing is known of the skills that
    there are."""
    known = [each for each in found.skills if each.skill in prompts.names()]
    least = [each.skill for each in learnt if each.least and each.skill in prompts.names()]
    if not known and not least:
        return None
    mean = sum(each.missing for each in known) / max(1, len(known))
    weights = {each.skill: _bounded(each.missing, mean) for each in known}
    types = {each.skill: _types(each, found.task_types) for each in known}
    return MixFile(
        skills=weights | {skill: min(LITTLE_LEARNT * weights.get(skill, 1.0), MOST) for skill in least},
        task_types={skill: weights for skill, weights in types.items() if weights},
        difficulty={each.skill: way for each in known if (way := _towards(each)) is not None},
    )


def _types(skill: Standing, found: Iterable[Standing]) -> dict[str, float]:
    names = {each.name for each in prompts.load(skill.skill).task_types}
    own = [each for each in found if each.skill == skill.skill and each.task_type in names and each.rows >= ENOUGH]
    weights = {each.task_type: _bounded(each.missing, skill.missing) for each in own}
    return {name: weight for name, weight in weights.items() if abs(weight - 1) >= CLEAR}


def _bounded(missing: float, mean: float) -> float:
    return round(min(max(missing / mean, LEAST), MOST), 2) if mean else 1.0


def _towards(skill: Standing) -> Towards | None:
    if skill.solve_rate is None or len(skill.solved) < KEYED or TOO_HARD <= skill.solve_rate <= TOO_EASY:
        return None
    way: Towards = "easier" if skill.solve_rate < TOO_HARD else "harder"
    try:
        emphasised(load_skill(skill.skill), MixFile(difficulty={skill.skill: way}))
    except MixError:  # its folder knows no tasks that are
        return None
    return way


def mix_text(found: Weakness, student: str, base: str = "", learnt: Sequence[Learnt] = ()) -> str:
    """The same as the file that `generate --mix-from` takes; empty if there is none. Comments say why: names and figures."""
    mix = next_mix(found, learnt)
    if mix is None:
        return ""
    skills = {each.skill: each for each in found.skills}
    why = {name: str(each) for name, each in skills.items()}
    for each in learnt:
        if each.least:
            why[each.skill] = "; ".join(filter(None, (why.get(each.skill), str(each))))
    types = {(each.skill, each.task_type): each for each in found.task_types}
    beside = f", beside those of {_plain(base)}, the base" if base else ""
    rows = sum(each.rows for each in found.skills)
    left_out = [name for name in prompts.names() if name not in mix.skills]
    lines = [
        f"# What {_plain(student)} needs more of, by {rows:,} answers that were decided{beside}. To teach it next:",
        "#   agentinstruct generate DOCUMENTS --skill all --mix-from THIS_FILE --output NEW_RUN --teacher MODEL",
        *([f"# Not examined, so not named: {', '.join(left_out)}."] if left_out else []),
        "# Shares of the pieces of documents; 1 would be as much as of the others.",
        "skills:",
        *(f"  {name}: {weight:g}  # {why[name]}" for name, weight in mix.skills.items()),
    ]
    if mix.task_types:
        lines += ["# How many times as often as the catalogue has it.", "task_types:"]
        for skill, weights in mix.task_types.items():
            lines += [f"  {skill}:", *(f"    {name}: {w:g}  # {types[skill, name]}" for name, w in weights.items())]
    if mix.difficulty:
        lines += ["# By how many tasks with a key it solves.", "difficulty:", *_told(mix.difficulty, skills)]
    return "\n".join(lines) + "\n"


def _told(difficulty: Mapping[str, Towards], skills: Mapping[str, Standing]) -> Sequence[str]:
    return [f"  {name}: {way}  # solves {skills[name].solve_rate:.0%}" for name, way in difficulty.items()]


def _plain(name: str) -> str:
    """A name on one line, as a comment takes it."""
    return " ".join(name.split())
