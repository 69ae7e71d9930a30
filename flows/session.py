"""Opens the teacher of a run and closes it again; stops cleanly on a signal."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from flows.allocator import look_less
from flows.home import ledger_url
from flows.preparation import Prepared
from tasks.steps.attempts import FAILED, STOPPED, Attempts
from tasks.steps.history import History
from tasks.steps.run import Session
from tasks.teacher import Teacher, open_teacher
from tasks.teacher.budget import Budget

ON_REQUEST = "Stopped on request"
WRITE_SECONDS = 5.0
"""How often what an attempt has asked for is kept: a kill loses the count of no more."""


@asynccontextmanager
async def opened(ready: Prepared) -> AsyncIterator[Session]:
    """The session of a run that is prepared: with its teacher, which stops cleanly on a signal; what it asks for is kept."""
    async with teaching(ready) as session, _kept(session.attempts, session.teacher):
        yield session


@asynccontextmanager
async def teaching(ready: Prepared) -> AsyncIterator[Session]:
    """The same of one that is part of a run, whose directory is held by another process."""
    order = ready.order
    bound = Budget(order.max_usd, order.max_tokens, order.max_calls)
    teacher = open_teacher(
        order.teacher, order.base_url or None, ready.settings, ledger_url(ready.settings.ledger), bound
    )
    try:
        with stops_on_signal(teacher):
            history = History(tuple(await teacher.ledger.outcomes(teacher.endpoint.model)))
            look_less()
            yield Session(
                mix=ready.mix,
                settings=ready.settings,
                seed=order.seed,
                teacher=teacher,
                store=ready.store,
                marks=ready.marks,
                history=history,
            )
    finally:
        await teacher.close()


@asynccontextmanager
async def _kept(attempts: Attempts, teacher: Teacher) -> AsyncIterator[None]:
    """Keep what the attempt under way asks for, and at the end of the block how it ended."""

    async def write() -> None:
        while True:
            with suppress(Exception):  # the next one may get through; the last one tells
                await asyncio.to_thread(attempts.write)
            await asyncio.sleep(WRITE_SECONDS)

    writer = asyncio.create_task(write())
    try:
        yield
    finally:
        writer.cancel()
        with suppress(asyncio.CancelledError):
            await writer
        attempts.ended = attempts.ended or (STOPPED if teacher.stopped else FAILED)
        await asyncio.to_thread(attempts.write)


class stops_on_signal:
    """Ctrl-C and SIGTERM let the calls under way end and start no more; a second signal leaves at once."""

    def __init__(self, teacher: Teacher) -> None:
        self.teacher = teacher

    def __enter__(self) -> None:
        self.main = threading.current_thread() is threading.main_thread()
        self.before = {s: signal.getsignal(s) for s in (signal.SIGINT, signal.SIGTERM)} if self.main else {}
        for number in self.before:
            asyncio.get_running_loop().add_signal_handler(number, self._stop)

    def __exit__(self, *_: object) -> None:
        for number, handler in self.before.items():
            asyncio.get_running_loop().remove_signal_handler(number)
            signal.signal(number, handler)

    def _stop(self) -> None:
        if self.teacher.stopped:
            print("\nLeft at once. Run the same command again to resume.", file=sys.stderr, flush=True)
            os._exit(3)  # threads and clients would be waited for; the ledger holds what was answered
        left = self.teacher.batched().left()
        print(
            f"\nStopping: {self.teacher.limiter.active} calls under way will end first{f'; {left}' if left else ''}; "
            "press Ctrl-C again to leave at once.",
            file=sys.stderr,
            flush=True,
        )
        self.teacher.stop(ON_REQUEST)
