"""A factory from the command line: one run of it, and a withdrawal."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from flows.cli.launch import FAILED, STOPPED, _quiet, warn
from flows.cli.screen import screen
from flows.home import home
from flows.order import FactoryOrder, order_of
from flows.preparation import Prepared, check
from flows.room import no_room
from flows.server.prefect_server import ServerDown
from flows.server.private_server import prefect_api
from tasks.documents.discover import NothingToRead, discover
from tasks.factory.factory import held
from tasks.factory.survey import key_of
from tasks.records import Json
from tasks.records.store import DirectoryBusy, Store
from tasks.settings import from_pairs

_MOST_TOLD = 10
"""Files that cannot be read and are named."""


def run_factory(*, pairs: list[str], **parameters: Any) -> int:
    """One run of a factory; the exit code. ValueError for what is wrong with the command."""
    order = order_of({**parameters, **from_pairs(pairs).groups()}, FactoryOrder)
    asked, output = Prepared(order), order.output
    check(asked)
    warn(asked.lost_tools())
    console, errors = screen(), screen(errors=True)
    with ExitStack() as stack:
        errors.print("Looking for what is new; starting Prefect …", style="dim")
        try:
            stack.enter_context(prefect_api(home() / "prefect" / "server.log"))
        except ServerDown as down:
            errors.print(
                f"{no_room(down, [home()]) or down}. Run the same command again.", style="yellow", markup=False
            )
            return STOPPED
        from flows.factory import Unfinished

        with _sayable(output):
            try:
                summary = _run(order)
            except Unfinished as unfinished:
                _summarise(console, unfinished.summary, output)
                told = f"{unfinished}. The next run takes it up again."
                errors.print(told, style="yellow", markup=False)
                return STOPPED if unfinished.stopped else FAILED
    _summarise(console, summary, output)
    return 0


def take_out(document: str, output: str, reason: str) -> None:
    """Withdraw a document from a factory, and tell what that took out. ValueError, in one sentence, for what cannot be done."""
    if not Store(output).fs.exists(Store(output).path("registry.json")):
        raise ValueError(f"{output} is no factory: name the directory that was the --output of `agentinstruct factory`")
    with _sayable(output), held(output, home()) as plant:
        record = plant.withdraw(document, _place(document), reason)
        version = plant.make_version(plant.ways(), {})
        latest = plant.latest
    console = screen(folded=False)
    what = ", ".join(record.uris) or ", ".join(record.documents)
    console.print(f"Withdrawn {record.when:%Y-%m-%d %H:%M} UTC: {what}, {_count(record.rows, 'row')}", markup=False)
    if record.beside:
        beside = _count(len(record.beside), "row")
        console.print(f"{beside} of other documents, feedback included, held text of it and went too", markup=False)
    if not record.compared:
        told = "The shards of its batch are gone: whether rows of other documents hold text of it cannot be told"
        console.print(told, style="yellow", markup=False)
    if version:
        console.print(f"Version {version['version']} is without it: {_count(version['rows'], 'row')}", markup=False)
    else:
        console.print(f"No version had a row of it: {latest or 'none'} stays the latest", markup=False)


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"


def _place(document: str) -> str:
    """The key of the file that is or was at this place; of what is no place at all, one that nothing has."""
    try:
        found = discover([document], read_ignored=True)
    except NothingToRead:
        return ""
    return key_of(found[0]) if len(found) == 1 else ""


@contextmanager
def _sayable(output: str) -> Iterator[None]:
    """What people can do something about, as ValueError in one sentence."""
    try:
        yield
    except DirectoryBusy as busy:
        raise ValueError(str(busy)) from None
    except OSError as error:
        folders: list[str | Path] = [home(), *([output] if "://" not in output else [])]
        told = (
            no_room(error, folders) or f"cannot write to {output}: {error.strerror or error}; choose another --output"
        )
        raise ValueError(told) from None


def _run(order: FactoryOrder) -> Json:
    """The flow, in this process and on an event loop of its own; its summary."""
    import uvloop

    from flows.factory import factory

    _quiet()
    bounds = {"max_usd", "max_calls"}  # of a run alone
    asked = {name: value for name, value in order if name not in bounds}
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(factory(**asked))


def _summarise(console: Console, summary: Json, output: str) -> None:
    """Print the end of a run."""
    table = Table(title="The factory's run", show_header=False, title_justify="left")
    files = {name: count for name, count in summary["files"].items() if count}
    table.add_row("files", ", ".join(f"{count:,} {name}" for name, count in files.items()) or "none")
    for batch in summary["batches"]:
        again = "taken up again, " if batch["resumed"] else ""
        calls, cost = batch["calls"], batch["calls"]["cost_usd"]
        spent = "" if calls["made"] is None else f", {calls['made']:,} calls" + (f", ${cost:.4f}" if cost else "")
        came = f"{_count(batch['documents'], 'document')}, {_count(batch['rows'], 'row')}{spent}"
        table.add_row(f"batch {batch['id']}", again + came)
    if made := summary["made"]:
        change = made["difference"]
        counts = ", ".join(f"{change[name]:,} {name}" for name in ("added", "removed", "kept"))
        out = ", ".join(f"{rows:,} {reason}" for reason, rows in made["left_out"].items())
        table.add_row(f"version {made['version']}", f"{_count(made['rows'], 'row')}: {counts}")
        table.add_row("left out", out or "none")
    console.print(table)
    for unread in summary["unread"][:_MOST_TOLD]:
        console.print(
            f"could not be read: {unread['uri']}: {unread['why']}", style="yellow", markup=False, soft_wrap=True
        )
    console.print(f"{summary['message']}.", markup=False, soft_wrap=True)
    if summary["latest"]:
        console.print(f"Dataset: {output}/versions/{summary['latest']}/dataset/", markup=False, soft_wrap=True)
