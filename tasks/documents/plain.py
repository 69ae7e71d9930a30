"""Plain text: its bytes decoded, and what had to be guessed or mended for that."""

from __future__ import annotations

from tasks.documents.readers import Note
from tasks.text.encoding import decode, untangled


def decoded(data: bytes) -> tuple[str, tuple[Note, ...]]:
    """The text of a file and the notes on it; :class:`Rejected` as `binary` or `wrong_encoding`."""
    text, encoding = decode(data)
    notes = guessed(encoding)
    mended = untangled(text)
    if mended != text:
        notes = (*notes, Note("encoded_twice", "UTF-8 that was saved once more as if it were Windows-1252; mended"))
    return mended, notes


def guessed(encoding: str) -> tuple[Note, ...]:
    """What is said of a text whose bytes alone told its encoding."""
    return (Note("encoding", f"not UTF-8: read as {encoding}, which its bytes show"),) if encoding else ()
