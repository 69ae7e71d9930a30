"""A share as its run knows it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from flows.shares.exchange import Exchange, Outcome, Standing
from flows.shares.share import ALONE
from flows.stream import Stream
from tasks.publish.finished import Finished
from tasks.steps.reading import DealtShard
from tasks.steps.run import Run

Key = tuple[int, int]


@dataclass(frozen=True)
class Waiting:
    """A shard that is to be dealt, or has been, until it has ended."""

    run: Run
    shard: DealtShard
    stream: Stream
    ended: asyncio.Future[Finished]

    @property
    def key(self) -> Key:
        """Its round and number."""
        return self.run.round.number, self.shard.number


@dataclass
class Known:
    """What is known of one share."""

    number: int
    dealt: dict[Key, Waiting] = field(default_factory=dict)
    """What it was dealt and has not ended."""
    attempts: dict[str, Standing] = field(default_factory=dict)
    over: bool = False
    """Whether nothing more comes of it."""
    problem: str = ""
    """Why that is so, where it has not got to its end."""
    heard: float = 0.0
    """When it told something new last."""
    newest: Standing | None = None
    """What it told then."""

    @property
    def usable(self) -> bool:
        """Whether it can be dealt something: it has begun, goes on and has something left of its part of the budget."""
        return bool(self.attempts) and not self.over and not self.spent

    @property
    def spent(self) -> bool:
        """Whether its part of the budget is used up."""
        return any(attempt.spent for attempt in self.attempts.values())

    @property
    def well(self) -> bool:
        """Whether an attempt has got to its end."""
        return any(attempt.ended and attempt.stopped != ALONE for attempt in self.attempts.values())

    @property
    def pieces(self) -> int:
        """Pieces of documents that it has under way."""
        return sum(waiting.shard.ref["rows"] for waiting in self.dealt.values())

    def look(self, exchange: Exchange) -> list[Outcome]:
        """Read what it has told since the last time; gives what became of shards. For a thread."""
        outcomes: list[Outcome] = []
        for name, now in exchange.attempts(self.number).items():
            before = self.attempts.get(name)
            if now != before:
                self.heard = time.monotonic()
                outcomes += exchange.outcomes(self.number, name, before.blocks if before else 0, now.blocks)
                self.attempts[name] = self.newest = now
        return outcomes
