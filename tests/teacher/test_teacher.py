"""The teacher: one retry layer, one ledger, and a clear end to everything an endpoint may do."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import tenacity

from prompts import Agent
from tasks.agents.simulated_user import UserTurn
from tasks.records import Json, Rejected
from tasks.settings import Settings
from tasks.teacher import Answer, EndpointDown, Fault, StopRun, Teacher
from tasks.teacher import teacher as module
from tasks.teacher.endpoints.dialect import Dialect
from tasks.teacher.endpoints.openai_compatible import _retry_after
from tasks.teacher.ledger import Ledger
from tasks.teacher.limiter import Limiter
from tasks.teacher.material import material
from tasks.teacher.prices import Price
from tests.scripted import Scripted, reply

CANARY = "CANARY-7f3a"
MESSAGES: list[Json] = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": f"Say {CANARY}."}]
AGENT = Agent(name="instruct", body="Write {count} about {task_type}. Literal {{braces}}.")


def turn(message: str) -> Json:
    return reply(json.dumps({"done": False, "message": message}))


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(module, "_BACKOFF", tenacity.wait_fixed(0.001))
    yield


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[str]:
    yield f"sqlite:///{tmp_path / 'ledger.db'}"


def run(
    ledger: str,
    endpoint: Scripted,
    work: Callable[[Teacher], Awaitable[Any]],
    *,
    price: Price | None = None,
    limit: int = 4,
    **options: Any,
) -> Teacher:
    """A teacher after `work` was done with it, closed."""
    teacher: list[Teacher] = []

    async def inside() -> None:
        settings = Settings(**{"patience_seconds": 5, **options})
        teacher.append(Teacher(endpoint, Ledger(ledger), Limiter(limit), settings, price))
        try:
            async with asyncio.timeout(20):
                await work(teacher[0])
        finally:
            await teacher[0].close()

    asyncio.run(inside())
    return teacher[0]


async def chat(teacher: Teacher, **options: Any) -> Answer:
    return await teacher.chat(
        options.pop("messages", MESSAGES), **{"agent": "respond", "temperature": 0.4, "max_tokens": 100, **options}
    )


def transport(reason: str = "http_500", **options: Any) -> Fault:
    return Fault("transport", reason, **options)


def refusing(kind: type[BaseException], seen: list[Any], **options: Any) -> Callable[[Teacher], Awaitable[None]]:
    async def work(teacher: Teacher) -> None:
        with pytest.raises(kind) as caught:
            await chat(teacher, **options)
        seen.append(caught.value)

    return work


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


# Retries


@pytest.mark.parametrize("fault", [transport(), transport("timeout"), transport("connection", reached=False)])
def test_transport_faults_are_tried_again_in_one_layer(ledger: str, fault: Fault) -> None:
    async def work(teacher: Teacher) -> None:
        assert (await chat(teacher)).text == "An answer."

    endpoint = Scripted([fault, fault, fault, reply()])
    teacher = run(ledger, endpoint, work)
    assert len(endpoint.bodies) == 4 and endpoint.bodies[0] == endpoint.bodies[3]
    assert teacher.usage.failed == 3
    assert teacher.usage.made == (4 if fault.reached else 1)


@pytest.mark.parametrize(
    "malformed", [None, {}, {"choices": []}, {"choices": [None]}, "<html>", {"choices": [{"message": 1}]}]
)
def test_malformed_replies_are_tried_again_and_not_kept(ledger: str, malformed: Any) -> None:
    async def work(teacher: Teacher) -> None:
        assert (await chat(teacher)).text == "An answer."

    endpoint = Scripted([malformed, reply()])
    teacher = run(ledger, endpoint, work)
    assert len(endpoint.bodies) == teacher.usage.made == 2


def test_retry_after_is_honoured(ledger: str) -> None:
    async def work(teacher: Teacher) -> None:
        await chat(teacher)

    endpoint = Scripted([transport("http_429", retry_after=0.3), reply()])
    run(ledger, endpoint, work)
    assert 0.29 <= endpoint.times[1] - endpoint.times[0] < 1.5


def test_a_long_wait_holds_everybody_back_and_does_not_use_up_patience(ledger: str) -> None:
    async def work(teacher: Teacher) -> None:
        first = asyncio.create_task(chat(teacher))
        await asyncio.sleep(0.05)
        await asyncio.gather(first, chat(teacher, sample=1))

    endpoint = Scripted([Fault("wait_long", "http_429", retry_after=0.4), transport(), transport(), reply()])
    run(ledger, endpoint, work, patience_seconds=0.2)
    assert len(endpoint.times) == 5
    assert min(endpoint.times[1:]) - endpoint.times[0] >= 0.39


def test_patience_ends(ledger: str) -> None:
    seen: list[Any] = []
    endpoint = Scripted([transport("http_503")])
    run(ledger, endpoint, refusing(EndpointDown, seen), patience_seconds=0.2)
    assert len(endpoint.bodies) > 1 and "http_503" in str(seen[0])
    assert CANARY not in str(seen[0])
    alone = Scripted([transport()])
    run(ledger, alone, refusing(EndpointDown, seen), patience_seconds=0)
    assert len(alone.bodies) == 1


def test_a_call_that_fails_while_others_get_through_is_that_records_fault(ledger: str) -> None:
    async def by_message(body: Json) -> Json:
        if "poison" in body["messages"][-1]["content"]:
            raise transport()
        return reply()

    async def work(teacher: Teacher) -> None:
        async def others() -> None:
            for sample in range(20):
                await chat(teacher, sample=sample)
                await asyncio.sleep(0.02)

        background = asyncio.create_task(others())
        with pytest.raises(Rejected) as caught:
            await chat(teacher, messages=[{"role": "user", "content": "poison"}])
        assert caught.value.reason == "endpoint_error"
        await background

    run(ledger, Scripted([by_message]), work, patience_seconds=0.2)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("overflow", "context_overflow"), ("refused", "content_filter"), ("bad_request", "bad_request")],
)
def test_what_no_retry_mends_rejects_the_record_at_once(ledger: str, kind: Any, reason: str) -> None:
    seen: list[Any] = []
    endpoint = Scripted([Fault(kind, reason, "why")])
    teacher = run(ledger, endpoint, refusing(Rejected, seen))
    assert len(endpoint.bodies) == 1 and teacher.usage.failed == 1 and not teacher.stopped
    assert (seen[0].reason, seen[0].detail, seen[0].events) == (reason, "why", [])


def test_an_endpoint_that_refuses_every_request_ends_the_run(ledger: str) -> None:
    async def work(teacher: Teacher) -> None:
        for sample in range(4):
            with pytest.raises(Rejected):
                await chat(teacher, sample=sample)
        with pytest.raises(StopRun, match="--base-url"):
            await chat(teacher, sample=9)

    run(ledger, Scripted([Fault("bad_request", "bad_request", "rejected")]), work)


# Unusable answers


def test_an_unusable_answer_is_asked_for_again_with_what_was_wrong(ledger: str) -> None:
    async def work(teacher: Teacher) -> None:
        assert (await chat(teacher, schema=UserTurn)).parsed.message == "good"

    endpoint = Scripted([reply("Certainly {not} JSON"), turn("good")])
    teacher = run(ledger, endpoint, work)
    again = endpoint.bodies[1]["messages"]
    assert again[:2] == MESSAGES and again[2] == {"role": "assistant", "content": "Certainly {not} JSON"}
    assert again[3]["role"] == "user" and "no JSON object found" in again[3]["content"]
    assert endpoint.bodies[1]["max_tokens"] == endpoint.bodies[0]["max_tokens"]
    assert (teacher.usage.made, teacher.usage.failed) == (2, 1)


def test_the_conversation_does_not_grow_with_every_attempt(ledger: str) -> None:
    seen: list[Any] = []
    endpoint = Scripted([reply("one"), reply("two"), reply("three")])
    run(ledger, endpoint, refusing(Rejected, seen, schema=UserTurn))
    assert [len(body["messages"]) for body in endpoint.bodies] == [2, 4, 4]
    assert endpoint.bodies[2]["messages"][2]["content"] == "two"


@pytest.mark.parametrize("attempts", [1, 2, 4])
def test_after_so_many_attempts_the_record_is_rejected_with_what_was_paid(ledger: str, attempts: int) -> None:
    seen: list[Any] = []
    endpoint = Scripted([reply(f"{CANARY} prose", usage=(100, 7))])
    run(ledger, endpoint, refusing(Rejected, seen, schema=UserTurn), attempts=attempts, price=Price(input=1, output=1))
    (rejected,) = seen
    assert len(endpoint.bodies) == attempts == len(rejected.events)
    assert rejected.reason == "not_in_schema" and CANARY not in str(rejected) + rejected.detail
    assert all(event["note"] == "not_in_schema" and event["prompt_tokens"] == 100 for event in rejected.events)
    assert len({event["call"] for event in rejected.events}) == attempts
    assert all(event["cost_usd"] == pytest.approx(107e-6) for event in rejected.events)
    assert CANARY not in json.dumps(rejected.events)


def test_a_cut_off_answer_gets_twice_the_room(ledger: str) -> None:
    seen: list[Any] = []
    endpoint = Scripted([reply("half an", "length")])
    run(ledger, endpoint, refusing(Rejected, seen))
    assert [body["max_tokens"] for body in endpoint.bodies] == [100, 200, 400]
    assert all(body["messages"] == MESSAGES for body in endpoint.bodies)
    assert seen[0].reason == "cut_off"


def test_an_empty_answer_is_asked_for_again_as_it_was(ledger: str) -> None:
    async def work(teacher: Teacher) -> None:
        assert (await chat(teacher)).text == "An answer."

    endpoint = Scripted([reply(None), reply("  "), reply()])
    run(ledger, endpoint, work)
    assert all(body["messages"] == MESSAGES for body in endpoint.bodies) and len(endpoint.bodies) == 3


def test_refusals_are_not_asked_again(ledger: str) -> None:
    seen: list[Any] = []
    endpoint = Scripted([reply("I'm sorry, but I can't help with that.")])
    run(ledger, endpoint, refusing(Rejected, seen))
    assert len(endpoint.bodies) == 1 and seen[0].reason == "refusal"
    assert [event["note"] for event in seen[0].events] == ["refusal"]


def test_a_failing_endpoint_after_paid_attempts_keeps_what_was_paid(ledger: str) -> None:
    seen: list[Any] = []
    endpoint = Scripted([reply("prose"), Fault("overflow", "context_overflow")])
    run(ledger, endpoint, refusing(Rejected, seen, schema=UserTurn))
    assert seen[0].reason == "context_overflow" and [e["note"] for e in seen[0].events] == ["not_in_schema"]


def test_a_prompt_that_was_read_in_part_is_no_success(ledger: str) -> None:
    seen: list[Any] = []
    long = [{"role": "user", "content": "word " * 4_000}]
    run(ledger, Scripted([reply(usage=(1_000, 5))]), refusing(Rejected, seen, messages=long))
    assert seen[0].reason == "prompt_cut"

    async def work(teacher: Teacher) -> None:
        await chat(teacher, messages=long)

    run(ledger.replace("ledger.db", "other.db"), Scripted([reply(usage=(4_000, 5))]), work)


# Stopping


@pytest.mark.parametrize("reason", ["bad_key", "quota", "forbidden", "not_found"])
def test_a_fault_that_stops_the_run_stops_all_of_it(ledger: str, reason: str) -> None:
    async def work(teacher: Teacher) -> None:
        results = await asyncio.gather(*(chat(teacher, sample=s) for s in range(50)), return_exceptions=True)
        assert all(isinstance(result, StopRun) and str(result) == "do this" for result in results)
        with pytest.raises(StopRun):
            await chat(teacher, sample=99)

    endpoint = Scripted([Fault("stop", reason, "do this")])
    run(ledger, endpoint, work, limit=3)
    assert len(endpoint.bodies) <= 3


def test_stop_ends_whatever_waits_and_lets_calls_under_way_end(ledger: str) -> None:
    async def work(teacher: Teacher) -> None:
        gate = asyncio.Event()

        async def by_sample(body: Json) -> Json:
            if body.get("seed") == 1:
                raise transport("http_429", retry_after=60)
            await gate.wait()
            return reply()

        endpoint.script = [by_sample]
        backing_off = asyncio.create_task(chat(teacher, sample=1))
        await asyncio.sleep(0.05)
        under_way = asyncio.create_task(chat(teacher, sample=2))
        await asyncio.sleep(0.05)
        waiting = [asyncio.create_task(chat(teacher, sample=s)) for s in range(3, 30)]
        await asyncio.sleep(0.05)
        made = len(endpoint.bodies)
        teacher.stop("on request")
        teacher.stop("another reason")
        gate.set()
        assert (await under_way).text == "An answer."
        results = await asyncio.wait_for(asyncio.gather(backing_off, *waiting, return_exceptions=True), 1)
        assert [str(r) for r in results if isinstance(r, StopRun)] == ["on request"] * len(results)
        assert len(endpoint.bodies) == made and teacher.limiter.active == 0

    endpoint = Scripted()
    run(ledger, endpoint, work, limit=1)


def test_stop_ends_a_pause_and_none_begins_after_it(ledger: str) -> None:
    async def work(teacher: Teacher) -> None:
        gate = asyncio.Event()

        async def slow(_: Json) -> Json:
            await gate.wait()
            raise Fault("wait_long", "http_429", retry_after=300)

        endpoint.script = [slow]
        tasks = [asyncio.create_task(chat(teacher, sample=s)) for s in range(5)]
        await asyncio.sleep(0.05)
        teacher.stop("on request")
        gate.set()
        results = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 2)
        assert all(isinstance(result, StopRun) for result in results)

    endpoint = Scripted()
    run(ledger, endpoint, work, limit=1)


def test_stop_ends_a_pause_that_others_wait_in(ledger: str) -> None:
    async def work(teacher: Teacher) -> None:
        tasks = [asyncio.create_task(chat(teacher, sample=s)) for s in range(5)]
        await asyncio.sleep(0.05)
        assert len(endpoint.bodies) == 1
        teacher.stop("on request")
        results = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 2)
        assert all(isinstance(result, StopRun) for result in results)

    endpoint = Scripted([Fault("wait_long", "http_429", retry_after=300)])
    run(ledger, endpoint, work, limit=1)
    assert len(endpoint.bodies) == 1


def test_an_endpoint_that_went_down_is_down_whatever_it_did_before(ledger: str) -> None:
    async def work(teacher: Teacher) -> None:
        await chat(teacher)
        with pytest.raises(EndpointDown):
            await chat(teacher, sample=1)

    run(ledger, Scripted([reply(), transport()]), work, patience_seconds=0.05)


def test_the_time_in_the_queue_is_not_the_endpoint_failing(ledger: str) -> None:
    async def work(teacher: Teacher) -> None:
        async def slow(_: Json) -> Json:
            await asyncio.sleep(0.3)
            return reply()

        endpoint.script = [slow, transport(), reply(), transport()]
        first = asyncio.create_task(chat(teacher))
        queued = asyncio.create_task(chat(teacher, sample=1))
        assert (await first).text == (await queued).text == "An answer."
        endpoint.script = [slow] * 4 + [transport()]
        first = asyncio.create_task(chat(teacher, sample=2))
        queued = asyncio.create_task(chat(teacher, sample=3))
        await first
        with pytest.raises(EndpointDown):
            await queued

    endpoint = Scripted()
    run(ledger, endpoint, work, limit=1, patience_seconds=0.2)


def test_after_a_stop_the_ledger_still_answers(ledger: str) -> None:
    async def work(teacher: Teacher) -> None:
        await chat(teacher)
        teacher.stop("on request")
        assert (await chat(teacher)).text == "An answer."

    run(ledger, Scripted(), work)


def test_a_cancelled_call_gives_its_place_back(ledger: str) -> None:
    async def work(teacher: Teacher) -> None:
        async def never(_: Json) -> Json:
            await asyncio.sleep(60)
            return reply()

        endpoint.script = [never]
        task = asyncio.create_task(chat(teacher))
        await asyncio.sleep(0.02)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert teacher.limiter.active == 0
        endpoint.script = [reply()]
        assert (await chat(teacher)).text == "An answer."

    endpoint = Scripted()
    run(ledger, endpoint, work, limit=1)
    assert endpoint.closed


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
        {"prompt_tokens": -5, "completion_tokens": 1.5},
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


# Dialects


BODY: Json = {
    "model": "m",
    "messages": MESSAGES,
    "temperature": 0.4,
    "seed": 1,
    "max_tokens": 100,
    "response_format": {
        "type": "json_schema",
        "json_schema": {"name": "T", "schema": {"type": "object"}, "strict": True},
    },
}


def test_a_dialect_speaks_plainly_until_told_otherwise() -> None:
    assert Dialect().spoken(BODY) == BODY


def test_step_downs() -> None:
    dialect = Dialect()
    before = json.dumps(BODY)
    assert dialect.adapt("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.")
    assert not dialect.adapt("max_completion_tokens is too large")
    spoken = dialect.spoken(BODY)
    assert spoken["max_completion_tokens"] == 100 and "max_tokens" not in spoken
    assert dialect.adapt("'temperature' does not support 0.4") and not dialect.adapt(
        "'temperature' does not support 0.4"
    )
    assert dialect.adapt("Unrecognized argument: seed")
    assert not {"temperature", "seed"} & dialect.spoken(BODY).keys()
    assert dialect.adapt("response_format of type json_schema is not supported")
    spoken = dialect.spoken(BODY)
    assert spoken["response_format"] == {"type": "json_object"}
    assert (
        spoken["messages"][0]["content"].startswith("Be brief.")
        and '{"type": "object"}' in spoken["messages"][0]["content"]
    )
    assert spoken["messages"][1:] == MESSAGES[1:]
    assert dialect.adapt("json_object is not supported")
    spoken = dialect.spoken(BODY)
    assert "response_format" not in spoken and '{"type": "object"}' in spoken["messages"][0]["content"]
    assert not dialect.adapt("response_format is not supported")
    assert json.dumps(BODY) == before


@pytest.mark.parametrize("said", ["", "The model is overloaded", "messages must not be empty", "None"])
def test_nothing_is_given_up_for_no_reason(said: str) -> None:
    dialect = Dialect()
    assert not dialect.adapt(said) and dialect == Dialect()


class Refusal:
    """As much of the SDK's status error as is looked at."""

    def __init__(self, header: str) -> None:
        self.response = self
        self.headers = {"retry-after": header}


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("3", 3.0), ("0.5", 0.5), ("-1", 0.0), ("", None), ("soon", None), ("nan", None), ("inf", None), ("300", 300.0)],
)
def test_retry_after_is_a_number_of_seconds_or_nothing(header: str, seconds: float | None) -> None:
    assert _retry_after(Refusal(header)) == seconds
