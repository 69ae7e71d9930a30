"""One skill's part of a run without a run around it, and checks by program on a record: for tests and benchmarks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from prompts import Skill
from tasks.agents.kind import SkillRun
from tasks.checks.check import Doubt
from tasks.kinds import all_checks, kinds
from tasks.kinds.fit import load_skill
from tasks.records import Record
from tasks.settings import Settings
from tasks.teacher import Teacher
from tasks.tools.toolbox import Toolbox


def skill_run(
    skill: str | Skill = "reading_comprehension",
    settings: Settings | None = None,
    *,
    teacher: Teacher | None = None,
    seed: int = 0,
    step: str = "",
    **parts: Any,
) -> SkillRun:
    """A run over the skill; without a teacher nobody can be asked."""
    chosen = load_skill(skill) if isinstance(skill, str) else skill
    settings = settings or Settings()
    run = SkillRun(
        skill=chosen,
        kind=kinds()[chosen.kind],
        settings=settings,
        seed=seed,
        teacher=cast(Teacher, teacher),
        toolbox=Toolbox(settings),
        **parts,
    )
    return run.at(step, 0)


def failed(record: Record, names: Iterable[str]) -> tuple[str, str] | None:
    """The first of these checks by program that the record fails, with the detail; None if it passes them all or is in doubt."""
    for name in names:
        detail = all_checks()[name](record)
        if detail is not None and not isinstance(detail, Doubt):
            return name, detail
    return None


def doubted(record: Record, names: Iterable[str]) -> list[str]:
    """Those of these checks by program that want a reader to be asked."""
    return [name for name in names if isinstance(all_checks()[name](record), Doubt)]
