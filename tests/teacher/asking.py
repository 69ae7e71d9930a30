"""A teacher at work on a scripted endpoint, as tests of it set it up."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from prompts import Agent
from tasks.records import Json
from tasks.settings import Settings
from tasks.teacher import Answer, Fault, Teacher
from tasks.teacher.ledger import Ledger
from tasks.teacher.limiter import Limiter
from tasks.teacher.prices import Price
from tests.scripted import Scripted, reply

CANARY = "CANARY-7f3a"
MESSAGES: list[Json] = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": f"Say {CANARY}."}]
AGENT = Agent(name="instruct", body="Write {count} about {task_type}. Literal {{braces}}.")


def turn(message: str) -> Json:
    return reply(json.dumps({"done": False, "message": message}))


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
