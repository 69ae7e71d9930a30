"""How much the endpoint bears: `rate=100,burst=1,serve=4,down=20:140,retry_after=1,headers=1`, each of them optional.

| entry             | what it is                                                                                  |
|-------------------|---------------------------------------------------------------------------------------------|
| `rate=R`          | R calls a second; what comes above is answered 429 at once                                  |
| `rate=R:Q:S`      | R and Q calls a second by turns, each for S seconds                                         |
| `burst=S`         | seconds of the rate that may come at once, 1 unless said                                    |
| `among=K`         | 429 for what would have more than K calls under way                                         |
| `serve=K`         | K calls are worked at, the others wait in a queue                                           |
| `down=A:B`        | every connection is reset from A to B seconds after the start, the last reset or the change |
| `retry_after=S`   | the 429 asks for a wait of S seconds                                                        |
| `headers=1`       | every reply says in OpenAI's headers what is left of the rate                               |
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass


class CapacityError(ValueError):
    """The text is no capacity; the message says what is."""


@dataclass(frozen=True)
class Bounds:
    """What was told; 0 sets no bound."""

    rate: tuple[float, ...] = ()
    burst: float = 1.0
    among: int = 0
    serve: int = 0
    down: tuple[float, ...] = ()
    retry_after: float = 0.0
    headers: bool = False


def parse(text: str) -> Bounds:
    """The capacity that `text` spells."""
    values: dict[str, tuple[float, ...]] = {}
    for entry in filter(None, (part.strip() for part in text.split(","))):
        name, _, value = entry.partition("=")
        try:
            values[name] = tuple(float(number) for number in value.split(":"))
        except ValueError:
            raise CapacityError(f"'{entry}': expected {name}=NUMBER") from None
        lengths = {"rate": (1, 3), "down": (2,)}.get(name, (1,))
        if name not in Bounds.__dataclass_fields__ or len(values[name]) not in lengths or min(values[name]) < 0:
            raise CapacityError(
                f"'{entry}' is no capacity; known: rate=R or R:Q:SECONDS, burst=SECONDS, among=K, serve=K, down=FROM:TO, "
                "retry_after=SECONDS, headers=1"
            )
    return Bounds(
        rate=values.get("rate", ()),
        burst=values.get("burst", (1.0,))[0],
        among=int(values.get("among", (0,))[0]),
        serve=int(values.get("serve", (0,))[0]),
        down=values.get("down", ()),
        retry_after=values.get("retry_after", (0.0,))[0],
        headers=bool(values.get("headers", (0,))[0]),
    )


class Capacity:
    """An endpoint that bears so much, from `now` on."""

    def __init__(self, bounds: Bounds, now: float) -> None:
        self.bounds, self._began, self._at = bounds, now, now
        self._left = self._rate(now) * bounds.burst
        self._under_way = self._working = 0
        self._queue: deque[asyncio.Future[None]] = deque()

    def down(self, now: float) -> bool:
        """Whether nobody is there."""
        since = now - self._began
        return bool(self.bounds.down) and self.bounds.down[0] <= since < self.bounds.down[1]

    def takes(self, now: float) -> bool:
        """Whether one more call is taken, which then counts."""
        if self.bounds.among and self._under_way >= self.bounds.among:
            return False
        if not self.bounds.rate:
            return True
        self._fill(now)
        if self._left < 1:
            return False
        self._left -= 1
        return True

    def headers(self, now: float, *, refused: bool) -> dict[str, str]:
        """What a reply says of it."""
        told: dict[str, str] = {}
        if self.bounds.headers and self.bounds.rate:
            self._fill(now)
            most = self._rate(now) * self.bounds.burst
            told["x-ratelimit-limit-requests"] = f"{most:.0f}"
            told["x-ratelimit-remaining-requests"] = f"{max(0, int(self._left))}"
            told["x-ratelimit-reset-requests"] = f"{round((most - self._left) / self._rate(now) * 1000)}ms"
        if refused and self.bounds.retry_after:
            told["Retry-After"] = f"{self.bounds.retry_after:g}"
        return told

    @asynccontextmanager
    async def place(self) -> AsyncIterator[bool]:
        """A place to be worked at, and whether it had to be waited for."""
        self._under_way += 1
        try:
            queued = bool(self.bounds.serve) and self._working >= self.bounds.serve
            if queued:
                await self._turn()
            else:
                self._working += 1
            try:
                yield queued
            finally:
                self._hand_on()
        finally:
            self._under_way -= 1

    async def _turn(self) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():
                self._hand_on()
            raise

    def _hand_on(self) -> None:
        """Give a place to the next in the queue."""
        while self._queue:
            if not (turn := self._queue.popleft()).done():
                turn.set_result(None)
                return
        self._working -= 1

    def _rate(self, now: float) -> float:
        if len(self.bounds.rate) < 3:
            return self.bounds.rate[0] if self.bounds.rate else 0.0
        one, other, seconds = self.bounds.rate
        return other if int((now - self._began) / seconds) % 2 else one

    def _fill(self, now: float) -> None:
        rate = self._rate(now)
        self._left = min(rate * self.bounds.burst, self._left + rate * (now - self._at))
        self._at = now
