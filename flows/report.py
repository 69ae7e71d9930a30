"""The page that a run ends with: what goes wrong with it costs the run nothing."""

from __future__ import annotations

import asyncio
import logging

from prefect import get_run_logger
from rich.console import Console

from tasks.publish.report.report import REPORT, write_report
from tasks.publish.run_directory import RunDirectory
from tasks.records.store import Store


async def report(store: Store) -> None:
    """Write report.html into the run directory; that it could not be written is told in a sentence, and nothing more."""
    try:
        await asyncio.to_thread(write_report, RunDirectory(store))
    except Exception as problem:  # the dataset is whole without it; the words of a problem may be those of a document
        _tell(
            f"{REPORT} was not written ({type(problem).__name__}); the dataset is whole, "
            f"and `agentinstruct report {store.output}` makes the page again"
        )


def _tell(line: str) -> None:
    log = get_run_logger()
    if log.isEnabledFor(logging.WARNING):
        log.warning(line)
    else:
        Console(stderr=True).print(line, style="yellow", markup=False, highlight=False, soft_wrap=True)
