"""Rows that may say an item in other words: near to it by an embedding. That is a question to a judge, and drops no row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from tasks.curation.decontamination.index import Item

Vectors = npt.NDArray[np.float32]
NEAR = 0.9
"""Cosine similarity from which on a row is asked about."""
_AT_ONCE = 1024


class Candidate(NamedTuple):
    """A row and the item that it is nearest to."""

    row: int
    """Its place among the texts."""
    benchmark: str
    item: str
    cosine: float


def candidates(
    items: Sequence[Item], asked: Sequence[str], embed: Callable[[Sequence[str]], Vectors], near: float = NEAR
) -> list[Candidate]:
    """Those of the rows, each told by what it asks, whose nearest item is that near; `embed` makes unit vectors of texts."""
    found: list[Candidate] = []
    if not items:
        return found
    known = embed([item.text for item in items])
    for start in range(0, len(asked), _AT_ONCE):
        cosines: npt.NDArray[Any] = embed(asked[start : start + _AT_ONCE]) @ known.T
        best = cosines.argmax(axis=1)
        top = cosines[np.arange(len(best)), best]
        for row in np.flatnonzero(top >= near).tolist():
            item = items[int(best[row])]
            found.append(Candidate(start + row, item.benchmark, item.id, round(float(top[row]), 4)))
    return found
