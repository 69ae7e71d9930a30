"""Words: which of them a text says, and whether it says a phrase, whatever the case, punctuation and articles."""

from __future__ import annotations

import re
from functools import lru_cache

from tasks.text.plain import plain

ARTICLES = frozenset({"a", "an", "the"})
_WORD = re.compile(r"\w+(?:(?<=\d)\.\d+)*")
_POSSESSIVE = re.compile(r"(?<=\w)'s\b")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_WORDLIKE = re.compile(r"[\w-]")
_GOES_ON = re.compile(r"\w|-\w")


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
