"""Shards on disk: files of records and rejects that are complete or absent, with manifests that prove it.

A visible file is whole: it is written beside its place, synced, renamed and its folder synced; the manifest, which holds
rows and sha256, comes last. `output` is a local folder or any fsspec URL; object stores replace a file in one request.
"""

from __future__ import annotations

import fcntl
import hashlib
import io
import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, TypedDict

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
from fsspec.implementations.local import LocalFileSystem

from tasks.records.record import Json, Record, Reject, digest, record_from_json, reject_from_json, to_json


class ShardRef(TypedDict):
    """What a task returns: where a shard is and what it must hold; never text."""

    uri: str
    """Path below the run directory."""
    rows: int
    rejects: int
    sha256: str


class DirectoryBusy(RuntimeError):
    """Another run holds the run directory."""


class DirectoryTaken(ValueError):
    """The run directory holds the dataset of another skill."""


_WRITTEN = ("*", "rejected/*", "dataset/*/*", "feedback/*/*/*", "learned/*", "lots/*", "steps/*/*")
"""Where a run writes, below its directory; what else lies there is none of ours."""
REGISTRY_FILE = "registry.json"
"""What a factory keeps of its documents; see `tasks.factory`."""
EXPORT_FILE = "agentinstruct_export.json"
"""What a folder of exported rows says of itself."""
_TEMPORARY = re.compile(r"\.(?:parquet|json|md|html)\.\d+\.tmp$")
_SCHEMA = pa.schema([("id", pa.string()), ("parent", pa.string()), ("reason", pa.string()), ("body", pa.string())])


