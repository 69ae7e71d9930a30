"""A map of texts in two dimensions: what shares its words lies together.

Term weights (TF-IDF over hashed words and pairs of words), reduced by a truncated singular value decomposition, then laid out so
that neighbours stay neighbours (after UMAP, McInnes et al., 2018).
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import pairwise
from typing import Any
from zlib import crc32

from tasks.text.words import DENSE, words

SIDE = 1_000
"""Coordinates go from 0 to this."""
_TERMS = 1 << 12
_MOST_WORDS = 250
_FEWEST = 12
"""Texts below which there is nothing to lay out: they stand in a row."""
_DIMENSIONS, _NEIGHBOURS, _ROUNDS, _FAR = 24, 10, 150, 6
_SMALL = 800
"""Texts up to which their similarities are decomposed as they are."""
_CURVE = (1.58, 0.9)
"""How attraction falls off with distance: dots come as close as a tenth of it."""


def terms(text: str) -> array[int]:
    """Hashes of the words of a text and of its pairs of words; characters where a script has no spaces."""
    said = [part for word in words(text[:8_000])[:_MOST_WORDS] for part in (word if DENSE.search(word) else (word,))]
    both = [*said, *map(" ".join, pairwise(said))]
    return array("H", [crc32(term.encode("utf-8", "replace")) % _TERMS for term in both])


def laid_out(texts: Sequence[array[int]]) -> list[tuple[int, int]]:
    """A place for each text, given its terms; the same on one machine each time."""
    if len(texts) < _FEWEST:
        return [(SIDE * (2 * n + 1) // (2 * len(texts)), SIDE // 2) for n in range(len(texts))]
    return [(int(x), int(y)) for x, y in _spread(_among_neighbours(_reduced(_weighted(texts)))) * SIDE]


def _weighted(texts: Sequence[array[int]]) -> Any:
    import numpy as np

    weights = np.empty((len(texts), _TERMS), np.float32)
    for row, text in zip(weights, texts, strict=True):
        row[:] = np.bincount(np.frombuffer(text, np.uint16), minlength=_TERMS)
    np.log1p(weights, out=weights)
    frequent = np.count_nonzero(weights, axis=0)
    weights *= np.log(1.0 + len(texts) / np.maximum(frequent, 1)).astype(np.float32)
    weights /= np.maximum(np.linalg.norm(weights, axis=1, keepdims=True), 1e-9)
    weights -= weights.mean(axis=0)
    return weights


def _reduced(weights: Any) -> Any:
    """The texts along the strongest directions; of many by subspace iteration from a fixed start (Halko et al., 2011)."""
    import numpy as np

    if len(weights) <= _SMALL:
        strengths, directions = np.linalg.eigh(weights @ weights.T)
        return (directions * np.sqrt(np.maximum(strengths, 0)))[:, ::-1][:, :_DIMENSIONS]
    draw = np.random.Generator(np.random.PCG64(1))
    basis = draw.standard_normal((_TERMS, _DIMENSIONS + 8)).astype(np.float32)
    for _ in range(4):
        basis, _upper = np.linalg.qr(weights.T @ (weights @ basis))
    left, strengths, _right = np.linalg.svd(weights @ basis, full_matrices=False)
    return (left * strengths)[:, :_DIMENSIONS]


def _among_neighbours(texts: Any) -> Any:
    """Places in the plane: each text is drawn to those that are most like it and pushed off from some drawn at random."""
    import numpy as np

    total, near = len(texts), min(_NEIGHBOURS, len(texts) - 1)
    heads, tails = np.repeat(np.arange(total), near), _nearest(texts, near).ravel()
    draw, (a, b) = np.random.Generator(np.random.PCG64(1)), _CURVE
    places = (_ranks(texts[:, :2]) - 0.5) * np.sqrt(total) * 0.35
    for turn in range(_ROUNDS):
        apart = places[heads] - places[tails]
        squared = (apart**2).sum(axis=1)
        pull = -2 * a * b * (squared + 1e-9) ** (b - 1) / (1 + a * squared**b)
        drawn = np.clip(pull[:, None] * apart, -4, 4)
        move = np.stack([np.bincount(heads, d, total) - np.bincount(tails, d, total) for d in drawn.T], axis=1)
        for _ in range(_FAR):
            apart = places - places[draw.integers(0, total, total)]
            squared = (apart**2).sum(axis=1)
            push = 2 * b / ((0.001 + squared) * (1 + a * squared**b))
            move += np.clip(push[:, None] * apart, -4, 4) * (near / _FAR)
        places += (0.5 - 0.5 * turn / _ROUNDS) * (move / (2 * np.sqrt(near)) - 0.05 * places)
    return places


def _nearest(texts: Any, near: int) -> Any:
    """For each text the numbers of those whose direction is most like its own, a part of the texts at a time."""
    import numpy as np

    unit = texts / np.maximum(np.linalg.norm(texts, axis=1, keepdims=True), 1e-9)
    found = np.empty((len(texts), near), np.int64)
    for start in range(0, len(texts), 512):
        unlike = -(unit[start : start + 512] @ unit.T)
        unlike[np.arange(len(unlike)), np.arange(start, start + len(unlike))] = 2  # a text is no neighbour of its own
        found[start : start + 512] = np.argpartition(unlike, near - 1, axis=1)[:, :near]
    return found


def _spread(places: Any) -> Any:
    """Places over the whole square, half by distance and half by rank, so that a crowd comes apart and what is far is seen."""
    import numpy as np

    low, high = places.min(axis=0), places.max(axis=0)
    return (_ranks(places) + (places - low) / np.maximum(high - low, 1e-9)) / 2


def _ranks(places: Any) -> Any:
    """The rank of each coordinate, from 0 to 1."""
    return places.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable") / max(1, len(places) - 1)
