"""How often a gram is to be expected in other items by chance: often where its parts are common, as in puzzles from one mould."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tasks.curation.decontamination.grams import CHARACTERS, WORDS, runs
from tasks.curation.decontamination.tokens import Hashes, Numbers, Shares, Tokens


def expected_items(parts: Sequence[Tokens], grams: Hashes) -> Shares:
    """For each of these sorted grams, in how many other items its first tokens and its last ones meet by chance.

    That is the items that hold all tokens but the last, times those that hold all but the first, by those that hold what both
    share; a gram's own item does not count.
    """
    expected = np.zeros(len(grams))
    for size in (WORDS, CHARACTERS):
        whole, shorter, middle = (_runs_of_all(parts, each) for each in (size, size - 1, size - 2))
        if not len(whole[0]) or not len(grams):
            continue
        held, core = _held(shorter), _held(middle)
        first = _value(held, _at(shorter, whole, 0)) - 1
        last = _value(held, _at(shorter, whole, 1)) - 1
        chance = first * last / _value(core, _at(middle, whole, 1))
        place = np.minimum(np.searchsorted(grams, whole[0]), len(grams) - 1)
        found = grams[place] == whole[0]
        expected[place[found]] = chance[found]
    return expected


Runs = tuple[Hashes, Numbers, Numbers]
"""Hashes of runs, where each begins among all tokens, and the text that it stands in."""


def _runs_of_all(parts: Sequence[Tokens], size: int) -> Runs:
    found, before = [], 0
    for tokens in parts:
        hashes, starts = runs(tokens, size)
        found.append((hashes, starts + before, tokens.text[starts]))
        before += len(tokens.hashes)
    nothing = np.zeros(0, np.int64)
    found.append((nothing.astype(np.uint64), nothing, nothing))
    return (
        np.concatenate([hashes for hashes, _, _ in found]),
        np.concatenate([starts for _, starts, _ in found]),
        np.concatenate([text for _, _, text in found]),
    )


def _at(runs: Runs, of: Runs, later: int) -> Hashes:
    """The run that begins so many tokens later than each of these; a longer run holds all shorter ones."""
    found: Hashes = runs[0][np.searchsorted(runs[1], of[1] + later)]
    return found


def _held(runs: Runs) -> tuple[Hashes, Numbers]:
    """Every different run, and in how many texts it stands."""
    hashes, number = np.unique(runs[0], return_inverse=True)
    texts = int(runs[2].max()) + 1
    return hashes, np.bincount(np.unique(number * texts + runs[2]) // texts, minlength=len(hashes))


def _value(held: tuple[Hashes, Numbers], hashes: Hashes) -> Numbers:
    return held[1][np.searchsorted(held[0], hashes)]
