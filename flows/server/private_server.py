"""A Prefect server of our own for runs without PREFECT_API_URL: it never outlives the run, not even after kill -9.

Prefect's own temporary server shares our process group, so Ctrl-C hits it first, and it stays behind when we are killed.
"""

from __future__ import annotations

import fcntl
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

START_SECONDS = 90


class ServerDown(RuntimeError):
    """The server did not come up; the message says where its output is."""


@contextmanager
def prefect_api(log: Path) -> Iterator[None]:
    """A Prefect API for this process: the one that PREFECT_API_URL names, else a server of our own, its output in `log`."""
    if url := os.environ.get("PREFECT_API_URL"):
        if not answers(url):
            raise ValueError(f"no Prefect server answers at PREFECT_API_URL={url}: start it, or unset the variable")
        yield
        return
    log.parent.mkdir(parents=True, exist_ok=True)
    # Two that start at once would both make the tables of the one database.
    with _alone(log.with_suffix(".lock")):
        server, port = _started(log)
    try:
        os.environ["PREFECT_API_URL"] = f"http://127.0.0.1:{port}/api"
        yield
    finally:
        os.environ.pop("PREFECT_API_URL", None)
        _end(server)


def _started(log: Path) -> tuple[subprocess.Popen[bytes], int]:
    """A server that answers, and its port; :class:`ServerDown` if it does not come up."""
    port = _free_port()
    with open(log, "ab") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "flows.server.private_server", str(port)],
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=out,
            start_new_session=True,
            # A database of its own: a server that the user runs on the same home would find it locked.
            env={
                "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{log.with_suffix('.db')}",
                **os.environ,
            },
        )
    try:
        _wait_until_up(server, port, log)
    except BaseException:
        _end(server)
        raise
    return server, port


def _end(server: subprocess.Popen[bytes]) -> None:
    server.kill()  # it holds nothing that matters: shards and ledger are the truth
    server.wait()
    if server.stdin:
        server.stdin.close()


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Hold the lock; the kernel lets go of it when we die."""
    with open(lock, "wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def answers(api_url: str) -> bool:
    """Whether a Prefect server is up at this API address."""
    try:
        with urllib.request.urlopen(f"{api_url}/health", timeout=10):
            return True
    except (OSError, ValueError):
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_up(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(START_SECONDS * 10):
        if (code := server.poll()) is not None:
            raise ServerDown(f"Prefect's server ended with code {code} as it started; its output is in {log}")
        if answers(f"http://127.0.0.1:{port}/api"):
            return
        time.sleep(0.1)
    raise ServerDown(f"Prefect's server did not start within {START_SECONDS} s; its output is in {log}")


def _serve(port: int) -> None:
    """The child: serves until its standard input, the parent's end of a pipe, closes."""
    import uvicorn
    from prefect.server.api.server import create_app

    threading.Thread(target=_leave_with_parent, daemon=True).start()
    uvicorn.run(create_app(), host="127.0.0.1", port=port, log_level="error")


def _leave_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
