"""A served run waits until nobody else writes to its directory, and one that is stopped with `serve` says so."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from benchmarks.corpus import write_corpus
from simulator import simulator
from tasks.records import Json
from tests.processes import children
from tests.running import PATIENCE, SKILL, Result, shared_prefect, wait_for
from tests.serving import Serving, serving

pytestmark = pytest.mark.services


def test_the_second_run_waits_for_the_first_and_a_stop_is_clean(tmp_path: Path) -> None:
    write_corpus(tmp_path / "documents", 2, words=90)
    served = serving(tmp_path, shared_prefect().url, PREFECT_RUNNER_POLL_FREQUENCY="2")
    with simulator(latency="600") as endpoint, served.started() as process:
        parameters: Json = {
            "documents": ["documents"],
            "skill": SKILL,
            "output": "out",
            "teacher": "simulated",
            "base_url": endpoint.base_url,
        }
        first = served.run(parameters)
        wait_for("the first run to ask", lambda: endpoint.stats()["in_flight"], 60)
        [engine] = engines(process.pid)
        second = served.run(parameters)
        wait_for(
            "the second run to wait",
            lambda: "Waits its turn: another run is writing to out." in said(served, second),
            120,
        )
        assert served.flow_run(second)["state_type"] == "RUNNING"

        # What the first holds is let go of by the kernel.
        endpoint.configure(latency="0")
        os.kill(engine, signal.SIGKILL)
        assert served.ended(first)["state_type"] == "CRASHED"
        ended = served.ended(second)
        assert ended["state_type"] == "COMPLETED", ended["state"]
        assert Result(tmp_path / "out").manifest["complete"]

        endpoint.configure(latency="4")
        stopped = served.run({**parameters, "output": "stopped", "seed": 1})
        asked = endpoint.stats()["requests"]
        wait_for("the run to ask", lambda: endpoint.stats()["requests"] > asked + 1, 60)
        os.kill(process.pid, signal.SIGINT)
        assert process.wait(90 * PATIENCE) == 0
        told = served.flow_run(stopped)
        assert told["state_type"] == "FAILED" and "Stopped on request" in told["state"]["message"], told["state"]
        manifest = Result(tmp_path / "stopped").manifest
        assert manifest["complete"] is False and endpoint.stats()["in_flight"] == 0


def engines(serve: int) -> list[int]:
    return [child for child in children(serve) if b"prefect.engine" in Path(f"/proc/{child}/cmdline").read_bytes()]


def said(served: Serving, run: str) -> list[str]:
    """What the run's log says."""
    lines: list[Json] = served.ask("/logs/filter", {"logs": {"flow_run_id": {"any_": [run]}}, "limit": 200})
    return [line["message"] for line in lines]
