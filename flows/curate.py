"""Curation: rows of runs become a dataset to train on.

runs -> examine each shard, look benchmarks up in it -> choose -> write each shard -> dataset, report
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from functools import partial

from prefect import flow
from prefect.states import Completed

from flows.crew import Crew, crew
from flows.curating import CrewAddress, CrewName, CurateOrder, MaxConcurrency, Runs, Workers, check
from flows.curation import SIGNATURES, decontaminate, examine, place_of, place_of_hits, write
from flows.ending import Told, in_one_sentence
from flows.home import home
from flows.judging import Sitting
from flows.order import CuratingGroup, EndpointGroup, MaxCalls, MaxTokens, MaxUsd, Output, order_of
from flows.preparation import NotWritable
from flows.telling.names import named
from flows.telling.phrases import number
from flows.telling.story import hush, say
from flows.turn import in_turn
from tasks.curation.contamination import contaminated, keep_index, listed
from tasks.curation.dataset import finish, part_to_json, parts_of
from tasks.curation.decontamination import Hits
from tasks.curation.lines import Lines, read_lines
from tasks.curation.rewording import Ask, Chosen, choose_with, judge_of
from tasks.curation.shards import Shard, shards_of
from tasks.curation.suspects import SUSPECTS
from tasks.publish.run_directory import RunDirectory
from tasks.records import Json
from tasks.records.store import Store
from tasks.settings import Curating, Endpoint
from tasks.steps.mix import stated


class NoRun(Told):
    """What was named holds no rows that can be read; the message says what to name."""


class NothingLeft(Told):
    """Every row was dropped; the message says by what."""


@flow(name="curate", flow_run_name=named("out/curated", "runs"), validate_parameters=False)
@in_one_sentence
async def curate(
    runs: Runs,
    output: Output = "out/curated",
    curating: CuratingGroup = Curating(),  # noqa: B008 (frozen)
    workers: Workers = 0,
    runner: CrewName = "processes",
    address: CrewAddress = "",
    max_usd: MaxUsd = 0.0,
    max_tokens: MaxTokens = 0,
    max_calls: MaxCalls = 0,
    max_concurrency: MaxConcurrency = 256,
    endpoint: EndpointGroup = Endpoint(),  # noqa: B008 (frozen)
) -> Json:
    """Make one dataset of the rows of runs: without what is said twice, contaminated, private or poor, and with rows held out.

    Args:
        runs: Run directories, or versions of a factory: folders or fsspec URLs. Of two rows that say the same, the first stays.
        output: Where the dataset goes: a folder or an fsspec URL; empty for out/curated.
        curating: Which rows it keeps.
        workers: Processes that share the work; 0 for as many as there are processors.
        runner: What executes them: processes of this machine, Dask or Ray.
        address: Of the Dask scheduler or the Ray cluster; empty for one that is started here.
        max_usd: The run stops, to be resumed, when the judge's calls have cost as many US dollars; 0 sets no bound.
        max_tokens: The same when they have taken as many tokens; 0 sets no bound.
        max_calls: The same after as many calls; 0 sets no bound.
        max_concurrency: Calls of the judge under way at once, at most.
        endpoint: How the judge's endpoint is reached and how long it is waited for.

    Returns:
        The manifest of the dataset.

    Raises:
        NoRun: A run directory is none.
        NothingLeft: Every row was dropped.
        StopRun: The judge could not go on; what it has judged is kept.
        OrderError: A parameter is not what it may be.
    """
    order = order_of(locals(), CurateOrder)
    check(order)
    hush()
    async with in_turn(order.output, partial(held, order.output)) as store:
        ask = sitting_of(order, store).from_thread(asyncio.get_running_loop())
        try:
            told = await asyncio.to_thread(curated, store, [RunDirectory(run) for run in order.runs], order, ask)
        except LookupError as problem:
            raise NoRun(str(problem)) from None
    if not told["accepted"]:
        raise NothingLeft(_nothing_left(told))
    message = f"{told['accepted']:,} rows to train on and {told['held_out']:,} held out, of {told['rows_in']:,}"
    return Completed(message=message, data=told)  # type: ignore[return-value]  # its data is what a caller gets


def curated(store: Store, sources: list[RunDirectory], order: CurateOrder, ask: Ask) -> Json:
    """Examine each shard, choose among all rows, having those judged that are near to an item, write each shard; the manifest."""
    shards, settings = shards_of(sources), order.curating
    rows = sum(shard.rows for shard in shards)
    against = listed(settings.against)
    stated(settings.mix)  # what is wrong with it is told before anything is read
    say(f"Found {rows:,} rows in {number(len(shards), 'shard')} of {number(len(sources), 'run')}.")
    with crew(order.runner, order.workers, order.address, rows) as hands:
        given: list[Json] = [{"shard": as_given(shard), "output": store.output} for shard in shards]
        paths = hands.all_of(examine, given, lambda each: store.fs.exists(store.path(place_of(each["shard"]))))
        lines = Lines(shards, [read_lines(store, path) for path in paths])
        hits = in_benchmarks(store, settings, given, hands)
        found = contaminated(lines, settings.against, hits) if hits else {}
        chosen = choose_with(lines, settings, found, hits, judge_of(settings, order.endpoint.request_extra), ask)
        _say_chosen(chosen)
        parts = parts_of(chosen.fates)
        hands.all_of(write, [{"part": part_to_json(part), "output": store.output} for part in parts])
    return finish(store, sources, chosen, parts, against, settings)


def _say_chosen(chosen: Chosen) -> None:
    fates = chosen.fates
    say(f"{len(fates.training):,} rows to train on, {int(fates.held[fates.alive].sum()):,} held out.")
    if chosen.suspects is not None:
        near = len({each.row for each in chosen.suspects})
        say(f"{number(near, 'row')} near to an item of a benchmark: {SUSPECTS} lists them.")


def in_benchmarks(store: Store, settings: Curating, given: list[Json], hands: Crew) -> list[Hits]:
    """Where items of the benchmarks stand in each shard; nothing if none is named."""
    if not settings.against:
        return []
    index = keep_index(store, SIGNATURES, settings.against)
    wanted: list[Json] = [{**each, "index": index} for each in given]
    paths = hands.all_of(
        decontaminate, wanted, lambda each: store.fs.exists(store.path(place_of_hits(each["shard"], index)))
    )
    return [Hits.from_bytes(store.read(path)) for path in paths]


def sitting_of(order: CurateOrder, store: Store) -> Sitting:
    """How the judge is asked."""
    return Sitting(order.curating.judge, order.curating.judge_base_url, order.settings, order.budget, store, SIGNATURES)


def as_given(shard: Shard) -> Json:
    """A shard as a task's parameter."""
    return {**asdict(shard), "parts": list(shard.parts)}


@contextmanager
def held(output: str) -> Iterator[Store]:
    """The output, held against other runs; NotWritable, in a sentence, for one that cannot be had."""
    try:
        store = Store(output)
    except (ImportError, ValueError) as error:
        raise NotWritable(f"cannot write to {output}: {error}; choose another --output") from error
    with ExitStack() as stack:
        try:
            found = store.read_json("manifest.json")
            if found is not None and not found.get("curated"):
                raise NotWritable(f"{output} holds a run or another dataset: choose another --output")
            stack.enter_context(store.locked(home()))
        except OSError as error:
            raise NotWritable(f"cannot write to {output}: {error.strerror or error}; choose another --output") from None
        yield store


def _nothing_left(told: Json) -> str:
    """Why there is no row, in one sentence."""
    reasons = {reason: rows for by_reason in told["dropped"].values() for reason, rows in by_reason.items()}
    if not told["rows_in"]:
        return "the runs hold no row: generate some first"
    why = ", ".join(f"{rows:,} {reason}" for reason, rows in sorted(reasons.items(), key=lambda each: -each[1]))
    offline = "; add --offline-rows to see what a dataset looks like" if "not_for_training" in reasons else ""
    return f"no row is left of {told['rows_in']:,}: {why}{offline}"
