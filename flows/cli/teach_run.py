"""A teaching from the command line: checked before anything starts, then the flow, then what came of it."""

from __future__ import annotations

import asyncio
from typing import Any

from rich.console import Console
from rich.table import Table

from flows.cli.launch import FAILED, STOPPED, came_up, quiet
from flows.cli.screen import screen, tell
from flows.order import order_of
from flows.server.private_server import PrefectApi
from flows.teaching import TeachOrder, check
from tasks.records import Json
from tasks.records.store import DirectoryBusy
from tasks.training.students import TrainingStopped


def run_teaching(api: PrefectApi, *, as_json: bool, **parameters: Any) -> int:
    """Run the flow and tell what came of it; the exit code. ValueError, in one sentence, for what is wrong with the command."""
    order = order_of(parameters, TeachOrder)
    check(order)
    errors = screen(errors=True)
    errors.print("Looking at the dataset; starting Prefect …", style="dim")
    if problem := came_up(api, "flows.teach", "offline"):
        errors.print(f"{problem}.", style="yellow", markup=False)
        return STOPPED
    try:
        told = _run(order)
    except TrainingStopped as stopped:
        errors.print(f"{stopped}.", style="yellow", markup=False)
        return FAILED
    except DirectoryBusy as busy:
        raise ValueError(str(busy)) from None
    if as_json:
        tell({**told, "output": order.output})
    elif order.config_only:
        screen().print(f"{told['message']}. Folder: {order.output}", markup=False, soft_wrap=True)
    else:
        _summarise(screen(), told, order.output)
    return 0


def _run(order: TeachOrder) -> Json:
    from flows.teach import teach

    quiet()
    return asyncio.run(teach(**dict(order)))


def _summarise(console: Console, told: Json, output: str) -> None:
    """Print the loss of each skill before and after, and what it took."""
    table = Table(title="Loss on rows of other documents", title_justify="left")
    table.add_column("skill")
    for head in ("before", "after", "change", "tokens"):
        table.add_column(head, justify="right")
    for skill, found in [*told["loss"].items(), *([("all", told["overall"])] if told["overall"] else [])]:
        change = f"{found['after'] / found['before'] - 1:+.1%}"
        table.add_row(skill, f"{found['before']:.3f}", f"{found['after']:.3f}", change, f"{found['tokens']:,}")
    if told["loss"]:
        console.print(table)
    took = f"{told['steps']:,} steps, {told['seconds'] / 60:,.1f} minutes, {told['memory_mb'] / 1024:.1f} GiB"
    learnt = sum(told["tokens"].values())
    console.print(f"Learnt from {learnt:,} tokens of the assistant: {took}.", markup=False, soft_wrap=True)
    console.print(f"Student: {output}  Report: {output}/report.html", markup=False, soft_wrap=True)
