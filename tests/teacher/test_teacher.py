"""The teacher: one retry layer, one ledger, and a clear end to everything an endpoint may do."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tasks.agents.simulated_user import UserTurn
from tasks.records import Json, Rejected
from tasks.teacher import Answer, EndpointDown, Teacher
from tasks.teacher.material import material
from tasks.teacher.prices import Price
from tests.scripted import Scripted, reply
from tests.teacher.asking import AGENT, MESSAGES, chat, refusing, run, transport, turn

pytestmark = pytest.mark.usefixtures("hasty")

# A usable answer


def test_an_answer_with_its_event_and_usage(ledger: str) -> None:
    answers: list[Answer] = []

    async def work(teacher: Teacher) -> None:
        answers.append(await chat(teacher, prompt="f" * 64))

    teacher = run(ledger, Scripted(), work, price=Price(input=2, output=4))
    (answer,) = answers
    assert (answer.text, answer.parsed, answer.tool_calls) == ("An answer.", None, [])
    assert answer.event == {
        "agent": "respond",
        "prompt": "f" * 16,
        "model": "m",
        "call": answer.event["call"],
        "prompt_tokens": 10,
        "completion_tokens": 5,
        "cost_usd": 4e-05,
    }
    assert (teacher.usage.made, teacher.usage.replayed, teacher.usage.failed, teacher.usage.unmetered) == (1, 0, 0, 0)
    assert teacher.cost() == 4e-05


def test_reasoning_comes_off_and_calls_come_through(ledger: str) -> None:
    call = {"id": "1", "function": {"name": "f", "arguments": '{"a": "\\ud800"}'}}
    script = [reply("<think>hm</think>\nYes."), reply(None, "tool_calls", tool_calls=[call])]

    async def work(teacher: Teacher) -> None:
        assert (await chat(teacher)).text == "Yes."
        answer = await chat(teacher, tools=[{"type": "function", "function": {"name": "f"}}])
        assert answer.text == "" and answer.tool_calls[0]["name"] == "f"
        assert str(answer.tool_calls).encode()

    endpoint = Scripted(script)
    run(ledger, endpoint, work)
    assert "tools" not in endpoint.bodies[0] and endpoint.bodies[1]["tools"]


def test_a_template_is_filled_and_its_material_is_not_a_template(ledger: str) -> None:
    hostile = "{count} {0} {{x}} {x.__class__} %s {task_type!r} }{"

    async def work(teacher: Teacher) -> None:
        variables = {"count": 2, "task_type": hostile, "material": material(0, {"passage": hostile})}
        await teacher.ask(AGENT, variables, temperature=0.9)
        with pytest.raises(KeyError, match="material"):
            await teacher.ask(AGENT, {"count": 2, "task_type": "x"}, temperature=0.9)

    endpoint = Scripted()
    run(ledger, endpoint, work, max_tokens=777)
    system, human = endpoint.bodies[0]["messages"]
    assert system == {"role": "system", "content": f"Write 2 about {hostile}. Literal {{braces}}."}
    assert human["role"] == "user" and f">\n{hostile}\n</" in human["content"]
    assert endpoint.bodies[0]["max_tokens"] == 777 and len(endpoint.bodies) == 1


def test_a_schema_is_asked_for_and_parsed(ledger: str) -> None:
    async def work(teacher: Teacher) -> None:
        answer = await chat(teacher, schema=UserTurn)
        assert answer.parsed == UserTurn(message="Hello {x}.")

    endpoint = Scripted([turn("Hello {x}.")])
    run(ledger, endpoint, work)
    form = endpoint.bodies[0]["response_format"]
    assert form["type"] == "json_schema" and form["json_schema"]["strict"] is True
    assert form["json_schema"]["schema"]["required"] == ["done", "message"]


# The ledger


def test_what_is_in_the_ledger_is_not_asked_for_again(ledger: str) -> None:
    async def work(teacher: Teacher) -> None:
        answer = await chat(teacher)
        assert (answer.text, answer.event["prompt_tokens"]) == ("An answer.", 10)

    first, second = Scripted(), Scripted([transport()])
    run(ledger, first, work)
    teacher = run(ledger, second, work, price=Price(input=1, output=1))
    assert len(first.bodies) == 1 and second.bodies == []
    assert (teacher.usage.made, teacher.usage.replayed, teacher.usage.prompt_tokens) == (0, 1, 0)
    assert teacher.cost() == 0.0


def test_bad_answers_are_replayed_as_bad(ledger: str) -> None:
    async def work(teacher: Teacher) -> None:
        assert (await chat(teacher, schema=UserTurn)).parsed.message == "second"

    run(ledger, Scripted([reply("prose"), turn("second")]), work)
    again = Scripted([transport()])
    teacher = run(ledger, again, work)
    assert again.bodies == [] and teacher.usage.replayed == 2


def test_failures_are_not_replayed(ledger: str) -> None:
    seen: list[Any] = []
    run(ledger, Scripted([transport()]), refusing(EndpointDown, seen), patience_seconds=0)

    async def work(teacher: Teacher) -> None:
        assert (await chat(teacher)).text == "An answer."

    run(ledger, Scripted(), work)


def keys(
    ledger: str, work: Callable[[Teacher], Awaitable[Any]], endpoint: Scripted | None = None, **options: Any
) -> int:
    """How many calls `work` makes beside what the ledger holds."""
    endpoint = endpoint or Scripted([turn("x")])
    run(ledger, endpoint, work, **options)
    return len(endpoint.bodies)


def test_all_that_is_asked_is_in_the_key_and_nothing_else(ledger: str) -> None:
    tools = [{"type": "function", "function": {"name": "f"}}]
    asked: list[dict[str, Any]] = [
        {},
        {"temperature": 0.5},
        {"max_tokens": 101},
        {"sample": 1},
        {"sample": 2},
        {"schema": UserTurn},
        {"tools": tools},
        {"tools": [*tools, *tools]},
        {"messages": [*MESSAGES, {"role": "user", "content": "And?"}]},
    ]

    async def work(teacher: Teacher) -> None:
        for options in asked:
            await chat(teacher, **options)

    async def otherwise(teacher: Teacher) -> None:
        for options in asked:
            await chat(teacher, agent="other", prompt="other", depth=7, **options)

    assert keys(ledger, work) == len(asked)
    assert keys(ledger, otherwise, limit=1, request_seconds=1, attempts=1) == 0
    assert keys(ledger, work, Scripted([turn("x")], model="n")) == len(asked)
    assert keys(ledger, work, Scripted([turn("x")], name="https://f/v1")) == len(asked)


def test_the_seed_of_the_request_is_the_sample(ledger: str) -> None:
    async def work(teacher: Teacher) -> None:
        await chat(teacher)
        await chat(teacher, sample=3)

    endpoint = Scripted()
    run(ledger, endpoint, work)
    assert "seed" not in endpoint.bodies[0] and endpoint.bodies[1]["seed"] == 3


def test_an_answer_is_in_the_ledger_before_it_is_used(ledger: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(*_: Any) -> None:
        raise OSError("disk full")

    async def work(teacher: Teacher) -> None:
        monkeypatch.setattr(teacher.ledger, "commit", fails)
        with pytest.raises(OSError, match="disk full"):
            await chat(teacher)
        assert teacher.limiter.active == 0

    run(ledger, Scripted(), work)


# What it costs


@pytest.mark.parametrize(
    "usage",
    [
        None,
        {},
        "many",
        [],
        {"prompt_tokens": None},
        {"prompt_tokens": "ten", "completion_tokens": []},
        {"prompt_tokens": -5, "completion_tokens": float("inf")},
    ],
)
def test_strange_usage_breaks_nothing(ledger: str, usage: Any) -> None:
    async def work(teacher: Teacher) -> None:
        answer = await chat(teacher)
        assert answer.event["prompt_tokens"] == 0

    teacher = run(ledger, Scripted([reply(usage=usage)]), work, price=Price(input=1, output=1))
    assert teacher.usage.prompt_tokens == teacher.usage.completion_tokens == 0
    assert teacher.usage.unmetered == (0 if isinstance(usage, dict) and usage else 1)


def test_cost_is_unknown_rather_than_wrong(ledger: str) -> None:
    async def work(teacher: Teacher) -> None:
        answer = await chat(teacher)
        assert (answer.event["cost_usd"] is None) == (teacher.price is None)

    other = ledger.replace("ledger.db", "other.db")
    assert run(ledger, Scripted(), work).cost() is None
    assert run(other, Scripted([reply(usage=None)]), work, price=Price(input=1, output=1)).cost() is None


def test_calls_are_counted_under_load(ledger: str) -> None:
    dice = random.Random(3)

    async def flaky(_: Json) -> Json:
        if dice.random() < 0.3:
            raise transport()
        return turn("x") if dice.random() < 0.8 else reply("prose")

    async def work(teacher: Teacher) -> None:
        results = await asyncio.gather(
            *(chat(teacher, sample=s, schema=UserTurn) for s in range(150)), return_exceptions=True
        )
        assert all(isinstance(result, Answer | Rejected) for result in results)

    endpoint = Scripted([flaky])
    teacher = run(ledger, endpoint, work, limit=16)
    assert teacher.usage.made == len(endpoint.bodies)
    kept = teacher.usage.prompt_tokens // 10
    assert teacher.usage.made - kept <= teacher.usage.failed


def test_counts_of_tokens_may_be_text_or_fractions(ledger: str) -> None:
    async def work(teacher: Teacher) -> None:
        await chat(teacher)

    teacher = run(ledger, Scripted([reply(usage={"prompt_tokens": "12", "completion_tokens": 3.5})]), work)
    assert (teacher.usage.prompt_tokens, teacher.usage.completion_tokens) == (12, 3)
