"""Has the shares of a run executed, each until it has got to its end: one that dies is tried again, a few times."""

from __future__ import annotations

import asyncio
import contextvars
import threading
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress

from flows.ending import sentence_of
from flows.shares.dealer import Dealer
from flows.shares.known import Known
from flows.shares.runners import Runner, runner_of
from flows.telling import story
from tasks.settings import Running
from tasks.steps.run import Run

LOOK_SECONDS, FAR_LOOK_SECONDS = 0.25, 1.0
"""How often the files of shares are looked at, on a local disk and elsewhere."""
MOST_ATTEMPTS = 3
SILENT_SECONDS = 120.0
"""A share that has told nothing for so long is taken for dead."""
LEFT = "the run has ended"
PATIENCE_SECONDS = 60.0
"""How long no share may have begun before that is told."""


class Attempts:
    """The attempts at all shares of a run."""

    def __init__(self, run: Run, dealer: Dealer, running: Running) -> None:
        self._run, self._dealer, self._running = run, dealer, running
        self._over = {share.number: threading.Event() for share in dealer.shares}
        self._ending = False
        self._threads = ThreadPoolExecutor(running.processes, "share")

    @asynccontextmanager
    async def under_way(self) -> AsyncIterator[None]:
        """The shares are worked on; when the block ends, they are told so, and have ended after it."""
        loop, runners = asyncio.get_running_loop(), runner_of(self._running)
        runner = await loop.run_in_executor(self._threads, contextvars.copy_context().run, runners.__enter__)
        looking = asyncio.create_task(self._keep_looking())
        trying = [asyncio.create_task(self._try(share, runner)) for share in self._dealer.shares]
        try:
            yield
        except BaseException:
            self._run.teacher.stop(LEFT)
            raise
        finally:
            self._ending = True
            self._dealer.close()
            for over in self._over.values():
                over.set()
            await asyncio.gather(*trying)
            looking.cancel()
            with suppress(asyncio.CancelledError):
                await looking
            await loop.run_in_executor(self._threads, runners.__exit__, None, None, None)
            self._threads.shutdown()

    async def _keep_looking(self) -> None:
        pause = LOOK_SECONDS if self._run.store.local else FAR_LOOK_SECONDS
        until = time.monotonic() + PATIENCE_SECONDS
        try:
            while True:
                await self._dealer.look()
                if until and time.monotonic() > until and not any(share.heard for share in self._dealer.shares):
                    until = 0.0
                    story.say(f"No process has begun to work yet: is there a free worker ({self._running.runner})?")
                for share in self._dealer.shares:
                    if share.heard and time.monotonic() - share.heard > SILENT_SECONDS:
                        self._over[share.number].set()
                await asyncio.sleep(pause)
        except Exception as problem:
            self._dealer.leave(problem)
            self._run.teacher.stop(LEFT)
            raise

    async def _try(self, share: Known, runner: Runner) -> None:
        """Attempts at a share until one has got to its end, or enough have not."""
        problem = ""
        for _ in range(MOST_ATTEMPTS):
            problem = await self._attempt(share, runner) or "its process ended without a word"
            await self._dealer.look()
            if share.well or share.spent or self._ending or self._run.teacher.stopped:
                problem = ""
                break
            share.heard = 0.0
            if not self._ending:
                self._over[share.number].clear()
        self._dealer.give_up(share, f"ShareDied: {problem}" if problem else "")
        await self._dealer.look()

    async def _attempt(self, share: Known, runner: Runner) -> str:
        """One attempt; gives what went wrong with it, if that is known."""
        given = {"output": self._dealer.output, "run": self._dealer.exchange.run, "number": share.number}
        context, loop = contextvars.copy_context(), asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._threads, context.run, runner, given, self._over[share.number])
        except Exception as problem:  # of the share, or that nobody executes it any more
            return sentence_of(problem) or type(problem).__name__
        return ""
