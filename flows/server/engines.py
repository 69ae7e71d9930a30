"""The processes that execute flow runs here: each says so in the home folder, and ends when the `serve` that started it is gone.

Prefect learns nothing from a process that is killed, or from a machine whose power is cut. A file that is locked, and whose
lock the kernel lets go of, tells whether a process still lives.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flows.home import home

SERVE = "AGENTINSTRUCT_SERVE"
"""The variable that tells an engine the process id of the `serve` that started it."""
WATCH_SECONDS = 0.5


@dataclass(frozen=True)
class Engine:
    """A process that executed a flow run, or does."""

    run: str
    process: int
    serve: int
    """The `serve` that started it; 0 for a run of the command line or of a worker."""
    alive: bool


@contextmanager
def announced(run: str) -> Iterator[None]:
    """Say that this process executes a flow run, until the block ends or the process does."""
    serve = int(os.environ.get(SERVE, 0))
    if serve:
        stay_with(serve)
    path = _folder() / run
    beside = path.with_name(f".{run}.{os.getpid()}")
    with open(os.open(beside, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        json.dump({"process": os.getpid(), "serve": serve}, file)
        file.flush()
        beside.replace(path)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def engines() -> list[Engine]:
    """Those of this home that were announced and have not ended well."""
    return [found for path in sorted(_folder().iterdir()) if (found := _read(path))]


def forget(run: str) -> None:
    """Drop what a dead engine left."""
    (_folder() / run).unlink(missing_ok=True)


def _read(path: Path) -> Engine | None:
    try:
        with path.open("r+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                alive = False
            except BlockingIOError:
                alive = True
            said = json.load(file)
    except FileNotFoundError:  # it has ended meanwhile
        return None
    except ValueError:  # the power was cut as it was written
        said = {"process": 0, "serve": 0}
    return None if path.name.startswith(".") else Engine(path.name, said["process"], said["serve"], alive)


def _folder() -> Path:
    folder = home() / "prefect" / "engines"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def stay_with(parent: int) -> None:
    """End when the process that started this one ends, whatever ends it; but not by the Ctrl-C that is meant for it: it asks
    those that it started to end."""
    if os.getpgrp() != os.getpid():
        os.setpgid(0, 0)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(WATCH_SECONDS)
        os.kill(os.getpid(), signal.SIGKILL)  # what was answered is in the ledger, and nobody is left to report to

    threading.Thread(target=watch, daemon=True).start()


def orphans() -> list[int]:
    """Processes that a killed `serve` of this home left, and that do not know it yet; none where there is no /proc."""
    mark, ours = f"{SERVE}=".encode(), f"AGENTINSTRUCT_HOME={home()}".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            variables = (entry / "environ").read_bytes().split(b"\0")
        except OSError:  # it has ended meanwhile, or is somebody else's
            continue
        serves = [int(value[len(mark) :]) for value in variables if value.startswith(mark)]
        if ours in variables and serves and serves[0] != os.getpid():
            found.append(int(entry.name))
    return found
