"""Runs a command for as long as whoever started it lives: keeper.py COMMAND…, with a pipe as its input.

The pipe closes when that process ends, whatever ends it; then the command and all that it started are killed.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
from functools import partial

GRACE_SECONDS = 5.0
_PR_SET_PDEATHSIG = 1


def _die_with(keeper: int) -> None:
    """Asks the kernel to kill this process when the keeper ends, which may have happened meanwhile."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != keeper:
            os._exit(1)


def main(command: list[str]) -> int:
    """The command's exit status as a shell tells it: 128 and the signal's number where one ended it."""
    # Safe before exec: this process has one thread, and the signal comes when that thread ends.
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, preexec_fn=partial(_die_with, os.getpid()))
    while process.poll() is None:
        readable, _, _ = select.select([sys.stdin], [], [], 0.2)
        if readable:  # nobody writes: it is the end
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(GRACE_SECONDS)
            os.killpg(0, signal.SIGKILL)  # whatever it started, and this process
    return process.returncode if process.returncode >= 0 else 128 - process.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
