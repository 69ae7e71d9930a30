"""A user's first wish, on the pair that the README starts: schedules fire, cancelling works, and restarts undo nothing."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from benchmarks.corpus import write_corpus
from flows.server.private_server import answers
from simulator import simulator
from tasks.records import Json
from tests.running import FOREIGN, ROOT, SKILL, Result, wait_for

pytestmark = [pytest.mark.services, pytest.mark.timeout(240)]

MAKE = ("make", "-C", str(ROOT), "-o", ".venv/.ready", f"BIN={Path(sys.executable).parent}")


@dataclass
class Pair:
    """A Prefect server and what serves the deployments, as `make server` and `make serve` start them, in one home."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api"

    @contextmanager
    def started(self, target: str) -> Iterator[None]:
        """`make TARGET`, until the block ends; then Ctrl-C, as a person ends it."""
        kept = {n: v for n, v in os.environ.items() if not n.startswith((*FOREIGN, "MAKE"))}
        told = {
            "AGENTINSTRUCT_HOME": str(self.folder / "home"),
            "PREFECT_SERVER_API_PORT": str(self.port),
            "PREFECT_API_URL": self.url,
        }
        with (self.folder / f"{target}.log").open("ab") as log:
            made = subprocess.Popen(
                (*MAKE, target), env={**kept, **told}, stdout=log, stderr=log, start_new_session=True
            )
        try:
            if target == "server":
                wait_for("the server", lambda: answers(self.url), 90)
            else:
                wait_for("the deployment", lambda: (found := self.find("generate")) and found["status"] == "READY", 60)
            yield
        finally:
            os.killpg(made.pid, signal.SIGINT)
            try:
                made.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(made.pid, signal.SIGKILL)
                made.wait()

    def ask(self, path: str, body: Any = None, method: str = "") -> Any:
        """What the server answers: to a GET, to a POST if there is a body, or as `method` says.

        Like every client of Prefect it asks again when the server says that its database is busy (503).
        """
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, data, headers, method=method or None)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        for left in reversed(range(5)):
            try:
                with opener.open(request, timeout=30) as response:
                    told = response.read()
                return json.loads(told) if told else None
            except urllib.error.HTTPError as error:
                with error:
                    if error.code != 503 or not left:
                        raise
            time.sleep(1)
        raise AssertionError("asked five times")

    def find(self, name: str) -> Json | None:
        found: list[Json] = self.ask("/deployments/filter", {"deployments": {"name": {"any_": [name]}}})
        return found[0] if found else None

    def deployment(self) -> Json:
        found = self.find("generate")
        assert found is not None
        return found

    def runs(self) -> list[Json]:
        found: list[Json] = self.ask("/flow_runs/filter", {"sort": "EXPECTED_START_TIME_ASC"})
        return found


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return Pair(tmp_path_factory.mktemp("pair"), probe.getsockname()[1])


def test_schedules_fire_runs_are_cancelled_and_restarts_undo_nothing(pair: Pair) -> None:
    write_corpus(pair.folder / "documents", 2, words=90)
    parameters: Json = {
        "documents": [str(pair.folder / "documents")],
        "skill": SKILL,
        "output": str(pair.folder / "scheduled"),
        "sampling": {"instructions_per_passage": 1, "refinement_rounds": 0},
    }
    with ExitStack() as server, simulator(latency="600") as endpoint:
        server.enter_context(pair.started("server"))
        with pair.started("serve"):
            first = pair.deployment()
            assert [(s["slug"], s["active"]) for s in first["schedules"]] == [("nightly", False)]

            # A schedule that fires each minute, made as the UI makes it: without a slug.
            soon = (datetime.now(UTC) + timedelta(seconds=15)).isoformat()
            minutely = {"schedule": {"interval": 60, "anchor_date": soon}, "active": True, "parameters": parameters}
            [made] = pair.ask(f"/deployments/{first['id']}/schedules", [minutely])
            [fired] = wait_for(
                "the schedule to fire and its run to end",
                lambda: [run for run in pair.runs() if run["auto_scheduled"] and run["state_type"] == "COMPLETED"],
                90,
            )[:1]
            assert fired["parameters"]["output"] == parameters["output"]
            assert Result(pair.folder / "scheduled").rows()
            pair.ask(f"/deployments/{first['id']}/schedules/{made['id']}", {"active": False}, "PATCH")
            [nightly] = [s for s in first["schedules"] if s["slug"] == "nightly"]
            pair.ask(f"/deployments/{first['id']}/schedules/{nightly['id']}", {"active": True}, "PATCH")
            pair.ask(f"/deployments/{first['id']}/pause_deployment", {})

        with pair.started("serve"):
            again = pair.deployment()
            assert again["id"] == first["id"] and again["paused"] is True
            assert {s["id"]: s["active"] for s in again["schedules"]} == {nightly["id"]: True, made["id"]: False}
            pair.ask(f"/deployments/{first['id']}/resume_deployment", {})

            slow = {"teacher": "simulated", "base_url": endpoint.base_url, "output": str(pair.folder / "slow")}
            run = pair.ask(f"/deployments/{first['id']}/create_flow_run", {"parameters": {**parameters, **slow}})
            wait_for("the endpoint to be asked", lambda: endpoint.stats()["in_flight"], 60)

            server.close()
            server.enter_context(pair.started("server"))
            cancel = {"state": {"type": "CANCELLING", "name": "Cancelling"}, "force": False}
            assert pair.ask(f"/flow_runs/{run['id']}/set_state", cancel)["status"] == "ACCEPT"
            wait_for(
                "the run to be cancelled",
                lambda: pair.ask(f"/flow_runs/{run['id']}")["state_type"] == "CANCELLED",
                60,
            )
            wait_for("the calls to end", lambda: not endpoint.stats()["in_flight"], 30)
