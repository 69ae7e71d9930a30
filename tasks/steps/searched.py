"""What agents may search: the run's own pieces, known once all documents are read, and the open corpus."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from tasks.documents.discover import Found
from tasks.records import Record, digest
from tasks.records.store import Store
from tasks.settings import Settings
from tasks.steps.corpus import corpus_digest, corpus_pieces
from tasks.steps.reading import Pieces
from tasks.tools.search.index import Index, open_index


class Searched:
    """The document set of a run, to be searched when it is whole."""

    def __init__(self, store: Store, pieces: Pieces, corpus: list[Found], settings: Settings) -> None:
        self._store, self._pieces, self._corpus, self._settings = store, pieces, corpus, settings
        self._whole = asyncio.Event()
        self._scratch: tempfile.TemporaryDirectory[str] | None = None
        self.index: Index = open_index(self._folder(), self.digest, self._records)

    def close(self) -> None:
        """No further piece will come."""
        self._whole.set()

    async def whole(self) -> None:
        """Return when no further piece will come."""
        await self._whole.wait()

    def digest(self) -> str:
        """Stands for all that is searched; RuntimeError while documents are still read."""
        if not self._whole.is_set():
            raise RuntimeError("the document set is searched before all of it is read")
        return self._digest

    @cached_property
    def _digest(self) -> str:
        searched = [shard.ref["sha256"] for shard in self._pieces.shards]
        further = corpus_digest(self._corpus)
        return digest([*searched, further] if further else searched)

    def _folder(self) -> Path:
        """In the run directory, if that is a local one."""
        if not self._store.local:
            self._scratch = tempfile.TemporaryDirectory(prefix="agentinstruct-search-")
        return Path(self._scratch.name if self._scratch else self._store.path("search"))

    def _records(self) -> Iterator[Record]:
        for shard in self._pieces.shards:
            yield from self._store.records(shard.ref)
        yield from corpus_pieces(self._corpus, self._settings)
