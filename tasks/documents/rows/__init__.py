"""Documents that are rows: JSON, separated values and columns, streamed; a bad row is a row with a problem, never the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from tasks.documents.rows.columns import arrow_rows, parquet_rows
from tasks.documents.rows.objects import array_rows, line_rows
from tasks.documents.rows.row import Row
from tasks.documents.rows.separated import separated_rows

__all__ = ["Row", "read_rows"]


def read_rows(stream: BinaryIO, suffix: str, column: str, limit: int) -> Iterator[Row]:
    """The rows of a file, in order, none above `limit` characters; :class:`Rejected` if all of the file is unusable."""
    match suffix:
        case "parquet":
            return parquet_rows(stream, column, limit)
        case "arrow" | "feather":
            return arrow_rows(stream, column, limit)
        case "csv" | "tsv":
            return separated_rows(stream, "\t,;" if suffix == "tsv" else ",;\t|", column, limit)
        case "json":
            return array_rows(stream, column, limit)
    return line_rows(stream, column, limit)
