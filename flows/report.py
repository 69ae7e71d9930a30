"""The page that a run ends with: what goes wrong with it costs the run nothing."""

from __future__ import annotations

import asyncio
import logging
import os
import sys

from prefect import get_run_logger
from rich.console import Console

from tasks.publish.report.report import REPORT, write_report
from tasks.publish.run_directory import RunDirectory
from tasks.records import Json
from tasks.records.store import Store

MANY = 1_000
"""Rows and rejects above which the page is made in a process of its own: its memory would stay with the run."""


async def report(store: Store, manifest: Json) -> None:
    """Write report.html into the run directory; that it could not be written is told in a sentence, and nothing more."""
    many = manifest["accepted"] + sum(manifest["rejected"].values()) > MANY
    try:
        await (_apart(store.root) if many and store.local else asyncio.to_thread(write_report, RunDirectory(store)))
    except Exception as problem:  # the dataset is whole without it; the words of a problem may be those of a document
        _tell(
            f"{REPORT} was not written ({type(problem).__name__}); the dataset is whole, "
            f"and `agentinstruct report {store.output}` makes the page again"
        )


async def _apart(folder: str) -> None:
    """Write the page in another process, which ends with this one; ChildProcessError if it failed."""
    program = (sys.executable, "-m", "tasks.publish.report")
    quiet = asyncio.subprocess.DEVNULL
    # It reads until its standard input closes, however this process ends.
    child = await asyncio.create_subprocess_exec(
        *program,
        folder,
        stdin=asyncio.subprocess.PIPE,
        stdout=quiet,
        stderr=quiet,
        env={**os.environ, "PYTHONPATH": _PATH},
    )
    try:
        if await child.wait():
            raise ChildProcessError
    finally:
        if child.returncode is None:
            child.kill()


_PATH = os.pathsep.join(path for path in sys.path if path)


def _tell(line: str) -> None:
    log = get_run_logger()
    if log.isEnabledFor(logging.WARNING):
        log.warning(line)
    else:
        Console(stderr=True).print(line, style="yellow", markup=False, highlight=False, soft_wrap=True)
