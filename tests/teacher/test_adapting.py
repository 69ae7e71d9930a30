"""The limiter finds out what an endpoint bears, whatever it is that bounds it: on a clock that jumps."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest

from simulator import virtual
from simulator.virtual import Asker, Load, lognormal
from tasks.teacher.limiter import Limiter, Traffic


def load(
    capacity: str, seconds: float, *, most: int = 256, workers: int = 300, processes: int = 1, **asker: Any
) -> tuple[list[Load], list[Traffic]]:
    """What came of the calls of so many processes, and how their limiters stood at the end."""
    loads, traffics = [Load(seconds) for _ in range(processes)], list[Traffic]()

    async def work() -> None:
        asking, limiters = Asker(capacity, **asker), [Limiter(most) for _ in range(processes)]
        tasks = [asyncio.create_task(asking.ask(*pair, workers)) for pair in zip(limiters, loads, strict=True)]
        await asyncio.sleep(seconds - 1e-3)
        traffics.extend(limiter.traffic() for limiter in limiters)
        await asyncio.gather(*tasks)

    virtual.run(work())
    return loads, traffics


@pytest.mark.parametrize("more", ["", ",retry_after=1", ",headers=1"])
def test_a_rate_is_found_and_kept(more: str) -> None:
    (told,), (traffic,) = load(f"rate=40{more}", 30, most=64, workers=80)
    assert told.speed(since=1) >= 0.95 * 40
    assert told.refused <= 0.06 * told.sent
    assert traffic.held in ("rate", "told", "asked", "")


def test_a_rate_that_halves_and_doubles_is_followed() -> None:
    (told,), _ = load("rate=20:10:30", 90, most=64, workers=80)
    assert told.speed(since=1) >= 0.85 * 50 / 3
    assert told.refused <= 0.08 * told.sent


def test_nothing_is_held_back_where_nothing_is_refused() -> None:
    (told,), (traffic,) = load("", 6)
    assert told.speed(since=4) >= 0.95 * 256
    assert traffic.limit == traffic.most == told.most == 256


def test_answers_that_grow_longer_leave_the_places_as_they_are() -> None:
    short, long = lognormal(1.0), lognormal(5.0)

    def longer(dice: random.Random, now: float) -> float:
        return (short if now < 8 else long)(dice, now)

    (told,), (traffic,) = load("", 40, most=64, workers=80, latency=longer)
    assert traffic.limit == 64 and not traffic.queues
    assert len(told.answered) >= 0.85 * 64 * (8 + 32 / 5)


@pytest.mark.parametrize("serves", [4, 16])
def test_an_endpoint_that_queues_is_not_piled_up_with_calls(serves: int) -> None:
    (told,), (traffic,) = load(f"serve={serves}", 150, workers=260)
    assert traffic.queues and traffic.limit <= 6 * serves
    assert told.speed(since=2) >= 0.9 * serves


def test_failures_that_have_nothing_to_do_with_the_load_are_borne() -> None:
    (told,), _ = load("", 15, failing=0.3, most=64, workers=200)
    assert told.speed(since=10) >= 0.8 * 64


def test_an_endpoint_that_is_down_is_waited_for_and_back_at_work_soon() -> None:
    (told,), (traffic,) = load("down=5:125", 140, most=16, workers=40)
    during = [at for at in told.answered if 15 < at < 125]
    assert not during and told.failed < 400
    assert told.speed(since=137) >= 0.7 * 16 and traffic.down == 0


def test_processes_share_a_rate_without_a_word() -> None:
    loads, _ = load("rate=20", 60, processes=2, workers=40)
    first, second = (told.speed(since=20) for told in loads)
    assert first + second >= 0.9 * 20
    assert min(first, second) >= 0.25 * (first + second)
