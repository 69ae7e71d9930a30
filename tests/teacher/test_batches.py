"""Batches: nothing is paid twice, every answer is in the ledger before it is used, and every call comes to an end."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tasks.records import Json, Rejected
from tasks.settings import Settings, SettingsError
from tasks.teacher import Answer, EndpointDown, Fault, Teacher
from tasks.teacher.batches import delivery
from tasks.teacher.batches.jobs import Outcome, State
from tasks.teacher.budget import Budget
from tasks.teacher.prices import Price
from tasks.teacher.probes import greet
from tasks.teacher.work import working
from tests.scripted import Scripted, reply
from tests.teacher.asking import chat
from tests.teacher.batching import Batched, Provider, answered, run

pytestmark = pytest.mark.usefixtures("hasty")


async def say(teacher: Teacher, what: Any, step: str = "respond", **options: Any) -> Answer:
    with working(step):
        return await chat(teacher, messages=[{"role": "user", "content": str(what)}], **options)


async def say_all(teacher: Teacher, count: int, **options: Any) -> list[Any]:
    said = (say(teacher, number, **options) for number in range(count))
    return await asyncio.gather(*said, return_exceptions=True)


def texts(answers: list[Any]) -> list[str]:
    return [answer.text if isinstance(answer, Answer) else type(answer).__name__ for answer in answers]


ALL_SIX = [f"Answer to {number}" for number in range(6)]


def test_calls_of_a_batched_step_go_together_at_half_the_price_and_are_replayed(ledger: str) -> None:
    provider, found = Provider(), list[Any]()

    async def work(teacher: Teacher) -> None:
        found.append(await say_all(teacher, 6))
        found.append(await say(teacher, "now", step="instruct"))
        assert not teacher.limiter.active and teacher.batched().calls == 0

    endpoint = Batched()
    teacher = run(ledger, provider, work, endpoint=endpoint, price=Price(input=2, output=4, batch=0.5))
    assert texts(found[0]) == ALL_SIX and len(provider.sent) == 1 and len(endpoint.bodies) == 1
    assert {answer.event["cost_usd"] for answer in found[0]} == {2e-05} and found[1].event["cost_usd"] == 4e-05
    assert teacher.usage.of_step("respond").told() == {
        "made": 6,
        "replayed": 0,
        "failed": 0,
        "prompt_tokens": 60,
        "cached_tokens": 0,
        "completion_tokens": 30,
        "cost_usd": 0.00012,
    }
    again = run(ledger, provider, work, endpoint=Batched(), price=Price(input=2, output=4, batch=0.5))
    assert found[2] == found[0] and again.usage.replayed == 7 and not again.usage.made and len(provider.sent) == 1


def test_a_batch_goes_when_it_is_full_and_never_while_more_may_join(ledger: str) -> None:
    provider, gate = Provider(most_requests=4), asyncio.Event()

    async def slow(body: Json) -> Json:
        await gate.wait()
        return reply()

    async def work(teacher: Teacher) -> None:
        alone = asyncio.create_task(say(teacher, "alone", step="instruct"))
        six = asyncio.create_task(say_all(teacher, 6))
        await asyncio.sleep(0.1)
        assert [len(requests) for _, requests in provider.sent] == [4] and teacher.batched().gathering == 2
        gate.set()
        assert texts(await six) == ALL_SIX and (await alone).text == "An answer."

    run(ledger, provider, work, endpoint=Batched([slow]))
    assert [len(requests) for _, requests in provider.sent] == [4, 2]


def test_what_is_too_large_for_one_job_goes_in_several(ledger: str) -> None:
    provider = Provider(most_bytes=450)

    async def work(teacher: Teacher) -> None:
        assert texts(await say_all(teacher, 6)) == ALL_SIX

    run(ledger, provider, work)
    assert len(provider.sent) == 3 and all(len(requests) == 2 for _, requests in provider.sent)


def test_the_same_call_made_twice_at_once_is_one_call(ledger: str) -> None:
    provider = Provider()

    async def work(teacher: Teacher) -> None:
        first, second = await asyncio.gather(say(teacher, 1), say(teacher, 1))
        assert first.text == second.text == "Answer to 1"

    run(ledger, provider, work)
    assert set(provider.paid.values()) == {1}


@pytest.mark.parametrize("fault", ["expired", None, "http_500"])
def test_a_part_that_failed_is_sent_once_more_and_then_made_alone(ledger: str, fault: str | None) -> None:
    def answer(job: int, key: str, body: Json) -> Outcome | None:
        if body["messages"][-1]["content"] in ("0", "1") and job == 1:
            return Outcome(key, fault=Fault("transport", fault)) if fault else None
        if body["messages"][-1]["content"] == "0":
            return Outcome(key, fault=Fault("transport", "expired"))
        return answered(job, key, body)

    provider, endpoint = Provider(answer), Batched([reply("alone")])

    async def work(teacher: Teacher) -> None:
        assert texts(await say_all(teacher, 6)) == ["alone", *ALL_SIX[1:]]

    teacher = run(ledger, provider, work, endpoint=endpoint)
    assert [len(requests) for _, requests in provider.sent] == [6, 2] and len(endpoint.bodies) == 1
    assert set(provider.paid.values()) <= {0, 1} and teacher.usage.failed == (3 if fault else 1)


def test_a_refused_form_goes_again_in_another_and_other_faults_reject_or_end(ledger: str) -> None:
    def answer(job: int, key: str, body: Json) -> Outcome | None:
        said = body["messages"][-1]["content"]
        if "temperature" in body and said != "2":
            return Outcome(key, fault=Fault("bad_request", "bad_request"), said="no temperature")
        if said == "1":
            return Outcome(key, fault=Fault("refused", "content_filter"), said="filtered")
        if said == "2":
            return Outcome(key, reply={"choices": []}) if job == 1 else answered(job, key, body)
        return answered(job, key, body)

    provider = Provider(answer)

    async def work(teacher: Teacher) -> None:
        found = await say_all(teacher, 3)
        assert texts(found) == ["Answer to 0", "Rejected", "Answer to 2"]
        assert isinstance(found[1], Rejected) and found[1].reason == "content_filter"

    run(ledger, provider, work)
    assert len(provider.sent) == 2


def test_an_unusable_answer_is_asked_for_again_through_the_next_batch(ledger: str) -> None:
    def answer(job: int, key: str, body: Json) -> Outcome | None:
        return Outcome(key, reply=reply("", "length") if body["max_tokens"] == 100 else reply("whole"))

    provider, endpoint = Provider(answer), Batched()

    async def work(teacher: Teacher) -> None:
        assert texts(await say_all(teacher, 2)) == ["whole"] * 2

    teacher = run(ledger, provider, work, endpoint=endpoint)
    assert sum(len(requests) for _, requests in provider.sent) == 4 and not endpoint.bodies
    assert (teacher.usage.made, teacher.usage.failed) == (4, 2)


def test_a_job_that_fails_as_a_whole(ledger: str) -> None:
    bad = State(ended=True, fault=Fault("bad_request", "bad_request", "the endpoint rejected the request (400)"))
    full = State(ended=True, fault=Fault("bad_request", "bad_request"), queue_full=True)
    provider = Provider(states={1: bad, 2: full})

    async def work(teacher: Teacher) -> None:
        assert texts(await say_all(teacher, 6)) == ALL_SIX

    run(ledger, provider, work)
    sizes = [len(requests) for _, requests in provider.sent]
    assert sizes[:2] == [6, 6] and len(sizes) > 3 and sum(sizes[2:]) == 6

    unpaid = Provider(states={1: State(ended=True, fault=Fault("stop", "quota", "the account is empty"))})

    async def stopped(teacher: Teacher) -> None:
        assert set(texts(await say_all(teacher, 3, temperature=0.9))) == {"StopRun"}
        assert teacher.stopped == "the account is empty"

    run(ledger, unpaid, stopped)


def test_a_reply_that_was_lost_is_no_job_that_is_paid_twice(ledger: str) -> None:
    provider = Provider(lost={1})

    async def work(teacher: Teacher) -> None:
        assert texts(await say_all(teacher, 6)) == ALL_SIX

    run(ledger, provider, work)
    assert len(provider.sent) == 1 and set(provider.paid.values()) == {1}


def test_a_stop_leaves_the_jobs_to_the_next_run(ledger: str) -> None:
    provider = Provider(looks=10_000, most_requests=4)

    async def stopping(teacher: Teacher) -> None:
        six = asyncio.create_task(say_all(teacher, 6))
        while not teacher.batched().calls:
            await asyncio.sleep(0.005)
        teacher.stop("Stopped on request")
        assert set(texts(await six)) == {"StopRun"}
        assert teacher.stopped.startswith("Stopped on request; 1 batch stays at the provider, with 4 calls")

    run(ledger, provider, stopping, batch_quiet_seconds=5)
    provider.looks = 0

    async def work(teacher: Teacher) -> None:
        assert texts(await say_all(teacher, 6)) == ALL_SIX

    teacher = run(ledger, provider, work)
    assert [len(requests) for _, requests in provider.sent] == [4, 2] and set(provider.paid.values()) == {1}
    assert teacher.usage.made == 6


@pytest.mark.parametrize("accepted", [True, False])
def test_killed_before_the_id_was_written_down(ledger: str, accepted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process ends between its intent and the provider's reply, as a kill would end it."""
    provider = Provider()
    real = provider.submit

    async def killed(lines: Any, tag: str) -> str:
        if accepted:
            await real(lines, tag)
        raise asyncio.CancelledError

    async def dying(teacher: Teacher) -> None:
        provider.submit = killed  # type: ignore[method-assign]
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await say_all(teacher, 6)

    run(ledger, provider, dying)
    provider.submit = real  # type: ignore[method-assign]
    monkeypatch.setattr(delivery, "ACCEPTANCE_SECONDS", 0.05)

    async def work(teacher: Teacher) -> None:
        assert texts(await say_all(teacher, 6)) == ALL_SIX

    run(ledger, provider, work)
    assert len(provider.sent) == 1 and set(provider.paid.values()) == {1}


