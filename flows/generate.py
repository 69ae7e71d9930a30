"""Raw documents in, verified conversations out: the whole way as one Prefect flow.

    documents -> transform -> instruct -> refine -> respond -> verify -> dataset

Each step is a cached, retryable task over a shard of records; shards go through the steps side by side, on one event loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from functools import partial

from prefect import flow

from flows.ending import complete, enough, in_one_sentence
from flows.greeting import greeted
from flows.order import (
    BaseUrl,
    Documents,
    EndpointGroup,
    Limit,
    MarksFile,
    MaxCalls,
    MaxTokens,
    MaxUsd,
    MixFrom,
    Order,
    Output,
    ReadingGroup,
    Rows,
    RowsPerType,
    RunningGroup,
    SamplingGroup,
    Seed,
    SkillName,
    TeacherName,
    ToolsGroup,
    VerifyingGroup,
    order_of,
)
from flows.partitions import through_all
from flows.preparation import prepared
from flows.report import report
from flows.session import opened
from flows.shards import shards_of
from flows.shares.hands import way_of
from flows.telling.names import named
from flows.telling.telling import told
from flows.turn import in_turn
from tasks.publish.outcome import remember
from tasks.publish.publish import publish
from tasks.publish.target import Target
from tasks.publish.wanted import Wanted
from tasks.records import Json
from tasks.settings import Endpoint, Reading, Running, Sampling, Tools, Verifying
from tasks.steps.reading import DealtShard, Pieces
from tasks.steps.run import Run


@flow(name="generate", flow_run_name=named("out/{skill}"), validate_parameters=False)
@in_one_sentence
async def generate(
    documents: Documents,
    skill: SkillName,
    output: Output = "",
    teacher: TeacherName = "offline",
    base_url: BaseUrl = "",
    limit: Limit = 0,
    rows: Rows = 0,
    rows_per_type: RowsPerType = 0,
    max_usd: MaxUsd = 0.0,
    max_tokens: MaxTokens = 0,
    max_calls: MaxCalls = 0,
    seed: Seed = 0,
    mix_from: MixFrom = "",
    marks: MarksFile = "",
    reading: ReadingGroup = Reading(),  # noqa: B008 (frozen, as the others are)
    sampling: SamplingGroup = Sampling(),  # noqa: B008
    tools: ToolsGroup = Tools(),  # noqa: B008
    verifying: VerifyingGroup = Verifying(),  # noqa: B008
    endpoint: EndpointGroup = Endpoint(),  # noqa: B008
    running: RunningGroup = Running(),  # noqa: B008
) -> Json:
    """Turn documents into a dataset of verified conversations that teach one skill, or all.

    Args:
        documents: Files, folders, globs or fsspec URLs.
        skill: What the conversations teach; `all` for a balanced mix of every skill.
        output: The run directory: a folder or an fsspec URL; empty for out/ and the skill's name.
        teacher: A model of the endpoint, `offline` (the embedded teacher), or an endpoint of an installed package.
        base_url: An OpenAI-compatible endpoint; empty for OpenAI's own.
        limit: Documents to use at most; 0 for all.
        rows: Accepted rows to make, no fewer and no more; 0 for what the documents bring.
        rows_per_type: The same of each task type.
        max_usd: The run stops, to be resumed, when its calls have cost as many US dollars; 0 sets no bound.
        max_tokens: The run stops, to be resumed, when its calls have taken as many tokens; 0 sets no bound.
        max_calls: The run stops, to be resumed, after as many calls; 0 sets no bound.
        seed: Decides every draw.
        mix_from: A file that says which skills and task types to teach more, and whether harder or easier; `evaluate` writes one.
        marks: A file of marks that a report's reader saved, whose bad rows are left out; see docs/how_to/mark_rows.md.
        reading: What of the documents is read, and how it is cut into pieces.
        sampling: How many passages, instructions and responses are made, and in which variety.
        tools: What agents may use while they answer.
        verifying: What a row must pass, who judges it, and how difficult its task is.
        endpoint: How the endpoint is reached and how long it is waited for.
        running: How fast the endpoint is asked, and how the work is cut up.

    Returns:
        The manifest.

    Raises:
        Incomplete: Some shards failed, or the run was stopped.
        TooFewRows: It got to its end and brought nothing, or next to nothing.
        OrderError: A parameter is not what it may be; likewise what `prepared` and `read_documents` raise.
    """
    order = order_of(locals(), Order)
    async with in_turn(order.output, partial(prepared, order)) as ready, opened(ready) as session:
        run = Run(session, Pieces())
        await greeted(run)
        return await run_through(run, order, shards_of(run, ready), Wanted(order.rows, order.rows_per_type))


async def run_through(
    run: Run,
    order: Order,
    shards: Generator[DealtShard],
    wanted: Wanted = Wanted(),  # noqa: B008 (frozen)
) -> Json:
    """All shards through the steps, side by side, while they are read, and what came of them published.

    Incomplete if one did not get there, TooFewRows if next to nothing came of them.
    """
    async with told(run) as teller:
        async with way_of(run, order, teller.progress, Target(run, wanted)) as way:
            finished = await through_all(run, shards, way)
        manifest = await asyncio.to_thread(publish, run, finished, wanted)
        await report(run.store, manifest)
    await teller.ended(manifest)
    await remember(run, manifest)
    return enough(complete(manifest, finished, run.teacher.stopped), teller.progress.forecast.rows)
