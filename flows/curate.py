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
from flows.curating import CrewAddress, CrewName, CurateOrder, Runs, Workers
from flows.curation import SIGNATURES, decontaminate, examine, place_of, place_of_hits, write
from flows.ending import Told, in_one_sentence
from flows.home import home
from flows.order import CuratingGroup, Output, order_of
from flows.preparation import NotWritable
from flows.telling.names import named
from flows.telling.phrases import number
from flows.telling.story import hush, say
from flows.turn import in_turn
from tasks.curation.choice import Contaminated, choose
from tasks.curation.contamination import contaminated, keep_index, listed
from tasks.curation.dataset import finish, part_to_json, parts_of
from tasks.curation.decontamination import Hits
from tasks.curation.lines import Lines, read_lines
from tasks.curation.shards import Shard, shards_of
from tasks.curation.suspects import SUSPECTS, list_suspects
from tasks.publish.run_directory import RunDirectory
from tasks.records import Json
from tasks.records.store import Store
from tasks.settings import Curating
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
) -> Json:
    """Make one dataset of the rows of runs: without what is said twice, contaminated, private or poor, and with rows held out.

    Args:
        runs: Run directories, or versions of a factory: folders or fsspec URLs. Of two rows that say the same, the first stays.
        output: Where the dataset goes: a folder or an fsspec URL; empty for out/curated.
        curating: Which rows it keeps.
        workers: Processes that share the work; 0 for as many as there are processors.
        runner: What executes them: processes of this machine, Dask or Ray.
        address: Of the Dask scheduler or the Ray cluster; empty for one that is started here.

    Returns:
        The manifest of the dataset.

    Raises:
        NoRun: A run directory is none.
        NothingLeft: Every row was dropped.
        OrderError: A parameter is not what it may be.
    """
    order = order_of(locals(), CurateOrder)
    hush()
    async with in_turn(order.output, partial(held, order.output)) as store:
        try:
            told = await asyncio.to_thread(curated, store, [RunDirectory(run) for run in order.runs], order)
        except LookupError as problem:
            raise NoRun(str(problem)) from None
    if not told["accepted"]:
        raise NothingLeft(_nothing_left(told))
    message = f"{told['accepted']:,} rows to train on and {told['held_out']:,} held out, of {told['rows_in']:,}"
    return Completed(message=message, data=told)  # type: ignore[return-value]  # its data is what a caller gets


def curated(store: Store, sources: list[RunDirectory], order: CurateOrder) -> Json:
    """Examine each shard, choose among all rows, write each shard; the manifest."""
    shards, settings = shards_of(sources), order.curating
    rows = sum(shard.rows for shard in shards)
    against = listed(settings.against)
    stated(settings.mix)  # what is wrong with it is told before anything is read
    say(f"Found {rows:,} rows in {len(shards):,} shards of {number(len(sources), 'run')}.")
    with crew(order.runner, order.workers, order.address, rows) as hands:
        given: list[Json] = [{"shard": as_given(shard), "output": store.output} for shard in shards]
        paths = hands.all_of(examine, given, lambda each: store.fs.exists(store.path(place_of(each["shard"]))))
        lines = Lines(shards, [read_lines(store, path) for path in paths])
        found = in_benchmarks(store, lines, settings, given, hands)
        fates, held_out = choose(lines, settings, found)
        say(f"{len(fates.training):,} rows to train on, {int(fates.held[fates.alive].sum()):,} held out.")
        if (near := list_suspects(store, fates, settings)) is not None:
            say(f"{number(near, 'row')} may say an item of a benchmark in other words: {SUSPECTS} lists them.")
        parts = parts_of(fates)
        hands.all_of(write, [{"part": part_to_json(part), "output": store.output} for part in parts])
    return finish(store, sources, fates, held_out, parts, against, settings)


def in_benchmarks(store: Store, lines: Lines, settings: Curating, given: list[Json], hands: Crew) -> Contaminated:
    """The rows that hold an item of a benchmark, if any is named."""
    if not settings.against:
        return {}
    index = keep_index(store, SIGNATURES, settings.against)
    wanted: list[Json] = [{**each, "index": index} for each in given]
    paths = hands.all_of(
        decontaminate, wanted, lambda each: store.fs.exists(store.path(place_of_hits(each["shard"], index)))
    )
    return contaminated(lines, settings.against, [Hits.from_bytes(store.read(path)) for path in paths])


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
    found = store.read_json("manifest.json")
    if found is not None and not found.get("curated"):
        raise NotWritable(f"{output} holds a run or another dataset: choose another --output")
    with ExitStack() as stack:
        try:
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
