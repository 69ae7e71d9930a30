"""An endpoint that answers by a script, for tests of what stands around it."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Any

from tasks.records import Json


def reply(content: Any = "An answer.", finish: str = "stop", usage: Any = (10, 5), **message: Any) -> Json:
    counted = {"prompt_tokens": usage[0], "completion_tokens": usage[1]} if isinstance(usage, tuple) else usage
    return {"choices": [{"message": {"content": content, **message}, "finish_reason": finish}], "usage": counted}


@dataclass
class Scripted:
    """An endpoint that does what its script says, call by call, and its last line for ever."""

    script: list[Any] = field(default_factory=lambda: [reply()])
    model: str = "m"
    name: str = "https://e/v1"
    bodies: list[Json] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    closed: bool = False

    async def complete(self, body: Json) -> Any:
        self.bodies.append(json.loads(json.dumps(body)))
        self.times.append(time.monotonic())
        line = self.script[min(len(self.bodies), len(self.script)) - 1]
        await asyncio.sleep(0)
        if callable(line):
            line = await line(body)
        if isinstance(line, BaseException):
            raise line
        return line

    async def close(self) -> None:
        self.closed = True
