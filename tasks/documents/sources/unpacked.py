"""Bytes as they come out of a compression, a little at a time, and no more than a document can be."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
from collections.abc import Callable
from typing import Any, BinaryIO, cast

import zstandard

from tasks.records import Rejected

_MOST_RATIO = 200
_FREE = 20_000_000
"""Bytes that may come out whatever went in."""


class Bounded(io.RawIOBase):
    """What a stream unpacks to; :class:`Rejected` as `zip_bomb` or `broken`. `taken` tells how many bytes have gone in."""

    def __init__(self, stream: Any, taken: Callable[[], int]) -> None:
        self._stream, self._taken, self._given = stream, taken, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        view = memoryview(buffer).cast("B")
        try:
            data = self._stream.read(len(view))
        except Rejected:
            raise
        except Exception as error:  # each library has its own
            if "password" in str(error):
                raise Rejected("broken", "locked with a password") from None
            raise Rejected("broken", f"cannot be unpacked from here on ({type(error).__name__})") from None
        self._given += len(data)
        if self._given > _FREE and self._given > _MOST_RATIO * self._taken():
            raise Rejected("zip_bomb", f"unpacks to more than {_MOST_RATIO} times its size; the rest is not read")
        view[: len(data)] = data
        return len(data)


def bounded(stream: Any, taken: Callable[[], int]) -> BinaryIO:
    """A stream of what another one unpacks to, from front to back."""
    return cast(BinaryIO, io.BufferedReader(Bounded(stream, taken), 1 << 16))


def unpacked(stream: BinaryIO, how: str) -> BinaryIO:
    """The bytes of a file that gzip, bzip2, xz or zstd compressed; several of them one behind another are one."""
    opened: Any
    match how:
        case "gzip":
            opened = gzip.GzipFile(fileobj=stream)
        case "bzip2":
            opened = bz2.BZ2File(stream)
        case "xz":
            opened = lzma.LZMAFile(stream)  # noqa: SIM115  (read by what is returned)
        case _:
            opened = zstandard.ZstdDecompressor().stream_reader(stream, read_across_frames=True, closefd=False)
    return bounded(opened, stream.tell)
