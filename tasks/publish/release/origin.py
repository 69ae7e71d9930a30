"""What is published: a curated dataset, a run directory or a version of a factory; its files by what they hold and by split."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from tasks.publish.export.parts import TRAIN, deal
from tasks.publish.export.source import document, has_tools
from tasks.publish.feedback import SORTS
from tasks.publish.run_directory import opened, parquet_files, present
from tasks.records import Json
from tasks.records.store import Store

Kind = Literal["rows", "bench", "preferences", "critiques", "revisions"]
"""What a file holds: rows, rows that are held out, or a sort of feedback."""
TEST = "test"
SPLITS = (TRAIN, TEST)
_FOLDERS = {"rows": "dataset/{}", "bench": "bench/{}", **{sort: f"feedback/{{}}/{sort}" for sort in SORTS}}
_ROWS_PER_BATCH = 200


class ReleaseError(ValueError):
    """It cannot be published; the message says why and names the remedy."""


@dataclass(frozen=True)
class Source:
    """A file of rows."""

    kind: Kind
    skill: str
    path: str
    size: int
    version: str
    """Changes with the file."""


class Origin:
    """A directory that holds rows, opened. A plain class: Prefect walks through others."""

    def __init__(self, directory: str, test_share: float = 0.0) -> None:
        """ReleaseError if there is nothing to publish. Where no rows are held out, documents with about `test_share` of them are
        dealt to `test`."""
        self.directory = directory
        try:
            self.store = _latest(Store(directory))
            self.manifest = self._manifest()
        except (ImportError, OSError) as error:
            raise ReleaseError(f"cannot read {directory}: {getattr(error, 'strerror', None) or error}") from None
        self._with_tools: dict[str, bool] = {}
        self.curated = bool(self.manifest.get("curated") or self.manifest.get("curation"))
        self.test_share = 0.0 if self.curated else test_share

    @property
    def sort(self) -> str:
        """What it is called."""
        return "curated dataset" if self.curated else "version of a factory" if "version" in self.manifest else "run"

    @property
    def curation(self) -> Json:
        """What is told of how its rows were chosen: by the manifest itself, or by that part of it that a version has."""
        return self.manifest.get("curation") or self.manifest

    @property
    def skills(self) -> list[str]:
        return list(self.manifest["skills"])

    def split_of(self, skill: str) -> str:
        """The name of a skill's split in Microsoft's release, or its own."""
        facts = self.manifest["skills"][skill]
        return (facts.get("split") if isinstance(facts, dict) else None) or skill

    @cached_property
    def held_out(self) -> frozenset[str]:
        """Documents that are dealt to `test`; none where the directory has a bench of its own, or one document."""
        if not self.test_share:
            return frozenset()
        rows: Counter[str] = Counter()
        for source in self._files("rows"):
            rows.update(row["provenance"]["document"] for row in self.read(source, ["provenance.document"]))
        if len(rows) < len(SPLITS):
            return frozenset()
        dealt = deal(rows, {TRAIN: 1 - self.test_share, TEST: self.test_share})
        return frozenset(name for name, part in dealt.items() if part == TEST)

    def sources(self, kind: Kind, split: str) -> list[Source]:
        """The files that hold rows of this kind for a split; some of their rows may belong to the other one, see `belongs`."""
        if kind == "bench":
            return self._files("bench") if self.curated and split == TEST else []
        if split == TRAIN:
            return self._files(kind)
        if self.curated:
            return self._files("bench", "rows") if kind == "rows" else []
        return self._files(kind) if self.held_out else []

    def belongs(self, row: Json, split: str) -> bool:
        """Whether a row of `sources` is in this split."""
        return self.curated or not self.held_out or (document(row) in self.held_out) == (split == TEST)

    def share(self, split: str) -> float:
        """About which share of the rows of `sources` is in this split."""
        return self.test_share if split == TEST and self.held_out else 1.0

    def count(self, source: Source) -> int:
        """The rows of a file."""
        rows: int = opened(self.store, source.path).metadata.num_rows
        return rows

    def has_tools(self, source: Source) -> bool:
        """Whether a row of a file has tools on offer."""
        if source.path not in self._with_tools:
            self._with_tools[source.path] = has_tools(self.store, source.path)
        return self._with_tools[source.path]

    def read(self, source: Source, columns: list[str] | None = None) -> Iterator[Json]:
        """The rows of a file, a batch in memory at a time."""
        for batch in opened(self.store, source.path).iter_batches(_ROWS_PER_BATCH, columns=columns, use_threads=False):
            yield from map(present, batch.to_pylist())

    def _files(self, folder: Kind, kind: Kind | None = None) -> list[Source]:
        """The files of a sort of folder, as files of this kind."""
        found = []
        for skill in self.skills:
            for path in parquet_files(self.store, _FOLDERS[folder].format(skill)):
                where = self.store.path(path)
                size, version = self.store.fs.size(where), str(self.store.fs.checksum(where))
                found.append(Source(kind or folder, skill, path, size, version))
        return found

    def _manifest(self) -> Json:
        manifest = self.store.read_json("manifest.json")
        if manifest is None or not isinstance(manifest.get("skills"), dict):
            raise ReleaseError(
                f"{self.directory} holds nothing that was finished, it has no manifest: give what was the --output of "
                "`agentinstruct curate`, `generate` or `factory`"
            )
        return manifest


def _latest(store: Store) -> Store:
    """The newest version, where the directory is a factory's."""
    pointer = store.read_json("latest.json") or {}
    return Store(f"{store.output.rstrip('/')}/{pointer['path']}") if "path" in pointer else store
