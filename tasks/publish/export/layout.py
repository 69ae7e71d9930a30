"""Where an export goes: a file for each part or split, in a folder or under a name of its own, at any fsspec URL."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping

import fsspec

from tasks.publish.export.formats import Format
from tasks.records import Json
from tasks.records.store import EXPORT_FILE, Store

_OURS = ("dataset", "feedback", "rejected", "steps", "search")


class Layout:
    """The files of one export; ValueError in a sentence for an output that it cannot go to."""

    def __init__(
        self, store: Store, output: str, format: Format, splits: Mapping[str, str], parts: Collection[str]
    ) -> None:
        self.output = output or f"{store.output.rstrip('/')}/export/{format.name}"
        try:
            self.fs, root = fsspec.core.url_to_fs(self.output)
        except ImportError as missing:
            raise ValueError(f"cannot write to {self.output}: {missing}") from None
        self._root: str = root.rstrip("/")
        self._splits, self._suffix, self._by_skill = splits, format.suffixes[0], format.by_skill
        name = self._root.rsplit("/", 1)[-1]
        suffix = next((each for each in (".jsonl", ".json", ".parquet") if name.endswith(each)), "")
        self._single = bool(suffix)
        if suffix and (format.by_skill or len(parts) > 1):
            raise ValueError(f"{self.output} is one file and this export has several: name a folder as --output")
        if suffix and suffix not in format.suffixes:
            raise ValueError(f"{format.name} is kept as {' or '.join(format.suffixes)}, saw {self.output}")
        if self.fs.protocol == store.fs.protocol and any(
            f"{self._root}/".startswith(f"{store.path(folder)}/") for folder in _OURS
        ):
            raise ValueError(f"{self.output} belongs to the run itself: choose another --output")
        if self.fs.protocol == store.fs.protocol and self._root == store.root.rstrip("/"):
            raise ValueError(f"{self.output} is the run directory itself: choose another --output, or leave it out")

    def path(self, skill: str, part: str) -> str:
        """The file for the rows of a skill and part."""
        if self._single:
            return self._root
        if self._by_skill:
            return f"{self._root}/data/{self._splits[skill]}-00000-of-00001{self._suffix}"
        return f"{self._root}/{part}{self._suffix}"

    def finish(self, rows: Mapping[str, int], facts: Json) -> dict[str, int]:
        """Rows by file as its reader calls it; in a folder, what an earlier export left goes and `facts` are put beside."""
        if self._single:
            return {self.output: sum(rows.values())}
        named = {path.removeprefix(f"{self._root}/"): n for path, n in rows.items()}
        record = f"{self._root}/{EXPORT_FILE}"
        try:
            before = json.loads(self.fs.cat_file(record)).get("files", {})
        except (OSError, ValueError, AttributeError):
            before = {}
        for stale in sorted(set(before) - set(named)):
            if self.fs.exists(f"{self._root}/{stale}"):
                self.fs.rm_file(f"{self._root}/{stale}")
        if self._by_skill:
            self.fs.pipe_file(f"{self._root}/README.md", _card(self._splits, named, self._suffix).encode())
        self.fs.pipe_file(record, (json.dumps({**facts, "files": named}, indent=1) + "\n").encode())
        return named


def _card(splits: Mapping[str, str], files: Collection[str], suffix: str) -> str:
    """The card that dataset hubs read: a split for each skill that has rows."""
    written = [name for name in splits.values() if f"data/{name}-00000-of-00001{suffix}" in files]
    told = "".join(f"\n  - split: {name}\n    path: data/{name}-*" for name in dict.fromkeys(written))
    return f"---\nconfigs:\n- config_name: default\n  data_files:{told}\n---\n"
