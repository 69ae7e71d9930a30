"""Whether a text still says a fact: figures, dates and names by value, other words by whether they stand together."""

from __future__ import annotations

import re
from typing import Literal

from tasks.text.markdown import EMPHASIS
from tasks.text.phrases import Token, same_token, says_phrase, tokens
from tasks.text.quantities import find_quantities, states
from tasks.text.words import holds

Kept = Literal["kept", "lost", "open"]
_NEAR = 6
"""Words within which the parts of a fact stand together."""
_STEM = 5
_SMALL = frozenset({"of", "in", "on", "at", "to", "for", "and", "or", "by", "with", "from", "per", "is", "my", "our",
                    "your", "as"})  # fmt: skip
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr", "prof", "professor", "sir", "st", "captain", "pastor"})
_NAME = re.compile(r"[^\W\d_a-zß-ÿ][\w'\u2019.-]*")


def kept(text: str, fact: str) -> Kept:
    """Whether the fact stands in the text; open where its parts do and a reader has to say whether they mean the same."""
    text = EMPHASIS.sub("", text)
    if holds(text, fact) or says_phrase(text, fact):
        return "kept"
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
