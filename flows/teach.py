"""A student taught a dataset.

rows -> tokens in windows -> loss before -> training -> loss after -> manifest, card, report
rows -> a file for axolotl and commands for a cluster, with --config-only
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from prefect import flow
from prefect.states import Completed

from flows.ending import in_one_sentence
from flows.home import home
from flows.lessons import Lesson, made_ready, taught, written_for_a_cluster
from flows.order import Output, order_of
from flows.preparation import NotWritable
from flows.publishing import Data, OfflineRows
from flows.teaching import (
    ConfigOnly,
    NamedRecipe,
    Preferences,
    Processes,
    StudentName,
    TeachingGroup,
    TeachOrder,
    check,
)
from flows.telling.names import named
from flows.telling.phrases import number
from flows.telling.story import hush, say
from flows.turn import in_turn
from tasks.records import Json
from tasks.records.store import Store
from tasks.settings import Teaching
from tasks.training.finish import MANIFEST, finish


@flow(name="teach", flow_run_name=named("out/student", "student"), validate_parameters=False)
@in_one_sentence
async def teach(
    data: Data,
    student: StudentName,
    output: Output = "out/student",
    recipe: NamedRecipe = "orca3",
    preferences: Preferences = False,
    config_only: ConfigOnly = False,
    processes: Processes = 1,
    offline_rows: OfflineRows = False,
    teaching: TeachingGroup = Teaching(),  # noqa: B008 (frozen)
) -> Json:
    """Teach a student a curated dataset, and measure its loss on rows of other documents before and after.

    Args:
        data: A curated dataset: a folder or an fsspec URL.
        student: What is taught: a folder or a name of the Hugging Face hub that transformers loads, or a GGUF file.
        output: Where the student goes: a folder; empty for out/student.
        recipe: orca3 is that of Orca-3; demo is for two cores and a small model.
        preferences: Afterwards teach it which answers were preferred.
        config_only: Only write a file for axolotl, and the commands that train on a cluster.
        processes: Processes that train together, one for each GPU.
        offline_rows: Rows of the offline teacher too, which are not for training.
        teaching: What differs from the recipe.

    Returns:
        The manifest of the student.

    Raises:
        TeachingError: The student cannot be had or taught, or packages are missing.
        ReleaseError: There is no such dataset.
        OrderError: A parameter is not what it may be.
    """
    order = order_of(locals(), TeachOrder)
    check(order)
    hush()
    async with in_turn(order.output, lambda: held(order.output)) as store:
        lesson = Lesson(order)
        if order.config_only:
            told = await written_for_a_cluster(lesson)
            return Completed(message=told["message"], data=told)  # type: ignore[return-value]
        ready = await made_ready(lesson)
        say(told_of(ready))
        result = await taught(lesson, ready)
        told = await asyncio.to_thread(finish, store, lesson.facts(), ready, result)
    return Completed(message=told["message"], data=told)  # type: ignore[return-value]  # its data is what a caller gets


def told_of(ready: Json) -> str:
    """What is trained on, in one line of counts."""
    trained, course = ready["trained"], ready["course"]
    fell = sum(rows for reasons in trained["rejected"].values() for rows in reasons.values())
    rows, learnt = sum(trained["rows"].values()), sum(trained["tokens"].values())
    left = f"; {fell:,} rows are not in it" if fell else ""
    return (
        f"{number(rows, 'row')} of {number(len(trained['rows']), 'skill')} in {number(course['windows'], 'window')}, "
        f"{learnt:,} of {trained['all_tokens']:,} tokens learnt from: {number(course['steps'], 'step')}{left}."
    )


@contextmanager
def held(output: str) -> Iterator[Store]:
    """The student's folder, held against other runs; NotWritable, in a sentence, for one that cannot be had."""
    store = Store(output)
    if store.fs.exists(store.path("manifest.json")) or (
        store.fs.exists(store.path("config.json"))
        and not store.fs.exists(store.path(MANIFEST))
        and not store.fs.exists(store.path("training"))
    ):
        raise NotWritable(f"{output} holds a run, a dataset or another model: choose another --output")
    with ExitStack() as stack:
        try:
            stack.enter_context(store.locked(home()))
        except OSError as error:
            raise NotWritable(f"cannot write to {output}: {error.strerror or error}; choose another --output") from None
        yield store
