"""Raw documents in, verified conversations out: the whole way as one Prefect flow.

    documents -> transform -> instruct -> refine -> respond -> verify -> dataset

Each step is a cached, retryable task over a shard of records; shards go through the steps side by side, on one event loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated

from prefect import flow
from pydantic import AfterValidator, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

import prompts
from flows.preparation import prepared
from flows.progress import Progress, shown
from flows.session import opened
from flows.shards import read, task_of
from tasks.publish.manifest import Finished
from tasks.publish.publish import publish
from tasks.publish.shortfall import shortfall
from tasks.records import Json
from tasks.settings import Settings
from tasks.steps.forecast import forecast
from tasks.steps.goals import EarlierFailed
from tasks.steps.mix import ALL
from tasks.steps.reading import DealtShard, Pieces
from tasks.steps.run import Run, Session
from tasks.teacher import EndpointDown, StopRun
from tasks.teacher.probes import greet


def known_skill(name: str) -> str:
    """The name, if it is that of a skill or `all`; ValueError with the choices."""
    if name not in (known := [*prompts.names(), ALL]):
        raise ValueError(f"unknown skill '{name}'; known: {', '.join(known)}")
    return name


class Listed:
    """Gives a form the skills that there are when it is made."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(core), "enum": [*prompts.names(), ALL]}


SkillName = Annotated[str, AfterValidator(known_skill), Listed()]


class Incomplete(Exception):
    """The run ended before every shard was done; what is finished is published and the same command resumes the rest."""

    def __init__(self, manifest: Json, stopped: str, failed: list[str]) -> None:
        super().__init__(
            stopped or f"{len(failed)} of {manifest['shards']['total']} shards failed: {', '.join(sorted(set(failed)))}"
        )
        self.manifest, self.stopped, self.failed = manifest, stopped, failed


class TooFewRows(Exception):
    """The run got to its end and brought nothing, or next to nothing; the message says why and what to do."""

    def __init__(self, manifest: Json, problem: str) -> None:
        super().__init__(problem)
        self.manifest = manifest


@flow(name="generate", flow_run_name="{skill} to {output}", validate_parameters=True)
async def generate(
    documents: list[str],
    skill: SkillName,
    output: str,
    teacher: str = "offline",
    base_url: str | None = None,
    limit: Annotated[int, Field(ge=0)] = 0,
    seed: int = 0,
    concurrency: Annotated[int, Field(ge=1, le=4096)] = 32,
    shard_size: Annotated[int, Field(ge=0)] = 0,
    settings: Settings = Settings(),  # noqa: B008 (frozen)
) -> Json:
    """Turn documents into a dataset of verified conversations that teach one skill, or all.

    Args:
        documents: Files, folders, globs or fsspec URLs.
        skill: What the conversations teach; `all` for a balanced mix of every skill.
        output: The run directory: a folder or an fsspec URL.
        teacher: A model of the endpoint, `offline` (the embedded teacher), or an endpoint of an installed package.
        base_url: An OpenAI-compatible endpoint; empty for OpenAI's own.
        limit: Documents to use at most; 0 for all.
        seed: Decides every draw.
        concurrency: Calls under way at once.
        shard_size: Pieces of documents a shard; 0 chooses.
        settings: How documents are read, what is sampled and how the endpoint is asked.

    Returns:
        The manifest.

    Raises:
        Incomplete: Some shards failed, or the run was stopped.
        TooFewRows: It got to its end and brought nothing, or next to nothing.
        NothingUsable: No document can be used.
    """
    with prepared(documents, skill, output, settings) as ready:
        async with opened(ready, teacher, base_url, seed, concurrency) as session:
            await greet(session.teacher)
            return await run_through(session, await read(session, ready, limit, shard_size), concurrency)


async def run_through(session: Session, pieces: Pieces, concurrency: int) -> Json:
    """All shards through the steps, side by side, and what came of them published.

    Incomplete if one did not get there, TooFewRows if next to nothing came of them.
    """
    run = Run(session, pieces)
    progress = Progress(run, forecast(run))
    under_way = asyncio.Semaphore(max(4, 3 * concurrency // max(1, pieces.total // len(pieces.shards))))
    async with shown(progress, run):
        shards = (through_steps(run, shard, progress, under_way) for shard in pieces.shards)
        finished = await asyncio.gather(*shards)
    manifest = await asyncio.to_thread(publish, run, finished)
    return enough(complete(manifest, finished), progress.forecast.rows)


async def through_steps(run: Run, dealt: DealtShard, progress: Progress, under_way: asyncio.Semaphore) -> Finished:
    """One shard through the steps; what goes wrong for good ends this shard alone."""
    done, shard = Finished(dealt.skill), dealt.ref
    async with under_way:
        progress.started += 1
        if progress.started == progress.total:
            run.teacher.limiter.all_started()
        try:
            for step in run.pipeline:
                if not shard["rows"]:
                    break
                learned = await run.learned(dealt, step)
                shard = done.shards[step.name] = await task_of(step)(run, dealt.skill, shard, learned)
                if step.learns:
                    run.yields.made(dealt, shard)
                progress.step_done(step.name, shard["rows"], shard["rejects"])
            progress.finished += 1
        except StopRun as reason:
            done.problem, done.stopped = str(reason), True
        except Exception as problem:
            told = isinstance(problem, EndpointDown | EarlierFailed)
            done.problem = f"{type(problem).__name__}: {problem}" if told else type(problem).__name__
        finally:
            run.yields.ended(dealt, done.problem)
    return done


def complete(manifest: Json, finished: Sequence[Finished]) -> Json:
    """The manifest, if every shard got to the end; else Incomplete."""
    stopped = next((f.problem for f in finished if f.stopped), "")
    failed = [f.problem for f in finished if f.problem and not f.stopped]
    if stopped or failed:
        raise Incomplete(manifest, stopped, failed)
    return manifest


def enough(manifest: Json, asked_for: int) -> Json:
    """The manifest, if about as many rows came out as were asked for; else TooFewRows."""
    if problem := shortfall(manifest, asked_for):
        raise TooFewRows(manifest, problem)
    return manifest
