"""Rows that are objects of JSON: one a line, or all in one array."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from tasks.documents.readers import Note
from tasks.documents.rows.lines import Lines, TooLong
from tasks.documents.rows.row import Row, column_of, no_column, row_of, too_large, undecoded, wrong_encoding
from tasks.documents.sources.stream import head_of
from tasks.records import Rejected

_ARRAY = re.compile(rb"(?:\xef\xbb\xbf)?\s*\[\s*[{\[]")
_PRETTY = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{[ \t]*\r?\n")
_NEXT = re.compile(r"[\s,]*")
_SPACE = re.compile(r"\s*")


def is_array(head: bytes) -> bool:
    """Whether a file begins as an array of objects."""
    return bool(_ARRAY.match(head.replace(b"\0", b"")[:4096]))


def line_rows(stream: BinaryIO, column: str, limit: int) -> Iterator[Row]:
    """One object a line, or an array of them; :class:`Rejected` for one object over many lines."""
    stream, head = head_of(stream)
    if is_array(head):
        return array_rows(stream, column, limit)
    if _PRETTY.match(head):
        raise Rejected("bad_row", "its JSON goes over many lines; one object a line is read: jq -c . makes that")
    return _lines(stream, column, limit)


def _lines(stream: BinaryIO, column: str, limit: int) -> Iterator[Row]:
    lines, number = Lines(stream, limit, "\n"), 0
    while True:
        number, lines.spent = number + 1, 0
        try:
            line = next(lines)
        except StopIteration:
            return
        except TooLong:
            yield Row(number, problem=too_large(limit))
            continue
        except UnicodeError:
            yield Row(number, problem=("wrong_encoding", f"not valid {lines.encoding} from here on"))
            return
        if not line.strip():
            continue
        if undecoded(line):
            yield Row(number, problem=wrong_encoding(line))
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            yield Row(number, problem=("bad_row", "the line is not JSON"))
            continue
        yield _object(number, value, column, limit, lines.notes, "line")


def array_rows(stream: BinaryIO, column: str, limit: int) -> Iterator[Row]:
    """The objects of an array, however its text is broken into lines; it is never held whole."""
    lines = Lines(stream, limit, "")
    decoder, text, place, number, ended = json.JSONDecoder(), "", 0, 0, False
    while True:
        place = (_NEXT if number else _SPACE).match(text, place).end()  # type: ignore[union-attr]
        if not number and text[place : place + 1] == "[":
            text, place, number = text[place + 1 :], 0, 1
            continue
        if text[place : place + 1] == "]":
            return
        try:
            if not number:
                raise ValueError
            value, end = decoder.raw_decode(text, place)
            if end == len(text) and not ended:
                raise ValueError  # a number may go on
        except RecursionError:
            yield Row(max(1, number), problem=("bad_row", "the rest is not read: nested too deeply"))
            return
        except ValueError:
            if ended:
                yield Row(max(1, number), problem=("bad_row", "the rest is not read: it is not JSON"))
                return
            if len(text) - place > 2 * limit + 1000:
                yield Row(max(1, number), problem=("too_large", "the rest is not read: " + too_large(limit)[1]))
                return
            try:
                more = lines.read(max(1 << 16, len(text) - place))  # twice as much each time: linear in the end
            except UnicodeError:
                yield Row(max(1, number), problem=("wrong_encoding", f"not valid {lines.encoding} from here on"))
                return
            text, place, ended = text[place:] + more, 0, not more
            continue
        yield _object(number, value, column, limit, lines.notes, "item")
        place, number = end, number + 1


def _object(number: int, value: Any, column: str, limit: int, notes: tuple[Note, ...], what: str) -> Row:
    if not isinstance(value, dict):
        return Row(number, problem=("bad_row", f"the {what} is a {type(value).__name__}, not an object"))
    name = column_of(list(value), column)
    if name is None:
        return Row(number, problem=no_column(column, list(value)))
    return row_of(number, value[name], value.get("title"), limit, notes)
