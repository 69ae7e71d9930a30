"""The deployments that a Prefect file describes, as they are served on this machine."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from prefect import Flow
    from prefect.client.schemas.actions import DeploymentScheduleCreate
    from prefect.deployments.runner import RunnerDeployment
    from prefect.utilities.callables import ParameterSchema

FILE = Path(__file__).parents[2] / "deployments" / "prefect.yaml"
_POOL = "-pool"
"""How the file's deployments for work pools end: what is served must not take the place of one of theirs, nor lose its own."""


def read_deployments(file: Path) -> list[dict[str, Any]]:
    """The file's entries, each with the flow at its entry point; ValueError if the file or an entry point is none."""
    try:
        entries = yaml.safe_load(file.read_text(encoding="utf-8"))["deployments"]
    except (OSError, yaml.YAMLError, TypeError, KeyError) as error:
        raise ValueError(
            f"{file}: cannot be read as a Prefect file with `deployments` ({type(error).__name__})"
        ) from None
    try:
        return [{**entry, "flow": flow_at(entry["entrypoint"])} for entry in entries]
    except ValueError as problem:
        raise ValueError(f"{file}: {problem}") from None


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


def deployment_of(entry: dict[str, Any]) -> RunnerDeployment:
    """The deployment of an entry as it is served: without its work pool, and named without `-pool`.

    The file's schedules are sent only where the server does not know the deployment yet. Later they belong to whoever uses
    the UI, as does the switch that pauses the deployment: a restart must not undo what they did there.
    """
    from prefect.deployments.runner import RunnerDeployment
    from prefect.types.entrypoint import EntrypointType

    flow, name = entry["flow"], entry["name"].removesuffix(_POOL)
    facts = {key: entry[key] for key in ("description", "parameters", "tags")}
    kind = EntrypointType.MODULE_PATH
    deployment: RunnerDeployment
    if _known(f"{flow.name}/{name}"):
        deployment = RunnerDeployment.from_flow(flow, name, entrypoint_type=kind, **facts)
        deployment.model_fields_set.difference_update({"schedules", "paused"})
        deployment.work_pool_name = deployment.work_queue_name = (
            None  # an earlier version deployed to pools by this name
        )
    else:
        schedules = [schedule_of(raw) for raw in entry.get("schedules", [])]
        deployment = RunnerDeployment.from_flow(flow, name, entrypoint_type=kind, schedules=schedules, **facts)
    deployment._parameter_openapi_schema = _closed(deployment._parameter_openapi_schema)
    return deployment


def _closed(form: ParameterSchema) -> ParameterSchema:
    """The form, with no place for a parameter that the flow does not have: the server would store whatever it holds."""
    from prefect.utilities.callables import ParameterSchema

    class Closed(ParameterSchema):
        additionalProperties: bool

    return Closed(**form.model_dump(), additionalProperties=False)


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
