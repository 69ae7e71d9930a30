"""A server on this machine that answers JSON requests by a script, for providers that do not speak as OpenAI does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tasks.records import Json


@dataclass(frozen=True)
class Line:
    """What one request gets: a body as JSON, text or bytes; `cut` breaks the connection off in the middle of it."""

    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    seconds: float = 0.0


@dataclass
class Wire:
    """A server under way, with what it was asked."""

    url: str = ""
    asked: list[Json] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


@asynccontextmanager
async def answering(script: Sequence[Line]) -> AsyncIterator[Wire]:
    """The server while it runs; the script's last line is for all further requests."""
    wire = Wire()

    async def answer(http: web.Request) -> web.StreamResponse:
        wire.asked.append(await http.json())
        wire.paths.append(http.path)
        wire.headers.append({name.lower(): value for name, value in http.headers.items()})
        line = script[min(len(wire.asked), len(script)) - 1]
        await asyncio.sleep(line.seconds)
        data = line.body.encode() if isinstance(line.body, str) else json.dumps(line.body).encode()
        kind = "text/html" if isinstance(line.body, str) else "application/json"
        if not line.cut:
            return web.Response(body=data, status=line.status, content_type=kind, headers=line.headers)
        response = web.StreamResponse(headers={"Content-Type": kind, "Content-Length": str(len(data))})
        await response.prepare(http)
        await response.write(data[: len(data) // 2])
        assert http.transport is not None
        http.transport.abort()
        return response

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        wire.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield wire
    finally:
        await runner.cleanup()
