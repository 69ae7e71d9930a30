"""A release from the command line: checked before anything starts, then the flow, then what it wrote."""

from __future__ import annotations

import asyncio
from typing import Any

from rich.console import Console
from rich.table import Table

from flows.cli.launch import STOPPED, quiet
from flows.cli.screen import screen, tell
from flows.home import home
from flows.order import order_of
from flows.publishing import PublishOrder, opened
from flows.room import no_room
from flows.server.prefect_server import ServerDown
from flows.server.private_server import PrefectApi
from tasks.records import Json
from tasks.records.store import DirectoryBusy


def run_publish(api: PrefectApi, *, as_json: bool, **parameters: Any) -> int:
    """Publish; the exit code. ValueError, in one sentence, for what is wrong with the command or cannot be had."""
    order = order_of(parameters, PublishOrder)
    release = opened(order)
    errors = screen(errors=True)
    errors.print(
        f"Publishing {order.data} as {', '.join(order.formats)}; starting Prefect …", style="dim", markup=False
    )
    try:
        api.begin()
        from flows.publish import publish  # takes its time while the server comes up

        api.wait()
        quiet()
        import uvloop

        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            summary: Json = runner.run(publish(**dict(order)))
    except ServerDown as down:
        errors.print(no_room(down, [home()]) or f"{down}. Run the same command again.", style="yellow", markup=False)
        return STOPPED
    except DirectoryBusy as busy:
        raise ValueError(str(busy)) from None
    except OSError as error:
        if not (full := no_room(error, [home(), release.output.root])):
            raise
        errors.print(f"{full}.", style="yellow", markup=False)
        return STOPPED
    tell(summary) if as_json else _show(screen(), summary)
    return 0


def _show(console: Console, summary: Json) -> None:
    for told in summary["formats"]:
        console.print(f"{told['format']}: {told['folder']}", markup=False, soft_wrap=True)
        table = Table(show_edge=False)
        for head in ("config", "split"):
            table.add_column(head)
        table.add_column("rows", justify="right")
        for config, splits in told["configs"].items():
            for split, rows in splits.items():
                table.add_row(config, split, f"{rows:,}")
        console.print(table)
        for line in _beside(told):
            console.print(line, style="yellow", markup=False, soft_wrap=True)
        *_, last = told["configs"]
        config = f', "{last}"' if len(told["configs"]) > 1 else ""
        console.print(f'load_dataset("{told["folder"]}"{config})', markup=False, soft_wrap=True)
    for parcel in summary["push"]:
        if parcel["address"]:
            console.print(f"pushed: {parcel['address']}", markup=False, soft_wrap=True)
        else:
            for file in parcel["files"]:
                line = f"would push to {parcel['repository']}: {file['path']}, {file['bytes']:,} bytes"
                console.print(line, markup=False, soft_wrap=True)


def _beside(told: Json) -> list[str]:
    lines = [f"{n:,} left out: {reason}" for reason, n in told["left_out"].items()]
    lines += [f"{n:,} not rendered, see not_rendered.jsonl: {reason}" for reason, n in told["unrendered"].items()]
    lines += [f"{n:,} changed: {repair}" for repair, n in told["repaired"].items()]
    return [*lines, *(f"{n:,} without {what}" for what, n in told["lost"].items())]
