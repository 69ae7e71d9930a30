"""The search index on disk: built once for a document set, whole or absent, read without being loaded.

Below its folder an index is a folder of its own: BM25 postings as bm25s writes them, the pieces as lines of JSON, and arrays
with a number for each piece. It is built beside its place and renamed into it; its manifest proves every byte.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
import mmap
import os
import shutil
from array import array
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks.records import Record, digest
from tasks.text.terms import search_terms

if TYPE_CHECKING:
    from bm25s import BM25
    from numpy.typing import NDArray

FORMAT = 1
"""Part of every manifest: an index of another format, or cut into words by other rules, is built again."""
_MANIFEST, _PIECES = "manifest.json", "pieces.jsonl"
_ARRAYS = ("offsets", "ranks", "sources", "kinds")


@dataclass(frozen=True)
class Files:
    """An index opened: arrays are mapped into memory, so what is not asked for stays on disk."""

    retriever: BM25 | None
    """None where no piece holds a word."""
    offsets: NDArray[Any]
    """Where each piece's line starts, and the end of the last."""
    ranks: NDArray[Any]
    """Each piece's place when all are sorted by id; decides between equal scores."""
    sources: NDArray[Any]
    """`mark` of each piece's document."""
    kinds: NDArray[Any]
    """`mark` of each piece's kind."""
    lines: mmap.mmap | bytes

    def piece(self, number: int) -> tuple[str, str, str, str]:
        """Id, title, uri of the document and text of a piece."""
        line = self.lines[int(self.offsets[number]) : int(self.offsets[number + 1])]
        id, title, uri, text = json.loads(line)
        return id, title, uri, text


def mark(text: str) -> int:
    """A number of 64 bits that stands for a text."""
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "little")


def open_files(folder: Path, key: str, pieces: Callable[[], Iterable[Record]]) -> Files:
    """The index of this key below `folder`: found if it is whole, else built from `pieces`. Whoever comes second waits."""
    place = folder / digest(key)[:20]
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(folder / f"{place.name}.lock"):
        if not _whole(place):
            beside = folder / f"{place.name}.tmp"
            for left in (beside, place):
                shutil.rmtree(left, ignore_errors=True)
            beside.mkdir()
            _build(beside, pieces())
            os.rename(beside, place)
            _sync(folder)
    return _opened(place)


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """One builder at a time, of all threads and processes; the kernel lets go when one dies."""
    with open(lock, "a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _whole(place: Path) -> bool:
    try:
        manifest = json.loads((place / _MANIFEST).read_bytes())
        return bool(manifest["format"] == FORMAT) and all(
            _sha256(place / name) == value for name, value in manifest["files"].items()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _build(folder: Path, pieces: Iterable[Record]) -> None:
    import numpy as np

    ids: list[str] = []
    columns = {"offsets": array("q", [0]), "sources": array("Q"), "kinds": array("Q")}
    vocabulary: dict[str, int] = {}
    texts: list[array[int]] = []
    with open(folder / _PIECES, "wb") as file:
        for piece in pieces:
            source = piece.source
            line = json.dumps([piece.id, source.title, source.uri, piece.passage]).encode() + b"\n"
            file.write(line)
            ids.append(piece.id)
            columns["offsets"].append(columns["offsets"][-1] + len(line))
            columns["sources"].append(mark(source.uri))
            columns["kinds"].append(mark(source.kind))
            texts.append(
                array("i", [vocabulary.setdefault(word, len(vocabulary)) for word in search_terms(piece.passage)])
            )
    order = sorted(range(len(ids)), key=lambda number: (ids[number], number))
    ranks = np.empty(len(ids), np.int32)
    ranks[order] = np.arange(len(ids), dtype=np.int32)
    for name in _ARRAYS:
        np.save(folder / f"{name}.npy", ranks if name == "ranks" else np.asarray(columns[name]), allow_pickle=False)
    if vocabulary:
        retriever = _bm25()
        retriever.index((texts, vocabulary), create_empty_token=False, show_progress=False)
        retriever.save(folder, show_progress=False)
    names = sorted(path.name for path in folder.iterdir())
    for name in names:
        _sync(folder / name)
    _write_manifest(folder, {"format": FORMAT, "files": {name: _sha256(folder / name) for name in names}})


def _write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    path = folder / _MANIFEST
    path.write_text(json.dumps(manifest, indent=1) + "\n")
    _sync(path)
    _sync(folder)


def _opened(place: Path) -> Files:
    import numpy as np

    mapped = {name: _mapped(np.load(place / f"{name}.npy", mmap_mode="r", allow_pickle=False)) for name in _ARRAYS}
    retriever = None
    if (place / "params.index.json").exists():
        retriever = _bm25().load(place, mmap=True, show_progress=False)
        retriever.scores = {name: _mapped(value) for name, value in retriever.scores.items()}
    with open(place / _PIECES, "rb") as file:
        empty = not os.fstat(file.fileno()).st_size
        lines = b"" if empty else mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return Files(retriever=retriever, lines=lines, **mapped)


def _mapped(value: Any) -> Any:
    """The plain view of a mapped array: slicing numpy's own class of them takes several times as long."""
    import numpy as np

    return np.asarray(value) if isinstance(value, np.memmap) else value


def _bm25() -> BM25:
    import bm25s  # half a second that runs without search need not wait

    logging.getLogger("bm25s").setLevel(logging.WARNING)  # it sets itself to DEBUG at import
    return bm25s.BM25()


def _sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
