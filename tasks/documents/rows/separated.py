"""Rows of separated values as spreadsheets and databases write them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import BinaryIO

from tasks.documents.rows.lines import Lines, TooLong
from tasks.documents.rows.row import Row, column_of, no_column, row_of, too_large, undecoded, wrong_encoding
from tasks.documents.sources.stream import head_of
from tasks.records import Rejected

_NAMED = re.compile(r"""["']?sep=(.)["']?\s*""", re.IGNORECASE)
_ESCAPED = re.compile(rb"""\\"(?=\w|[^\S\r\n]*[\w.!?])""")
_QUOTE = re.compile(r'(?<!\\)((?:\\\\)*)\\"')


def header_of(line: str, delimiters: str, column: str) -> tuple[str, list[str]]:
    """The delimiter and the names of a first line; the delimiter under which it has the column, else the first it holds."""
    headers = {d: [name.strip() for name in next(csv.reader([line], delimiter=d))] for d in delimiters}
    delimiter = next((d for d, header in headers.items() if column_of(header, column) is not None), delimiters[0])
    return delimiter, headers[delimiter]


def separator_named(line: str) -> str:
    """The delimiter that Excel's `sep=;` names in a line of its own, or nothing."""
    named = _NAMED.fullmatch(line.lstrip("\ufeff"))
    return named.group(1) if named else ""


def separated_rows(stream: BinaryIO, delimiters: str, column: str, limit: int) -> Iterator[Row]:
    """The rows below a header; a row without its last cells is used where its text is there."""
    csv.field_size_limit(max(csv.field_size_limit(), 2 * limit))  # the whole process's; the lines keep our own limit
    stream, head = head_of(stream)
    escaped = bool(_ESCAPED.search(head))
    lines = Lines(stream, limit, "")
    try:
        first = next(lines)
        if named := separator_named(first):
            first, delimiters = next(lines), named
        delimiter, header = header_of(first, delimiters, column)
    except (StopIteration, TooLong, csv.Error, UnicodeError):
        raise Rejected("broken", "the first line is no header") from None
    if undecoded(first):
        raise Rejected(*wrong_encoding(first))
    name = column_of(header, column)
    if name is None:
        raise Rejected(*no_column(column, header))
    text, title = header.index(name), header.index("title") if "title" in header else -1
    source = (_QUOTE.sub(r'\1""', line) for line in lines) if escaped else lines
    reader, number = csv.reader(source, delimiter=delimiter), 0
    while True:
        number, lines.spent = number + 1, 0
        before = reader.line_num
        try:
            fields = next(reader)
        except StopIteration:
            return
        except TooLong:
            yield Row(number, problem=too_large(limit))
            if (
                escaped or reader.line_num > before
            ):  # inside a quoted field: where the next row starts is anyone's guess
                yield Row(number + 1, problem=("bad_row", "the rest is not read: a quote is open in the row before"))
                return
            continue
        except csv.Error:
            yield Row(number, problem=("bad_row", "the rest is not read: a quote is probably left open here"))
            return
        except UnicodeError:
            yield Row(number, problem=("wrong_encoding", f"not valid {lines.encoding} from here on"))
            return
        if not fields:
            number -= 1
        elif any(fields[len(header) :]) or len(fields) <= text:
            yield Row(number, problem=("bad_row", f"has {len(fields)} fields, the header {len(header)}"))
        else:
            yield row_of(number, fields[text], fields[title] if 0 <= title < len(fields) else "", limit, lines.notes)
