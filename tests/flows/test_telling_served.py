"""What a served run tells: names, log, artifacts, events; what it comes to when the endpoint failed on some calls; alerts."""

from __future__ import annotations

import json
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from benchmarks.corpus import write_corpus
from simulator import Server, simulator
from tasks.records import Json
from tasks.steps.pipeline import PIPELINE
from tests.running import PROGRAM, SKILL, Result, wait_for
from tests.serving import Serving, serving

pytestmark = pytest.mark.services

STEPS = tuple(step.name for step in PIPELINE)
DOCUMENTS, NAME = 6, "what I typed"
FAULT = "http_503=always,only=Report 0 tells"


@dataclass
class Told:
    """A run that is served, on one document of which the endpoint fails for longer than it is waited for, while others are
    answered; then retried with a sound endpoint."""

    served: Serving
    simulator: Server
    run: str
    first: Json
    manifest: Json
    tasks: list[Json]
    called: list[Json]
    """What the webhook was told."""
    second: Json

    @property
    def result(self) -> Result:
        return Result(self.served.folder / "out")

    def artifacts(self) -> list[Json]:
        """Oldest first."""
        found = self.served.ask("/artifacts/filter", {"artifacts": {"type": {"any_": ["markdown"]}}})
        return sorted(found, key=lambda artifact: artifact["created"])

    def log(self) -> list[str]:
        return log_of(self.served, self.run)


ENDS = ("Ended unfinished after", "Done after")


def log_of(served: Serving, run: str) -> list[str]:
    wanted = {"logs": {"flow_run_id": {"any_": [run]}}, "sort": "TIMESTAMP_ASC"}
    return [entry["message"] for entry in served.ask("/logs/filter", wanted)]


def tasks_of(served: Serving, run: str) -> list[Json]:
    found: list[Json] = served.ask("/task_runs/filter", {"flow_runs": {"id": {"any_": [run]}}, "limit": 200})
    return found


@pytest.fixture(scope="module")
def webhook() -> Iterator[tuple[str, list[Json]]]:
    """An address to be called, and what it was called with."""
    called: list[Json] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            called.append({"type": self.headers["Content-Type"], **json.loads(body)})
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook", called
    finally:
        server.shutdown()


