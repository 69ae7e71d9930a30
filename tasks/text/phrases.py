"""Phrases in a normal form: notation, spelling, articles and case make no difference, and quantities are values."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from tasks.text.quantities import Quantity, find_quantities, flat, same_quantity
from tasks.text.words import ARTICLES, words

Token = str | Quantity
"""A word in its one spelling, or a quantity."""

_SPELLINGS = (
    (re.compile(r"our(?=(?:s|ed|ing|ful|fully|less|able|ably|ites?|ers?|hoods?|y)?$)"), "or"),
    (re.compile(r"(?<=[a-z]{2}[bct])re(?=s?$|d$)"), "er"),
    (re.compile(r"is(?=(?:e|es|ed|er|ers|ing|ation|ations|able)$)"), "iz"),
    (re.compile(r"ys(?=(?:e|es|ed|er|ing)$)"), "yz"),
    (re.compile(r"(?<=[aeiou][a-z])([a-z]*[aeiou])ll(?=ed$|ing$|er$|ers$|ings?$)"), r"\1l"),
    (re.compile(r"(?<=[a-z]{2})ence(?=s?$)"), "ense"),
    (re.compile(r"(?<=[a-z]{2})ogue(?=s?$)"), "og"),
    (re.compile(r"mme(?=s?$)"), "m"),
    (re.compile(r"(?:ae(?=[mdst])|oe(?=d|so|st|t[ua]))(?=[a-z]{3})"), "e"),
)
_ONE_SPELLING = {
    "grey": "gray", "tyre": "tire", "tyres": "tires", "cheque": "check", "cheques": "checks", "kerb": "curb",
    "plough": "plow", "mould": "mold", "sceptical": "skeptical", "aluminium": "aluminum", "judgement": "judgment",
    "whilst": "while", "amongst": "among", "towards": "toward", "learnt": "learned", "burnt": "burned", "jewellery": "jewelry",
}  # fmt: skip
_DOTTED = re.compile(r"\b(?:[A-Za-z]\.){2,}")
_SILENT = ARTICLES | {"per"}


def spelling(word: str) -> str:
    """The word in the one spelling that stands for all of its spellings: colour is color, São is sao."""
    if not word.isascii():
        word = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    if word in _ONE_SPELLING:
        return _ONE_SPELLING[word]
    for pattern, instead in _SPELLINGS if len(word) > 4 else ():
        word = pattern.sub(instead, word)
    return word


@lru_cache(maxsize=512)
def tokens(text: str, articles: bool = False) -> tuple[Token, ...]:
    """The text's words in their one spelling and its quantities, in order; articles only if they are wanted."""
    said = flat(text)
    found: list[Token] = []
    last = 0
    for quantity in find_quantities(text):
        found += _words(said[last : quantity.start], articles)
        found.append(quantity)
        last = quantity.end
    found += _words(said[last:], articles)
    return tuple(found)


def _words(text: str, articles: bool) -> list[str]:
    text = _DOTTED.sub(lambda m: m[0].replace(".", ""), text).replace("&", " and ")
    return [spelling(word) for word in words(text) if articles or word not in _SILENT]


def same_token(one: Token, other: Token) -> bool:
    """Whether the two are one word or one quantity."""
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    return same_quantity(one, other)


def same_tokens(one: Sequence[Token], other: Sequence[Token]) -> bool:
    """Whether the two are the same from end to end."""
    return len(one) == len(other) and all(map(same_token, one, other))


def same_phrase(one: str, other: str) -> bool:
    """Whether the two phrases say the same in the same words: only notation, spelling and articles may differ."""
    ours, theirs = tokens(one), tokens(other)
    if not ours or not theirs:
        return one.strip().casefold() == other.strip().casefold() if ours == theirs else False
    return same_tokens(ours, theirs) or _joined(ours) == _joined(theirs) != ""


def find_phrase(text: str, phrase: str) -> list[int]:
    """Where the phrase stands among the text's :func:`tokens`, in whatever notation and spelling."""
    said, wanted = tokens(text), tokens(phrase)
    if not wanted:
        return []
    return [
        at
        for at in range(len(said) - len(wanted) + 1)
        if same_token(said[at], wanted[0]) and same_tokens(said[at : at + len(wanted)], wanted)
    ]


def says_phrase(text: str, phrase: str) -> bool:
    """Whether the phrase stands in the text, in whatever notation and spelling."""
    return bool(find_phrase(text, phrase))


def _joined(found: Sequence[Token]) -> str:
    """The words written as one, so that "light house" is "lighthouse"; empty where there is a quantity."""
    return "" if any(not isinstance(token, str) for token in found) else "".join(map(str, found))


FUNCTION_WORDS = frozenset(re.findall(r"\w+", """
    a an the is are was were be been being am has have had do does did will would can could may might must shall should
    of to in on at by for from with and or as it its this that these those he she they we you i his her their our your him them
    then than so if which who whom whose what when where how why into over under very there here because due also just
    not no never nor neither without mr mrs ms dr sir per about
"""))  # fmt: skip
"""Words that carry no content of their own."""
NEGATIVE = frozenset({"not", "no", "never", "nor", "neither", "without", "cannot"}) | {
    f"{verb}nt"
    for verb in ("do", "does", "did", "is", "are", "was", "were", "has", "have", "had", "ca", "could", "wo", "would")
}
"""Words of denial, as :func:`tokens` has them."""


def stem(word: str) -> str:
    """The word without the endings of grammar."""
    if len(word) <= 4:
        return word
    short = re.sub(r"(?:ies|ied|y|es|s|ed|ing|e)$", "", word)
    return short[:-1] if short[-1:] == short[-2:-1] else short


def alike(one: Token, other: Token) -> bool:
    """Whether the two are one word, in whatever ending, or one quantity."""
    if isinstance(one, str) and isinstance(other, str):
        return one == other or (len(one) > 3 and len(other) > 3 and stem(one) == stem(other))
    return same_token(one, other)


@lru_cache(maxsize=512)
def content(text: str) -> tuple[Token, ...]:
    """The tokens of a text that carry what it says."""
    return tuple(t for t in tokens(text) if not (isinstance(t, str) and t in FUNCTION_WORDS))


def denies(text: str) -> bool:
    """Whether the text has a word of denial."""
    return any(token in NEGATIVE for token in tokens(text) if isinstance(token, str))
