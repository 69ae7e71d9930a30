"""A Prefect server on loopback as a child of ours: it never outlives us, not even after kill -9.

Prefect's own temporary server shares our process group, so Ctrl-C hits it first, and it stays behind when we are killed.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

START_SECONDS = 90
END_SECONDS = 10
HOST = "127.0.0.1"


class ServerDown(RuntimeError):
    """The server did not come up; the message says where its output is."""


class PrefectServer:
    """A server that was started on a port, with a database of its own and its output in `log`; both private to the user."""

    def __init__(self, port: int, database: Path, log: Path) -> None:
        self.port, self.database, self.log = port, database, log
        self.address = f"http://{HOST}:{port}"
        self.api = f"{self.address}/api"
        self.lost: ServerDown | None = None
        """Why it could not be kept up."""
        self.process = self._started()

    def _started(self) -> subprocess.Popen[bytes]:
        with open(os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as out:
            return subprocess.Popen(
                [sys.executable, "-m", "flows.server.prefect_server", str(self.port)],
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=out,
                start_new_session=True,
                env={
                    "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{self.database}",
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
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            if (code := self.process.poll()) is not None:
                raise ServerDown(f"Prefect's server ended with code {code} as it started; its output is in {self.log}")
            if answers(self.api):
                return
            time.sleep(0.1)
        raise ServerDown(f"Prefect's server did not start within {START_SECONDS} s; its output is in {self.log}")

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


def _serve(port: int) -> None:
    """The child: serves until its standard input, the parent's end of a pipe, closes."""
    import uvicorn
    from prefect.server.api.server import create_app

    threading.Thread(target=_leave_with_parent, daemon=True).start()
    uvicorn.run(create_app(), host=HOST, port=port, log_level="error", timeout_graceful_shutdown=3)


def _leave_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    os.umask(0o077)  # its database and its logs tell of the user's work
    _serve(int(sys.argv[1]))
