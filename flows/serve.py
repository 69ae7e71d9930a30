"""Serve the deployments on this machine: `python -m flows.serve`, with PREFECT_API_URL set to a running Prefect server."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import yaml

from flows.home import settle
from flows.private_server import answers

FILE = Path(__file__).parent.parent / "deployments" / "prefect.yaml"


def main() -> None:
    """Serve every deployment of deployments/prefect.yaml, schedules included, until Ctrl-C."""
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "INFO")  # what the UI shows of a run
    os.environ.setdefault("PREFECT_LOGGING_TO_API_ENABLED", "true")
    settle()
    from prefect import serve
    from prefect.client.schemas.actions import DeploymentScheduleCreate
    from prefect.client.schemas.schedules import CronSchedule
    from prefect.deployments.runner import RunnerDeployment
    from prefect.settings import PREFECT_API_URL

    from flows.generate import generate

    if not PREFECT_API_URL.value():
        sys.exit("error: set PREFECT_API_URL, for example to http://127.0.0.1:4200/api, after `make server`")
    if not answers(PREFECT_API_URL.value()):
        sys.exit(f"error: no Prefect server answers at {PREFECT_API_URL.value()}: start one with `make server`")
    served: list[RunnerDeployment] = []
    for entry in yaml.safe_load(FILE.read_text(encoding="utf-8"))["deployments"]:
        schedules = [
            DeploymentScheduleCreate(
                schedule=CronSchedule(cron=raw["cron"], timezone=raw["timezone"]),
                active=raw["active"],
                parameters=raw["parameters"],
                slug=raw["slug"],
            )
            for raw in entry["schedules"]
        ]
        facts = {name: entry[name] for name in ("name", "description", "parameters", "tags")}
        served.append(RunnerDeployment.from_flow(generate, schedules=schedules, **facts))
    print(f"Serving {', '.join(d.name for d in served)}; run it from the Prefect UI. Ctrl-C ends it.", flush=True)
    serve(*served, pause_on_shutdown=False, print_starting_message=False)


if __name__ == "__main__":
    main()