def test_a_job_is_collected_whole_whoever_waits_for_it(ledger: str) -> None:
    provider = Provider(looks=10_000)

    async def stopping(teacher: Teacher) -> None:
        six = asyncio.create_task(say_all(teacher, 6))
        while not teacher.batched().calls:
            await asyncio.sleep(0.005)
        teacher.stop("Stopped on request")
        await six

    run(ledger, provider, stopping)
    provider.looks = 0

    async def one(teacher: Teacher) -> None:
        assert (await say(teacher, 3)).text == "Answer to 3"

    assert run(ledger, provider, one).usage.made == 6

    async def work(teacher: Teacher) -> None:
        assert texts(await say_all(teacher, 6)) == ALL_SIX

    assert run(ledger, provider, work).usage.replayed == 6 and len(provider.sent) == 1


def test_a_budget_of_calls_is_kept_and_what_it_paid_for_is_waited_for(ledger: str) -> None:
    provider = Provider()

    async def work(teacher: Teacher) -> None:
        found = texts(await say_all(teacher, 6))
        assert sorted(found) == ["Answer to 0", "Answer to 1", "Answer to 2", "Answer to 3", "StopRun", "StopRun"]

    teacher = run(ledger, provider, work, budget=Budget(calls=4))
    assert teacher.usage.made == 4 and "4 calls is used up" in teacher.stopped and provider.paid.total() == 4


