"""How often a gram is to be expected in other items by chance: often where its parts are common, as in puzzles from one mould."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from tasks.curation.decontamination.grams import CHARACTERS, WORDS, runs
from tasks.curation.decontamination.tokens import Hashes, Numbers, Shares, Tokens


class _Runs(NamedTuple):
    """All runs of so many tokens in some texts."""

    hashes: Hashes
    starts: Numbers
    """Where each begins, among the tokens of all texts."""
    text: Numbers


def expected_items(parts: Sequence[Tokens], grams: Hashes) -> Shares:
    """For each of these sorted grams, in how many other items its first tokens and its last ones meet by chance.

    That is the items that hold all tokens but the last, times those that hold all but the first, by those that hold what both
    share; a gram's own item does not count.
    """
    expected = np.zeros(len(grams))
    dense = any(tokens.alone.any() for tokens in parts)
    for size in (WORDS, CHARACTERS) if dense else (WORDS,):
        whole = _all_runs(parts, size)
        shorter, middle = _all_runs(parts, size - 1), _all_runs(parts, size - 2)
        held, core = _held(shorter), _held(middle)
        first = held[np.searchsorted(shorter.starts, whole.starts)] - 1
        last = held[np.searchsorted(shorter.starts, whole.starts + 1)] - 1
        chance = first * last / core[np.searchsorted(middle.starts, whole.starts + 1)]
        hashes, some = np.unique(whole.hashes, return_index=True)
        place = np.searchsorted(hashes, grams)
        known = np.flatnonzero(np.take(hashes, place, mode="clip") == grams) if len(hashes) else place[:0]
        expected[known] = chance[some[place[known]]]
    return expected


def _all_runs(parts: Sequence[Tokens], size: int) -> _Runs:
    nothing = np.zeros(0, np.int64)
    found, before = [(nothing.astype(np.uint64), nothing, nothing)], 0
    for tokens in parts:
        hashes, starts = runs(tokens, size)
        found.append((hashes, starts + before, tokens.text[starts]))
        before += len(tokens.hashes)
    return _Runs(*(np.concatenate(each) for each in zip(*found, strict=True)))


def _held(runs: _Runs) -> Numbers:
    """For every run, in how many texts it stands."""
    order = np.argsort(runs.hashes, kind="stable")
    hashes, text = runs.hashes[order], runs.text[order]
    begins = np.ones(len(order), np.bool_)
    begins[1:] = hashes[1:] != hashes[:-1]
    others = begins.copy()
    others[1:] |= text[1:] != text[:-1]
    group = np.cumsum(begins) - 1
    held = np.empty(len(order), np.int64)
    held[order] = np.bincount(group, others)[group]
    return held
