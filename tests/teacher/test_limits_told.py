"""Limits that are stated, told by headers or asked for, and an endpoint that is down: on a clock that jumps."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from simulator import virtual
from tasks.teacher.faults import Fault
from tasks.teacher.limiter import GIVEN_UP, Limiter, together
from tasks.teacher.limiter.headers import read

NOW = 1_700_000_000.0
Raw = list[tuple[bytes, bytes]]


def raw(**headers: str) -> Raw:
    return [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]


def times(
    limiter: Limiter, calls: int, *, tokens: float = 0, each: Callable[[int], Awaitable[None]] | None = None
) -> list[float]:
    """When so many calls that were asked for at once went."""
    went: list[float] = []

    async def call(number: int) -> None:
        async with limiter.slot(tokens=tokens):
            went.append(asyncio.get_running_loop().time())
            if each:
                await each(number)

    async def work() -> None:
        await asyncio.gather(*(call(number) for number in range(calls)))

    virtual.run(work())
    return went


# Stated


def test_rpm_and_tpm_are_kept_by_the_share_of_this_process() -> None:
    assert times(Limiter(64, rpm=60), 6) == pytest.approx([0, 1, 2, 3, 4, 5], abs=0.01)
    assert times(Limiter(64, rpm=60, share=0.5), 3) == pytest.approx([0, 2, 4], abs=0.01)
    assert times(Limiter(64, tpm=60_000), 4, tokens=2000) == pytest.approx([0, 2, 4, 6], abs=0.01)


def test_tokens_are_set_right_by_what_a_call_took() -> None:
    async def work() -> None:
        limiter, clock = Limiter(64, tpm=60_000), asyncio.get_running_loop().time
        async with limiter.slot(tokens=100) as call:
            limiter.took(call, 5000)
        async with limiter.slot(tokens=100) as call:
            limiter.took(call, 0)
        assert clock() == pytest.approx(5, abs=0.2)

    virtual.run(work())


# Told


OPENAI, ANTHROPIC = "x-ratelimit-{}-requests", "anthropic-ratelimit-requests-{}"
GENERAL, IETF = "X-RateLimit-{}", "ratelimit-{}"


@pytest.mark.parametrize(
    ("name", "limit", "remaining", "reset", "seconds"),
    [
        (OPENAI, "500", "499", "120ms", 0.12),
        (OPENAI, "14400", "0", "6m0s", 360),
        (OPENAI, "60", "5", "1h2m3.5s", 3723.5),
        (ANTHROPIC, "50", "49", "2023-11-14T22:13:30Z", 10),
        (GENERAL, "20", "0", "1700000007000", 7),
        (GENERAL, "20", "0", "1700000007", 7),
        (IETF, "100", "50", "30", 30),
    ],
)
def test_headers_of_the_common_providers_are_read(
    name: str, limit: str, remaining: str, reset: str, seconds: float
) -> None:
    values = {"limit": limit, "remaining": remaining, "reset": reset}
    headers = [(name.format(what).encode(), value.encode()) for what, value in values.items()]
    told = read([(b"content-type", b"application/json"), *headers], NOW)["requests"]
    assert (told.limit, told.remaining) == (float(limit), float(remaining))
    assert told.reset == pytest.approx(seconds)


@pytest.mark.parametrize("reset", ["", "soon", "5 parsecs"])
def test_headers_that_say_nothing_are_no_limit(reset: str) -> None:
    assert (
        read(raw(x_ratelimit_limit_tokens="5", x_ratelimit_remaining_tokens="1", x_ratelimit_reset_tokens=reset), NOW)
        == {}
    )
    assert read(raw(x_ratelimit_remaining_requests="0"), NOW) == {}


def test_what_headers_say_is_left_is_kept_until_it_is_there_again() -> None:
    limiter = Limiter(64)

    async def told(number: int) -> None:
        left = max(0, 2 - number)
        limiter.heard(
            raw(
                x_ratelimit_limit_requests="3",
                x_ratelimit_remaining_requests=f"{left}",
                x_ratelimit_reset_requests="9s",
            )
        )
        await asyncio.sleep(0.5)

    went = times(limiter, 5, each=told)
    assert went[:3] == [0, 0, 0] and min(went[3:]) == pytest.approx(9, abs=1)


@pytest.mark.parametrize("seconds", [5.0, 4000.0])
def test_a_wait_that_is_asked_for_holds_everybody(seconds: float) -> None:
    async def work() -> None:
        limiter, clock, went = Limiter(2), asyncio.get_running_loop().time, list[float]()

        async def call(fails: bool) -> None:
            async with limiter.slot():
                went.append(clock())
                if fails:
                    raise Fault("transport", "http_429", retry_after=seconds)

        with pytest.raises(Fault):
            await call(True)
        waiting = asyncio.gather(*(call(False) for _ in range(3)))
        await asyncio.sleep(1)
        told = limiter.traffic()
        assert (told.held, told.why) == ("asked", "http_429") and told.paused == pytest.approx(seconds - 1)
        await waiting
        assert went == pytest.approx([0, seconds, seconds, seconds])

    virtual.run(work())


# Down


def test_an_endpoint_that_is_down_for_too_long_is_given_up_and_tried_now_and_then() -> None:
    async def work() -> None:
        limiter, clock, tried = Limiter(8, patience=100), asyncio.get_running_loop().time, list[float]()

        async def call() -> float:
            while True:
                try:
                    async with limiter.slot():
                        tried.append(clock())
                        raise Fault("transport", "http_503")
                except Fault as fault:
                    if fault.reason == GIVEN_UP:
                        assert "http_503" in fault.message
                        return clock()
                    await asyncio.sleep(1)

        ended = await asyncio.gather(*(call() for _ in range(20)))
        assert ended == pytest.approx([100] * 20, abs=1.1)
        assert sum(at > 10 for at in tried) < 15
        assert limiter.traffic().down >= 100
        async with asyncio.timeout(20):
            while not await _answers(limiter):
                await asyncio.sleep(1)
        assert limiter.traffic().down == 0

    virtual.run(work())


async def _answers(limiter: Limiter) -> bool:
    try:
        async with limiter.slot():
            return True
    except Fault:
        return False


# Who goes first


def test_who_has_waited_for_long_goes_first_at_times() -> None:
    async def work() -> None:
        limiter, order = Limiter(1), list[str]()

        async def call(depth: int, name: str) -> None:
            async with limiter.slot(depth):
                order.append(name)
                await asyncio.sleep(1)

        async def deep() -> None:
            for _ in range(100):
                await call(5, "deep")

        tasks = [asyncio.create_task(deep()) for _ in range(2)]
        await asyncio.sleep(0.5)
        await call(0, "shallow")
        assert 60 <= order.index("shallow") <= 75
        for task in tasks:
            task.cancel()

    virtual.run(work())


def test_several_processes_are_told_as_one() -> None:
    async def work() -> None:
        one, other = Limiter(3), Limiter(5)
        async with one.slot():
            waiting = [asyncio.create_task(_answers(other)) for _ in range(70)]
            both = together([one.traffic(), other.traffic()])
            one.elsewhere = lambda: both
            assert (one.active, one.limit, both.most, both.held) == (1, 8, 8, "")
            await asyncio.gather(*waiting)

    virtual.run(work())
