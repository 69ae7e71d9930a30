"""The Prefect server of a run without PREFECT_API_URL: on any port, gone with the run."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.server.prefect_server import PrefectServer, answers, free_port


@contextmanager
def prefect_api(log: Path) -> Iterator[None]:
    """A Prefect API for this process: the one that PREFECT_API_URL names, else a server of our own, its output in `log`."""
    if url := os.environ.get("PREFECT_API_URL"):
        if not answers(url):
            raise ValueError(f"no Prefect server answers at PREFECT_API_URL={url}: start it, or unset the variable")
        yield
        return
    log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Two that start at once would both make the tables of the one database.
    with _alone(log.with_suffix(".lock")):
        # A database of its own: a server that the user runs on the same home would find it locked.
        server = PrefectServer(free_port() or 0, log.with_suffix(".db"), log)
        server.wait()
    try:
        os.environ["PREFECT_API_URL"] = server.api
        yield
    finally:
        os.environ.pop("PREFECT_API_URL", None)
        server.kill()  # it holds nothing that matters: shards and ledger are the truth


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Hold the lock; the kernel lets go of it when we die."""
    with open(lock, "wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
