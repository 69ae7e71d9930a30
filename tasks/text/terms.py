"""Text as search sees it: words of any script, identifiers taken apart, numbers whole, and where each of them stands."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_STOP = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "for",
        "from",
        "had",
        "has",
        "have",
        "he",
        "her",
        "his",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "not",
        "of",
        "on",
        "or",
        "she",
        "so",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "to",
        "was",
        "we",
        "were",
        "which",
        "will",
        "with",
        "you",
        "your",
    ]
)
"""English words that stand in nearly every text; left out, which keeps index and queries small."""
LONGEST = 64
"""Characters of a word; a longer run of letters and digits is encoded data, not a word."""
MOST_PARTS = 6
"""Parts of an identifier; what falls into more is a hash or the like and stays whole."""

# Scripts written without spaces, searched by pairs of characters: Thai to Khmer, kana, Han.
_DENSE = (
    "\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
# Marks that belong to a word but are no letters to `re`: accents, points of Hebrew and Arabic, vowels of Indian scripts.
_MARKS = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963\u0971-\u0dff"
_FOUND = re.compile(
    r"\d{1,3}(?:,\d{3})+(?:\.\d+)*(?![\d,])|\d+(?:\.\d+)+"
    rf"|[{_DENSE}]+"
    rf"|(?:[A-Za-z0-9]+|(?![{_DENSE}])[^\W_]|[{_MARKS}])+"
)
_NUMBER = re.compile(r"\d+[.,]")
_DENSE_RUN = re.compile(f"[{_DENSE}]")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^A-Za-z\d]+")


def search_terms(text: str) -> list[str]:
    """The words of a text in order, in lower case: `getHTTPPort` gives get, http, port and the whole; stop words are left out."""
    return [word for found in _FOUND.findall(text) for word in _words(found)]


def place_terms(text: str) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Where something that makes words stands, from and to, and the words it makes."""
    for found in _FOUND.finditer(text):
        start, end = found.span()
        if end - start > 2 and _DENSE_RUN.match(text, start):
            yield from ((place, place + 2, _pairs(text[place : place + 2])) for place in range(start, end - 1))
        elif made := _words(found[0]):
            yield start, end, made


def _words(run: str) -> tuple[str, ...]:
    if len(run) <= LONGEST:
        return _short(run)
    return _pairs(run) if _DENSE_RUN.match(run) else ()


@lru_cache(maxsize=1 << 16)
def _short(run: str) -> tuple[str, ...]:
    if _NUMBER.match(run):
        return (run.replace(",", ""),)
    if _DENSE_RUN.match(run):
        return _pairs(run)
    text = run if run.isascii() else unicodedata.normalize("NFKC", run)
    whole = text.casefold()
    if whole in _STOP:
        return ()
    if text.isalpha() and (text.islower() or text.isupper() or text[1:].islower()):
        return (whole,)
    parts = [part.casefold() for part in _PART.findall(text)]
    return (whole,) if not 1 < len(parts) <= MOST_PARTS else (*parts, whole)


def _pairs(run: str) -> tuple[str, ...]:
    text = unicodedata.normalize("NFKC", run)
    return tuple(text[i : i + 2] for i in range(len(text) - 1)) or (text,)
