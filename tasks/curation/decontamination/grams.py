"""What a text is known again by: its runs of four tokens, the options in it that are shorter, and the text as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from tasks.curation.decontamination.tokens import Hashes, Numbers, Tokens, mixed, spans, tokens_of

WORDS, CHARACTERS = 4, 8
"""Tokens in a gram; of scripts without spaces, characters."""
SHORTEST = 2
"""Tokens of an option that says something by itself."""
LEAST_WHOLE = 3
"""Tokens below which a text says too little to be known by."""
_FACTORS = np.array([(2 * n + 1) * 0x9E3779B97F4A7C15 % (1 << 64) for n in range(CHARACTERS)], np.uint64)


@dataclass(frozen=True)
class Grams:
    """The grams of some texts in order, and one hash for each text that is not too short."""

    hashes: Hashes
    text: Numbers
    """The number of the text that a gram stands in."""
    wholes: Hashes
    whole_text: Numbers


def grams_of(texts: Sequence[str], signs: bool = False) -> Iterator[Grams]:
    """The grams of all texts, some texts at a time."""
    return map(grams_in, tokens_of(texts, signs))


def grams_in(tokens: Tokens) -> Grams:
    """The grams of these tokens."""
    hashes, starts = runs(tokens, WORDS)
    if tokens.alone.any():
        longer, places = runs(tokens, CHARACTERS)
        spaced, dense = ~tokens.alone[starts], tokens.alone[places]
        hashes, starts = (
            np.concatenate([hashes[spaced], longer[dense]]),
            np.concatenate([starts[spaced], places[dense]]),
        )
    first, count = _parts(tokens.segment)
    short = (count >= SHORTEST) & (count < np.where(tokens.alone[first], CHARACTERS, WORDS))
    hashes = np.concatenate([hashes, spans(tokens.hashes, first[short], (first + count)[short])])
    starts = np.concatenate([starts, first[short]])
    order = np.argsort(starts, kind="stable")
    first, count = _parts(tokens.text)
    long = count >= LEAST_WHOLE
    wholes = spans(tokens.hashes, first[long], (first + count)[long])
    return Grams(hashes[order], tokens.text[starts[order]], wholes, tokens.text[first[long]])


def runs(tokens: Tokens, size: int) -> tuple[Hashes, Numbers]:
    """The hashes of all runs of so many tokens within one part of a text, and where each begins."""
    if (number := len(tokens.hashes) - size + 1) <= 0:
        return np.zeros(0, np.uint64), np.zeros(0, np.int64)
    total = np.zeros(number, np.uint64)
    for place in range(size):
        total += tokens.hashes[place : place + number] * _FACTORS[place]
    within = tokens.segment[:number] == tokens.segment[size - 1 :]
    return mixed(total[within]), np.flatnonzero(within)


def _parts(numbers: Numbers) -> tuple[Numbers, Numbers]:
    """Where each part begins, and how many tokens it has."""
    first = np.flatnonzero(np.concatenate([np.ones(min(len(numbers), 1), np.bool_), numbers[1:] != numbers[:-1]]))
    return first, np.diff(np.concatenate([first, [len(numbers)]]))
