"""A map of texts in two dimensions: what shares its words lies together.

Term weights (TF-IDF over hashed words and word pairs), reduced by a truncated singular value decomposition.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any
from zlib import crc32

from tasks.text.words import DENSE, words

_TERMS = 1 << 12
_MOST_WORDS = 400
_FEWEST = 4
SIDE = 1_000
"""Coordinates go from 0 to this."""


def terms(text: str) -> array[int]:
    """Hashes of the words of a text and of its pairs of words; characters where a script has no spaces."""
    said = [part for word in words(text[:20_000])[:_MOST_WORDS] for part in (word if DENSE.search(word) else (word,))]
    both = [*said, *(f"{one} {other}" for one, other in pairwise(said))]
    return array("H", (crc32(term.encode("utf-8", "replace")) % _TERMS for term in both))


def laid_out(texts: Sequence[array[int]]) -> list[tuple[int, int]]:
    """A place for each text, given its terms."""
    if len(texts) < _FEWEST:
        return [(SIDE * (2 * n + 1) // (2 * len(texts)), SIDE // 2) for n in range(len(texts))]
    places = _spread(_reduced(_weighted(texts)))
    return [(int(x), int(y)) for x, y in places]


def _weighted(texts: Sequence[array[int]]) -> Any:
    import numpy as np

    weights = np.zeros((len(texts), _TERMS), np.float32)
    for row, text in zip(weights, texts, strict=True):
        for term, n in Counter(text).items():
            row[term] = 1.0 + np.log(n)
    frequent = np.count_nonzero(weights, axis=0)
    weights *= np.log(1.0 + len(texts) / np.maximum(frequent, 1)).astype(np.float32)
    weights /= np.maximum(np.linalg.norm(weights, axis=1, keepdims=True), 1e-9)
    return weights


def _reduced(weights: Any, dimensions: int = 2, rounds: int = 6) -> Any:
    """The texts along the strongest directions, by subspace iteration from a fixed start (Halko et al., 2011)."""
    import numpy as np

    centred = weights - weights.mean(axis=0)
    basis = (
        np.random.Generator(np.random.PCG64(1)).standard_normal((centred.shape[1], dimensions + 8)).astype(np.float32)
    )
    for _ in range(rounds):
        basis, _upper = np.linalg.qr(centred.T @ (centred @ basis))
    left, strengths, right = np.linalg.svd(centred @ basis, full_matrices=False)
    signs = np.sign(right[np.arange(len(right)), np.abs(right).argmax(axis=1)])
    return (left * strengths * signs)[:, :dimensions]


def _spread(places: Any) -> Any:
    """Places over the whole square; half their rank, half their distance, so that a crowd comes apart and a far one is no dot."""
    import numpy as np

    low, high = places.min(axis=0), places.max(axis=0)
    scaled = (places - low) / np.maximum(high - low, 1e-9)
    ranks = places.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable") / max(1, len(places) - 1)
    return np.rint((scaled + ranks) / 2 * SIDE)
