"""A format: what it is made of, what a row becomes in it, and in what kind of file it is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pyarrow as pa

from tasks.publish.export.messages import Shape
from tasks.records import Json

Told = Callable[[Json, Shape], Json]
"""A row of `rows.dataset_columns` or of the preferences -> the row of the format; Unfit where it cannot be."""
JSON = pa.json_()
"""Parquet's type for JSON: objects in `datasets`, text in pandas; no nulls for what one object has and another has not."""


@dataclass(frozen=True)
class Format:
    """A layout that some trainer reads."""

    name: str
    of_row: Told | None = None
    """What an accepted row becomes, where the format holds them."""
    of_pair: Told | None = None
    """What a preference becomes, where the format holds them."""
    columns: pa.Schema | None = None
    """Its columns where it is kept as Parquet."""
    suffixes: tuple[str, ...] = (".jsonl",)
    """The kinds of file it is kept in, the one for a folder first."""
    by_skill: bool = False
    """Whether it has a split for each skill, under the name that the skill has in Microsoft's release."""
    whole: bool = False
    """Whether it tells all columns of a row, and not the conversation alone."""
    loses: Callable[[Json], Iterable[str]] = lambda _row: ()
    """What of a row has no place in the format, in a few words."""


def without_empty(row: Json) -> Json:
    """The row without what is null or an empty list, which readers take for absent."""
    return {name: value for name, value in row.items() if value is not None and value != []}
