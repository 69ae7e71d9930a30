"""Words: how many a text has, which they are, and whether a phrase is among them, whatever the case, punctuation and articles."""

from __future__ import annotations

import re
from functools import lru_cache

from tasks.text.plain import plain

ARTICLES = frozenset({"a", "an", "the"})
LETTER_RUN = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
"""A word of letters alone, with the apostrophes inside it."""
_WORD = re.compile(r"\w+(?:(?<=\d)\.\d+)*")
_POSSESSIVE = re.compile(r"(?<=\w)'s\b")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_WORDLIKE = re.compile(r"[\w-]")
_GOES_ON = re.compile(r"\w|-\w")
# Scripts written without spaces: Thai to Khmer, kana, Han, full-width forms.
DENSE = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"
)
WORD_CHARACTERS = 32
"""A run of letters longer than this counts as several words, so that no word limit lets through an endless token."""


@lru_cache(maxsize=256)
def words(text: str) -> tuple[str, ...]:
    """The words and numbers of a text in plain form, without punctuation, markup and thousands separators."""
    said = plain(text).replace("_", " ")
    if "'" in said:
        said = _POSSESSIVE.sub("", said).replace("'", "")
    return tuple(_WORD.findall(_THOUSANDS.sub("", said) if "," in said else said))


@lru_cache(maxsize=256)
def bare(text: str) -> str:
    """What a phrase says: its words without articles, or all of them if it has nothing else."""
    found = words(text)
    return " ".join([w for w in found if w not in ARTICLES] or found)


def holds(text: str, phrase: str) -> bool:
    """Whether the phrase stands in the text as whole words; articles, case and punctuation do not matter."""
    wanted = bare(phrase)
    return f" {wanted} " in f" {bare(text)} " if wanted else bool(phrase.strip()) and plain(phrase) in plain(text)


def uses(text: str, phrase: str) -> bool:
    """Whether the text uses exactly these whole words; a hyphenated compound is another word."""
    wanted = plain(phrase)
    said = plain(text)
    at = said.find(wanted) if wanted else -1
    while at >= 0:  # by hand: a pattern of its own for each phrase costs more to compile than to search
        if not _WORDLIKE.search(said[max(0, at - 1) : at]) and not _GOES_ON.match(said, at + len(wanted)):
            return True
        at = said.find(wanted, at + 1)
    return False


def count_words(text: str) -> int:
    """Words by spaces; two characters of a script without spaces count as one word, and overlong tokens as several."""
    tokens = text.split()
    if not tokens:
        return 0
    if (text.isascii() or not DENSE.search(text)) and max(map(len, tokens)) <= WORD_CHARACTERS:
        return len(tokens)
    return sum(map(_cost, tokens))


def _cost(token: str) -> int:
    dense = 0 if token.isascii() else len(DENSE.findall(token))
    return (dense + 1) // 2 + (len(token) - dense + WORD_CHARACTERS - 1) // WORD_CHARACTERS
