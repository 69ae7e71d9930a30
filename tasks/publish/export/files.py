"""Files of exported rows: written row by row under another name, and in their place once they are whole."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from typing import IO, Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from tasks.records import Json

ROWS_PER_GROUP = 200
# Ends of lines to Python's `splitlines` and others, in the midst of a JSON text.
_LINE_ENDS = str.maketrans({"\u2028": "\\u2028", "\u2029": "\\u2029", "\x85": "\\u0085"})


class Sink(Protocol):
    """Takes rows one by one."""

    def add(self, row: Json) -> None: ...

    def close(self) -> None: ...


class Lines:
    """A line of JSON a row."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def add(self, row: Json) -> None:
        self._stream.write(json.dumps(row, ensure_ascii=False).translate(_LINE_ENDS).encode() + b"\n")

    def close(self) -> None:
        self._stream.close()


class Groups:
    """Parquet, a row group for so many rows; JSON columns hold the text of each object."""

    def __init__(self, stream: IO[bytes], columns: pa.Schema) -> None:
        self._stream, self._columns = stream, columns
        self._writer = pq.ParquetWriter(stream, columns, compression="zstd")
        self._rows: list[Json] = []

    def add(self, row: Json) -> None:
        self._rows.append(row)
        if len(self._rows) == ROWS_PER_GROUP:
            self._flush()

    def close(self) -> None:
        if self._rows:
            self._flush()
        self._writer.close()
        self._stream.close()

    def _flush(self) -> None:
        arrays = [_array([row.get(field.name) for row in self._rows], field.type) for field in self._columns]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._columns))
        self._rows = []


def _array(values: list[Any], kind: pa.DataType) -> pa.Array:
    if not (pa.types.is_list(kind) and isinstance(kind.value_type, pa.JsonType)):
        return pa.array(values, kind)
    # Arrow builds no JSON array from Python, but takes text for one.
    texts = [None if v is None else [json.dumps(each, ensure_ascii=False) for each in v] for v in values]
    return pa.array(texts, pa.list_(pa.string())).cast(kind)


class Files(AbstractContextManager["Files"]):
    """The files of one export; none is begun before its first row, and all get their names when the last is whole."""

    def __init__(self, fs: Any, columns: pa.Schema | None) -> None:
        self._fs, self._columns = fs, columns
        self._open: dict[str, Sink] = {}
        self.rows: dict[str, int] = {}
        """Rows by path."""

    def add(self, path: str, row: Json) -> None:
        if path not in self._open:
            self._fs.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
            stream = self._fs.open(_beside(path), "wb")
            parquet = path.endswith(".parquet")
            self._open[path] = Groups(stream, self._columns) if parquet else Lines(stream)
        self._open[path].add(row)
        self.rows[path] = self.rows.get(path, 0) + 1

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        for sink in self._open.values():
            sink.close()
        for path in self._open:
            if kind is None:
                self._fs.mv(_beside(path), path)
            else:
                self._fs.rm_file(_beside(path))


def _beside(path: str) -> str:
    folder, _, name = path.rpartition("/")
    return f"{folder}/.{name}.part"  # hidden from who loads the folder, should a killed export leave it
