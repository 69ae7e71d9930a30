"""A second response is read by another voice than the one that wrote it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tasks.agents.kind import SkillRun
from tasks.records import Record
from tasks.steps.step import Items
from tasks.steps.verify import verify
from tasks.teacher import Voice
from tests.agents.test_tool_loop import driven
from tests.scripted import Scripted, reply
from tests.steps.test_verify import GOOD, OTHER, WRONG, answered, judged, only


def verified(folder: Path, text: str, own: list[Any], of_judge: list[Any]) -> tuple[Items, Scripted, Scripted]:
    judge = Scripted(of_judge)

    async def work(run: SkillRun) -> Items:
        run.teacher.judge = Voice(judge, None)
        return await verify(answered(text), run.at("verify", 4))

    items, teacher = driven(folder, own, work, tools={}, repairs=0)
    return items, teacher, judge


def test_what_the_teacher_wrote_the_judge_reads(tmp_path: Path) -> None:
    items, teacher, judge = verified(tmp_path, GOOD, [], [judged(8)])
    assert isinstance(only(items), Record) and (len(teacher.bodies), len(judge.bodies)) == (0, 1)


def test_what_the_judge_wrote_the_teacher_reads(tmp_path: Path) -> None:
    items, teacher, judge = verified(tmp_path, WRONG, [judged(8)], [reply(GOOD)])
    record = only(items)
    assert isinstance(record, Record) and record.messages[-1]["content"] == GOOD
    assert (len(teacher.bodies), len(judge.bodies)) == (1, 1)
    assert GOOD.splitlines()[0] in str(teacher.bodies[0]["messages"][-1]["content"])


@pytest.mark.parametrize("second", [WRONG, OTHER])
def test_a_second_response_that_programs_reject_is_read_by_nobody(tmp_path: Path, second: str) -> None:
    items, teacher, judge = verified(tmp_path, WRONG, [], [reply(second)])
    assert not isinstance(only(items), Record) and (len(teacher.bodies), len(judge.bodies)) == (0, 1)
