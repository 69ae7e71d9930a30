"""The flow as a deployment on a real Prefect server: its form, its names, a failed run, and the Retry button."""

from __future__ import annotations

import os
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

import prompts
from benchmarks.corpus import write_corpus
from simulator import Server, simulator
from tasks.records import Json
from tasks.settings import GROUPS
from tasks.steps.pipeline import PIPELINE
from tests.running import (
    PATIENCE,
    PROGRAM,
    ROOT,
    SKILL,
    Home,
    Result,
    ask_prefect,
    processes_of,
    shared_prefect,
    wait_for,
)

STEPS = tuple(step.name for step in PIPELINE)
pytestmark = pytest.mark.services

SERVE = (PROGRAM, "serve", "--deployments")
FAULT = "http_503=always,only=Report 0 tells"
GROUPED = {
    "sampling": {"instructions_per_passage": 1, "refinement_rounds": 0},
    "endpoint": {"patience_seconds": 0},
}


@dataclass
class Served:
    """A deployment that is being served, and a run of it in which one shard of three failed."""

    home: Home
    server: Server
    deployment: Json
    run: Json

    @property
    def result(self) -> Result:
        return Result(self.home.folder / "out")

    def task_runs(self) -> list[Json]:
        wanted = {"flow_runs": {"id": {"any_": [self.run["id"]]}}, "limit": 200}
        runs: list[Json] = ask_prefect("/task_runs/filter", wanted)
        return runs


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    write_corpus(folder / "documents", 3, words=90)
    entries = yaml.safe_load((ROOT / "deployments" / "prefect.yaml").read_text())["deployments"]
    second = {"name": "second", "description": "Another flow.", "entrypoint": "tests.second_flow.second", "tags": []}
    file = folder / "prefect.yaml"
    file.write_text(yaml.safe_dump({"deployments": [*entries, {**second, "parameters": {"path": "none"}}]}))
    home = Home(folder, api=shared_prefect().url, variables={"PREFECT_RUNNER_POLL_FREQUENCY": "1"})
    with simulator(latency="0.5", faults=FAULT) as server, (folder / "serve.log").open("wb") as log:
        process = subprocess.Popen((*SERVE, str(file)), cwd=folder, env=home.environment(), stdout=log, stderr=log)
        try:
            deployment = wait_for("the deployment", lambda: the_deployment("generate"))
            parameters = {
                "documents": [str(folder / "documents")],
                "skill": SKILL,
                "output": str(folder / "out"),
                "teacher": "simulated",
                "base_url": server.base_url,
                **GROUPED,
            }
            run = ask_prefect(f"/deployments/{deployment['id']}/create_flow_run", {"parameters": parameters})
            yield Served(home, server, deployment, ended(run["id"]))
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(20 * PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            for left in processes_of(home):
                os.kill(left, signal.SIGKILL)


def the_deployment(name: str) -> Any:
    found = ask_prefect("/deployments/filter", {"deployments": {"name": {"any_": [name]}}})
    return found and found[0]["status"] == "READY" and found[0]


def ended(run: str, runs: int = 1) -> Json:
    """The flow run, once it has ended for the `runs`th time."""

    def probe() -> Json | None:
        now: Json = ask_prefect(f"/flow_runs/{run}")
        over = now["state_type"] in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED") and now["run_count"] >= runs
        return now if over else None

    found = wait_for("the flow run to end", probe, 90)
    assert found is not None
    return found


def test_the_form_offers_the_skills_and_explains_the_settings(served: Served) -> None:
    schema = served.deployment["parameter_openapi_schema"]
    fields = schema["properties"]
    first = ["documents", "skill", "output", "teacher", "base_url", "limit"]
    groups = [group.__name__ for group in GROUPS]
    assert list(fields)[: len(first)] == first and list(fields)[-len(groups) :] == [name.lower() for name in groups]
    assert schema["required"] == ["documents", "skill"]
    assert fields["skill"]["enum"] == [*prompts.names(), "all"]
    # Where a parameter is told in the words of its group, the group alone has them.
    own = [entry if "description" in entry else schema["definitions"][entry["$ref"][14:]] for entry in fields.values()]
    assert all(entry["description"] and entry.get("title", "x") for entry in own)
    for group in GROUPS:
        shown = schema["definitions"][group.__name__]
        assert shown["description"] and shown["properties"].keys() == group.model_fields.keys()
        assert all(entry["description"] and entry["title"] for entry in shown["properties"].values())
    assert schema["definitions"]["Sampling"]["properties"]["refinement_rounds"]["maximum"] == 5
    assert served.deployment["parameters"] == {}
    assert [schedule["active"] for schedule in served.deployment["schedules"]] == [False]


def test_a_failed_shard_fails_the_run_and_retry_runs_it_alone(served: Served) -> None:
    run = served.run
    assert run["state_type"] == "FAILED", run["state"]
    assert run["name"] == f"{SKILL} to {served.home.folder / 'out'}"
    before = {task["id"]: task for task in served.task_runs()}
    states = Counter((task["name"].split()[0], task["state_name"]) for task in before.values())
    assert states == {("documents", "Completed"): 1, ("transform", "Failed"): 1} | {(s, "Completed"): 2 for s in STEPS}
    steps = [task["name"].split() for task in before.values() if task["name"] != "documents"]
    numbers = {(name[2], name[3]) for name in steps}
    assert all(name[1] == SKILL for name in steps)
    assert numbers == {(f"{n + 1}", f"report-0000{n}.txt") for n in range(3)}, "one number through all steps"
    partial = served.result.manifest
    assert (partial["complete"], partial["shards"]) == (False, {"total": 3, "unfinished": 1})
    assert partial["accepted"] == len(served.result.rows()) > 0
    whole_before = {step: served.result.shards(step) for step in STEPS}

    served.server.configure(faults="")
    served.server.reset()
    retry = {"state": {"type": "SCHEDULED", "name": "AwaitingRetry"}, "force": True}
    ask_prefect(f"/flow_runs/{run['id']}/set_state", retry)
    again = ended(run["id"], runs=2)
    assert again["state_type"] == "COMPLETED", again["state"]

    wait_for("the task runs to be recorded", lambda: len(served.task_runs()) >= len(before) + 1 + 3 * len(STEPS), 20)
    repeated = Counter((t["name"].split()[0], t["state_name"]) for t in served.task_runs() if t["id"] not in before)
    once, cached = {(s, "Completed"): 1 for s in STEPS}, {(s, "Cached"): 2 for s in STEPS}
    assert repeated == {("documents", "Completed"): 1} | once | cached
    manifest = served.result.manifest
    assert manifest["complete"] is True
    assert manifest["attempts"][-1]["made"] == served.server.stats()["requests"] <= 4
    assert [attempt["ended"] for attempt in manifest["attempts"]] == ["unfinished", "complete"]
    for step in STEPS:
        assert len(served.result.shards(step)) == 3
        assert whole_before[step].items() <= served.result.shards(step).items()
    assert manifest["accepted"] == len(served.result.rows()) > partial["accepted"]


def test_each_deployment_runs_its_own_flow(served: Served) -> None:
    deployment, mark = the_deployment("second"), served.home.folder / "mark"
    assert deployment["entrypoint"] == "tests.second_flow.second" != served.deployment["entrypoint"]
    assert deployment["flow_id"] != served.deployment["flow_id"]
    run = ask_prefect(f"/deployments/{deployment['id']}/create_flow_run", {"parameters": {"path": str(mark)}})
    assert ended(run["id"])["state_type"] == "COMPLETED" and mark.read_text() == "second was here"


@pytest.mark.parametrize("entrypoint", ["flows.generate", "flows.generate.complete", "nowhere.at_all", "generate"])
def test_an_entry_point_that_is_no_flow_is_one_sentence(entrypoint: str, tmp_path: Path) -> None:
    file = tmp_path / "prefect.yaml"
    entry = {"name": "x", "description": "", "entrypoint": entrypoint, "tags": [], "parameters": {}}
    file.write_text(yaml.safe_dump({"deployments": [entry]}))
    home = Home(tmp_path, api=shared_prefect().url)
    done = subprocess.run((*SERVE, str(file)), cwd=tmp_path, env=home.environment(), capture_output=True, text=True)
    assert done.returncode == 2 and done.stdout == ""
    assert (
        done.stderr.startswith(f"error: {file}: entrypoint '{entrypoint}' is no flow")
        and "Traceback" not in done.stderr
    )


def test_no_text_reaches_the_database(served: Served) -> None:
    database = shared_prefect().database
    recorded = b"".join(path.read_bytes() for path in database.parent.glob(f"{database.name}*"))
    assert str(served.home.folder / "out").encode() in recorded
    assert b"tells what became of" not in recorded
