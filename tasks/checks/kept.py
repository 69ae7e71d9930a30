"""Whether a text still says a fact: figures, dates and names by value, other words by whether they stand together."""

from __future__ import annotations

import re
from typing import Literal

from tasks.text.markdown import EMPHASIS
from tasks.text.phrases import Token, same_token, says_phrase, tokens
from tasks.text.quantities import find_quantities, flat, same_quantity, states
from tasks.text.words import holds

Kept = Literal["kept", "lost", "open"]
_NEAR = 6
"""Words within which the parts of a fact stand together."""
_STEM = 5
_SMALL = frozenset({
    "of", "in", "on", "at", "to", "for", "and", "or", "by", "with", "from", "per", "is", "my", "our", "your", "as",
})  # fmt: skip
_NO_NOUNS = frozenset({
    "until", "left", "only", "each", "every", "plus", "less", "more", "that", "which", "when", "then", "after", "before",
    "into", "over", "under", "about", "will", "have", "were", "altogether", "total", "with", "from", "your",
})  # fmt: skip
"""Words behind a bare number that do not say of what it is one."""
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr", "prof", "professor", "sir", "st", "captain", "pastor"})
_NOUN = re.compile(r"[ -]([a-z]{4,})", re.I)
_NAME = re.compile(r"[^\W\d_a-zß-ÿ][\w'\u2019.-]*")


def kept(text: str, fact: str) -> Kept:
    """Whether the fact stands in the text; open where its parts do and a reader has to say whether they mean the same."""
    text = EMPHASIS.sub("", text)
    if holds(text, fact) or says_phrase(text, fact):
        return "open" if not holds(text, fact) and _of_others(text, fact) else "kept"
    if not all(states(text, quantity) for quantity in find_quantities(fact)):
        return "lost"
    wanted = [t for t in tokens(fact) if not (isinstance(t, str) and t in _SMALL | _TITLES)]
    said = tokens(text)
    names = {w.strip(".").casefold() for w in _NAME.findall(fact)}
    # All of a name in capitals has to be there: another surname is another person.
    if len(names) > 1 and any(t in names and t not in said for t in wanted if isinstance(t, str)):
        return "lost"
    if not wanted:
        return "lost"
    there = [t for t in wanted if _stands(t, said)]
    if len(there) == len(wanted) and _together(wanted, said):
        return "kept"
    return "open" if 2 * len(there) >= len(wanted) else "lost"


def _of_others(text: str, fact: str) -> bool:
    """Whether the text has an amount of the fact only as a bare number before another noun: 39 pages for 39 euros."""
    said = flat(text)
    for wanted in find_quantities(fact):
        same = [q for q in find_quantities(text) if same_quantity(wanted, q)]
        if wanted.is_plain or not same or any(not q.is_plain for q in same):
            continue
        behind = [_NOUN.match(said, q.end) for q in same]
        if all(m and m[1].lower() not in _NO_NOUNS and m[1].lower() not in fact.lower() for m in behind):
            return True
    return False


def _stands(token: Token, said: tuple[Token, ...]) -> bool:
    return any(_same(token, other) for other in said)


def _same(one: Token, other: Token) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return one == other or (len(one) >= _STEM and one[:_STEM] == other[:_STEM])
    return same_token(one, other)


def _together(wanted: list[Token], said: tuple[Token, ...]) -> bool:
    """Whether all the parts stand within a few words of one another, in any order."""
    width = len(wanted) + _NEAR
    return any(
        _same(wanted[0], first) and all(_stands(t, said[max(0, at - width) : at + width]) for t in wanted)
        for at, first in enumerate(said)
    )
