"""A factory from the command line: one run of it, and a withdrawal."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from flows.cli.launch import FAILED, STOPPED, came_up, quiet, warn
from flows.cli.screen import screen, tell
from flows.home import home
from flows.order import FactoryOrder, order_of
from flows.preparation import Prepared, check
from flows.room import no_room
from flows.server.private_server import PrefectApi
from tasks.factory.factory import held
from tasks.factory.survey import key_at
from tasks.factory.withdrawals import Withdrawal
from tasks.records import Json
from tasks.records.store import REGISTRY_FILE, DirectoryBusy, Store
from tasks.settings import from_pairs
from tasks.teacher import StopRun
from tasks.teacher.ledger import LedgerError

_MOST_TOLD = 10
"""Files that cannot be read and are named."""


def run_factory(api: PrefectApi, *, pairs: list[str], as_json: bool, **parameters: Any) -> int:
    """One run of a factory; the exit code. ValueError for what is wrong with the command."""
    order = order_of({**parameters, **from_pairs(pairs).groups()}, FactoryOrder)
    asked = Prepared(order)
    check(asked)
    warn(asked.lost_tools())
    errors = screen(errors=True)
    if asked.mix.asked:
        errors.print(f"Mix: {asked.mix.asked}.", style="dim", markup=False)
    errors.print("Looking for what is new; starting Prefect …", style="dim")
    if problem := came_up(api, "flows.factory", order.teacher):
        errors.print(f"{problem}.", style="yellow", markup=False)
        return STOPPED
    from flows.factory import Unfinished

    try:
        summary, code = _run(order), 0
    except Unfinished as unfinished:
        summary, code = unfinished.summary, STOPPED if unfinished.stopped else FAILED
        errors.print(f"{unfinished}. The next run takes it up again.", style="yellow", markup=False)
    except DirectoryBusy as busy:
        raise ValueError(str(busy)) from None
    except (LedgerError, StopRun) as stop:
        errors.print(f"{stop}. Run the same command again to resume.", style="yellow", markup=False)
        return STOPPED
    except Exception as error:
        if not (full := _full(error, order.output)):
            raise
        errors.print(f"{full}.", style="yellow", markup=False)
        return STOPPED
    tell(summary) if as_json else _summarise(screen(), summary, order.output)
    return code


def take_out(document: str, output: str, reason: str, *, as_json: bool) -> None:
    """Withdraw a document from a factory, and tell what that took out. ValueError, in one sentence, for what cannot be done."""
    store = Store(output)
    if not store.fs.exists(store.path(REGISTRY_FILE)):
        raise ValueError(f"{output} is no factory: name the directory that was the --output of `agentinstruct factory`")
    try:
        with held(output, home()) as plant:
            record = plant.withdraw(document, key_at(document), reason)
            version = plant.make_version(plant.ways(), {})
            latest = plant.latest
    except DirectoryBusy as busy:
        raise ValueError(str(busy)) from None
    except OSError as error:
        why = _full(error, output) or f"cannot write to {output}: {error.strerror or error}"
        raise ValueError(why) from None
    if as_json:
        tell({**record.model_dump(mode="json"), "made": version and version["version"], "latest": latest})
    else:
        _tell_withdrawal(screen(), record, version, latest)


def _tell_withdrawal(console: Console, record: Withdrawal, version: Json | None, latest: str) -> None:
    what = ", ".join(record.uris) or ", ".join(record.documents)
    lines = [f"Withdrawn {record.when:%Y-%m-%d %H:%M} UTC: {what}, {_count(record.rows, 'row')}"]
    if record.beside:
        beside = _count(len(record.beside), "row")
        lines.append(f"{beside} of other documents, feedback included, held text of it and went too")
    if not record.compared:
        lines.append("The shards of its batch are gone: whether rows of other documents hold text of it cannot be told")
    if version:
        lines.append(f"Version {version['version']} is without it: {_count(version['rows'], 'row')}")
    else:
        lines.append(f"The latest version had no row of it: {latest or 'none'} stays the latest")
    for line in lines:
        console.print(line, markup=False, soft_wrap=True)


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"


def _full(error: BaseException, output: str) -> str:
    """A sentence, if no more can be written on a disk that the run writes to."""
    folders: list[str | Path] = [home(), *([output] if "://" not in output else [])]
    return no_room(error, folders)


def parameters_of(order: FactoryOrder) -> dict[str, Any]:
    """The flow's parameters that the order holds: what a run alone may be asked for, such as marks, is none of them."""
    from flows.factory import factory

    return {name: value for name, value in order if name in factory.parameters.properties}


def _run(order: FactoryOrder) -> Json:
    """The flow, in this process and on an event loop of its own; its summary."""
    import uvloop

    from flows.factory import factory

    quiet()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(factory(**parameters_of(order)))


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
        if batch["again"]:
            table.add_row("", f"tried again by the next run: {batch['again']}")
        if batch["unfit"]:
            table.add_row("", batch["unfit"])
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
    for alarm in made["sameness"]["alarms"] if made else ():
        console.print(f"too much alike to be published: {alarm}", style="yellow", markup=False, soft_wrap=True)
    console.print(f"{summary['message']}.", markup=False, soft_wrap=True)
    if summary["latest"]:
        console.print(f"Dataset: {output}/versions/{summary['latest']}/dataset/", markup=False, soft_wrap=True)
