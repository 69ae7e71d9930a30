"""Text as search sees it: words of any script, identifiers taken apart, numbers whole, and where each of them stands."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

STOP = frozenset(
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
    r"(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)*(?![\d,])|\d+(?:\.\d+)+)"
    rf"|(?P<dense>[{_DENSE}]+)"
    rf"|(?:(?![{_DENSE}])[^\W_]|[{_MARKS}])+"
)
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^A-Za-z\d]+")


def words(text: str) -> list[str]:
    """The words of a text in order, in lower case: `getHTTPPort` gives get, http, port and the whole; stop words are left out."""
    return [word for found in _FOUND.finditer(text) for word in _words(found)]


def places(text: str) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Where something that makes words stands, from and to, and the words it makes."""
    for found in _FOUND.finditer(text):
        start, end = found.span()
        if found.lastgroup == "dense" and end - start > 2:
            pairs = ((place, place + 2) for place in range(start, end - 1))
            yield from ((a, b, (unicodedata.normalize("NFKC", text[a:b]),)) for a, b in pairs)
        elif made := _words(found):
            yield start, end, made


def _words(found: re.Match[str]) -> tuple[str, ...]:
    text = found[0]
    if found.lastgroup == "number":
        return (text.replace(",", ""),) if len(text) <= LONGEST else ()
    if found.lastgroup == "dense":
        text = unicodedata.normalize("NFKC", text)
        return tuple(text[i : i + 2] for i in range(len(text) - 1)) or (text,)
    return _parts(text) if len(text) <= LONGEST else ()


@lru_cache(maxsize=1 << 16)
def _parts(text: str) -> tuple[str, ...]:
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    whole = text.casefold()
    if whole in STOP:
        return ()
    if text.isalpha() and (text.islower() or text.isupper() or text[1:].islower()):
        return (whole,)
    parts = [part.casefold() for part in _PART.findall(text)]
    return (whole,) if not 1 < len(parts) <= MOST_PARTS else (*parts, whole)
