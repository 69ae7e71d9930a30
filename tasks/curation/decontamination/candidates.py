"""Rows that may say an item in other words: near to it. That is a question to a judge, and drops no row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from tasks.curation.decontamination.index import Item

Vectors = npt.NDArray[np.float32]
NEAR = 0.9
"""Cosine similarity of embeddings from which on a row is asked about."""
MOST = 3
"""Items that one row is asked about."""
_AT_ONCE = 1024

How = Literal["runs", "words", "embeddings"]


class Candidate(NamedTuple):
    """A row and an item that it is near to."""

    row: int
    benchmark: str
    item: str
    near: float
    """From 0 to 1; what it measures depends on `how`."""
    how: How
    """By the weight of the item's runs of words that the row holds, or by the cosine of their words or of their embeddings."""


def embedded_near(
    items: Sequence[Item], asked: Sequence[str], embed: Callable[[Sequence[str]], Vectors], near: float = NEAR
) -> list[Candidate]:
    """Those of the rows, each told by what it asks, with the items that they are that near to; `embed` makes unit vectors."""
    found: list[Candidate] = []
    if not items:
        return found
    known = embed([item.text for item in items])
    for start in range(0, len(asked), _AT_ONCE):
        cosines: npt.NDArray[Any] = embed(asked[start : start + _AT_ONCE]) @ known.T
        for row, item in np.argwhere(cosines >= near).tolist():
            cosine = round(float(cosines[row, item]), 4)
            found.append(Candidate(start + row, items[item].benchmark, items[item].id, cosine, "embeddings"))
    return nearest(found)


def nearest(found: Iterable[Candidate]) -> list[Candidate]:
    """Of each row the few items that it is nearest to, each once; rows in their order, the nearest item first."""
    best: dict[int, dict[tuple[str, str], Candidate]] = {}
    for each in sorted(found, key=lambda each: (each.row, -each.near, each.benchmark, each.item)):
        best.setdefault(each.row, {}).setdefault((each.benchmark, each.item), each)
    return [each for items in best.values() for each in list(items.values())[:MOST]]
