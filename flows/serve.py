"""Serve the deployments on this machine: `python -m flows.serve`, with PREFECT_API_URL set to a running Prefect server."""

from __future__ import annotations

import sys
from pathlib import Path

import yaml

from flows.home import settle

FILE = Path(__file__).parent.parent / "deployments" / "prefect.yaml"


def main() -> None:
    """Serve every deployment of deployments/prefect.yaml, schedules included, until Ctrl-C."""
    settle()
    from prefect import serve
    from prefect.client.schemas.schedules import CronSchedule
    from prefect.deployments.runner import DeploymentScheduleCreate
    from prefect.settings import PREFECT_API_URL

    from flows.generate import generate

    if not PREFECT_API_URL.value():
        sys.exit("error: set PREFECT_API_URL, for example to http://127.0.0.1:4200/api, after `prefect server start`")
    served = []
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
        served.append(
            generate.to_deployment(
                name=entry["name"], description=entry["description"], parameters=entry["parameters"], schedules=schedules, tags=entry["tags"]
            )
        )
    print(f"Serving {', '.join(entry.name or '' for entry in served)}; run it from the Prefect UI. Ctrl-C ends it.", flush=True)
    serve(*served, pause_on_shutdown=False, print_starting_message=False)


if __name__ == "__main__":
    main()
