"""The limiter: never too many at once, deeper steps first, and no place is ever lost."""

from __future__ import annotations

import asyncio
import random
import time

import pytest

from tasks.teacher.limiter import Limiter


async def turns(count: int = 6) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def free(limiter: Limiter) -> int:
    """How many places can be had at once."""
    async with asyncio.timeout(5):
        held = [limiter.slot() for _ in range(limiter.limit)]
        for slot in held:
            await slot.__aenter__()
        assert limiter.active >= limiter.limit
        for slot in held:
            await slot.__aexit__(None, None, None)
    return len(held)


@pytest.mark.parametrize("seed", range(12))
def test_never_above_the_limit_and_no_place_lost_under_random_cancellation(seed: int) -> None:
    dice = random.Random(seed)
    limit = dice.randint(1, 4)

    async def run() -> None:
        limiter = Limiter(limit)
        inside, most, served = 0, 0, 0

        async def call() -> None:
            nonlocal inside, most, served
            async with limiter.slot(dice.randint(0, 3)):
                inside += 1
                most = max(most, inside)
                try:
                    await turns(dice.randint(0, 4))
                    if dice.random() < 0.2:
                        raise KeyError
                    served += 1
                finally:
                    inside -= 1

        tasks: list[asyncio.Task[None]] = []
        for _ in range(300):
            tasks.append(asyncio.create_task(call()))
            if dice.random() < 0.3:
                await turns(dice.randint(0, 3))
            if dice.random() < 0.3:
                dice.choice(tasks).cancel()
            if dice.random() < 0.05:
                limiter.pause(0.001)
        async with asyncio.timeout(10):
            await asyncio.gather(*tasks, return_exceptions=True)
        assert most <= limit and served > 0
        assert limiter.active == 0
        assert await free(limiter) == limit

    asyncio.run(run())


def test_a_place_given_to_one_who_is_cancelled_in_the_same_turn_goes_on() -> None:
    async def run() -> None:
        limiter = Limiter(1)
        first = limiter.slot()
        await first.__aenter__()
        order: list[str] = []

        async def call(name: str) -> None:
            async with limiter.slot():
                order.append(name)

        chosen, next_one = asyncio.create_task(call("chosen")), asyncio.create_task(call("next"))
        await turns()
        await first.__aexit__(None, None, None)
        chosen.cancel()
        await asyncio.wait_for(next_one, 5)
        assert order == ["next"] and limiter.active == 0

    asyncio.run(run())


def test_deeper_steps_go_first_and_equals_in_order() -> None:
    async def run() -> None:
        limiter = Limiter(1)
        order: list[tuple[int, str]] = []

        async def call(depth: int, name: str) -> None:
            async with limiter.slot(depth):
                order.append((depth, name))

        async with limiter.slot(9):
            waiting = [asyncio.create_task(call(d, n)) for d, n in [(1, "a"), (3, "a"), (1, "b"), (2, "a"), (3, "b")]]
            await turns()
        await asyncio.gather(*waiting)
        assert order == [(3, "a"), (3, "b"), (2, "a"), (1, "a"), (1, "b")]

    asyncio.run(run())


def test_once_all_has_started_the_longest_way_goes_first() -> None:
    async def run() -> None:
        limiter = Limiter(1)
        order: list[tuple[int, str]] = []

        async def call(depth: int, name: str) -> None:
            async with limiter.slot(depth):
                order.append((depth, name))

        async with limiter.slot(9):
            waiting = [asyncio.create_task(call(d, n)) for d, n in [(3, "a"), (1, "a"), (2, "a")]]
            await turns()
            limiter.all_started()
            limiter.all_started()
            waiting += [asyncio.create_task(call(d, n)) for d, n in [(0, "b"), (1, "b")]]
            await turns()
        await asyncio.gather(*waiting)
        assert order == [(0, "b"), (1, "a"), (1, "b"), (2, "a"), (3, "a")]

    asyncio.run(run())


def test_a_newcomer_does_not_overtake() -> None:
    async def run() -> None:
        limiter = Limiter(2)
        order: list[str] = []

        async def call(name: str) -> None:
            async with limiter.slot():
                order.append(name)
                await turns()

        await asyncio.gather(*(call(str(i)) for i in range(8)))
        assert order == [str(i) for i in range(8)]

    asyncio.run(run())


def test_a_pause_keeps_everybody_out_and_ends_by_itself() -> None:
    async def run() -> None:
        limiter = Limiter(2)
        limiter.pause(0.05)
        limiter.pause(0.001)  # does not shorten it
        began = time.monotonic()
        await asyncio.wait_for(asyncio.gather(free(limiter)), 5)
        assert time.monotonic() - began >= 0.045

    asyncio.run(run())


def test_release_ends_a_pause_at_once() -> None:
    async def run() -> None:
        limiter = Limiter(2)
        limiter.pause(3600)
        waiting = asyncio.create_task(free(limiter))
        await turns()
        assert not waiting.done() and limiter.active == 0
        limiter.release()
        assert await asyncio.wait_for(waiting, 1) == 2

    asyncio.run(run())


def test_once_released_it_holds_nobody() -> None:
    async def run() -> None:
        limiter = Limiter(1, rpm=1)
        async with limiter.slot():
            waiting = [asyncio.create_task(free(limiter)) for _ in range(3)]
            await turns()
            limiter.release()
            assert await asyncio.wait_for(asyncio.gather(*waiting), 1) == [1, 1, 1]

    asyncio.run(run())


def test_those_who_give_up_during_a_pause_leave_nothing_behind() -> None:
    async def run() -> None:
        limiter = Limiter(1)
        limiter.pause(0.02)
        waiting = [asyncio.create_task(free(limiter)) for _ in range(3)]
        await turns()
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        assert await asyncio.wait_for(free(limiter), 5) == 1

    asyncio.run(run())
