"""Benchmarks in files of one's own: JSON Lines, JSON, CSV, Parquet or plain text, packed by gzip or not."""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections.abc import Iterator, Mapping
from io import BytesIO, StringIO
from pathlib import Path

from tasks.curation.decontamination.fields import BenchmarkError, Fields, items_of
from tasks.curation.decontamination.index import Item

FORMATS = (".jsonl", ".json", ".csv", ".tsv", ".parquet", ".txt")
_PACKED = ".gz"


def is_file_name(name: str) -> bool:
    """Whether this names a file and not a benchmark: by its ending or its folders."""
    return "/" in name or "\\" in name or name.removesuffix(_PACKED).endswith(FORMATS)


def read_file(path: Path, benchmark: str, fields: Fields | None = None) -> list[Item]:
    """The items of a file."""
    try:
        data = path.read_bytes()
        data = gzip.decompress(data) if path.suffix == _PACKED else data
    except (OSError, EOFError) as error:
        raise BenchmarkError(f"cannot read {path}: {getattr(error, 'strerror', None) or 'it is cut short'}") from None
    return items_of(_rows(path, data), benchmark, str(path), fields)


def read_folder(folder: Path, benchmark: str, fields: Fields | None = None) -> list[Item]:
    """The items of all files of a folder."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and is_file_name(path.name))
    if not paths:
        raise BenchmarkError(f"{folder} holds no file that ends in {', '.join(FORMATS)} or one of these and {_PACKED}")
    return [item for path in paths for item in read_file(path, benchmark, fields)]


def _rows(path: Path, data: bytes) -> Iterator[Mapping[str, object]]:
    suffix = Path(path.name.removesuffix(_PACKED)).suffix.lower()
    if suffix == ".parquet":
        yield from _parquet(path, data)
        return
    if suffix not in FORMATS:
        raise BenchmarkError(
            f"{path} ends in '{suffix}'; a benchmark's file ends in {', '.join(FORMATS)}, or one of these and {_PACKED}"
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BenchmarkError(f"{path} is not UTF-8 (byte {error.start}): save it as UTF-8") from None
    if suffix == ".jsonl":
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip():
                yield _object(_json(line, f"{path}, line {number},"), f"{path}, line {number},")
    elif suffix == ".json":
        for number, row in enumerate(_listed(_json(text, str(path)), path), 1):
            yield _object(row, f"{path}, row {number},")
    elif suffix == ".txt":
        yield from (
            {"text": part.strip()}
            for part in re.split(r"\n\s*\n" if re.search(r"\S\s*\n\s*\n\s*\S", text) else r"\n", text)
            if part.strip()
        )
    else:
        yield from csv.DictReader(StringIO(text), delimiter="\t" if suffix == ".tsv" else ",")


def _parquet(path: Path, data: bytes) -> Iterator[Mapping[str, object]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        yield from pq.read_table(BytesIO(data)).to_pylist()
    except pa.ArrowException:
        raise BenchmarkError(f"{path} is no Parquet file that can be read: write it again") from None


def _json(text: str, where: str) -> object:
    try:
        found: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        told = f" (line {error.lineno}, column {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        raise BenchmarkError(f"{where} is no JSON{told}") from None
    return found


def _listed(found: object, path: Path) -> list[object]:
    """The rows of a JSON file: a list, or the first list of objects in an object."""
    values = [found, *found.values()] if isinstance(found, dict) else [found]
    for value in values:
        if isinstance(value, list) and value and isinstance(value[0], dict):
            return value
    raise BenchmarkError(f"{path} holds no list of objects, one for each item")


def _object(found: object, where: str) -> Mapping[str, object]:
    if not isinstance(found, dict):
        raise BenchmarkError(f"{where} is no JSON object with the fields of an item")
    return found
