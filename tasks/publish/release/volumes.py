"""Volumes of a release: which files of rows go into which file of a format, each small enough to be made and loaded by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tasks.publish.release.configs import Config, configs_of
from tasks.publish.release.origin import SPLITS, Origin, Source
from tasks.records import Json, digest

MOST_BYTES = 128 * 2**20
"""Of the files that go into one volume; what is made of them takes about as much."""


@dataclass(frozen=True)
class Volume:
    """One file of a format."""

    format: str
    config: Config
    split: str
    sources: tuple[Source, ...]
    number: int
    of: int
    name: str
    """Of the split in the file's name: that of a skill where each is a split."""

    @property
    def path(self) -> str:
        """Where it lies, below the format's folder."""
        if self.config.by_skill:
            return f"{folder_of(self.config, self.split)}/{self.name}-{self.number:05d}-of-{self.of:05d}.parquet"
        if self.config.suffix == ".parquet":
            return f"{folder_of(self.config, self.split)}/{self.name}-{self.number:05d}.parquet"
        return f"{self.name}.jsonl" if self.of == 1 else f"{self.name}-{self.number:05d}.jsonl"

    @property
    def label(self) -> str:
        """How a person tells it from others."""
        return f"{self.format}/{self.path}"

    def key(self, choices: Json, held_out: frozenset[str]) -> str:
        """Stands for all that decides what is in it."""
        files = [(source.kind, source.path, source.size, source.version) for source in self.sources]
        return digest(self.label, self.split, files, choices, sorted(held_out))[:24]


def folder_of(config: Config, split: str) -> str:
    """The folder of a configuration's Parquet files."""
    if config.by_skill:
        return "data" if split == SPLITS[0] else f"data/{split}"
    return f"data/{config.name}"


def volumes_of(origin: Origin, format: str) -> list[Volume]:
    """All volumes of a format, in the order of configurations, splits and skills."""
    return [
        volume
        for config in configs_of(format)
        for split in SPLITS
        if config.only in ("", split)
        for volume in _volumes(origin, format, config, split)
    ]


def _volumes(origin: Origin, format: str, config: Config, split: str) -> Iterator[Volume]:
    found = [source for kind in config.tells for source in origin.sources(kind, split)]
    # A reader of JSON lines takes the first megabytes for the shape of all: rows with calls, which have more in them, come first.
    found.sort(key=lambda source: not origin.has_tools(source))
    names = [origin.split_of(skill) for skill in origin.skills] if config.by_skill else [split]
    for name in dict.fromkeys(names):
        mine = [source for source in found if not config.by_skill or origin.split_of(source.skill) == name]
        groups = list(_groups(mine, MOST_BYTES / origin.share(split)))
        for number, group in enumerate(groups):
            yield Volume(format, config, split, tuple(group), number, len(groups), name)


def _groups(sources: list[Source], most: float) -> Iterator[list[Source]]:
    """The files in their order, as many together as have no more than so many bytes."""
    group: list[Source] = []
    for source in sources:
        if group and sum(each.size for each in group) + source.size > most:
            yield group
            group = []
        group.append(source)
    if group:
        yield group
