"""A skill as a mix asks for it: some task types drawn more often, its tasks easier or harder.

Only what is drawn from changes, so that in the keys of shards the skill counts as another one where its draws may be others, and
nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from prompts import Axes, Skill, knobs
from tasks.steps.mix_file import MixError, MixFile, Towards


def emphasised(skill: Skill, asked: MixFile) -> Skill:
    """The skill with what the file asks of it; MixError if it has no tasks that could be easier or harder."""
    weights, towards = asked.task_types.get(skill.name), asked.difficulty.get(skill.name)
    if weights:
        types = [
            each.model_copy(update={"weight": each.weight * weights.get(each.name, 1)}) for each in skill.task_types
        ]
        skill = skill.model_copy(update={"task_types": tuple(types)})
    return _shifted(skill, towards) if towards else skill


def _shifted(skill: Skill, towards: Towards) -> Skill:
    times: Mapping[str, Mapping[str, int]] = getattr(knobs(), towards)
    axes = {**{axis: values for axis, values in knobs().instruct.items() if axis in times}, **skill.axes}
    if not any(_differ(each, times) for each in (axes, *(t.axes for t in skill.task_types))):
        raise MixError(
            f"difficulty: tasks of {skill.name} cannot be {towards}, as its folder has them: leave it out of the mix there"
        )
    types = tuple(t.model_copy(update={"axes": {**t.axes, **_drawn(t.axes, times)}}) for t in skill.task_types)
    return skill.model_copy(update={"axes": {**skill.axes, **_drawn(axes, times)}, "task_types": types})


def _differ(axes: Axes, times: Mapping[str, Mapping[str, int]]) -> bool:
    """Whether the axes have values of which some are drawn more often than others."""
    return any(len({of.get(value, 1) for value in axes.get(axis, ())}) > 1 for axis, of in times.items())


def _drawn(axes: Axes, times: Mapping[str, Mapping[str, int]]) -> Axes:
    """The axes that are shifted, each value there as many times as often."""
    return {name: _repeated(values, times[name]) for name, values in axes.items() if name in times}


def _repeated(values: Sequence[str], times: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(value for value in values for _ in range(times.get(value, 1)))
