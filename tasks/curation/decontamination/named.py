"""Public benchmarks by name: where each one lies, read from a local folder first and from the Hugging Face Hub else."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from tasks.curation.decontamination.fields import BenchmarkError, Fields, items_of
from tasks.curation.decontamination.files import FORMATS, is_file_name, read_file, read_folder
from tasks.curation.decontamination.index import Item

FOLDER = "AGENTINSTRUCT_BENCHMARKS"
"""The environment variable that names a folder of benchmarks: NAME.jsonl and the like, or folders NAME/ of such files."""
ALL = "all"
_LIST = Path(__file__).parent / "benchmarks.yaml"


class Place(BaseModel):
    """Where the texts of a benchmark lie on the Hub, and which fields are what is asked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    paths: tuple[str, ...] = Field(min_length=1)
    """Repositories of data sets."""
    revision: str | None = None
    """Of the repository; by default, the newest."""
    configs: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    """Of a repository that has no other form that can be loaded: its JSON files."""
    splits: tuple[str, ...] = Field(min_length=1)
    question: tuple[str, ...] = Field(min_length=1)
    options: tuple[str, ...] = ()


@cache
def places() -> Mapping[str, Place]:
    """The benchmarks that have a name, in alphabetical order."""
    try:
        found = TypeAdapter(dict[str, Place]).validate_python(yaml.safe_load(_LIST.read_text(encoding="utf-8")))
    except (ValidationError, yaml.YAMLError) as error:
        raise BenchmarkError(f"{_LIST}: {error}") from None
    return dict(sorted(found.items()))


def items_against(names: tuple[str, ...]) -> dict[str, list[Item]]:
    """The items of the benchmarks and files that a person names, by name; `all` stands for every benchmark that has one."""
    wanted = dict.fromkeys(each for name in names for each in (places() if name == ALL else (name,)))
    if unknown := [name for name in wanted if not is_file_name(name) and name not in places() and not _local(name)]:
        raise BenchmarkError(
            f"unknown benchmark '{unknown[0]}'; known: {ALL}, {', '.join(places())}, or a file that ends in {', '.join(FORMATS)}"
        )
    return {name: _items(name) for name in wanted}


def _items(name: str) -> list[Item]:
    place = places().get(name)
    path = Path(name) if is_file_name(name) else _local(name)
    if path is None:
        assert place
        return _from_hub(name, place)
    read = read_folder if path.is_dir() else read_file
    try:
        return read(path, name, Fields(place.question, place.options) if place else None)
    except BenchmarkError:
        return read(path, name)  # a copy with other names for its fields


def _local(name: str) -> Path | None:
    folder = os.environ.get(FOLDER)
    if not folder:
        return None
    if not Path(folder).is_dir():
        raise BenchmarkError(f"{FOLDER} names {folder}, which is no folder: make it, or unset the variable")
    tried = [Path(folder) / f"{name}{ending}{packed}" for ending in ("", *FORMATS) for packed in ("", ".gz")]
    return next((path for path in tried if path.exists()), None)


def _from_hub(name: str, place: Place) -> list[Item]:
    remedy = f"or put {name}.jsonl, one item a line, into a folder and name the folder in {FOLDER}"
    try:
        import datasets
    except ImportError:
        raise BenchmarkError(
            f"benchmark '{name}' is read from the Hugging Face Hub: pip install datasets, {remedy}"
        ) from None
    found: list[Item] = []
    for arguments in _loads(place):
        where = " ".join(str(each) for each in arguments.values() if each)
        try:
            rows = datasets.load_dataset(**arguments)
        except Exception as error:
            # Of whatever the client and its transport raise, the class says enough; the text may hold addresses with tokens.
            raise BenchmarkError(
                f"benchmark '{name}': {where} cannot be loaded from the Hugging Face Hub ({type(error).__name__}): check the "
                f"network, and HF_TOKEN if the data set asks for an account; {remedy}"
            ) from None
        found += items_of(rows, name, where, Fields(place.question, place.options))
    return found


def _loads(place: Place) -> Iterator[dict[str, object]]:
    """The arguments of every call that loads a part of a benchmark."""
    for path in place.paths:
        for split in place.splits:
            if place.files:
                files = [
                    f"hf://datasets/{path}{f'@{place.revision}' if place.revision else ''}/{file}"
                    for file in place.files
                ]
                yield {"path": "json", "data_files": files, "split": split}
            for config in () if place.files else place.configs or (None,):
                yield {"path": path, "name": config, "split": split, "revision": place.revision}
