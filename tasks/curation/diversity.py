"""Fewer rows that are too much alike: a filter by similarity, or the rows that best stand for all (facility location)."""

from __future__ import annotations

import heapq

import numpy as np

from tasks.curation.grams import Array

REFERENCES = 2_000
"""Rows that a choice is measured by."""
_BLOCK = 512


def too_close(vectors: Array, alike: float) -> dict[int, int]:
    """Row -> an earlier row that stays and is at least so close (cosine); rows stand in the order of preference."""
    found: dict[int, int] = {}
    kept = np.zeros(0, np.int64)
    for start in range(0, len(vectors), _BLOCK):
        block = vectors[start : start + _BLOCK]
        nearest, at = np.full(len(block), -1.0), np.zeros(len(block), np.int64)
        for low in range(0, len(kept), _BLOCK * 8):
            some = kept[low : low + _BLOCK * 8]
            close = block @ vectors[some].T
            best = close.argmax(axis=1)
            value = close[np.arange(len(block)), best]
            better = value > nearest
            nearest[better], at[better] = value[better], some[best[better]]
        within = block @ block.T
        stays: list[int] = []
        for place in range(len(block)):
            if nearest[place] >= alike:
                found[start + place] = int(at[place])
            elif stays and (near := within[place, stays]).max() >= alike:
                found[start + place] = start + stays[int(near.argmax())]
            else:
                stays.append(place)
        kept = np.concatenate([kept, start + np.array(stays, np.int64)])
    return found


def facilities(vectors: Array, count: int, seed: int) -> list[int]:
    """The rows, so many, to which the others are closest, chosen one by one (lazy greedy, Minoux 1978), best first."""
    draw = np.random.Generator(np.random.PCG64(seed & 0xFFFFFFFF))
    references = vectors[np.sort(draw.permutation(len(vectors))[:REFERENCES])]
    best = np.zeros(len(references), np.float32)
    gains = [(-float(np.maximum(references @ vector, 0).sum()), row) for row, vector in enumerate(vectors)]
    heapq.heapify(gains)
    chosen: list[int] = []
    while gains and len(chosen) < count:
        _, row = heapq.heappop(gains)
        close = references @ vectors[row]
        gain = float(np.maximum(close - best, 0).sum())
        if not gains or gain >= -gains[0][0] - 1e-6:
            chosen.append(row)
            np.maximum(best, close, out=best)
        else:
            heapq.heappush(gains, (-gain, row))
    return chosen
