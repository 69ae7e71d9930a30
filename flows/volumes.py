"""What a release does, as Prefect tasks: count, make a volume, finish a format, push it. What is there is not made again."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.context import TaskRunContext

from flows.crew import FEW, crew
from flows.publishing import PublishOrder
from flows.shards import drop_damaged_result, results
from tasks.publish.release.hub import planned, push
from tasks.publish.release.release import Release, Wanted
from tasks.publish.release.volumes import Volume
from tasks.records import Json


class Asked:
    """A volume that is asked for. A plain class: Prefect would walk through anything else."""

    def __init__(self, release: Release, volume: Volume, key: str, whole: Json | None) -> None:
        self.release, self.volume, self.key = release, volume, key
        self.whole = whole
        """What is told of it, if it is there as an earlier run left it."""

    @property
    def cache_key(self) -> str:
        return f"publish-{self.release.output.identity}-{self.key}"


async def made(release: Release, volume: Volume) -> Json:
    """What is told of a volume, made unless it is there."""
    maker = release.maker
    key, whole = await asyncio.gather(asyncio.to_thread(maker.key, volume), asyncio.to_thread(maker.finished, volume))
    asked = Asked(release, volume, key, whole)
    drop_damaged_result(asked.cache_key)
    # A function: a text would be a template.
    wanted = _make.with_options(
        task_run_name=lambda: volume.label, refresh_cache=whole is None, result_storage=results()
    )
    told: Json = await wanted(asked)
    return told


def _cache_key(_: TaskRunContext, parameters: dict[str, Any]) -> str:
    asked: Asked = parameters["asked"]
    return asked.cache_key


@task(
    name="volume",
    cache_key_fn=_cache_key,
    persist_result=True,
    result_serializer="json",
    cache_result_in_memory=False,
    log_prints=False,
)
async def _make(asked: Asked) -> Json:
    """Tell rows in a format and write them, a file in all."""
    return await asyncio.to_thread(asked.release.maker.make, asked.volume) if asked.whole is None else asked.whole


def made_by_crew(order: PublishOrder, release: Release, volumes: Sequence[Volume]) -> list[Json]:
    """What is told of volumes that other processes or machines make, each unless it is there; in their order."""
    wanted = asdict(order.wanted())
    with crew(order.runner or "processes", order.workers, order.address, FEW + 1) as hands:
        return hands.all_of(make_apart, [{"wanted": wanted, "label": volume.label} for volume in volumes])


@lru_cache(maxsize=1)
def _opened(wanted: Wanted) -> tuple[Release, dict[str, Volume]]:
    release = Release(wanted)
    return release, {volume.label: volume for volume in release.volumes()}


@task(name="volume", task_run_name="{label}", cache_policy=NO_CACHE, persist_result=False, log_prints=False)
def make_apart(wanted: Json, label: str) -> Json:
    """Make a volume, told by its label, of the release that is wanted, unless it is there."""
    release, volumes = _opened(Wanted(**{**wanted, "formats": tuple(wanted["formats"])}))
    return release.maker.finished(volumes[label]) or release.maker.make(volumes[label])


@task(name="figures", task_run_name="figures", cache_policy=NO_CACHE, persist_result=False)
async def counted(release: Release) -> Json:
    """Count what the cards tell of rows."""
    return await asyncio.to_thread(release.figures)


class Format:
    """A format whose volumes are made. A plain class, as `Asked`."""

    def __init__(self, release: Release, name: str, made: Sequence[tuple[Volume, Json]], figures: Json) -> None:
        self.release, self.name, self.figures = release, name, figures
        self.made = [(volume, told) for volume, told in made if volume.format == name]


@task(name="card", task_run_name="card of {format.name}", cache_policy=NO_CACHE, persist_result=False)
async def finished(format: Format) -> Json:
    """Put the card beside the volumes of a format, and take away what an earlier release left."""
    return await asyncio.to_thread(format.release.finish, format.name, format.made, format.figures)


class Parcel:
    """A format that is to be pushed. A plain class, as `Asked`."""

    def __init__(self, release: Release, told: Json, repository: str, order: PublishOrder) -> None:
        self.release, self.told, self.repository, self.order = release, told, repository, order


@task(name="push", task_run_name="push to {parcel.repository}", cache_policy=NO_CACHE, persist_result=False)
async def pushed(parcel: Parcel) -> Json:
    """Push a format to its repository, or tell which files would be pushed."""
    output, told, order = parcel.release.output, parcel.told, parcel.order
    files = await asyncio.to_thread(planned, output, told)
    address = ""
    if not order.dry_run:
        address = await asyncio.to_thread(push, output, told, parcel.repository, public=order.public)
    return {"repository": parcel.repository, "address": address, "files": files}
