"""Tools of an agent's own: offered, used within bounds, written down, and shown to the student by the skill's choice alone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import pytest

from prompts import Skill
from simulator.skill_runs import skill_run
from tasks.agents.conversation import Conversation, converse
from tasks.agents.kind import SkillRun
from tasks.agents.reflection import reflected
from tasks.agents.review import Critique
from tasks.kinds.fit import load_skill
from tasks.records import Json, Record, Rejected, Source, identified
from tasks.settings import Settings
from tasks.teacher import Teacher
from tasks.teacher.endpoints.dialect import Dialect
from tasks.teacher.faults import Fault
from tasks.teacher.ledger import Ledger
from tasks.teacher.limiter import Limiter
from tasks.teacher.tool_text import calls_in, describe_tools
from tasks.tools.toolbox import SCHEMAS
from tests.scripted import Scripted, reply

T = TypeVar("T")
RECORD = identified(
    Record(
        source=Source(id="d", uri="u", kind="text"),
        task_type="literal_comprehension",
        passage="The fee is 12.5 a day.",
        instruction="What do four days cost?",
        answer_form="number",
        key=["50"],
    )
)


def call(name: str, **arguments: Any) -> Json:
    return {"id": "x", "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}


def calls(*made: Json) -> Json:
    return reply(None, finish="tool_calls", tool_calls=list(made))


COMPUTES = calls(call("calculator", expression="12.5 * 4"))


def driven(
    folder: Path,
    script: list[Any],
    work: Callable[[SkillRun], Awaitable[T]],
    *,
    tools: Mapping[str, tuple[str, ...]] | None = None,
    response: Json | None = None,
    **options: Any,
) -> tuple[T, Scripted]:
    """What `work` makes of a run whose endpoint answers by the script; `tools` and `response` change the skill."""
    endpoint = Scripted(script)

    async def inside() -> T:
        settings = Settings(**{"patience_seconds": 1, "system_prompts": "none", "strategy_prompts": "off", **options})
        teacher = Teacher(endpoint, Ledger(f"sqlite:///{folder / 'ledger.db'}"), Limiter(4), settings, None)
        skill = changed(load_skill("reading_comprehension"), tools, response)
        run = skill_run(skill, settings, teacher=teacher, step="respond")
        try:
            return await work(run)
        finally:
            await teacher.close()

    return asyncio.run(inside()), endpoint


def changed(skill: Skill, tools: Mapping[str, tuple[str, ...]] | None, response: Json | None) -> Skill:
    shown = skill.response.model_copy(update=response or {})
    return skill.model_copy(update={"tools": tools or {"respond": ("calculator",)}, "response": shown})


async def answered(run: SkillRun) -> Conversation:
    return await converse(RECORD, run, sample=0)


def test_a_call_is_answered_and_stays_out_of_the_row(tmp_path: Path) -> None:
    done, endpoint = driven(tmp_path, [COMPUTES, reply("Four days: 50.")], answered)
    assert [m["role"] for m in done.messages] == ["user", "assistant"]
    assert done.messages[-1] == {"role": "assistant", "content": "Four days: 50."}
    used = [e for e in done.events if e["agent"] == "tools/calculator"]
    assert used == [{"agent": "tools/calculator", "arguments": {"expression": "12.5 * 4"}, "result": "50"}]
    first, second = endpoint.bodies
    assert [tool["function"]["name"] for tool in first["tools"]] == ["calculator"]
    assert [m["role"] for m in second["messages"]] == ["user", "assistant", "tool"]
    assert second["messages"][-1]["content"] == "50"
    assert second["messages"][-1]["tool_call_id"] == second["messages"][-2]["tool_calls"][0]["id"]


def test_a_skill_may_show_the_calls(tmp_path: Path) -> None:
    done, _ = driven(tmp_path, [COMPUTES, reply("50")], answered, response={"show_tools": True})
    assert [m["role"] for m in done.messages] == ["user", "assistant", "tool", "assistant"]


@pytest.mark.parametrize("rounds", [0, 1, 3])
def test_rounds_are_bounded(tmp_path: Path, rounds: int) -> None:
    async def work(run: SkillRun) -> str:
        with pytest.raises(Rejected) as why:
            await answered(run)
        return why.value.reason

    reason, endpoint = driven(tmp_path, [COMPUTES], work, tool_rounds=rounds)
    assert reason == "tool_calls"
    assert len(endpoint.bodies) == rounds + 1
    assert sum("tools" in body for body in endpoint.bodies) == rounds


def test_a_tool_that_is_not_the_skills_rejects(tmp_path: Path) -> None:
    async def work(run: SkillRun) -> Rejected:
        with pytest.raises(Rejected) as why:
            await answered(run)
        return why.value

    why, _ = driven(tmp_path, [calls(call("code_interpreter", code="print(1)"))], work)
    assert why.reason == "tool_calls" and "code_interpreter" in why.detail and why.events


@pytest.mark.parametrize(
    ("arguments", "result"),
    [
        ({"expression": "2 +"}, "error: "),
        ({"expression": 4}, "error: the call needs 'expression'"),
        ({}, "error: the call needs 'expression'"),
        ({"expression": "__import__('os')"}, "error: "),
        ({"expression": "9**9**9**9"}, "error: "),
    ],
)
def test_senseless_calls_get_a_sentence(tmp_path: Path, arguments: Json, result: str) -> None:
    done, _ = driven(tmp_path, [calls(call("calculator", **arguments)), reply("50")], answered)
    told = next(e for e in done.events if e["agent"] == "tools/calculator")["result"]
    assert told.startswith(result) and "\n" not in told


def test_an_agent_with_a_schema_uses_its_tools_too(tmp_path: Path) -> None:
    async def work(run: SkillRun) -> Any:
        return await run.ask("critique", {"conversation": "c"}, {}, schema=Critique, temperature=0.0)

    script = [COMPUTES, reply(json.dumps({"problems": ["12.5 times 4 is 50."], "revise": True}))]
    answer, endpoint = driven(tmp_path, script, work, tools={"critique": ("calculator",)})
    assert answer.parsed.problems == ["12.5 times 4 is 50."]
    assert (answer.event["prompt_tokens"], answer.event["completion_tokens"]) == (20, 10)
    assert [turn["role"] for turn in answer.event["tools"]] == ["assistant", "tool"]
    assert endpoint.bodies[1]["messages"][-1] == {
        "role": "tool",
        "tool_call_id": endpoint.bodies[1]["messages"][-2]["tool_calls"][0]["id"],
        "content": "50",
    }


def test_a_tool_that_is_off_is_not_offered(tmp_path: Path) -> None:
    names = {"respond": ("code_interpreter", "web_search", "calculator")}
    _, endpoint = driven(tmp_path, [reply("50")], answered, tools=names, code_interpreter="off")
    assert [tool["function"]["name"] for tool in endpoint.bodies[0]["tools"]] == ["calculator"]


# The protocol in plain text


def test_tools_in_plain_text_there_and_back() -> None:
    body: Json = {
        "messages": [{"role": "user", "content": "How much?"}],
        "tools": [SCHEMAS["calculator"]],
        "max_tokens": 9,
    }
    spoken = Dialect(tools="text").spoken(body)
    assert "tools" not in spoken and "calculator" in spoken["messages"][0]["content"]
    asked = 'I compute.\n```tool_call\n{"name": "calculator", "arguments": {"expression": "{1} + 2"}}\n```'
    text, (call,) = calls_in(asked, {"calculator"})
    assert text == "I compute." and call == {"name": "calculator", "arguments": {"expression": "{1} + 2"}}
    function = {"name": call["name"], "arguments": json.dumps(call["arguments"])}
    turns = [
        *body["messages"],
        {"role": "assistant", "content": text, "tool_calls": [{"id": "x", "type": "function", "function": function}]},
        {"role": "tool", "tool_call_id": "x", "content": "3"},
    ]
    flat = describe_tools(turns, body["tools"])
    assert [m["role"] for m in flat] == ["system", "user", "assistant", "user"]
    assert "```tool_call" in flat[2]["content"] and flat[3]["content"].endswith("3")


@pytest.mark.parametrize("text", ["no call", "", 'The call {"name": "calculator", "arguments": {}} adds nothing.'])
def test_what_is_no_call_stays_text(text: str) -> None:
    assert calls_in(text, {"calculator"}) == (text, [])


@pytest.mark.parametrize("block", ["not json", '{"arguments": {}}', '{"name": "printer", "arguments": {}}'])
def test_a_block_that_is_no_call_is_asked_for_again(block: str) -> None:
    with pytest.raises(Fault) as caught:
        calls_in(f"```tool_call\n{block}\n```", {"calculator"})
    assert (caught.value.kind, caught.value.reason) == ("unusable", "bad_tool_call")


def test_an_endpoint_without_tools_is_found_out() -> None:
    dialect = Dialect()
    assert dialect.adapt("registry.example/model does not support tools") and dialect.tools == "text"
    assert not dialect.adapt("does not support tools")


# Reflection


async def twice(run: SkillRun) -> Record:
    done = Conversation([{"role": "user", "content": "Q"}, {"role": "assistant", "content": "Forty-eight."}])
    record = RECORD.__class__(**{**{f: getattr(RECORD, f) for f in RECORD.__slots__}, "messages": done.messages})
    return await reflected(record, run, sample=0)


def test_a_revision_keeps_the_earlier_version(tmp_path: Path) -> None:
    critique = {"problems": ["The product is 50."], "revise": True}
    record, endpoint = driven(tmp_path, [reply(json.dumps(critique)), reply("Fifty.")], twice, reflection_rounds=1)
    assert record.messages[-1]["content"] == "Fifty."
    assert [a["messages"][-1]["content"] for a in record.alternatives] == ["Forty-eight."]
    assert [event["agent"] for event in record.lineage] == ["critique", "revise"]
    assert "The product is 50." in endpoint.bodies[1]["messages"][-1]["content"]
    assert "50" not in endpoint.bodies[0]["messages"][-1]["content"], "the critic sees no key"


@pytest.mark.parametrize("rounds", [0, 1, 2])
def test_a_critic_without_problems_ends_it(tmp_path: Path, rounds: int) -> None:
    script = [reply(json.dumps({"problems": [], "revise": False}))]
    record, endpoint = driven(tmp_path, script, twice, reflection_rounds=rounds)
    assert record.messages[-1]["content"] == "Forty-eight." and not record.alternatives
    assert len(endpoint.bodies) == min(rounds, 1)
