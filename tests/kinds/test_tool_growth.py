"""A set of functions is grown by its new ones alone: what was described stays as it was and is never written out again."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from simulator.skill_runs import skill_run
from tasks.kinds.fit import load_skill
from tasks.kinds.tools.material import describe_functions
from tasks.records import Json, Record, Rejected, Source
from tasks.settings import Settings
from tasks.teacher import Teacher
from tasks.teacher.ledger import Ledger
from tasks.teacher.limiter import Limiter
from tests.scripted import Scripted, reply

SEED = Record(source=Source(id="d", uri="lock.py", kind="code"), passage="class Lock: ...")
SKILL = load_skill("tool_use")
GROWN = {t.name: t for t in SKILL.transformations if len(t.agents) == 2}


def api(name: str, described: str = "It does that") -> Json:
    field = {"name": "lock_id", "type": "string", "description": "its number", "required": True, "enum": []}
    return {"name": name, "description": described, "parameters": [field], "returns": [field]}


def apis(*given: Json, why: str = "") -> Any:
    return reply(json.dumps({"apis": list(given), "unsuitable": why}))


def grown(folder: Path, name: str, *script: Any) -> tuple[Record, Scripted]:
    endpoint = Scripted(list(script))

    async def inside() -> Record:
        settings = Settings(patience_seconds=1)
        teacher = Teacher(endpoint, Ledger(f"sqlite:///{folder / 'ledger.db'}"), Limiter(4), settings, None)
        try:
            return await describe_functions(GROWN[name], SEED, skill_run(SKILL, settings, teacher=teacher))
        finally:
            await teacher.close()

    return asyncio.run(inside()), endpoint


def names(record: Record) -> list[str]:
    return [tool["function"]["name"] for tool in record.tools]


MANY = [api(f"open_gate_{n}") for n in range(24)]


@pytest.mark.parametrize("name", GROWN)
def test_new_functions_stand_behind_the_given_ones(name: str, tmp_path: Path) -> None:
    made, endpoint = grown(tmp_path, name, apis(*MANY), apis(api("list_gates"), api("close_gate")))
    assert names(made) == [*(each["name"] for each in MANY), "list_gates", "close_gate"]
    asked = endpoint.bodies[1]["messages"]
    assert all(each["name"] in asked[-1]["content"] for each in MANY)
    assert "none of the given" in " ".join(asked[0]["content"].split())


def test_a_function_that_is_given_back_changed_stays_as_it_was(tmp_path: Path) -> None:
    made, _ = grown(
        tmp_path,
        "code_library_by_hypothesis",
        apis(api("open_gate", "Opens a gate")),
        apis(api("open_gate", "Shuts a gate"), api("count_boats")),
    )
    assert names(made) == ["open_gate", "count_boats"]
    assert made.tools[0]["function"]["description"].startswith("Opens a gate.")


def test_where_nothing_can_be_added_the_given_functions_are_kept(tmp_path: Path) -> None:
    made, _ = grown(tmp_path, "api_list_grown", apis(*MANY[:3]), apis(why="They have nothing in common."))
    assert len(made.tools) == 3


def test_material_without_a_function_is_refused_before_anything_is_grown(tmp_path: Path) -> None:
    with pytest.raises(Rejected) as refused:
        grown(tmp_path, "api_list_grown", apis(why="It is a poem."))
    assert refused.value.reason == "unsuitable" and len(refused.value.events) == 1
