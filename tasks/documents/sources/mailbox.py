"""Mails of an mbox file, one at a time."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import BinaryIO

from tasks.documents.formats import extracted
from tasks.documents.sources.member import Member

_BEGINS = re.compile(rb"From \S.*\d{4}\s*$")
_QUOTED = re.compile(rb">+From ")
_LINE = 1 << 16


def messages(stream: BinaryIO, limit: int) -> Iterator[Member]:
    """Each mail; one beyond the limit has a problem. A line `From ` after a blank one begins the next, as in mboxrd."""
    form, number, held, size, blank = extracted("eml"), 0, io.BytesIO(), 0, True
    while line := stream.readline(_LINE):
        if blank and _BEGINS.match(line):
            if number:
                yield _message(number, held, size, limit)
            number, held, size = number + 1, io.BytesIO(), 0
        elif number:
            size += len(line)
            if size <= limit:
                held.write(line[1:] if _QUOTED.match(line) else line)
        blank = not line.strip()
    if number:
        yield _message(number, held, size, limit)
    else:
        yield Member("", form, problem=("broken", "no mail begins in it"))


def _message(number: int, held: io.BytesIO, size: int, limit: int) -> Member:
    problem = ("too_large", f"{size} bytes; the limit is {limit} (max_document_mb)") if size > limit else None
    held.seek(0)
    return Member(f"#message={number}", extracted("eml"), held, problem)
