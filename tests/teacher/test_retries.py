"""What the teacher asks again, what it gives up, and how a run comes to an end."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from tasks.agents.simulated_user import UserTurn
from tasks.records import Json, Rejected
from tasks.teacher import EndpointDown, Fault, StopRun, Teacher
from tasks.teacher.prices import Price
from tests.scripted import Scripted, reply
from tests.teacher.asking import CANARY, MESSAGES, chat, refusing, run, transport, turn

pytestmark = pytest.mark.usefixtures("hasty")

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
        under_way = asyncio.create_task(chat(teacher, sample=2))
        await asyncio.sleep(0.05)
        backing_off = asyncio.create_task(chat(teacher, sample=1))
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
    run(ledger, endpoint, work, limit=2)


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


# What is asked again, and how


@pytest.mark.parametrize(
    "bad",
    [
        reply(None, tool_calls=[{"function": {"name": "add", "arguments": '{"a": 1,}'}}]),
        reply("", tool_calls=[{"function": {"name": "add"}}]),
        reply(None, function_call={"name": "add", "arguments": "{"}),
        reply("A wo<|fim_pad|>rd."),
        reply("Half an", "unknown"),
        reply("<think>and so on"),
    ],
)
def test_no_turn_of_what_is_asked_again_is_empty(ledger: str, bad: Json) -> None:
    async def work(teacher: Teacher) -> None:
        assert (await chat(teacher)).text == "An answer."

    endpoint = Scripted([bad, reply()])
    run(ledger, endpoint, work)
    assert all(message["content"].strip() for message in endpoint.bodies[1]["messages"])


def test_an_answer_that_failed_is_asked_for_again_and_not_kept(ledger: str) -> None:
    async def work(teacher: Teacher) -> None:
        assert (await chat(teacher)).text == "An answer."

    endpoint = Scripted([reply("Half an", "error"), reply()])
    run(ledger, endpoint, work)
    assert endpoint.bodies[0] == endpoint.bodies[1]


def test_a_call_whose_answers_all_fail_costs_its_record_and_not_the_run(ledger: str) -> None:
    seen: list[Rejected] = []
    endpoint = Scripted([reply("Half an", "error")])
    run(ledger, endpoint, refusing(Rejected, seen))
    assert seen[0].reason == "endpoint_error" and 3 < len(endpoint.bodies) < 12


def test_a_path_that_was_never_there_ends_the_run_at_once(ledger: str) -> None:
    missing = transport("no_such_path", message="check --base-url")
    seen: list[StopRun] = []
    endpoint = Scripted([missing])
    run(ledger, endpoint, refusing(StopRun, seen))
    assert len(endpoint.bodies) == 1 and "check --base-url" in str(seen[0])

    async def later(teacher: Teacher) -> None:
        await chat(teacher, sample=1)
        assert (await chat(teacher, sample=2)).text == "An answer."

    run(ledger, Scripted([reply(), missing, reply()]), later)


def test_what_is_set_as_extra_goes_with_every_request(ledger: str) -> None:
    endpoint = Scripted()
    run(ledger, endpoint, chat, request_extra='{"top_k": 5}')
    assert endpoint.bodies[0]["top_k"] == 5
