"""Rows of columns: Parquet, and Arrow as `datasets` saves it on disk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from tasks.documents.rows.row import Row, column_of, no_column, row_of
from tasks.records import Rejected


def parquet_rows(stream: BinaryIO, column: str, limit: int) -> Iterator[Row]:
    """The rows of a Parquet file; :class:`Rejected` if it is none, or has no column of text."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        # Buffered and not read ahead: a column is held a page at a time, whatever the size of the row groups.
        file = pq.ParquetFile(stream, buffer_size=1 << 20, pre_buffer=False)
        schema = file.schema_arrow
    except (pa.ArrowException, OSError) as error:
        raise Rejected("broken", f"cannot be opened as parquet ({type(error).__name__})") from None
    wanted = _wanted(schema, column)
    groups = (file.metadata.row_group(i) for i in range(file.num_row_groups))
    row_bytes = sum(group.total_byte_size for group in groups) / max(1, file.metadata.num_rows)
    size = max(1, min(512, int(8_000_000 / max(1.0, row_bytes))))
    return _rows(file.iter_batches(batch_size=size, columns=wanted, use_threads=False), wanted, limit)


def arrow_rows(stream: BinaryIO, column: str, limit: int) -> Iterator[Row]:
    """Rows of an Arrow stream or file; a batch is held at a time, as it was written."""
    import pyarrow as pa

    try:
        if stream.read(6) == b"ARROW1":
            stream.seek(0)
            file = pa.ipc.open_file(stream)
            schema, batches = file.schema, (file.get_batch(i) for i in range(file.num_record_batches))
        else:
            stream.seek(0)
            schema, batches = (reader := pa.ipc.open_stream(stream)).schema, iter(reader)
    except (pa.ArrowException, OSError) as error:
        raise Rejected("broken", f"cannot be opened as arrow ({type(error).__name__})") from None
    return _rows(batches, _wanted(schema, column), limit)


def _wanted(schema: Any, column: str) -> list[str]:
    """The column of the text and, where there is one, that of the title."""
    name = column_of(schema.names, column)
    if name is None or schema.names.count(name) != 1:
        raise Rejected(*no_column(column, schema.names))
    if not _is_text(schema.field(name).type):
        raise Rejected("no_text_column", f"column '{name}' holds {str(schema.field(name).type)[:40]}, not text")
    titled = name != "title" and schema.names.count("title") == 1 and _is_text(schema.field("title").type)
    return [name, "title"] if titled else [name]


def _rows(batches: Iterator[Any], wanted: list[str], limit: int) -> Iterator[Row]:
    import pyarrow as pa

    number = 0
    try:
        for batch in batches:
            texts, titles = batch.column(wanted[0]), batch.column(wanted[-1])
            for index in range(batch.num_rows):
                number += 1
                try:
                    title = titles[index].as_py() if len(wanted) > 1 else ""
                    yield row_of(number, texts[index].as_py(), title, limit)
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
