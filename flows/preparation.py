"""What is done once before a run: its directory is held and claimed, its skills are loaded, its files are found.

The command line does it before Prefect starts, so that a wrong command is told at once; a served run does it in its flow.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property

from flows.home import home, keep_private
from tasks.documents.discover import Found, discover
from tasks.records.store import Store
from tasks.settings import Settings
from tasks.steps.mix import mix_of


class Prepared:
    """A run before it starts. A plain class: Prefect walks through dataclasses that a task is given."""

    def __init__(self, documents: Sequence[str], skill: str, output: str, settings: Settings) -> None:
        self.asked = (tuple(documents), skill, output, settings)
        self.documents, self.settings = documents, settings
        self.mix = mix_of(skill, settings.mix)
        self.store = Store(output)

    @cached_property
    def files(self) -> list[Found]:
        """The files that the documents name; NothingToRead if there is none."""
        return discover(self.documents, self.store.output, self.settings.read_ignored)

    def taken_files(self) -> list[Found]:
        """The same, to be read once: a long list is not kept for the whole run."""
        files = self.files
        del self.files
        return files


_PREPARED: ContextVar[Prepared | None] = ContextVar("prepared", default=None)


@contextmanager
def prepared(documents: Sequence[str], skill: str, output: str, settings: Settings) -> Iterator[Prepared]:
    """The run, its directory held until the block ends; the one that is being prepared already, if it is the same.

    CatalogueError for a skill that does not load, DirectoryTaken or DirectoryBusy for a directory that cannot be had.
    """
    known = _PREPARED.get()
    if known is not None and known.asked == (tuple(documents), skill, output, settings):
        yield known
        return
    run = Prepared(documents, skill, output, settings)
    run.store.claim(run.mix.name)
    with run.store.locked(home()):
        token = _PREPARED.set(run)
        try:
            yield run
        finally:
            _PREPARED.reset(token)
            keep_private()
