"""Documents as tests write and read them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tasks.documents import Document, read
from tasks.documents.discover import discover
from tasks.records import Record, Reject
from tasks.settings import Settings

KINDS = ("text", "code", "api")
TEXT = "The survey counted forty herons along the northern shore in the first week of May. "


def documents(*uris: object, kinds: Iterable[str] = KINDS, limit: int = 0, **changes: object) -> list[Document]:
    chosen = Settings.model_validate({"min_words": 3, **changes})
    return list(read(discover([str(uri) for uri in uris]), chosen, kinds=tuple(kinds), skill="skill", limit=limit))


def pieces(found: Iterable[Document]) -> list[Record]:
    return [piece for document in found for piece in document.pieces]


def rejects(found: Iterable[Document]) -> list[Reject]:
    return [document.reject for document in found if document.reject]


def write(path: Path, text: str | bytes = TEXT) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path
