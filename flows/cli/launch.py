"""One run from the command line: checked before anything starts, then the flow, then a summary."""

from __future__ import annotations

import asyncio
import logging
import sys
import warnings
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from flows.cli.screen import screen
from flows.cli.summary import summarise
from flows.home import home
from flows.order import Order, order_of
from flows.preparation import Prepared, prepared
from flows.room import no_room
from flows.server.prefect_server import ServerDown
from flows.server.private_server import PrefectApi
from tasks.records import Json
from tasks.records.store import DirectoryBusy
from tasks.settings import from_pairs
from tasks.teacher import StopRun
from tasks.teacher.endpoints import load_client
from tasks.teacher.ledger import LedgerError

FAILED, STOPPED = 1, 3


def launch(api: PrefectApi, *, pairs: list[str], **parameters: Any) -> int:
    """Run the flow and tell how it went; the exit code. ValueError for what is wrong with the command."""
    order = order_of({**parameters, **from_pairs(pairs).groups()}, Order)
    output = order.output
    console, errors = screen(), screen(errors=True)
    with ExitStack() as stack:
        ready = stack.enter_context(_ready(order))
        warn(ready.warnings())
        if mix := ready.mix.asked:
            errors.print(f"Mix: {mix}.", style="dim", markup=False)
        errors.print(f"Reading with {order.teacher} as the teacher; starting Prefect …", style="dim")
        if problem := came_up(api, "flows.generate", order.teacher):
            errors.print(f"{problem}.", style="yellow", markup=False)
            return STOPPED
        from flows.ending import Incomplete, TooFewRows

        folders: list[str | Path] = [home(), *([output] if "://" not in output else [])]
        try:
            manifest = _run(order)
        except Incomplete as incomplete:
            if full := no_room(incomplete, folders):
                errors.print(f"{full}.", style="yellow", markup=False)
                return STOPPED
            summarise(console, incomplete.manifest, output)
            errors.print(f"{incomplete}. Run the same command again to resume.", style="yellow", markup=False)
            return STOPPED if incomplete.stopped else FAILED
        except TooFewRows as few:
            summarise(console, few.manifest, output)
            errors.print(f"{few}.", style="yellow", markup=False)
            return FAILED
        except (LedgerError, StopRun) as stop:
            errors.print(f"{stop}. Run the same command again to resume.", style="yellow", markup=False)
            return STOPPED
        except Exception as error:
            if not (full := no_room(error, folders)):
                raise
            errors.print(f"{full}.", style="yellow", markup=False)
            return STOPPED
    summarise(console, manifest, output)
    return 0


def came_up(api: PrefectApi, flow: str, teacher: str) -> str:
    """Have a flow and its teacher's client imported, which takes seconds, while the Prefect API comes up; what to tell if that
    does not."""
    try:
        api.begin()
        import_module(flow)
        load_client(teacher)
        import_module("langchain_core.prompts")  # the first call's template would wait for it
        api.wait()
    except ServerDown as down:
        return no_room(down, [home()]) or f"{down}. Run the same command again"
    return ""


@contextmanager
def _ready(order: Order) -> Iterator[Prepared]:
    """The run prepared; ValueError, in one sentence, for what cannot be had."""
    with ExitStack() as stack:
        try:
            ready = stack.enter_context(prepared(order))
        except DirectoryBusy as busy:
            raise ValueError(str(busy)) from None
        yield ready


def warn(warnings: Iterable[str]) -> None:
    """Tell what the run will do without."""
    errors = screen(errors=True)
    for warning in warnings:
        errors.print(f"warning: {warning}", style="yellow", markup=False)


def _run(order: Order) -> Json:
    """The flow, in this process and on an event loop of its own; its manifest."""
    import uvloop

    from flows.generate import generate

    quiet()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(generate(**dict(order)))


def quiet() -> None:
    """Nothing of Prefect's and its clients' inner life on a user's terminal."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