class Store:
    """The files of one run directory; paths are relative to it."""

    def __init__(self, output: str) -> None:
        self.fs, self.root = _filesystem(output)
        self.local = isinstance(self.fs, LocalFileSystem)
        self.output = output
        self.identity = digest(self.fs.protocol, self.root)[:16]
        """Stands for the directory where its path must not appear."""

    def path(self, relative: str) -> str:
        return f"{self.root}/{relative}"

    def write(self, relative: str, data: bytes) -> None:
        """Put `data` at `relative`, whole or not at all, durable on return."""
        target = self.path(relative)
        if not self.local:
            self.fs.pipe_file(target, data)
            return
        folder = os.path.dirname(target)
        os.makedirs(folder, exist_ok=True)
        temporary = f"{target}.{os.getpid()}.tmp"
        try:
            with open(temporary, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        sync_folder(folder)

    def read(self, relative: str) -> bytes:
        """The file's bytes; FileNotFoundError if there is none."""
        data: bytes = self.fs.cat_file(self.path(relative))
        return data

    def table(self, relative: str, columns: list[str] | None = None) -> pa.Table:
        """The Parquet file at `relative`, or these columns of it."""
        # No threads of Arrow: one that lets go of a Python buffer while the interpreter ends aborts the process.
        file = pq.ParquetFile(io.BytesIO(self.read(relative)), pre_buffer=False)
        return file.read(columns, use_threads=False)

    def columns(self, relative: str) -> pa.Schema:
        """The columns of the Parquet file at `relative`; of its rows none is read."""
        with self.fs.open(self.path(relative), "rb") as stream:
            return pq.ParquetFile(stream, pre_buffer=False).schema_arrow

    def read_json(self, relative: str) -> Json | None:
        """The JSON object at `relative`; None if it is absent or damaged."""
        try:
            value = json.loads(self.read(relative))
        except (FileNotFoundError, ValueError):
            return None
        return value if isinstance(value, dict) else None

    def write_json(self, relative: str, value: Json) -> None:
        self.write(relative, (json.dumps(value, indent=1, sort_keys=True) + "\n").encode())

    def files(self, folder: str) -> list[str]:
        """Relative paths of the files in `folder`, sorted."""
        try:
            found = self.fs.ls(self.path(folder), detail=False)
        except FileNotFoundError:
            return []
        return sorted(f"{folder}/{name.rsplit('/', 1)[-1]}" for name in found)

    def remove(self, relative: str) -> None:
        self.fs.rm_file(self.path(relative))

    def claim(self, skill: str) -> None:
        """DirectoryTaken if the directory is a factory, or its manifest of another skill, whose counts would be lost."""
        if self.fs.exists(self.path(REGISTRY_FILE)):
            raise DirectoryTaken(f"{self.output} holds a factory: choose another --output")
        held = (self.read_json("manifest.json") or {}).get("skill", skill)
        if held != skill:
            raise DirectoryTaken(f"{self.output} holds a run of {held}: choose another --output for {skill}")

    # Shards

    def write_shard(self, step: str, key: str, items: Iterable[Record | Reject], counts: Json) -> ShardRef:
        """Write `steps/<step>/<key>.parquet`, then its manifest with `counts`; both deterministic bytes."""
        rows = [_row(item) for item in items]
        buffer = io.BytesIO()
        pq.write_table(
            pa.Table.from_pylist(rows, _SCHEMA),
            buffer,
            compression="zstd",
            use_dictionary=False,
            write_statistics=False,
        )
        data = buffer.getvalue()
        rejects = sum(row["reason"] is not None for row in rows)
        ref = ShardRef(
            uri=f"steps/{step}/{key}.parquet",
            rows=len(rows) - rejects,
            rejects=rejects,
            sha256=hashlib.sha256(data).hexdigest(),
        )
        self.write(ref["uri"], data)
        self.write_json(f"steps/{step}/{key}.json", {"shard": dict(ref), "bytes": len(data), "counts": counts})
        return ref

    def find_shard(self, step: str, key: str) -> ShardRef | None:
        """The shard of this key, if it is there and its bytes match its manifest."""
        manifest = self.read_json(f"steps/{step}/{key}.json")
        if manifest is None:
            return None
        ref = manifest.get("shard")
        uri = f"steps/{step}/{key}.parquet"
        if not isinstance(ref, dict) or ref.keys() != ShardRef.__annotations__.keys() or ref["uri"] != uri:
            return None
        try:
            data = self.read(uri)
        except FileNotFoundError:
            return None
        whole = hashlib.sha256(data).hexdigest() == ref["sha256"]
        return ShardRef(uri=uri, rows=ref["rows"], rejects=ref["rejects"], sha256=ref["sha256"]) if whole else None

    def counts(self, ref: ShardRef) -> Json:
        """What the manifest of a shard says about how it was made."""
        manifest = self.read_json(ref["uri"].removesuffix(".parquet") + ".json")
        counts: Json = manifest["counts"] if manifest else {}
        return counts

    def items(self, ref: ShardRef) -> Iterator[Record | Reject]:
        """The shard's records and rejects, in order."""
        table = self.table(ref["uri"], ["reason", "body"])
        for reason, body in zip(table["reason"].to_pylist(), table["body"].to_pylist(), strict=True):
            yield record_from_json(body) if reason is None else reject_from_json(body)

    def records(self, ref: ShardRef) -> list[Record]:
        return [item for item in self.items(ref) if isinstance(item, Record)]

    @contextmanager
    def locked(self, home: Path) -> Iterator[None]:
        """Hold the run directory; :class:`DirectoryBusy` if another process does. The kernel lets go when we die.

        One that is not local is held against this machine's processes alone; an empty file shows that it can be written to.
        """
        if not self.local:
            self.fs.pipe_file(self.path(".lock"), b"")
        folder = Path(self.root) if self.local else home / "locks"
        folder.mkdir(parents=True, exist_ok=True)
        with open(folder / (".lock" if self.local else digest(self.output)), "a") as file:
            _lock(file, self.output)
            self._sweep()
            yield

    def _sweep(self) -> None:
        """Remove what a killed run was about to write; with the lock held nobody else is writing."""
        for pattern in _WRITTEN if self.local else ():
            for left in Path(self.root).glob(f"{pattern}.*.tmp"):
                if _TEMPORARY.search(left.name):
                    left.unlink(missing_ok=True)


def _filesystem(output: str) -> tuple[Any, str]:
    """What reaches a directory, and its path there; ImportError with the command that installs what is missing."""
    try:
        # No listing is remembered: other processes write into the same directory.
        filesystem, root = fsspec.core.url_to_fs(output, use_listings_cache=False)
    except ImportError as error:
        package = getattr(error.__cause__, "name", None)
        raise ImportError(f"{error} (pip install {package})" if package else str(error)) from error
    return filesystem, root


def sync_folder(folder: str) -> None:
    """Make the renames in `folder` durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _lock(file: IO[str], output: str) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise DirectoryBusy(
            f"another run is writing to {output}: wait for it, stop it, or choose another --output"
        ) from None


def _row(item: Record | Reject) -> Json:
    record, reason = (item, None) if isinstance(item, Record) else (item.record, item.reason)
    return {"id": record.id, "parent": record.parent, "reason": reason, "body": to_json(item)}
