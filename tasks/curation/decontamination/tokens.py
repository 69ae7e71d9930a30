"""Texts as sequences of hashed tokens, by arrays alone: case, wrapping, punctuation, Markdown and labels make no difference.

A token is a run of letters and digits; of scripts without spaces each character is one. A hash depends on nothing but the token,
so what one process hashed another finds again.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from tasks.text.words import DENSE

Hashes = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Shares = npt.NDArray[np.float64]

SIGNS = frozenset("<>{}[]()+-*/=^|&~%!")
"""What formulas and rows of brackets are made of."""
_NOTHING, _WORD, _ALONE, _DELETED = range(4)
_APOSTROPHES = "'`\u2018\u2019\u201b\u00b4\u2032\u02bc"
_THOUSANDS = re.compile(r",(?<=\d,)(?=\d{3}(?!\d))")
_MARKDOWN = re.compile(r"\n(?:[>*+#-]+[ \t]+)+")
"""Signs that only set a line, and are none of its own."""
_BASE = 0x9E3779B97F4A7C15
"""Odd, so that it can be divided by in whole numbers of 64 bits."""
_AT_ONCE = 1 << 18
"""Characters that are hashed in one go: their arrays stay in the processor's cache."""


@dataclass(frozen=True)
class Tokens:
    """The tokens of some texts, one after the other."""

    hashes: Hashes
    text: Numbers
    """The number of the text that a token stands in."""
    segment: Numbers
    """The number of the part of a text: each paragraph, and each option of a list by its label, is one of its own."""
    alone: Flags
    """Whether a token is one character of a script without spaces."""


def tokens_of(texts: Sequence[str], signs: bool = False) -> Iterator[Tokens]:
    """The tokens of all texts, some texts at a time; no text is divided. With `signs`, each of `SIGNS` is a token too."""
    first, size = 0, 0
    for number, text in enumerate(texts):
        if size and size + len(text) > _AT_ONCE:
            yield _tokens(texts[first:number], first, signs)
            first, size = number, 0
        size += len(text) + 1
    if first < len(texts):
        yield _tokens(texts[first:], first, signs)


def mixed(values: Hashes) -> Hashes:
    """Hashes whose every bit depends on all bits of these."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def spans(hashes: Hashes, starts: Numbers, ends: Numbers) -> Hashes:
    """One hash for each span of these, by what stands in it and in which order."""
    powers, inverse = _powers(max(2 * _AT_ONCE, 1 << len(hashes).bit_length()))
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(hashes * powers[: len(hashes)], dtype=np.uint64)])
    return mixed((sums[ends] - sums[starts]) * inverse[starts])


def _tokens(texts: Iterable[str], first: int, signs: bool) -> Tokens:
    if signs:
        texts = (_MARKDOWN.sub("\n", f"\n{text}").replace("**", "") for text in texts)
    codes = _codes("\0".join([*map(_plain, texts), ""]))
    sort = _sorts(signs)[codes]
    if (deleted := sort == _DELETED).any():
        codes, sort = codes[~deleted], sort[~deleted]
    said, alone = sort != _NOTHING, sort == _ALONE
    joined = said[1:] & said[:-1] & ~alone[1:] & ~alone[:-1]
    starts = np.flatnonzero(said & np.concatenate([[True], ~joined]))
    ends = np.flatnonzero(said & np.concatenate([~joined, [True]])) + 1
    breaks = np.flatnonzero((codes == ord("\n")) | (codes == 0))
    lines = np.searchsorted(breaks, starts)
    labels = _labels(codes, starts, ends, lines) & ~alone[starts]
    parts = np.cumsum(labels | (np.diff(lines, prepend=0) > 1))
    kept = ~labels
    starts, ends = starts[kept], ends[kept]
    text = np.concatenate([[first], first + np.cumsum(codes[breaks] == 0)])[lines[kept]]
    hashes = spans(_character_hashes()[codes], starts, ends)
    return Tokens(hashes, text, text + parts[kept], alone[starts])


def _plain(text: str) -> str:
    """The text in one spelling, without signs that mark the ends of texts here."""
    if "," in text:
        text = _THOUSANDS.sub("", text)
    if "\0" in text:
        text = text.replace("\0", " ")
    return text if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


def _codes(joined: str) -> npt.NDArray[Any]:
    if joined.isascii():
        return np.frombuffer(joined.encode("ascii"), np.uint8)
    return np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)


def _labels(codes: npt.NDArray[Any], starts: Numbers, ends: Numbers, lines: Numbers) -> Flags:
    """Which tokens only number what follows: `A.` or `12)` before all else in a line, `(c)` after a space."""
    if not len(starts):
        return np.zeros(0, np.bool_)
    short = np.flatnonzero(ends - starts <= 2)
    after = codes[ends[short]]
    short = short[(after == ord(".")) | (after == ord(")")) | (after == ord(":"))]
    begins, heads = starts[short], (short == 0) | (lines[short] > lines[short - 1])
    bracketed = (codes[begins - 1] == ord("(")) & ((begins < 2) | (codes[begins - 2] <= ord(" ")))
    found = np.zeros(len(starts), np.bool_)
    found[short[heads | bracketed]] = True
    return found


@lru_cache(maxsize=2)
def _powers(least: int) -> tuple[Hashes, Hashes]:
    """The powers of the base, and what undoes each."""
    return tuple(  # type: ignore[return-value]
        np.multiply.accumulate(np.concatenate([np.ones(1, np.uint64), np.full(least - 1, base, np.uint64)]))
        for base in (_BASE, pow(_BASE, -1, 1 << 64))
    )


@cache
def _sorts(signs: bool) -> npt.NDArray[np.uint8]:
    """What each character is: part of a word, a word of its own, nothing, or not there at all."""
    if signs:
        sorts = _sorts(signs=False).copy()
        sorts[[ord(sign) for sign in SIGNS]] = _ALONE
        return sorts
    sorts = np.zeros(sys.maxunicode + 1, np.uint8)
    for code in range(len(sorts)):
        category = unicodedata.category(sign := chr(code))
        if category[0] in "LNM":
            sorts[code] = _ALONE if DENSE.match(sign) else _WORD
        elif category == "Cf" or sign in _APOSTROPHES:
            sorts[code] = _DELETED
    return sorts


@cache
def _character_hashes() -> Hashes:
    codes = np.arange(sys.maxunicode + 1, dtype=np.uint64)
    codes[ord("A") : ord("Z") + 1] += np.uint64(32)
    return mixed(codes + np.uint64(_BASE))
