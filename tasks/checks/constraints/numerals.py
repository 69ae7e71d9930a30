"""The whole numbers that an instruction states, in digits or in words."""

from __future__ import annotations

import re
from functools import lru_cache

from tasks.text.numbers import quantities
from tasks.text.plain import plain

_ORDINALS = ("zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_NUMERALS = {
    **dict.fromkeys(("never", "no"), 0),
    **dict.fromkeys(("once", "single", "a", "an"), 1),
    **dict.fromkeys(("twice", "both", "pair", "couple", "other", "couplet"), 2),
    **dict.fromkeys(("thrice", "tercet", "haiku"), 3),
    **{"quatrain": 4, "limerick": 5, "dozen": 12, "sonnet": 14},
}
_HUNDRED = re.compile(
    r"\b(?:(a|one|two|three|four|five|six|seven|eight|nine) )hundred(?:(?: and)? (?=(\w+(?:-\w+)?)))?"
)
_ORDINAL_MARK = re.compile(r"\b(\d{1,3})(?:st|nd|rd|th)\b")


@lru_cache(maxsize=64)
def numbers_in(asked: str) -> frozenset[int]:
    """The whole numbers that a text states, and those that words such as "twice" and "sonnet" stand for."""
    said = plain(asked)
    # "A five-sentence summary" states a five.
    spaced = re.sub(r"(?<=[a-z])-(?=[a-z])", " ", asked, flags=re.I)
    found = {int(v) for pair in quantities(spaced) for v in pair if v == int(v) and 0 <= v < 10**7}
    found |= {int(n) for n in re.findall(r"(?<![\d.,])\d{1,6}(?![\d])", said)} | {
        int(n) for n in _ORDINAL_MARK.findall(said)
    }
    words = set(re.findall(r"[a-z]+", said))
    found |= {n for n, word in enumerate(_ORDINALS) if word in words}
    found |= {n for word, n in _NUMERALS.items() if word in words or f"{word}s" in words}
    for m in _HUNDRED.finditer(said):
        base = 100 * int(next((v for v, _ in quantities(m[1])), 1))
        found |= {base, base + int(next((v for v, _ in quantities(m[2] or "")), 0))}
    return frozenset(found)
