"""A Prefect server on loopback as a child of ours: it never outlives us, not even after kill -9.

Prefect's own temporary server shares our process group, so Ctrl-C hits it first, and it stays behind when we are killed.
"""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import uvicorn

START_SECONDS = 90
END_SECONDS = 10
HOST = "127.0.0.1"


class ServerDown(RuntimeError):
    """The server did not come up; the message says where its output is."""


class PrefectServer:
    """A server that was started on a port, with a database of its own and its output in `log`; both private to the user.

    `otherwise` are settings of Prefect's where the user has set none.
    """

    def __init__(
        self, port: int, database: Path, log: Path, otherwise: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        self.port, self.database, self.log, self._otherwise = port, database, log, otherwise
        self.address = f"http://{HOST}:{port}"
        self.api = f"{self.address}/api"
        self.lost: ServerDown | None = None
        """Why it could not be kept up."""
        self.process = self._started()

    def _started(self) -> subprocess.Popen[bytes]:
        with open(os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as out:
            return subprocess.Popen(
                [
                    sys.executable,
                    "-P",
                    "-m",
                    "flows.server.prefect_server",
                    str(self.port),
                    str(lock_of(self.database)),
                ],
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=out,
                start_new_session=True,
                env={
                    **self._otherwise,
                    "PREFECT_SERVER_DATABASE_CONNECTION_URL": url_of(self.database),
                    **os.environ,
                    # What the UI in a browser is told to ask.
                    "PREFECT_SERVER_API_HOST": HOST,
                    "PREFECT_SERVER_API_PORT": str(self.port),
                },
            )

    def wait(self) -> None:
        """Until it answers; :class:`ServerDown`, and no server, if it does not come up."""
        try:
            self._wait()
        except BaseException:
            self.kill()
            raise

    def _wait(self) -> None:
        def ended() -> str:
            code = self.process.poll()
            return "" if code is None else f"ended with code {code}"

        wait_for_answer(self.api, self.log, ended)

    def keep_up(self, ended: threading.Event) -> None:
        """Start it again whenever it ends before `ended`; if that fails, say why in `lost` and ask this process to end."""
        while (code := self.process.wait()) is not None and not ended.is_set():
            print(f"Prefect's server has ended with code {code}: starting it again.", file=sys.stderr, flush=True)
            self.process = self._started()
            try:
                self.wait()
            except ServerDown as down:
                self.lost = down
                os.kill(os.getpid(), signal.SIGTERM)
                return

    def end(self) -> None:
        """Let it write down what it has heard, then end it."""
        self.process.terminate()
        try:
            self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        finally:
            self.kill()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        if self.process.stdin:
            self.process.stdin.close()


def wait_for_answer(api_url: str, log: Path, ended: Callable[[], str]) -> None:
    """Until a server that is starting answers; :class:`ServerDown` if it does not, or once `ended` says what became of it."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if how := ended():
            raise ServerDown(f"Prefect's server {how} as it started; its output is in {log}")
        if answers(api_url):
            return
        time.sleep(0.05)
    raise ServerDown(f"Prefect's server did not start within {START_SECONDS} s; its output is in {log}")


def answers(api_url: str) -> bool:
    """Whether a Prefect server is up at this API address."""
    try:
        with urllib.request.urlopen(f"{api_url}/health", timeout=30):
            return True
    except (OSError, ValueError):
        return False


def free_port(first: int = 0, last: int = 0) -> int | None:
    """A port of loopback that nobody listens on: the first of a range, or any."""
    for port in range(first, last + 1):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # one that was just left is free
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            found: int = probe.getsockname()[1]
            return found
    return None


def url_of(database: Path) -> str:
    """How Prefect names an SQLite file."""
    return f"sqlite+aiosqlite:///{database}"


def lock_of(database: Path) -> Path:
    """What a server holds while it makes or changes the tables."""
    return database.with_suffix(".lock")


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Hold the lock; the kernel lets go of it when we die."""
    with open(os.open(lock, os.O_RDWR | os.O_CREAT, 0o600), "rb+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def server_of(lock: Path, **where: Any) -> uvicorn.Server:
    """Prefect's API, to be run by this process at an address that uvicorn understands."""
    import uvicorn
    from prefect.server.api.server import create_app

    class OneAtATime(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            with alone(lock):  # two that start at once would both make the tables of the one database
                await super().startup(sockets)

    return OneAtATime(uvicorn.Config(create_app(), **where, log_level="error", timeout_graceful_shutdown=3))


def _serve(port: int, lock: Path) -> None:
    """The child: serves until its standard input, the parent's end of a pipe, closes."""
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    server = server_of(lock, host=HOST, port=port)
    server.run()
    sys.exit(0 if server.started else 1)


def _leave_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    os.umask(0o077)  # its database and its logs tell of the user's work
    _serve(int(sys.argv[1]), Path(sys.argv[2]))
