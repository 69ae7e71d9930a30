"""The simulated endpoint bears as much as it is told, on a clock of its own and on the wire."""

from __future__ import annotations

import asyncio
import time

import pytest

from simulator import Server
from simulator.capacity import Capacity, CapacityError, parse
from simulator.raw import ask, post


def test_a_rate_is_taken_and_a_burst_of_a_second_at_once() -> None:
    capacity = Capacity(parse("rate=10"), 0.0)
    assert [capacity.takes(0.0) for _ in range(12)] == [True] * 10 + [False] * 2
    assert [capacity.takes(0.2) for _ in range(3)] == [True, True, False]
    assert sum(capacity.takes(1 + step / 100) for step in range(1000)) in range(99, 120)


def test_a_rate_changes_by_turns_and_headers_tell_what_is_left() -> None:
    capacity = Capacity(parse("rate=10:2:30,burst=1,headers=1,retry_after=3"), 0.0)
    assert capacity.headers(0.0, refused=False) == {
        "x-ratelimit-limit-requests": "10",
        "x-ratelimit-remaining-requests": "10",
        "x-ratelimit-reset-requests": "0ms",
    }
    assert [sum(capacity.takes(at) for _ in range(20)) for at in (0, 31, 65)] == [10, 2, 10]
    assert capacity.headers(65.0, refused=True)["Retry-After"] == "3"
    assert capacity.headers(65.0, refused=True)["x-ratelimit-reset-requests"] == "1000ms"


def test_it_is_down_for_a_while() -> None:
    capacity = Capacity(parse("down=20:140"), 100.0)
    assert [capacity.down(100.0 + at) for at in (0, 19, 20, 139, 140)] == [False, False, True, True, False]


def test_more_than_it_serves_wait_in_turn_and_more_than_it_bears_are_refused() -> None:
    async def run() -> None:
        capacity, order, gate = Capacity(parse("serve=2,among=3"), 0.0), list[str](), asyncio.Event()

        async def served(name: str) -> None:
            async with capacity.place() as queued:
                order.append(f"{name}{'+' * queued}")
                await gate.wait()

        tasks = [asyncio.create_task(served(name)) for name in "abc"]
        await asyncio.sleep(0)
        assert order == ["a", "b"] and not capacity.takes(0.0)
        gate.set()
        await asyncio.gather(*tasks)
        assert order == ["a", "b", "c+"] and capacity.takes(0.0)

    asyncio.run(run())


@pytest.mark.parametrize("text", ["rate=fast", "rate=1:2", "speed=3", "down=5", "serve=-1"])
def test_what_is_no_capacity_is_refused_with_what_is(text: str) -> None:
    with pytest.raises(CapacityError, match=r"expected|known: rate=R"):
        parse(text)


def test_on_the_wire(stubbed: Server) -> None:
    stubbed.configure(capacity="rate=1,headers=1,retry_after=2")
    first, second = post(stubbed, ask()), post(stubbed, ask())
    assert (first.status, first.headers["x-ratelimit-remaining-requests"]) == (200, "0")
    assert (second.status, second.headers["Retry-After"]) == (429, "2")
    stubbed.configure(capacity="down=0:60")
    with pytest.raises(ConnectionError):
        post(stubbed, ask())
    assert stubbed.stats()["faults"] == {"beyond_capacity": 1, "down": 1}
    with pytest.raises(ValueError, match="known: rate=R"):
        stubbed.configure(capacity="rate=1:2")


def test_it_serves_so_many_at_once(stubbed: Server) -> None:
    stubbed.configure(latency="0.1", capacity="serve=1")

    async def run() -> float:
        began = time.monotonic()
        await asyncio.gather(*(asyncio.to_thread(post, stubbed, ask(f"Question {n}?")) for n in range(3)))
        return time.monotonic() - began

    assert asyncio.run(run()) >= 0.29
