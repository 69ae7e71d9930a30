"""What agents may search: the run's own pieces, known once all documents are read, and the open corpus.

The pieces of a lot that an earlier reading closed search what there was then: documents that came or went since change neither
what they found nor what was paid for that.
"""

from __future__ import annotations

import asyncio
import tempfile
import threading
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

from tasks.documents.discover import Found
from tasks.records import Record, digest
from tasks.records.store import ShardRef, Store
from tasks.settings import Settings
from tasks.steps import lots
from tasks.steps.corpus import corpus_digest, corpus_pieces
from tasks.steps.reading import Pieces
from tasks.tools.search.index import Index, open_index


class Corpus:
    """A document set, to be searched when it is whole."""

    def __init__(self, store: Store, shards: Sequence[ShardRef] | Pieces, further: Further, folder: Path) -> None:
        """`shards` are those that are searched; of pieces, all that there will be when they are read."""
        self._store, self._shards, self._further = store, shards, further
        self._whole = asyncio.Event()
        self.index: Index = open_index(folder, self.digest, self._records)
        if not isinstance(shards, Pieces):
            self.close()

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
        searched, further = [ref["sha256"] for ref in self._refs()], self._further.digest
        return digest([*searched, further] if further else searched)

    def _refs(self) -> Sequence[ShardRef]:
        shards = self._shards
        return [shard.ref for shard in shards.shards] if isinstance(shards, Pieces) else shards

    def _records(self) -> Iterator[Record]:
        for ref in self._refs():
            yield from self._store.records(ref)
        yield from self._further.pieces()


class Further:
    """The open corpus."""

    def __init__(self, files: list[Found], settings: Settings) -> None:
        self._files, self._settings = files, settings

    @cached_property
    def digest(self) -> str:
        """Stands for what is in it; empty without files."""
        return corpus_digest(self._files)

    def pieces(self) -> Iterator[Record]:
        """What it is cut into."""
        return corpus_pieces(self._files, self._settings)


class Searched:
    """What each lot of a run searches."""

    def __init__(self, store: Store, pieces: Pieces, corpus: list[Found], settings: Settings) -> None:
        self._store, self._further = store, Further(corpus, settings)
        self._scratch: tempfile.TemporaryDirectory[str] | None = None
        self._place = self._folder()
        self._known, self._opening = dict[int, Corpus](), threading.Lock()
        self._closed = lots.closed(store)
        self.newest = Corpus(store, pieces, self._further, self._place)
        """What the pieces search that no earlier reading knew."""

    def of(self, lot: int) -> Corpus:
        """What the pieces of this lot search."""
        with self._opening:
            if lot in self._closed and lot not in self._known:
                refs = lots.searched(self._store, lot)
                self._known[lot] = Corpus(self._store, refs, self._further, self._place) if refs else self.newest
            return self._known.get(lot, self.newest)

    def _folder(self) -> Path:
        """In the run directory, if that is a local one."""
        if not self._store.local:
            self._scratch = tempfile.TemporaryDirectory(prefix="agentinstruct-search-")
        return Path(self._scratch.name if self._scratch else self._store.path("search"))