def test_a_batch_never_holds_more_than_the_money_that_is_left(ledger: str) -> None:
    """A call is expected to cost 0.30 at first, and then what those before it did: 0.015."""
    provider = Provider()

    async def work(teacher: Teacher) -> None:
        assert texts(await say_all(teacher, 6)) == ALL_SIX
        assert "StopRun" in texts(await say_all(teacher, 20, temperature=0.1))

    price = Price(input=0, output=6000, batch=0.5)
    teacher = run(ledger, provider, work, price=price, budget=Budget(usd=0.352))
    sizes = [len(requests) for _, requests in provider.sent]
    assert sizes[0] == 1 and sum(sizes) == 24 and max(sizes) == 17
    assert teacher.cost() == pytest.approx(0.36)


def test_a_batch_api_that_stays_away_fails_the_shard_and_its_calls_can_be_made_again(
    ledger: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "ACCEPTANCE_SECONDS", 0.05)
    provider = Provider()

    async def away(lines: Any, tag: str) -> str:
        raise Fault("transport", "http_503")

    real, provider.submit = provider.submit, away  # type: ignore[method-assign]

    async def failing(teacher: Teacher) -> None:
        assert texts(await say_all(teacher, 1)) == [EndpointDown.__name__]

    run(ledger, provider, failing, patience_seconds=0.05)

    async def all_failing(teacher: Teacher) -> None:
        """Those too that wait for room in the budget."""
        assert set(texts(await say_all(teacher, 3))) == {"EndpointDown"}

    dear = Price(input=0, output=6000)
    run(ledger, provider, all_failing, patience_seconds=0.05, price=dear, budget=Budget(usd=0.7))
    provider.submit = real  # type: ignore[method-assign]

    async def work(teacher: Teacher) -> None:
        assert texts(await say_all(teacher, 3)) == ALL_SIX[:3]

    run(ledger, provider, work)
    assert set(provider.paid.values()) == {1}


def test_an_endpoint_without_a_batch_api_is_told_before_anything_is_paid(ledger: str) -> None:
    endpoint = Batched()

    async def work(teacher: Teacher) -> None:
        with pytest.raises(SettingsError, match="has no Batch API; leave --batch out"):
            await greet(teacher)

    run(ledger, Provider(there=False), work, endpoint=endpoint)
    assert not endpoint.bodies
    with pytest.raises(SettingsError, match="has no Batch API"):
        run(ledger, Provider(), work, endpoint=Scripted())


def test_all_steps_are_batched_save_the_greeting(ledger: str) -> None:
    provider, endpoint = Provider(), Batched()

    async def work(teacher: Teacher) -> None:
        await greet(teacher)
        await asyncio.gather(say(teacher, 1, step="transform"), say(teacher, 2, step="verify"))

    run(ledger, provider, work, endpoint=endpoint, batch="all")
    assert len(endpoint.bodies) == 1 and [len(requests) for _, requests in provider.sent] == [2]
    assert Settings(batch=" refine,verify").batched == {"refine", "verify"} and not Settings().batched
