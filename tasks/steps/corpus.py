"""The open corpus: a folder of further documents that agents may search beside those of the run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from tasks import documents
from tasks.documents.discover import Found, NothingToRead, discover, open_file
from tasks.records import Record, Rejected, digest
from tasks.settings import Settings, SettingsError

_KINDS = ("text", "code", "table")


def corpus_files(settings: Settings) -> list[Found]:
    """The files of the folder that the settings name, if they name one; SettingsError if it is none, or holds no file."""
    if not settings.search_corpus:
        return []
    folder = Path(settings.search_corpus).expanduser()
    if not folder.is_dir():
        raise SettingsError(f"search_corpus: '{settings.search_corpus}' is no folder; name one that holds documents")
    try:
        return discover([str(folder)], read_ignored=settings.read_ignored)
    except NothingToRead as error:
        raise SettingsError(f"search_corpus: {error}") from None


def corpus_digest(files: Sequence[Found]) -> str:
    """A hash of what is in the files, so that a changed corpus makes anew what was searched in it; empty without files."""
    return digest([(Path(found.path).name, _sha256(found)) for found in files]) if files else ""


def _sha256(found: Found) -> str:
    try:
        with open_file(found) as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]
    except Rejected as unreadable:
        return unreadable.reason


def corpus_pieces(files: Sequence[Found], settings: Settings) -> Iterator[Record]:
    """The pieces of the files that can be read; the others are passed over."""
    whole = settings.model_copy(update={"chunks_per_document": 0})
    for document in documents.read(files, whole, kinds=_KINDS, skill=""):
        yield from document.pieces
