"""What a person sees while a run goes on: how far, how many calls, tokens and dollars. On a terminal a bar, else a
line now and then."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from prefect import get_run_logger
from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table

from tasks.steps.forecast import Forecast
from tasks.steps.run import Run

LINE_SECONDS = 10.0


class Progress:
    """Counts of finished shards, filled in by the flow."""

    def __init__(self, run: Run, forecast: Forecast) -> None:
        self.total, self.forecast = len(run.pieces.shards), forecast
        self.records = {step.name: 0 for step in run.pipeline}
        self.rejected = run.pieces.rejected_by.total()
        self.started = self.finished = 0
        self.began = time.monotonic()

    def step_done(self, step: str, rows: int, rejects: int) -> None:
        self.records[step] += rows
        self.rejected += rejects

    def line(self, run: Run) -> str:
        usage, cost = run.teacher.usage, run.teacher.cost()
        spent = "cost unknown" if cost is None else f"${cost:.4f}"
        seconds = int(time.monotonic() - self.began)
        parts = (
            f"{self.finished}/{self.total} shards",
            *(f"{step.makes} {self.records[step.name]:,}" for step in run.pipeline if step.makes),
            f"rejected {self.rejected:,}",
            f"calls {usage.made:,} ({run.teacher.limiter.active} under way, {usage.replayed:,} replayed, "
            f"{usage.failed:,} failed{f', last: {usage.last_fault}' if usage.last_fault else ''})",
            f"tokens {usage.prompt_tokens + usage.completion_tokens:,}",
            spent,
            f"{seconds // 60}:{seconds % 60:02d}",
        )
        return " · ".join(parts)


@asynccontextmanager
async def shown(progress: Progress, run: Run) -> AsyncIterator[None]:
    """Show `progress` on standard error until the block ends."""
    console = Console(file=sys.stderr)
    _say(console, str(progress.forecast))
    painter = asyncio.create_task(_paint(progress, run, console))
    try:
        yield
    finally:
        painter.cancel()
        with suppress(asyncio.CancelledError):
            await painter
        _say(console, progress.line(run))


def _say(console: Console, line: str) -> None:
    """A line in the log that the Prefect UI shows, if the run keeps one, else on the terminal."""
    log = get_run_logger()
    if log.isEnabledFor(logging.INFO):
        log.info(line)
    else:
        console.print(line, highlight=False, soft_wrap=True)


async def _paint(progress: Progress, run: Run, console: Console) -> None:
    if not console.is_terminal:
        while True:
            await asyncio.sleep(LINE_SECONDS)
            _say(console, progress.line(run))
    with Live(console=console, auto_refresh=False, transient=True) as live:
        while True:
            table = Table.grid(padding=(0, 1))
            table.add_row(ProgressBar(total=max(progress.total, 1), completed=progress.finished, width=40))
            table.add_row(progress.line(run))
            live.update(table, refresh=True)
            await asyncio.sleep(0.5)
