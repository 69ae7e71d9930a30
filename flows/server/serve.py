"""Serve deployments on this machine: `python -m flows.server.serve [FILE]`; PREFECT_API_URL names a running Prefect server."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from flows.home import NoHome, home, settle
from flows.server.private_server import answers

if TYPE_CHECKING:
    from prefect import Flow
    from prefect.client.schemas.actions import DeploymentScheduleCreate
    from prefect.deployments.runner import RunnerDeployment

_FILE = Path(__file__).parents[2] / "deployments" / "prefect.yaml"


def main(file: Path) -> None:
    """Serve every deployment of a Prefect file until Ctrl-C: each its own flow, its schedules as the server holds them."""
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "INFO")  # what the UI shows of a run
    os.environ.setdefault("PREFECT_LOGGING_TO_API_ENABLED", "true")
    settle()
    try:
        home()  # Prefect would complain of one that is not there
    except NoHome as problem:
        sys.exit(f"error: {problem}")
    from prefect import serve
    from prefect.settings import PREFECT_API_URL

    if not PREFECT_API_URL.value():
        sys.exit("error: set PREFECT_API_URL, for example to http://127.0.0.1:4200/api, after `make server`")
    if not answers(PREFECT_API_URL.value()):
        sys.exit(f"error: no Prefect server answers at {PREFECT_API_URL.value()}: start one with `make server`")
    try:
        entries = yaml.safe_load(file.read_text(encoding="utf-8"))["deployments"]
        served = [deployment_of(entry) for entry in entries]
    except ValueError as problem:
        sys.exit(f"error: {file}: {problem}")
    print(f"Serving {', '.join(d.name for d in served)}; run it from the Prefect UI. Ctrl-C ends it.", flush=True)
    serve(*served, pause_on_shutdown=False, print_starting_message=False)


def deployment_of(entry: dict[str, Any]) -> RunnerDeployment:
    """The deployment that an entry of the file describes; ValueError if its entry point is no flow.

    The file's schedules are sent only where the server does not know the deployment yet. Later they belong to whoever uses
    the UI, as does the switch that pauses the deployment: a restart must not undo what they did there.
    """
    from prefect.deployments.runner import RunnerDeployment
    from prefect.types.entrypoint import EntrypointType

    flow = flow_at(entry["entrypoint"])
    facts = {name: entry[name] for name in ("name", "description", "parameters", "tags")}
    kind = EntrypointType.MODULE_PATH
    deployment: RunnerDeployment
    if _known(f"{flow.name}/{entry['name']}"):
        deployment = RunnerDeployment.from_flow(flow, entrypoint_type=kind, **facts)
        deployment.model_fields_set.difference_update({"schedules", "paused"})
    else:
        schedules = [schedule_of(raw) for raw in entry.get("schedules", [])]
        deployment = RunnerDeployment.from_flow(flow, entrypoint_type=kind, schedules=schedules, **facts)
    return deployment


def flow_at(entrypoint: str) -> Flow[..., Any]:
    """The flow at a path such as `flows.generate.generate`; ValueError if there is none."""
    from prefect import Flow

    module, _, name = entrypoint.rpartition(".")
    try:
        found = getattr(import_module(module), name, None)
    except (ModuleNotFoundError, ValueError):
        found = None
    if not isinstance(found, Flow):
        raise ValueError(
            f"entrypoint {entrypoint!r} is no flow; write it as module.function, like flows.generate.generate"
        )
    return found


def _known(name: str) -> bool:
    """Whether the server has a deployment of this name, `<flow>/<deployment>`."""
    from prefect.client.orchestration import get_client
    from prefect.exceptions import ObjectNotFound

    with get_client(sync_client=True) as client:
        try:
            client.read_deployment_by_name(name)
        except ObjectNotFound:
            return False
    return True


def schedule_of(raw: dict[str, Any]) -> DeploymentScheduleCreate:
    from prefect.client.schemas.actions import DeploymentScheduleCreate
    from prefect.client.schemas.schedules import CronSchedule

    return DeploymentScheduleCreate(
        schedule=CronSchedule(cron=raw["cron"], timezone=raw["timezone"]),
        active=raw["active"],
        parameters=raw["parameters"],
        slug=raw["slug"],
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else _FILE)
