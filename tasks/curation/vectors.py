"""Rows as vectors, by which it is told how far apart they are: hashed words, or a model's embeddings."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from tasks.curation.grams import Array
from tasks.curation.lines import Lines
from tasks.settings import SettingsError

SIZE = 256
_SIGN = np.uint32(0x80000000)


def hashed(lines: Lines, rows: Array) -> Array:
    """Unit vectors of rows (float32): their words and word pairs, each at two places drawn by its hash.

    All weigh the same: weights by rarity would tell variations of one row apart by the few words in which they differ.
    """
    found = np.zeros((len(rows), SIZE), np.float32)
    for place, row in enumerate(rows.tolist()):
        grams = np.concatenate([lines.set("asked", row), lines.set("text", row)])
        for shift in (0, 11):
            at = (grams >> np.uint32(shift)) % np.uint32(SIZE)
            signed = np.where((grams << np.uint32(shift // 2)) & _SIGN, 1.0, -1.0)
            found[place] += np.bincount(at, signed, SIZE).astype(np.float32)
    return _unit(found)


def embedded(texts: Iterable[str], folder: str) -> Array:
    """Unit vectors of texts under the model2vec model in a folder; SettingsError, in a sentence, where it cannot be had."""
    try:
        from model2vec import StaticModel
    except ImportError:
        raise SettingsError(
            "embeddings: needs the package model2vec: pip install 'agentinstruct[embeddings]'"
        ) from None
    if not Path(folder).is_dir():
        raise SettingsError(
            f"embeddings: {folder} is no folder; give that of a model2vec model, with its model.safetensors"
        )
    try:
        model = StaticModel.from_pretrained(folder)
    except Exception as error:
        raise SettingsError(f"embeddings: {folder} holds no model2vec model ({type(error).__name__})") from None
    return _unit(np.asarray(model.encode(list(texts)), np.float32))


def _unit(vectors: Array) -> Array:
    unit: Array = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return unit
