"""Making a volume: rows told in its format, held against a model's template where one is named, written whole or not at all."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from tasks.publish.export.files import Files
from tasks.publish.export.messages import Shape, Unfit, offered
from tasks.publish.export.source import for_training
from tasks.publish.release.origin import SPLITS, Kind, Origin
from tasks.publish.release.volumes import Volume
from tasks.records import Json, digest
from tasks.records.code import sources_digest
from tasks.records.store import Store

OFFLINE = "made by the offline teacher, not for training"
_RECORDS = ".volumes"
"""What volumes say of themselves; hidden from who loads a folder."""
_CODE = Path(__file__).parents[1]


class Fitting(Protocol):
    """Finds the shape in which a row is told."""

    @property
    def identity(self) -> str:
        """Stands for all that decides the shape."""
        ...

    def shape_of(self, kind: Kind, row: Json) -> tuple[Shape, str]:
        """The shape, and which repair it is, if any; Unfit if there is none."""
        ...


class AsItIs:
    """Every row in the same shape, where no template of a model is named."""

    identity = ""

    def shape_of(self, kind: Kind, row: Json) -> tuple[Shape, str]:
        return Shape(), ""


class Maker:
    """Makes the volumes of a release below an output. A plain class: Prefect walks through others."""

    def __init__(self, origin: Origin, output: Store, fitting: Fitting, *, offline_rows: bool) -> None:
        self.origin, self.output, self.fitting, self.offline_rows = origin, output, fitting, offline_rows
        self._choices = {"offline": offline_rows, "fitting": fitting.identity, "code": sources_digest(_CODE)}

    def key(self, volume: Volume) -> str:
        """Stands for all that decides what is in a volume."""
        return volume.key(self._choices, self.origin.held_out)

    def finished(self, volume: Volume) -> Json | None:
        """What an earlier run told of the same volume, if its files are there as it left them."""
        record = self.output.read_json(_record(volume)) or {}
        told = record.get("told")
        if record.get("key") != self.key(volume) or not isinstance(told, dict):
            return None
        return told if all(self._sha256(path) == sha256 for path, sha256 in told["files"].items()) else None

    def make(self, volume: Volume) -> Json:
        """Write the volume and tell of it: `rows`, `files` with their sha256, and rows by what became of them; names and counts.

        What a template cannot render is listed beside it, see `not_rendered`.
        """
        fs, path, listed = self.output.fs, self._path(volume), _listed(volume)
        left_out, lost, repaired = Counter[str](), Counter[str](), Counter[str]()
        unrendered: list[Json] = []
        with Files(fs, _columns(self.origin, volume)) as files:
            for kind, row in self._rows(volume):
                if not for_training(row) and not self.offline_rows:
                    left_out[OFFLINE] += 1
                    continue
                try:
                    shape, repair = self.fitting.shape_of(kind, row)
                except Unfit as unfit:
                    unrendered.append({"id": row["id"], "config": volume.config.name, "reason": str(unfit)})
                    continue
                try:
                    told = volume.config.tells[kind](offered(row) if shape.tools == "told" else row, shape)
                except Unfit as unfit:
                    left_out[str(unfit)] += 1
                    continue
                files.add(path, told)
                repaired.update([repair] if repair else [])
                lost.update(volume.config.lost(row))
        written = files.rows.get(path, 0)
        if not written and fs.exists(path):
            fs.rm_file(path)  # of an earlier run
        lines = "".join(json.dumps(each) + "\n" for each in unrendered)
        if lines:
            self.output.write(listed, lines.encode())
        names = [*([f"{volume.format}/{volume.path}"] if written else []), *([listed] if lines else [])]
        told = {
            "rows": written,
            "files": {name: self._sha256(name) for name in names},
            "unrendered": dict(Counter(each["reason"] for each in unrendered)),
            **{"left_out": dict(left_out), "lost": dict(lost), "repaired": dict(repaired)},
        }
        self.output.write_json(_record(volume), {"key": self.key(volume), "told": told})
        return told

    def not_rendered(self, volume: Volume, told: Json) -> bytes:
        """Id, configuration and reason of each row of the volume that the template cannot render, as lines of JSON."""
        return self.output.read(_listed(volume)) if _listed(volume) in told["files"] else b""

    def _rows(self, volume: Volume) -> Iterator[tuple[Kind, Json]]:
        for source in volume.sources:
            for row in self.origin.read(source):
                if self.origin.belongs(row, volume.split):
                    yield source.kind, row

    def _path(self, volume: Volume) -> str:
        return self.output.path(f"{volume.format}/{volume.path}")

    def _sha256(self, relative: str) -> str:
        """Of a file below the output; empty if there is none."""
        found = hashlib.sha256()
        try:
            with self.output.fs.open(self.output.path(relative), "rb") as stream:
                while part := stream.read(2**20):
                    found.update(part)
        except FileNotFoundError:
            return ""
        return found.hexdigest()


def _columns(origin: Origin, volume: Volume) -> pa.Schema | None:
    """The columns of a volume's configuration, the same in all of its volumes; that of tools only where a row has some."""
    columns, config = volume.config.columns, volume.config
    if columns is None or "tools" not in columns.names:
        return columns
    sources = (source for split in SPLITS for kind in config.tells for source in origin.sources(kind, split))
    return columns if any(map(origin.has_tools, sources)) else columns.remove(columns.get_field_index("tools"))


def _record(volume: Volume) -> str:
    return f"{volume.format}/{_RECORDS}/{digest(volume.path)[:16]}.json"


def _listed(volume: Volume) -> str:
    return _record(volume).removesuffix(".json") + ".jsonl"
