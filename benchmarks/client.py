"""Runs the command line as a process of its own and tells what it took."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

LOOK_SECONDS = 0.5
_KB = 1024


@dataclass(frozen=True)
class Held:
    """What the process held at one moment."""

    seconds: float
    memory_mb: float
    files: int
    threads: int


@dataclass
class Took:
    """What one run took: its CPU and peak memory, children not counted, and what it held while it went on."""

    usage: resource.struct_rusage
    held: list[Held] = field(default_factory=list)

    @property
    def peak_mb(self) -> float:
        return max(each.memory_mb for each in self.held)


def command(*arguments: str) -> list[str]:
    """The program with these arguments."""
    return [str(Path(sys.executable).with_name("agentinstruct")), *arguments]


def generate(arguments: Sequence[str], settings: Sequence[str]) -> Took:
    """One `agentinstruct generate`; RuntimeError if it did not end well."""
    began = time.monotonic()
    child = subprocess.Popen(
        command("generate", *arguments, *(f"--set={pair}" for pair in settings)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    held: list[Held] = []
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(LOOK_SECONDS):
            try:
                held.append(_held(child.pid, time.monotonic() - began))
            except (OSError, ValueError, KeyError):  # it has just ended
                return

    looking = threading.Thread(target=look)
    looking.start()
    _, status, usage = os.wait4(child.pid, 0)
    ended.set()
    looking.join()
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"the run ended with exit code {child.returncode}")
    return Took(usage, held)


def _held(pid: int, seconds: float) -> Held:
    lines = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    files = len(os.listdir(f"/proc/{pid}/fd"))
    return Held(seconds, int(lines["VmRSS"].split()[0]) / _KB, files, int(lines["Threads"]))
