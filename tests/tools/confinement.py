"""What sandboxed code is held against: the same code as a plain process, and this machine while it runs."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

NOBODY = 65534
CANARY = "canary-of-the-sandbox-tests"
PYTHON = next((path for path in ("/usr/bin/python3", sys.executable) if Path(path).exists()), sys.executable)


def unconfined(code: str) -> str:
    """What the code prints as a plain process of an unprivileged user, with the canary in its environment."""
    nobody = NOBODY if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o777)
        done = subprocess.run(
            [PYTHON, "-u", "-c", code],
            capture_output=True,
            text=True,
            timeout=30,
            cwd=folder,
            env={"SECRET": CANARY},
            user=nobody,
            group=nobody,
            extra_groups=None if nobody is None else [],
        )
    return done.stdout.strip() + done.stderr.strip()


@contextmanager
def sampled(measure: Callable[[], int]) -> Iterator[list[int]]:
    """The highest of what was measured every 20 ms while the block ran, as the one element of a list."""
    highest, over = [0], threading.Event()

    def watch() -> None:
        while not over.wait(0.02):
            highest[0] = max(highest[0], measure())

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield highest
    finally:
        over.set()
        thread.join()


def commands() -> Iterator[tuple[int, bytes]]:
    """Process and command line of whatever runs on this machine."""
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                yield int(name), Path("/proc", name, "cmdline").read_bytes()
            except OSError:
                continue


def gone(marker: bytes, patience: float = 2.0) -> bool:
    """Whether no process with the marker in its command line is left within the patience."""
    until = time.monotonic() + patience
    while any(marker in command for _, command in commands()):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True
