"""Files that are data and not text: CSV and TSV without a column of text, for the skills that take tables."""

from __future__ import annotations

import csv
from typing import BinaryIO

from tasks.text.encoding import decode
from tasks.text.tables import read_tables

_MOST_BYTES = 200_000
_MOST_ROWS = 40
"""Rows of a table that make a piece; without its header a later part could not be read."""


def beginning(stream: BinaryIO) -> str:
    """The first whole lines of a file, as many as can matter."""
    data = stream.read(_MOST_BYTES)
    return decode(data if len(data) < _MOST_BYTES else data[: data.rfind(b"\n") + 1])


def is_table(text: str, column: str) -> bool:
    """Whether a program can read the text as rows with a column of numbers, and none of its columns is the text column."""
    first = text[:2000].lstrip("\ufeff\r\n").split("\n", 1)[0]
    names = {name.strip() for mark in ",;\t|" for name in next(csv.reader([first], delimiter=mark), [])}
    if column in names or "\n" not in text.strip():
        return False
    found = read_tables("\n".join(text.lstrip("\ufeff\r\n").splitlines()[: _MOST_ROWS + 1]))
    return len(found) == 1 and found[0].kind == "csv" and bool(found[0].numbers)


def head(text: str) -> tuple[int, int]:
    """The span of the header and the first rows."""
    lines = text.split("\n")[: _MOST_ROWS + 1]
    return 0, len("\n".join(lines))
