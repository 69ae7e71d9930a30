"""Streams whose beginning is looked at before they are read."""

from __future__ import annotations

import io
from typing import Any, BinaryIO, cast

HEAD = 1 << 16
"""Bytes at a stream's start that tell what it is."""


class Headed(io.RawIOBase):
    """A stream from its start again, though its head has been read; seekable where the stream is."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self.head, self._stream, self._place = head, stream, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._stream.seekable()

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = 0) -> int:
        if whence == 2 or not self.seekable():
            self._place = self._stream.seek(offset, whence)
        else:
            self._place = offset if whence == 0 else self._place + offset
            if self._place >= len(self.head):
                self._stream.seek(self._place)
        return self._place

    def readinto(self, buffer: Any, /) -> int:
        view = memoryview(buffer).cast("B")
        if self._place < len(self.head):
            data = self.head[self._place : self._place + len(view)]
            if self._place + len(data) == len(self.head) and self.seekable():
                self._stream.seek(len(self.head))
        else:
            data = self._stream.read(len(view))
        view[: len(data)] = data
        self._place += len(data)
        return len(data)


def head_of(stream: BinaryIO) -> tuple[BinaryIO, bytes]:
    """A stream that starts at the start of this fresh one, and its first :data:`HEAD` bytes, all of it if they are fewer."""
    if isinstance(stream, io.BufferedReader) and isinstance(stream.raw, Headed):
        return stream, stream.raw.head
    head = b""
    while len(head) < HEAD and (more := stream.read(HEAD - len(head))):
        head += more
    return cast(BinaryIO, io.BufferedReader(Headed(head, stream), 1 << 16)), head
