"""The lines of a stream, decoded, none held beyond a limit."""

from __future__ import annotations

import io
from typing import BinaryIO

from tasks.documents.plain import guessed
from tasks.documents.sources.stream import HEAD, head_of
from tasks.text.encoding import bom_encoding, detected


class TooLong(Exception):
    """A line, or what the caller counts as one record, is beyond the limit; it has been read past."""


class Lines:
    """Decoded lines; one beyond the limit is read past in small pieces and raises :class:`TooLong` once."""

    def __init__(self, stream: BinaryIO, limit: int, newline: str) -> None:
        stream, head = head_of(stream)
        encoding, name = bom_encoding(head), ""
        whole = head if len(head) < HEAD else head[: head.rfind(b"\n") + 1] or head[: HEAD // 4 * 4]
        if not encoding and (shown := detected(whole)) and shown.sure:
            encoding, name = shown.codec, shown.name
        self.encoding, self.notes = encoding or "utf-8", guessed(name)
        # Bytes that are no UTF-8 stay visible as escapes, so that only their own row is lost.
        errors = "surrogateescape" if self.encoding.startswith("utf-8") else "strict"
        self._reader = io.TextIOWrapper(stream, self.encoding, errors, newline)
        self._limit = limit
        self.spent = 0
        """Characters read since the caller last set it to 0; a record of many lines ends at the limit too."""

    def __iter__(self) -> Lines:
        return self

    def __next__(self) -> str:
        line = self._reader.readline(self._limit + 2)
        if not line:
            raise StopIteration
        if len(line.rstrip("\r\n")) > self._limit:
            while line and not line.endswith(("\n", "\r")):
                line = self._reader.readline(1 << 16)
            raise TooLong
        self.spent += len(line)
        if self.spent > self._limit + 2:
            raise TooLong
        return line

    def read(self, size: int) -> str:
        """So many characters more, whatever lines they are."""
        return self._reader.read(size)
