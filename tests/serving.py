"""`agentinstruct serve` as a person starts it, in a folder and a home of its own, and its server, asked as a browser does."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tasks.records import Json
from tests.running import PATIENCE, PROGRAM, Home, processes_of, wait_for

OVER = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")


MARKS = (f"{PROGRAM}\0serve".encode(), b"flows.server.prefect_server", b"prefect.engine")
"""How the commands of `serve` and of its children are known."""


@dataclass
class Serving:
    """A folder to serve in; `port` is where its server is, or the one that `api` names."""

    folder: Path
    port: int
    api: str = ""
    variables: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def home(self) -> Home:
        return Home(self.folder, self.api, self.variables)

    @property
    def address(self) -> str:
        return (self.api or f"http://127.0.0.1:{self.port}/api").removesuffix("/api")

    @contextmanager
    def started(self, *options: str) -> Iterator[subprocess.Popen[bytes]]:
        """`agentinstruct serve`, until the block ends; then Ctrl-C, as a person ends it. Nothing of it is left."""
        log = self.folder / "serve.out"
        with log.open("ab") as out:
            command = (PROGRAM, "serve", *(() if self.api else ("--port", str(self.port))), *options)
            self.process = subprocess.Popen(
                command, cwd=self.folder, env=self.home.environment(), stdout=out, stderr=out, start_new_session=True
            )
        said = log.stat().st_size
        try:
            wait_for("serve to say that it serves", lambda: self._serves(log, said), 120)
            yield self.process
        finally:
            if self.process.poll() is None:
                os.killpg(self.process.pid, signal.SIGINT)
            try:
                self.process.wait(90 * PATIENCE)
            finally:
                for left in self.processes():
                    os.kill(left, signal.SIGKILL)

    def processes(self) -> list[int]:
        """Those of `serve` that live: itself, its server and what executes runs; not what else uses the home."""
        return [process for process in processes_of(self.home) if any(mark in command_of(process) for mark in MARKS)]

    def _serves(self, log: Path, said: int) -> bool:
        assert self.process is not None
        text = log.read_bytes()[said:].decode()
        assert self.process.poll() is None, f"serve has ended: {text}"
        return "Serving" in text

    def ask(self, path: str, body: Any = None, method: str = "") -> Any:
        """What the server answers: to a GET, to a POST if there is a body, or as `method` says.

        Like every client of Prefect it asks again when the server says that its database is busy (503).
        """
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.address}/api{path}", data, headers, method=method or None)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        for left in reversed(range(5)):
            try:
                with opener.open(request, timeout=30 * PATIENCE) as response:
                    told = response.read()
                return json.loads(told) if told else None
            except urllib.error.HTTPError as error:
                with error:
                    if error.code != 503 or not left:
                        raise
            time.sleep(1)
        raise AssertionError("asked five times")

    def deployment(self, name: str = "generate") -> Json:
        [found] = self.ask("/deployments/filter", {"deployments": {"name": {"any_": [name]}}})
        deployment: Json = found
        return deployment

    def run(self, parameters: Json, deployment: str = "generate") -> str:
        """Start a run of a deployment, as the form does; its id."""
        made = self.ask(f"/deployments/{self.deployment(deployment)['id']}/create_flow_run", {"parameters": parameters})
        return str(made["id"])

    def flow_run(self, run: str) -> Json:
        found: Json = self.ask(f"/flow_runs/{run}")
        return found

    def retry(self, run: str) -> None:
        """The Retry button."""
        state = {"type": "SCHEDULED", "name": "AwaitingRetry"}
        assert self.ask(f"/flow_runs/{run}/set_state", {"state": state, "force": True})["status"] == "ACCEPT"

    def ended(self, run: str, times: int = 1, seconds: float = 90) -> Json:
        """The flow run, once it has ended for the `times`th time."""

        def probe() -> Json | None:
            now = self.flow_run(run)
            return now if now["state_type"] in OVER and now["run_count"] >= times else None

        found = wait_for("the flow run to end", probe, seconds)
        assert found is not None
        return found


def command_of(process: int) -> bytes:
    """How a process was started, its words separated by NUL; nothing of one that has ended."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:  # it has ended meanwhile
        return b""


def serving(folder: Path, api: str = "", **variables: str) -> Serving:
    """A folder to serve in, on a port that nobody uses, or at a server that is there."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return Serving(folder, probe.getsockname()[1], api, variables)
