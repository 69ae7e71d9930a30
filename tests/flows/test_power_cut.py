"""serve, engine and server killed in every order: nothing stays Running, each run can be retried, nothing is paid for twice."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from itertools import permutations
from pathlib import Path

import pytest

from benchmarks.corpus import write_corpus
from flows.server.recovery import LOST
from simulator import Server, simulator
from tasks.records import Json
from tests.processes import alive, children
from tests.running import SKILL, Home, Result, against, wait_for
from tests.serving import Serving, serving

pytestmark = [pytest.mark.services, pytest.mark.timeout(1200)]

CONCURRENCY = 2
MARKS = {"engine": b"prefect.engine", "server": b"flows.server.prefect_server"}
ORDERS = list(permutations(("serve", *MARKS)))


@pytest.mark.skipif("PYTEST_XDIST_WORKER" in os.environ, reason="it wants the machine for itself: run this file alone")
def test_killed_in_every_order(tmp_path: Path) -> None:
    write_corpus(tmp_path / "documents", 4, words=90)
    served = serving(tmp_path, PREFECT_RUNNER_POLL_FREQUENCY="2")
    with simulator(latency="0.4") as endpoint, simulator(latency="600") as silent:
        parameters: Json = {
            "documents": ["documents"],
            "skill": SKILL,
            "output": "out",
            "teacher": "simulated",
            "base_url": endpoint.base_url,
            "running": {"max_concurrency": CONCURRENCY, "shard_size": 2},
        }
        with served.started() as process:
            away = Home(tmp_path, f"{served.address}/api").generate("away", *against(silent))
            run = served.run(parameters)
            wait_for("the run of the command line to ask", lambda: silent.stats()["in_flight"], 240)
            killed(served, endpoint, process.pid, ORDERS[0], run)
        for order in ORDERS[1:]:
            with served.started() as process:
                crashed(served, run)
                served.retry(run)
                killed(served, endpoint, process.pid, order)

        with served.started() as process:
            crashed(served, run)
            [elsewhere] = under_way(served)
            assert elsewhere["deployment_id"] is None  # the command line's, which lives
            away.process.kill()
            away.process.wait()
            # Submitted, and killed before its process gets to the flow.
            served.retry(run)
            wait_for("the run to be submitted", lambda: served.flow_run(run)["state_type"] == "PENDING", 120)
            process.kill()

        with served.started():
            crashed(served, run)
            assert served.flow_run(elsewhere["id"])["state"]["message"] == LOST
            assert under_way(served) == []
            endpoint.configure(latency="0")
            tried = served.flow_run(run)["run_count"]
            served.retry(run)
            ended = served.ended(run, tried + 1, 240)
            assert ended["state_type"] == "COMPLETED", ended["state"]

        result = Result(tmp_path / "out")
        assert result.manifest["complete"] and result.rows()
        with sqlite3.connect(served.home.path / "ledger.db") as ledger:
            [answers] = ledger.execute("SELECT count(*) FROM answers").fetchone()
        # Of each attempt: the question whether anybody is there, and the calls under way.
        assert answers <= requests(endpoint) <= answers + (len(ORDERS) + 2) * (CONCURRENCY + 1)


def requests(endpoint: Server) -> int:
    return int(endpoint.stats()["requests"])


def under_way(served: Serving) -> list[Json]:
    """Runs and task runs that say they go on."""
    kinds = ["RUNNING", "PENDING", "CANCELLING"]
    runs: list[Json] = served.ask("/flow_runs/filter", {"flow_runs": {"state": {"type": {"any_": kinds}}}})
    tasks: list[Json] = served.ask("/task_runs/filter", {"task_runs": {"state": {"type": {"any_": kinds}}}})
    return [*runs, *tasks]


def crashed(served: Serving, run: str) -> None:
    now = served.flow_run(run)
    assert now["state_type"] == "CRASHED", now["state"]


def killed(served: Serving, endpoint: Server, serve: int, order: tuple[str, ...], cancelled: str = "") -> None:
    """Once the run has paid for something more, kill the three, a moment apart; first press Cancel, if a run is named."""
    asked = requests(endpoint)
    wait_for("calls", lambda: requests(endpoint) > asked + CONCURRENCY + 1, 240)
    processes = {"serve": serve} | {name: child(serve, mark) for name, mark in MARKS.items()}
    if cancelled:
        os.kill(serve, signal.SIGSTOP)  # it does not get to it
        state = {"type": "CANCELLING", "name": "Cancelling"}
        assert served.ask(f"/flow_runs/{cancelled}/set_state", {"state": state, "force": False})["status"] == "ACCEPT"
    for name in order:
        if alive(processes[name]):
            os.kill(processes[name], signal.SIGKILL)
        time.sleep(0.3)
    wait_for("nothing to be left behind", lambda: not served.processes(), 60)


def child(serve: int, mark: bytes) -> int:
    [found] = [process for process in children(serve) if mark in Path(f"/proc/{process}/cmdline").read_bytes()]
    return found
