"""A judge at work: rows beside the benchmarks' items that they are near to, batch by batch, each a Prefect task."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import groupby
from typing import Any

from prefect import task
from prefect.context import TaskRunContext

from flows.curating import in_judges_words
from flows.home import ledger_url
from flows.session import stops_on_signal
from flows.shards import drop_damaged_result, results, worth_retrying
from flows.telling.phrases import money, number
from flows.telling.story import say
from tasks.curation.judging import (
    AGENT,
    CONFIRMED,
    UNDECIDED,
    Pair,
    Verdicts,
    expected_cost,
    expected_tokens,
    recognise_row,
)
from tasks.curation.verdicts import kept_verdicts, open_pairs, read_verdicts, unanswered, write_verdicts
from tasks.records import digest
from tasks.records.store import Store
from tasks.settings import Settings
from tasks.teacher import EndpointDown, Teacher, Usage, open_teacher
from tasks.teacher.budget import Budget
from tasks.teacher.endpoints import model_of
from tasks.teacher.prices import price_of
from tasks.teacher.probes import greet

FEWEST_ROWS, MOST_BATCHES = 50, 500
"""Rows of a batch, and batches: a flow run bears no more than some thousand task runs."""


class Sitting:
    """A judge, by which settings it is asked, and where its verdicts are kept."""

    def __init__(
        self, model: str, base_url: str, settings: Settings, budget: Budget, store: Store, folder: str
    ) -> None:
        self.model, self.base_url, self.settings, self.budget = model, base_url, settings, budget
        self.store, self.folder = store, folder
        self.usage = Usage()
        """What all calls took: the budget is one, however often the judge is asked."""

    def from_thread(self, loop: asyncio.AbstractEventLoop) -> Callable[[Sequence[Pair]], Verdicts]:
        """Has pairs judged on this loop, for a thread that waits."""
        return lambda pairs: asyncio.run_coroutine_threadsafe(judged(self, pairs), loop).result()

    @asynccontextmanager
    async def teacher(self) -> AsyncIterator[Teacher]:
        """Who answers as the judge, greeted, until the block ends."""
        address, ledger = self.base_url or None, ledger_url(self.settings.ledger)
        teacher = open_teacher(self.model, address, self.settings, ledger, self.budget, self.usage)
        try:
            with stops_on_signal(teacher):
                await greet(teacher)
                yield teacher
        finally:
            await teacher.close()


class Batch:
    """Some rows' pairs, and who judges them. A plain class: Prefect would walk through anything else, and it holds text."""

    def __init__(self, sitting: Sitting, teacher: Teacher, known: Verdicts, rows: Sequence[Sequence[Pair]]) -> None:
        self.sitting, self.teacher, self.known, self.rows = sitting, teacher, known, rows
        self.key = digest([[pair.key for pair in pairs] for pairs in rows])[:24]

    @property
    def cache_key(self) -> str:
        """Under which Prefect remembers it."""
        return f"{AGENT}-{self.sitting.store.identity}-{self.key}"

    def kept(self) -> Verdicts:
        """The verdicts that a task run has kept."""
        return kept_verdicts(self.sitting.store, self.sitting.folder, self.key)

    def whole(self) -> bool:
        """Whether all of them are kept and decide."""
        found = self.kept()
        return bool(found) and all(each["held"] != UNDECIDED for each in found.values())


def _cache_key(context: TaskRunContext, parameters: dict[str, Any]) -> str:
    batch: Batch = parameters["batch"]
    return batch.cache_key


@task(
    name=AGENT,
    cache_key_fn=_cache_key,
    persist_result=True,
    result_serializer="json",
    cache_result_in_memory=False,
    retries=1,
    retry_delay_seconds=5,
    retry_condition_fn=worth_retrying,
    log_prints=False,
)
async def recognise(batch: Batch) -> str:
    """Ask about the pairs of some rows, row by row side by side; where the verdicts are kept."""
    asked = (recognise_row(pairs, batch.known, batch.teacher) for pairs in batch.rows)
    ended = await asyncio.gather(*asked, return_exceptions=True)
    found = {key: verdict for row in ended if isinstance(row, dict) for key, verdict in row.items()}
    path = write_verdicts(batch.sitting.store, batch.sitting.folder, batch.key, found)
    for problem in ended:
        if isinstance(problem, BaseException):
            raise problem
    return path


async def judged(sitting: Sitting, pairs: Sequence[Pair]) -> Verdicts:
    """The verdicts on these pairs, kept ones and new ones; of what the endpoint does not answer, that it is undecided.

    Raises StopRun where nothing more can be asked: the budget is used up, or nobody answers to this name.
    """
    known = read_verdicts(sitting.store, sitting.folder)
    fresh = open_pairs(pairs, known)
    if not fresh:
        return known
    _foretell(sitting, fresh)
    wanted = {pair.row for pair in fresh}
    asked = [pair for pair in pairs if pair.row in wanted]
    rows = [list(row) for _, row in groupby(asked, key=lambda pair: pair.candidate.row)]
    size = max(FEWEST_ROWS, -(-len(rows) // MOST_BATCHES))
    with in_judges_words():
        async with sitting.teacher() as teacher:
            batches = [Batch(sitting, teacher, known, rows[at : at + size]) for at in range(0, len(rows), size)]
            ended = await asyncio.gather(*map(_through, batches), return_exceptions=True)
        for problem in ended:
            if isinstance(problem, BaseException) and not isinstance(problem, EndpointDown):
                raise problem
    found = {**known, **{key: each for batch in batches for key, each in batch.kept().items()}}
    verdicts = {**found, **unanswered(asked, found)}
    _tell(sitting, asked, verdicts)
    return verdicts


async def _through(batch: Batch) -> None:
    drop_damaged_result(batch.cache_key)
    name = f"{AGENT} {batch.key[:6]}"
    # What is undecided is asked again, whatever Prefect remembers.
    named = recognise.with_options(
        task_run_name=lambda: name, refresh_cache=not batch.whole(), result_storage=results()
    )
    await named(batch)


def _foretell(sitting: Sitting, fresh: Sequence[Pair]) -> None:
    rows, (shown, answered) = len({pair.row for pair in fresh}), expected_tokens(fresh)
    price = price_of(model_of(sitting.model), sitting.settings.price_table)
    say(
        f"{number(rows, 'row')} may say an item of a benchmark in other words. {sitting.model} is asked about "
        f"{number(len(fresh), 'pair')} at most: about {shown + answered:,} tokens, {money(expected_cost(fresh, price))}."
    )


def _tell(sitting: Sitting, asked: Sequence[Pair], verdicts: Verdicts) -> None:
    held = [verdicts[pair.key]["held"] for pair in asked if pair.key in verdicts]
    dropped = sum(each in CONFIRMED for each in held)
    open_ones = held.count(UNDECIDED)
    used = sitting.usage
    paid = f"{number(used.made, 'call')}, {used.replayed:,} answers from the ledger, {money(used.cost())}"
    say(f"{sitting.model} confirmed {dropped:,} of {number(len(held), 'pair')}: {paid}.")
    if open_ones:
        say(f"{number(open_ones, 'pair')} undecided: the rows stay; the same command again asks once more.", warn=True)
