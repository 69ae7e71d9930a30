"""Tells of a run while it goes on and how it ended: to the terminal or the log, to its two artifacts, and as an event."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from prefect.runtime import flow_run
from rich.console import Console

from flows.telling import events, story
from flows.telling.artifacts import Page, dataset_page, key_of_output, progress_page
from flows.telling.progress import Progress, line
from flows.telling.terminal import show
from tasks.records import Json
from tasks.steps.run import Run

WATCH_SECONDS = 1.0
PAGE_SECONDS = 5.0
"""How often the progress artifact is written at first; it is written a hundred times in a run at most, and each half minute."""
MOST_PAGE_SECONDS = 30.0


class Teller:
    """What tells of one run."""

    def __init__(self, run: Run) -> None:
        self.run, self.progress = run, Progress(run)
        # Where the whole flow run's result goes: a factory's batches have directories of their own.
        output = flow_run.parameters.get("output") or run.store.output
        self._page = Page(key_of_output("progress", output), f"How far the run to {output} is")
        self._result = Page(key_of_output("dataset", output), f"What came of the run to {output}")
        self._console = Console(file=sys.stderr)
        self._documents_told = False
        self._story = story.Story(milestones=story.keeps_log())

    def _tell_documents(self) -> None:
        """Tell once what the documents came to, when all are read."""
        if self.run.pieces.all_read and not self._documents_told:
            self._documents_told = True
            story.say(story.documents_read(self.run.pieces))
            story.say(str(self.progress.forecast))

    async def ended(self, manifest: Json) -> None:
        """Tell how it ended."""
        self._tell_documents()
        now = self.progress.snapshot()
        await self._page.write(partial(progress_page, now))
        await self._result.write(partial(dataset_page, manifest, self.run.store.output))
        await asyncio.to_thread(events.tell, manifest, self.run.store)
        story.say(story.ending(manifest, now.elapsed) if story.keeps_log() else line(now))

    async def watch(self) -> None:
        """Tell what changes, until cancelled."""
        written = 0.0
        while True:
            self._tell_documents()
            now = self.progress.snapshot()
            for told in self._story.watch(now) if story.keeps_log() or not self._console.is_terminal else ():
                story.say(told)
            if now.elapsed - written >= min(max(PAGE_SECONDS, now.elapsed / 100), MOST_PAGE_SECONDS) or not written:
                written = now.elapsed
                await self._page.write(partial(progress_page, now))
            await asyncio.sleep(WATCH_SECONDS)

    async def paint(self) -> None:
        """Show how far it is on the terminal, until cancelled."""
        if not story.keeps_log():
            await show(self._console, self.progress.snapshot)


@asynccontextmanager
async def told(run: Run) -> AsyncIterator[Teller]:
    """Tell of the run until the block ends; how it ended is told by :meth:`Teller.ended`."""
    teller = Teller(run)
    tasks = [asyncio.create_task(work) for work in (teller.watch(), teller.paint())]
    try:
        yield teller
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)  # what goes wrong with telling costs the run nothing
