"""Sandboxes that stand ready, each for one execution and then thrown away.

One thread starts them all and lives as long as the process, since the kernel kills a sandbox with the thread that started
it.
"""

from __future__ import annotations

import atexit
import os
import queue
import threading
from contextlib import suppress

from tasks.tools.sandbox.start import START, Sandbox, SandboxUnavailable, start

AT_ONCE = max(2, os.cpu_count() or 1)
"""Executions at a time, and sandboxes that wait for one."""


class Pool:
    """Keeps `AT_ONCE` sandboxes ready from the first use on, and starts another for each one taken."""

    def __init__(self) -> None:
        self.free = threading.BoundedSemaphore(AT_ONCE)
        """Held while code runs."""
        self._lock = threading.Lock()
        self._coming = 0
        self._orders: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._ready: queue.SimpleQueue[Sandbox | SandboxUnavailable] = queue.SimpleQueue()
        self._starter: threading.Thread | None = None

    def take(self) -> Sandbox:
        """A sandbox that waits for its request; the caller discards it."""
        for last in (False, False, True):  # one that stood ready may have been killed meanwhile
            self._order()
            try:
                sandbox = self._ready.get(timeout=START)
            except queue.Empty:
                raise SandboxUnavailable("no sandbox was started in time; the machine is overloaded") from None
            if isinstance(sandbox, SandboxUnavailable):
                raise sandbox
            try:
                sandbox.wait_ready()
                return sandbox
            except BaseException as error:
                sandbox.discard()
                if last or not isinstance(error, SandboxUnavailable):
                    raise
        raise AssertionError("the last attempt returns or raises")

    def close(self) -> None:
        """Discard those that wait; the next use starts new ones."""
        with self._lock:
            waiting, self._coming = self._coming, 0
        with suppress(queue.Empty):
            for _ in range(waiting):
                sandbox = self._ready.get(timeout=5)
                if isinstance(sandbox, Sandbox):
                    sandbox.discard()

    def _order(self) -> None:
        """One for the caller, and as many more as are missing."""
        with self._lock:
            if self._starter is None:
                self._starter = threading.Thread(target=self._start_ordered, name="sandboxes", daemon=True)
                self._starter.start()
            for _ in range(AT_ONCE + 1 - self._coming):
                self._orders.put(None)
            self._coming = AT_ONCE

    def _start_ordered(self) -> None:
        while True:
            self._orders.get()
            try:
                self._ready.put(start())
            except SandboxUnavailable as error:
                self._ready.put(error)
            except Exception as error:
                self._ready.put(SandboxUnavailable(f"the sandbox cannot be started ({type(error).__name__})"))


POOL = Pool()
"""The process's own."""
# In a forked child the parent's sandboxes are the parent's.
os.register_at_fork(after_in_child=POOL.__init__)  # type: ignore[misc]
atexit.register(POOL.close)
