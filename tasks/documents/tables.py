"""Files that are data and not text: CSV and TSV without a column of text, for the skills that take tables."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from tasks.documents.rows.row import column_of
from tasks.documents.rows.separated import separator_named
from tasks.text.tables import MAX_ROWS, MAX_TEXT, read_tables
from tasks.text.words import count_words

_LOOK = 40
"""Rows that show whether a program can read it."""


def is_table(text: str, column: str) -> bool:
    """Whether a program can read the text as rows with a column of numbers, and none of its columns is the text column."""
    lines = text[:200_000].lstrip("\ufeff\r\n").splitlines()[: _LOOK + 2]
    if lines and separator_named(lines[0]):
        del lines[0]
    if len(lines) < 2:
        return False
    for mark in ",;\t|":
        if column_of([name.strip() for name in next(csv.reader([lines[0][:2000]], delimiter=mark), [])], column):
            return False
    found = read_tables("\n".join(lines[: _LOOK + 1]))
    return len(found) == 1 and found[0].kind == "csv" and bool(found[0].numbers)


def header(text: str) -> str:
    """The first line of a table, without which none of its parts could be read."""
    return text.split("\n", 1)[0]


def parts(text: str, limit: int) -> list[tuple[int, int]]:
    """Spans of the rows below the header, in order: all of them, evenly, each at most `limit` words with the header.

    A part is also small enough for :func:`read_tables`; a row is never cut, whatever its size.
    """
    head = header(text)
    most = max(1, limit - count_words(head))
    rows = [(start, end, count_words(text[start:end])) for start, end in _rows(text, len(head) + 1)]
    even = max(
        -(-sum(words for _, _, words in rows) // most), -(-len(rows) // MAX_ROWS), -(-len(text) // (MAX_TEXT // 2)), 1
    )
    spans: list[tuple[int, int]] = []
    words = count = 0
    for start, end, size in rows:
        room = bool(spans) and words + size <= most and count < -(-len(rows) // even)
        if room and end - spans[-1][0] <= MAX_TEXT - len(head):
            spans[-1] = (spans[-1][0], end)
            words, count = words + size, count + 1
        else:
            spans.append((start, end))
            words, count = size, 1
    return spans


def _rows(text: str, place: int) -> Iterator[tuple[int, int]]:
    """Spans of rows from a place on; one whose quotes are open goes on over the next line, if quotes come in pairs at all."""
    start, quotes, paired = place, 0, text.count('"', place) % 2 == 0
    while place < len(text):
        end = text.find("\n", place)
        end = len(text) if end < 0 else end
        quotes += text.count('"', place, end)
        place = end + 1
        if quotes % 2 == 0 or not paired:
            if text[start:end].strip():
                yield start, end
            start, quotes = place, 0
