"""What a person does in Prefect's pages, in a real browser on the pair that `agentinstruct serve` starts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from benchmarks.corpus import write_corpus
from simulator import Server, simulator
from tasks.records import Json
from tasks.steps.pipeline import PIPELINE
from tests.browser import opened
from tests.prefect_ui import PrefectUi
from tests.running import PATIENCE, SKILL, Result, wait_for
from tests.serving import OVER, Serving, serving

pytestmark = pytest.mark.services

STEPS = tuple(step.name for step in PIPELINE)
FAULT = "http_503=always,only=Report 0 tells"
FEW: Json = {"sampling": {"instructions_per_passage": 1, "refinement_rounds": 0}, "endpoint": {"patience_seconds": 0}}
MOST_CLICKS = 6


@dataclass
class Desk:
    """What a person sits before: a folder with documents, what serves there, its pages, and an endpoint."""

    served: Serving
    ui: PrefectUi
    endpoint: Server
    serve: ExitStack
    """What ends `agentinstruct serve` when it is closed."""

    @property
    def folder(self) -> Path:
        return self.served.folder

    def asked(self, output: str) -> Json:
        """A small run of the endpoint's model into this folder."""
        teacher = {"teacher": "simulated", "base_url": self.endpoint.base_url}
        return {"documents": ["documents"], "skill": SKILL, "output": output, **teacher, **FEW}

    def newest(self) -> Json:
        [run] = self.served.ask("/flow_runs/filter", {"sort": "EXPECTED_START_TIME_DESC", "limit": 1})
        found: Json = run
        return found

    def tasks(self, run: str) -> list[Json]:
        asked = {"flow_runs": {"id": {"any_": [run]}}, "limit": 200}
        found: list[Json] = self.served.ask("/task_runs/filter", asked)
        return found


@pytest.fixture(scope="module")
def desk(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("desk")
    write_corpus(folder / "documents", 3, words=90)
    served = serving(folder)
    with simulator(latency="0") as endpoint, ExitStack() as serve, opened(browser) as watched:
        serve.enter_context(served.started())
        yield Desk(served, PrefectUi(watched.page, served.address), endpoint, serve)


def test_a_dataset_is_made_from_the_form(desk: Desk) -> None:
    ui = desk.ui
    ui.open_form("generate")
    ui.fill("Documents", "documents")
    ui.submit()
    ui.click(ui.page.locator("a[href*='/runs/flow-run/']").first)
    expect(ui.page.get_by_text("Completed").first).to_be_visible(timeout=120_000 * PATIENCE)
    assert ui.clicks <= MOST_CLICKS
    ui.open_run(desk.newest()["id"])
    expect(ui.page.get_by_text("Completed").first).to_be_visible()
    out = desk.folder / "out" / SKILL
    assert Result(out).rows()
    log = [line["message"] for line in desk.served.ask("/logs/filter", {"limit": 200})]
    assert log and not [line for line in log if "Finished in state Completed()" in line]
    ui.tab("Artifacts")
    for told in ("progress", "dataset"):
        expect(ui.page.locator("a[href*='/artifacts/']").filter(has_text=f"{told}-").first).to_be_visible()
    ui.click(ui.page.locator("a[href*='/artifacts/']").filter(has_text="dataset-").first)
    expect(ui.page.get_by_text(f"agentinstruct show out/{SKILL}").first).to_be_visible()


def test_retry_runs_the_failed_shard_alone(desk: Desk) -> None:
    desk.endpoint.configure(faults=FAULT)
    run = desk.served.run(desk.asked("failing"))
    assert desk.served.ended(run)["state_type"] == "FAILED"
    before = {task["id"] for task in desk.tasks(run)}
    desk.endpoint.configure(faults="")
    desk.endpoint.reset()

    desk.ui.retry(run)
    assert desk.served.ended(run, times=2)["state_type"] == "COMPLETED"
    wait_for("the task runs", lambda: len(desk.tasks(run)) >= len(before) + 1 + 3 * len(STEPS), 20)
    again = Counter((t["name"].split()[0], t["state_name"]) for t in desk.tasks(run) if t["id"] not in before)
    once, cached = {(step, "Completed"): 1 for step in STEPS}, {(step, "Cached"): 2 for step in STEPS}
    assert again == {("documents", "Completed"): 1} | once | cached


def test_a_cancelled_run_is_taken_up_again(desk: Desk) -> None:
    desk.endpoint.configure(latency="600")
    run = desk.served.run({**desk.asked("cancelled"), "seed": 1})  # nothing of it is in the ledger
    wait_for("the endpoint to be asked", lambda: desk.endpoint.stats()["in_flight"], 60)
    desk.ui.cancel(run)
    assert desk.served.ended(run)["state_type"] == "CANCELLED"
    wait_for("the calls to end", lambda: not desk.endpoint.stats()["in_flight"], 30)
    desk.endpoint.configure(latency="0")
    desk.ui.retry(run)
    assert desk.served.ended(run, times=2)["state_type"] == "COMPLETED"
    assert Result(desk.folder / "cancelled").rows()


def test_a_schedule_fires_and_outlives_a_restart(desk: Desk) -> None:
    deployment = desk.served.deployment()["id"]
    known = {schedule["id"] for schedule in desk.served.deployment()["schedules"]}
    desk.ui.schedule_every_minute(deployment, "documents")
    [made] = wait_for(
        "the schedule to be made", lambda: [s for s in desk.served.deployment()["schedules"] if s["id"] not in known]
    )

    def fired() -> list[Json]:
        runs = desk.served.ask("/flow_runs/filter", {"sort": "START_TIME_DESC"})
        return [run for run in runs if run["auto_scheduled"] and run["state_type"] in OVER]

    [run, *_] = wait_for("the schedule to fire and its run to end", fired, 150)
    assert run["state_type"] == "COMPLETED", (run["state"], run["parameters"])
    desk.served.ask(f"/deployments/{deployment}/schedules/{made['id']}", {"active": False}, "PATCH")

    desk.serve.close()
    desk.serve.enter_context(desk.served.started())
    desk.ui.page.goto(f"{desk.served.address}/deployments/deployment/{deployment}")
    expect(desk.ui.page.get_by_text("Every minute").first).to_be_visible()
