"""A curation from the command line: checked before anything starts, then the flow, then a summary."""

from __future__ import annotations

import asyncio
from typing import Any

from rich.console import Console
from rich.table import Table

from flows.cli.launch import FAILED, STOPPED, came_up, quiet
from flows.cli.screen import screen, tell
from flows.curating import CurateOrder, check
from flows.home import home
from flows.order import order_of
from flows.room import no_room
from flows.server.private_server import PrefectApi
from tasks.curation.manifest import told_of_judge
from tasks.publish.run_directory import RunDirectory
from tasks.records import Json
from tasks.records.store import DirectoryBusy
from tasks.teacher import StopRun
from tasks.teacher.ledger import LedgerError


def run_curation(api: PrefectApi, *, as_json: bool, **parameters: Any) -> int:
    """Run the flow and tell what came of it; the exit code. ValueError or LookupError for what is wrong with the command."""
    order = order_of(parameters, CurateOrder)
    check(order)
    for run in order.runs:
        _ = RunDirectory(run).skills  # LookupError, in a sentence, for what is no run
    errors = screen(errors=True)
    errors.print("Looking at the runs; starting Prefect …", style="dim")
    if problem := came_up(api, "flows.curate", order.curating.judge or "offline"):
        errors.print(f"{problem}.", style="yellow", markup=False)
        return STOPPED
    from flows.curate import NothingLeft

    try:
        told = _run(order)
    except NothingLeft as nothing:
        errors.print(f"{nothing}.", style="yellow", markup=False)
        return FAILED
    except (LedgerError, StopRun) as stop:
        errors.print(f"{stop}. Run the same command again to resume.", style="yellow", markup=False)
        return STOPPED
    except DirectoryBusy as busy:
        raise ValueError(str(busy)) from None
    except ValueError:  # what cannot be had is told already
        raise
    except Exception as error:
        if not (full := no_room(error, [home(), *([order.output] if "://" not in order.output else [])])):
            raise
        errors.print(f"{full}.", style="yellow", markup=False)
        return STOPPED
    tell({**told, "output": order.output}) if as_json else _summarise(screen(), told, order.output)
    return 0


def _run(order: CurateOrder) -> Json:
    from flows.curate import curate

    quiet()
    return asyncio.run(curate(**dict(order)))


def _summarise(console: Console, told: Json, output: str) -> None:
    """Print what stayed, what fell out and why."""
    table = Table(title="Curated", show_header=False, title_justify="left")
    table.add_row("rows", f"{told['rows_in']:,} of {len(told['runs'])} run{'s' * (len(told['runs']) != 1)}")
    for step, reasons in told["dropped"].items():
        if reasons:
            table.add_row(step.replace("_", " "), ", ".join(f"{rows:,} {reason}" for reason, rows in reasons.items()))
    if judged := told["judge"]:
        table.add_row("judge", told_of_judge(judged))
    table.add_row("held out", f"{told['held_out']:,} of {len(told['held_out_documents']):,} documents")
    table.add_row("to train on", f"{told['accepted']:,}")
    console.print(table)
    console.print(f"Dataset: {output}/dataset/  Report: {output}/report.html", markup=False, soft_wrap=True)
    offline = " --offline-rows" if told["settings"]["offline_rows"] else ""
    console.print(
        f"To share it:\n  .venv/bin/agentinstruct publish {output} --as hf,trl{offline}", markup=False, soft_wrap=True
    )
