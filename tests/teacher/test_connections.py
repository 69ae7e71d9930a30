"""What only shows on the wire: as many connections as calls, and headers that are handed on."""

from __future__ import annotations

import asyncio
from typing import Any

from simulator import Server
from simulator.raw import ask
from tasks.settings import Settings
from tasks.teacher.endpoints.openai_compatible import OpenAICompatible


def test_more_than_a_hundred_calls_are_at_the_endpoint_at_once(stubbed: Server) -> None:
    stubbed.configure(latency="1")

    async def run() -> None:
        endpoint = OpenAICompatible("m", stubbed.base_url, Settings(), 150)
        await asyncio.gather(*(endpoint.complete(ask(f"Question {number}?")) for number in range(130)))
        await endpoint.close()

    asyncio.run(run())
    assert stubbed.stats()["max_in_flight"] > 100


def test_the_headers_of_every_reply_are_handed_on(stubbed: Server) -> None:
    stubbed.configure(capacity="rate=0.001,burst=1000,headers=1")
    heard: list[dict[bytes, bytes]] = []

    async def run() -> list[Any]:
        endpoint = OpenAICompatible("m", stubbed.base_url, Settings(), 8)
        endpoint.heard = lambda raw: heard.append({name.lower(): value for name, value in raw})
        ended = [
            await endpoint.complete(ask()),
            *await asyncio.gather(endpoint.complete(ask()), return_exceptions=True),
        ]
        await endpoint.close()
        return ended

    answered, refused = asyncio.run(run())
    assert "choices" in answered and refused.reason == "http_429"
    assert [headers[b"x-ratelimit-remaining-requests"] for headers in heard] == [b"0", b"0"]
