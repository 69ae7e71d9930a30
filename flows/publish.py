"""A dataset in, folders that hubs and trainers load out: files of rows told in each format, a card beside them.

rows -> volumes, each a file of a format -> card
rows -> figures                         -> card
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from prefect import flow
from prefect.states import Completed

from flows.curating import CrewAddress, Workers
from flows.ending import in_one_sentence
from flows.home import home
from flows.order import Output, order_of
from flows.preparation import NotWritable
from flows.publishing import (
    Anyway,
    Data,
    DryRun,
    Formats,
    License,
    Model,
    OfflineRows,
    OtherCrew,
    Public,
    PublishOrder,
    Push,
    TestShare,
    opened,
)
from flows.telling.names import named
from flows.telling.phrases import number
from flows.telling.story import hush, say
from flows.turn import in_turn
from flows.volumes import Format, Parcel, counted, finished, made, made_by_crew, pushed
from tasks.publish.release.hub import repositories
from tasks.publish.release.release import Release
from tasks.records import Json


@flow(name="publish", flow_run_name=named("published", "data"), validate_parameters=False)
@in_one_sentence
async def publish(
    data: Data,
    formats: Formats = ("hf",),
    output: Output = "",
    model: Model = "",
    license: License = "",
    test_share: TestShare = 0.05,
    offline_rows: OfflineRows = False,
    anyway: Anyway = False,
    push: Push = "",
    public: Public = False,
    dry_run: DryRun = False,
    workers: Workers = 0,
    runner: OtherCrew = "",
    address: CrewAddress = "",
) -> Json:
    """Write a dataset in the layouts that hubs and trainers load, each a folder with a card.

    Args:
        data: A curated dataset, a run directory or a factory: a folder or an fsspec URL.
        formats: One or more of hf, orca, openai, sharegpt, alpaca and trl.
        output: Where the formats' folders go; empty for `published` in the dataset's folder.
        model: A model whose chat template every row must suit: a folder, a .jinja file or a name of the Hugging Face hub. Rows
            are changed as little as they can be; what its template cannot render is left out and listed. Empty for none.
        license: The licence that the card names, such as cc-by-4.0; empty for what is known of the documents.
        test_share: About which share of the rows is dealt to `test`, by document, where the dataset has none held out.
        offline_rows: Rows of the offline teacher too, which are not for training.
        anyway: Publish also rows that are too much alike.
        push: A dataset repository of the Hugging Face hub, ORG/NAME, to push to; each format but the first goes to
            ORG/NAME-FORMAT. The token is HF_TOKEN of the environment, or the hub's own login. Empty for none.
        public: Let everybody read the repository.
        dry_run: Only tell which files would be pushed.
        workers: Processes that share the work, with a runner; 0 for as many as there are processors.
        runner: What executes them: processes of this machine, Dask or Ray. Empty for this process alone.
        address: Of the Dask scheduler or the Ray cluster; empty for one that is started here.

    Returns:
        What was written: rows by format, configuration and split, and what was left out.

    Raises:
        ReleaseError: There is nothing to publish, no row that fits, no template of the model, or the hub refuses.
        OrderError: A parameter is not what it may be.
    """
    order = order_of(locals(), PublishOrder)
    release = opened(order)
    async with in_turn(release.output.output, lambda: _held(release)):
        volumes = release.volumes()
        hush()
        say(f"{number(len(volumes), 'file')} to write as {', '.join(order.formats)}.")
        if order.runner:
            told = await asyncio.to_thread(made_by_crew, order, release, volumes)
        else:
            told = await asyncio.gather(*(made(release, volume) for volume in volumes))
        figures = await counted(release)
        pairs = list(zip(volumes, told, strict=True))
        formats_told = [await finished(Format(release, name, pairs, figures)) for name in order.formats]
        for each in formats_told:
            say(told_of(each))
        places = repositories(order.push, order.formats)
        parcels = [Parcel(release, told, places[told["format"]], order) for told in formats_told if places]
        sent = [await pushed(parcel) for parcel in parcels]
    rows = sum(rows for each in formats_told for splits in each["configs"].values() for rows in splits.values())
    summary = {"formats": formats_told, "push": sent, "message": f"{rows:,} rows in {', '.join(order.formats)}"}
    return Completed(message=summary["message"], data=summary)  # type: ignore[return-value]  # its data is what a caller gets


def told_of(format: Json) -> str:
    """What was written of a format, and how much was not, in one line of counts."""
    rows = sum(n for splits in format["configs"].values() for n in splits.values())
    counts = {name: sum(format[name].values()) for name in ("left_out", "unrendered", "repaired")}
    words = {"left_out": "left out", "unrendered": "not rendered", "repaired": "changed to fit"}
    beside = "".join(f", {n:,} {words[name]}" for name, n in counts.items() if n)
    return f"{format['format']}: {number(rows, 'row')} in {number(len(format['configs']), 'configuration')}{beside}."


@contextmanager
def _held(release: Release) -> Iterator[None]:
    """The place of the formats, until the block ends; NotWritable if it cannot be had, DirectoryBusy if another run has it."""
    try:
        with release.output.locked(home()):
            yield
    except OSError as error:
        raise NotWritable(
            f"cannot write to {release.output.output}: {error.strerror or error}; choose another --output"
        ) from error
