"""Documents that are rows: jsonl, csv, tsv and parquet, streamed; a bad row is a row with a problem, never the end."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from tasks.records import Rejected
from tasks.text.encoding import bom_encoding

_UNDECODED = re.compile(r"[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class Row:
    """One row, counted from 1 (in jsonl: its line), with its text or its `problem`: reason and detail."""

    number: int
    text: str = ""
    title: str = ""
    problem: tuple[str, str] | None = None


def read_rows(stream: BinaryIO, suffix: str, column: str, limit: int) -> Iterator[Row]:
    """The rows of a file, in order, none above `limit` characters; :class:`Rejected` if all of the file is unusable."""
    if suffix == "parquet":
        return _parquet(stream, column, limit)
    if suffix in {"csv", "tsv"}:
        return _csv(stream, "\t,;" if suffix == "tsv" else ",;\t|", column, limit)
    return _jsonl(stream, column, limit)


class _TooLong(Exception):
    pass


class _Lines:
    """Decoded lines; one beyond the limit is read past in small pieces and raises :class:`_TooLong` once."""

    def __init__(self, stream: BinaryIO, limit: int, newline: str) -> None:
        encoding = bom_encoding(stream.read(4)) or "utf-8"
        stream.seek(0)
        # Bytes that are no UTF-8 stay visible as escapes, so that only their own row is lost.
        errors = "surrogateescape" if encoding.startswith("utf-8") else "strict"
        self._reader = io.TextIOWrapper(stream, encoding, errors, newline)
        self._limit = limit
        self.spent = 0
        """Characters read since the caller last set it to 0; a record of many lines ends at the limit too."""

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._reader.readline(self._limit + 2)
        if not line:
            raise StopIteration
        if len(line.rstrip("\r\n")) > self._limit:
            while line and not line.endswith(("\n", "\r")):
                line = self._reader.readline(1 << 16)
            raise _TooLong
        self.spent += len(line)
        if self.spent > self._limit + 2:
            raise _TooLong
        return line


def _too_large(limit: int) -> tuple[str, str]:
    return "too_large", f"more than {limit} characters (max_document_mb)"


def _row(number: int, value: Any, title: Any, limit: int) -> Row:
    if value is None:
        return Row(number, problem=("empty", "no text"))
    if not isinstance(value, str):
        return Row(number, problem=("bad_row", f"the text is a {type(value).__name__}, not a string"))
    if len(value) > limit:
        return Row(number, problem=_too_large(limit))
    if not value.isascii() and _UNDECODED.search(value):
        return Row(number, problem=("wrong_encoding", "not UTF-8; if it is Latin-1: iconv -f LATIN1 -t UTF-8"))
    return Row(number, value, title if isinstance(title, str) else "")


def _no_column(column: str, columns: list[str]) -> tuple[str, str]:
    seen = ", ".join(name[:40] for name in columns[:10])
    return "no_text_column", f"no column '{column}'; the columns are: {seen}. Set text_column"


def _jsonl(stream: BinaryIO, column: str, limit: int) -> Iterator[Row]:
    lines, number = _Lines(stream, limit, "\n"), 0
    while True:
        number, lines.spent = number + 1, 0
        try:
            line = next(lines)
        except StopIteration:
            return
        except _TooLong:
            yield Row(number, problem=_too_large(limit))
            continue
        except UnicodeDecodeError as error:
            yield Row(number, problem=("wrong_encoding", f"not valid {error.encoding} from here on"))
            return
        if not line.strip():
            continue
        if not line.isascii() and _UNDECODED.search(line):
            yield Row(number, problem=("wrong_encoding", "not UTF-8; if it is Latin-1: iconv -f LATIN1 -t UTF-8"))
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            yield Row(number, problem=("bad_row", "the line is not JSON"))
            continue
        if not isinstance(value, dict):
            yield Row(number, problem=("bad_row", f"the line is a {type(value).__name__}, not an object"))
        elif column not in value:
            yield Row(number, problem=_no_column(column, list(value)))
        else:
            yield _row(number, value[column], value.get("title"), limit)


def _csv(stream: BinaryIO, delimiters: str, column: str, limit: int) -> Iterator[Row]:
    csv.field_size_limit(max(csv.field_size_limit(), 2 * limit))  # the whole process's; the lines keep our own limit
    lines = _Lines(stream, limit, "")
    try:
        first = next(lines)
        headers = {d: [name.strip() for name in next(csv.reader([first], delimiter=d))] for d in delimiters}
    except (StopIteration, _TooLong, csv.Error, UnicodeDecodeError):
        raise Rejected("broken", "the first line is no header") from None
    delimiter = next((d for d, header in headers.items() if column in header), delimiters[0])
    header = headers[delimiter]
    if column not in header:
        raise Rejected(*_no_column(column, header))
    text, title = header.index(column), header.index("title") if "title" in header else -1
    reader, number = csv.reader(lines, delimiter=delimiter), 0
    while True:
        number, lines.spent = number + 1, 0
        before = reader.line_num
        try:
            fields = next(reader)
        except StopIteration:
            return
        except _TooLong:
            yield Row(number, problem=_too_large(limit))
            if reader.line_num > before:  # inside a quoted field: where the next row starts is anyone's guess
                yield Row(number + 1, problem=("bad_row", "the rest is not read: a quote is open in the row before"))
                return
            continue
        except csv.Error:
            yield Row(number, problem=("bad_row", "the rest is not read: a quote is probably left open here"))
            return
        except UnicodeDecodeError as error:
            yield Row(number, problem=("wrong_encoding", f"not valid {error.encoding} from here on"))
            return
        if not fields:
            number -= 1
        elif len(fields) != len(header):
            yield Row(number, problem=("bad_row", f"has {len(fields)} fields, the header {len(header)}"))
        else:
            yield _row(number, fields[text], fields[title] if title >= 0 else "", limit)


def _parquet(stream: BinaryIO, column: str, limit: int) -> Iterator[Row]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        # Buffered and not read ahead: a column is held a page at a time, whatever the size of the row groups.
        file = pq.ParquetFile(stream, buffer_size=1 << 20, pre_buffer=False)
        schema = file.schema_arrow
    except (pa.ArrowException, OSError) as error:
        raise Rejected("broken", f"cannot be opened as parquet ({type(error).__name__})") from None
    if schema.names.count(column) != 1:
        raise Rejected(*_no_column(column, schema.names))
    if not _is_text(schema.field(column).type):
        raise Rejected("no_text_column", f"column '{column}' holds {str(schema.field(column).type)[:40]}, not text")
    titled = column != "title" and schema.names.count("title") == 1 and _is_text(schema.field("title").type)
    wanted = [column, "title"] if titled else [column]
    groups = (file.metadata.row_group(i) for i in range(file.num_row_groups))
    row_bytes = sum(group.total_byte_size for group in groups) / max(1, file.metadata.num_rows)
    size = max(1, min(512, int(8_000_000 / max(1.0, row_bytes))))
    number = 0
    try:
        for batch in file.iter_batches(batch_size=size, columns=wanted, use_threads=False):
            texts, titles = batch.column(column), batch.column(wanted[-1])
            for index in range(batch.num_rows):
                number += 1
                try:
                    yield _row(number, texts[index].as_py(), titles[index].as_py() if titled else "", limit)
                except UnicodeDecodeError:
                    yield Row(number, problem=("wrong_encoding", "the text is not UTF-8"))
    except (pa.ArrowException, OSError) as error:
        yield Row(number + 1, problem=("broken", f"unreadable from here on ({type(error).__name__})"))


def _is_text(kind: Any) -> bool:
    import pyarrow.types as types

    kind = kind.value_type if types.is_dictionary(kind) else kind
    return bool(
        types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind) or types.is_null(kind)
    )
