"""A user's first wish, on a server and what serves on it: schedules fire, cancelling works, and restarts undo nothing."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from benchmarks.corpus import write_corpus
from flows.server.prefect_server import answers
from simulator import simulator
from tasks.records import Json
from tests.running import PATIENCE, SKILL, Result, wait_for
from tests.serving import Serving

pytestmark = pytest.mark.services

SERVER = (str(Path(sys.executable).with_name("prefect")), "server", "start")


class Pair(Serving):
    """A Prefect server of a team, started as Prefect's manual says, and `agentinstruct serve` that is told of it."""

    @contextmanager
    def server(self) -> Iterator[None]:
        """The server, until the block ends; then Ctrl-C."""
        told = {"PREFECT_HOME": str(self.folder / "server"), "PREFECT_SERVER_API_PORT": str(self.port)}
        with (self.folder / "server.log").open("ab") as log:
            made = subprocess.Popen(
                SERVER, env={**self.home.environment(), **told}, stdout=log, stderr=log, start_new_session=True
            )
        try:
            wait_for("the server", lambda: answers(f"{self.address}/api"), 90)
            yield
        finally:
            os.killpg(made.pid, signal.SIGINT)
            try:
                made.wait(30 * PATIENCE)
            except subprocess.TimeoutExpired:
                os.killpg(made.pid, signal.SIGKILL)
                made.wait()

    def runs(self) -> list[Json]:
        found: list[Json] = self.ask("/flow_runs/filter", {"sort": "EXPECTED_START_TIME_ASC"})
        return found


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return Pair(tmp_path_factory.mktemp("pair"), port, f"http://127.0.0.1:{port}/api")


def test_schedules_fire_runs_are_cancelled_and_restarts_undo_nothing(pair: Pair) -> None:
    write_corpus(pair.folder / "documents", 2, words=90)
    parameters: Json = {
        "documents": [str(pair.folder / "documents")],
        "skill": SKILL,
        "output": str(pair.folder / "scheduled"),
        "sampling": {"instructions_per_passage": 1, "refinement_rounds": 0},
    }
    with ExitStack() as server, simulator(latency="600") as endpoint:
        server.enter_context(pair.server())
        with pair.started():
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

        with pair.started():
            again = pair.deployment()
            assert again["id"] == first["id"] and again["paused"] is True
            assert {s["id"]: s["active"] for s in again["schedules"]} == {nightly["id"]: True, made["id"]: False}
            pair.ask(f"/deployments/{first['id']}/resume_deployment", {})

            slow = {"teacher": "simulated", "base_url": endpoint.base_url, "output": str(pair.folder / "slow")}
            run = pair.ask(f"/deployments/{first['id']}/create_flow_run", {"parameters": {**parameters, **slow}})
            wait_for("the endpoint to be asked", lambda: endpoint.stats()["in_flight"], 60)

            server.close()
            server.enter_context(pair.server())
            cancel = {"state": {"type": "CANCELLING", "name": "Cancelling"}, "force": False}
            assert pair.ask(f"/flow_runs/{run['id']}/set_state", cancel)["status"] == "ACCEPT"
            wait_for(
                "the run to be cancelled",
                lambda: pair.ask(f"/flow_runs/{run['id']}")["state_type"] == "CANCELLED",
                60,
            )
            wait_for("the calls to end", lambda: not endpoint.stats()["in_flight"], 30)