def parameters(folder: Path, server: Server, output: str, patience: int = 900) -> Json:
    return {
        "documents": [str(folder / "documents")],
        "skill": SKILL,
        "output": str(folder / output),
        "teacher": "simulated",
        "base_url": server.base_url,
        "running": {"max_concurrency": 2, "shard_size": 1},
        "sampling": {"instructions_per_passage": 1, "refinement_rounds": 0},
        "endpoint": {"price_table": str(folder / "prices.yaml"), "patience_seconds": patience},
    }


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, webhook: tuple[str, list[Json]]) -> Iterator[Told]:
    folder = tmp_path_factory.mktemp("told")
    write_corpus(folder / "documents", DOCUMENTS, words=90)
    (folder / "prices.yaml").write_text("simulated: {input: 1000.0, output: 1000.0}\n")
    served = serving(folder, PREFECT_RUNNER_POLL_FREQUENCY="1")
    with simulator(latency="1", faults=FAULT) as server, served.started():
        environment = {
            **served.home.environment(),
            "PREFECT_API_URL": f"{served.address}/api",
            "AGENTINSTRUCT_WEBHOOK": webhook[0],
        }
        alerts = [PROGRAM, "alerts", "--cost-above", "1", "--yield-below", "90"]
        made = subprocess.run(alerts, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        assert made.returncode == 0 and made.stdout.count("created: agentinstruct - ") == 3, made.stderr
        again = subprocess.run(alerts, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        assert again.stdout.count("changed: agentinstruct - ") == 3, again.stderr
        wanted = {"parameters": parameters(folder, server, "out", patience=3), "name": NAME}
        run = served.ask(f"/deployments/{served.deployment()['id']}/create_flow_run", wanted)["id"]
        first = served.ended(run, seconds=240)
        manifest = Result(folder / "out").manifest
        wait_for("the task runs to be recorded", lambda: len(tasks_of(served, run)) >= 1 + 5 * (DOCUMENTS - 1) + 1, 20)
        tasks = tasks_of(served, run)
        wait_for("the alerts", lambda: len(webhook[1]) >= 3, 60)
        called = list(webhook[1])
        server.configure(faults="", latency="0")
        server.reset()
        served.retry(run)
        yield Told(served, server, run, first, manifest, tasks, called, served.ended(run, 2, seconds=240))


def test_records_on_which_the_endpoint_failed_are_unfinished_and_retry_makes_them_alone(told: Told) -> None:
    assert told.first["state_type"] == "FAILED"
    assert "1 record is unfinished, since the endpoint kept failing on calls for them" in told.first["state"]["message"]
    assert told.manifest["complete"] is False and told.manifest["unfinished"] == 1
    assert told.manifest["rejected"] == {"endpoint_error": 1} and told.manifest["steps"]["transform"]["unfinished"] == 1
    assert told.manifest["attempts"][-1]["ended"] == "unfinished"
    assert told.second["state_type"] == "COMPLETED", told.second["state"]
    manifest = told.result.manifest
    assert manifest["complete"] is True and manifest["unfinished"] == 0 and manifest["rejected"] == {}
    assert manifest["accepted"] == DOCUMENTS == told.manifest["accepted"] + 1
    last = manifest["attempts"][-1]
    assert last["made"] == told.simulator.stats()["requests"] <= len(STEPS), "nothing else is paid for again"
    assert manifest["calls"]["made"] == told.manifest["calls"]["made"] + last["made"]
    known = {task["id"] for task in told.tasks}

    def again() -> Counter[str]:
        tasks = [task for task in tasks_of(told.served, told.run) if task["id"] not in known]
        return Counter(task["state_name"] for task in tasks if task["name"] != "documents")

    # The server records states behind the run.
    wait_for(
        "the last states to be recorded", lambda: again().total() == len(STEPS) * DOCUMENTS and not again()["Running"]
    )
    assert again() == {"Cached": len(STEPS) * (DOCUMENTS - 1), "Completed": len(STEPS)}


def test_names_tell_what_it_is_and_one_that_was_typed_stays(told: Told) -> None:
    assert told.first["name"] == told.second["name"] == NAME
    names = {task["name"] for task in told.tasks}
    assert {f"{step} {SKILL} 3 report-00002.txt" for step in STEPS} < names
    assert "documents" in names and f"transform {SKILL} 1 report-00000.txt" in names


def test_the_log_reads_like_a_story(told: Told) -> None:
    # What is said last is sent after the run has ended.
    wait_for("both ends", lambda: sum(line.startswith(ENDS) for line in told.log()) == 2, 20)
    log = told.log()
    begun = [line for line in log if line.startswith(f"Reading {DOCUMENTS} files for {SKILL}, with simulated")]
    assert len(begun) == 2, log
    assert f"Read {DOCUMENTS} documents: {DOCUMENTS} pieces in {DOCUMENTS} shards." in log
    assert any(line.startswith("About ") and "at most about" in line for line in log)
    assert any(f"/{DOCUMENTS} shards · passages" in line for line in log), "milestones"
    ends = [line for line in log if line.startswith(ENDS)]
    assert f"{DOCUMENTS - 1} rows of about {DOCUMENTS} asked for, 1 rejected (endpoint_error 1)" in ends[0]
    assert f"{DOCUMENTS} rows of about {DOCUMENTS} asked for, 0 rejected" in ends[1] and "In 2 attempts" in ends[1]
    assert not [line for line in log if line.startswith(("Finished in state Completed", "Finished in state Cached"))]
    assert len(log) < 30


def test_artifacts_are_kept_under_the_keys_of_the_output(told: Told) -> None:
    artifacts = told.artifacts()
    by_key: dict[str, list[str]] = {}
    for artifact in artifacts:
        assert artifact["flow_run_id"] == told.run
        by_key.setdefault(artifact["key"], []).append(artifact["data"])
    dataset, progress = sorted(by_key)
    assert dataset.startswith("dataset-out-") and progress == f"progress-{dataset.removeprefix('dataset-')}"
    assert len(by_key[dataset]) == len(by_key[progress]) == 2, "a version for each attempt"
    first, second = by_key[progress]
    assert f"| shards | {DOCUMENTS} of {DOCUMENTS} done |" in first and "| endpoint_error | 1 |" in first
    assert f"| verify | {DOCUMENTS}/{DOCUMENTS} | {DOCUMENTS} accepted | 0 |" in second
    assert "in earlier attempts" in second and "| respond | simulated | " in first
    told_at_end = by_key[dataset][1]
    row = told.result.rows()[0]
    commands = [line for line in told_at_end.splitlines() if line.startswith("agentinstruct ")]
    assert commands[0].startswith(f"agentinstruct show {told.served.folder / 'out'} ")
    shown = subprocess.run(
        [PROGRAM, *commands[0].split()[1:]], env=told.served.home.environment(), capture_output=True, text=True
    )
    assert shown.returncode == 0 and row["skill"] in shown.stdout, "the command is exact"
    assert "| all attempts | 2: " in told_at_end and "unfinished: press Retry" in by_key[dataset][0]


def test_a_webhook_is_called_when_a_run_fails_costs_much_or_brings_few_rows(told: Told) -> None:
    texts = sorted(call["text"] for call in told.called)
    assert all(call["type"] == "application/json" for call in told.called)
    few, cost, failed = texts
    assert few == f"agentinstruct: {DOCUMENTS - 1} rows of {DOCUMENTS} asked for in the run {NAME}"
    assert (
        cost.startswith(f"agentinstruct: the run {NAME} cost $")
        and failed == f"agentinstruct: the run {NAME} is Failed"
    )


def test_nothing_that_was_written_is_told(told: Told) -> None:
    said = json.dumps([told.artifacts(), told.log(), told.called, told.tasks])
    assert "tells what became of" not in said and "Report 0 tells" not in said


def test_a_stop_tells_why_it_takes_its_time(told: Told) -> None:
    served = told.served
    told.simulator.configure(latency="8")
    asked = told.simulator.stats()["requests"]
    run = served.run({**parameters(served.folder, told.simulator, "stopped"), "seed": 7})
    wait_for("calls under way", lambda: told.simulator.stats()["requests"] >= asked + 2, 120)
    served.ask(f"/flow_runs/{run}/set_state", {"state": {"type": "CANCELLING"}})
    stopping = wait_for("its word", lambda: [line for line in log_of(served, run) if line.startswith("Stopping: ")], 60)
    assert "calls under way, the oldest for 0:0" in stopping[0] and "they end first" in stopping[0]
    assert served.ended(run)["state_type"] == "CANCELLED"
