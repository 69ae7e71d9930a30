"""Whether two phrases stand for the same thing of a text: a person, a place, an amount, a reason.

Notation, spelling, articles and little words make no difference, nor does how much of its place in the text a phrase takes in.
Other quantities, names, days and directions do. What is left is for a reader: a synonym, a qualifier added or left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from tasks.text.dates import MONTHS
from tasks.text.phrases import (
    FUNCTION_WORDS,
    Token,
    alike,
    content,
    denies,
    find_phrase,
    same_phrase,
    same_tokens,
    tokens,
)
from tasks.text.words import ARTICLES

T = TypeVar("T")
_EXCLUSIVE = (
    frozenset(
        {"north", "south", "east", "west", "northern", "southern", "eastern", "western", "northeast", "northwest"}
    ),
    frozenset({"left", "right"}),
    frozenset({"upper", "lower", "middle"}),
    frozenset({"before", "after"}),
    frozenset({"above", "below"}),
    frozenset({"morning", "afternoon", "evening", "night"}),
    frozenset({"spring", "summer", "autumn", "winter", "fall"}),
    frozenset({"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}),
    frozenset(MONTHS),
)
"""Words of which one excludes the others, as numbers do."""
_LEADS_IN = ARTICLES | {
    "is",
    "was",
    "are",
    "were",
    "be",
    "by",
    "to",
    "of",
    "for",
    "with",
    "from",
    "on",
    "at",
    "in",
    "as",
}
_PLACES = frozenset({"of", "from", "in", "at", "near", "under", "with", "on", "off"})
MOSTLY = 0.6
"""Share of the words of two phrases from which on the shorter one stands for the longer."""


LONGEST = 80
"""Words of content beyond which a phrase is a text, and a reader compares it."""


def same_reference(wanted: str, found: str, passage: str = "", asked: str = "") -> bool | None:
    """Whether `found` stands for what `wanted` stands for; None if that depends on what the words mean.

    `passage` is the text that both are about, `asked` the question that they answer: its words add nothing to an answer.
    """
    if same_phrase(wanted, found):
        return True
    ours, theirs = content(wanted), content(found)
    if not ours or not theirs or max(len(ours), len(theirs)) > LONGEST:
        return None
    if denies(wanted) != denies(found):
        return False if _minus(ours, theirs) == _minus(theirs, ours) == [] else None
    lost, added = _minus(ours, theirs), _minus(_minus(theirs, ours), content(asked))
    if _excludes(wanted, found, lost, added):
        return False
    if not lost and not added:
        return True if _in_order(ours, theirs) else None
    if len(lost) == len(ours):
        return False if find_phrase(passage, found) else None
    if lost and added:
        return None
    return _shorter(wanted, found, passage) if lost else _longer(wanted, found, passage, added)


def paired(wanted: Sequence[T], found: Sequence[T], same: Callable[[T, T], bool | None]) -> bool | None:
    """Whether each of the wanted ones has one of its own among the found ones and none is left; None if that is unclear."""
    if len(wanted) != len(found):
        return False
    rest, unclear = list(found), []
    for one in wanted:
        match = next((i for i, other in enumerate(rest) if same(one, other) is True), None)
        if match is None:
            unclear.append(one)
        else:
            rest.pop(match)
    if not unclear:
        return True
    return None if all(any(same(one, other) is None for other in rest) for one in unclear) else False


def _minus(some: Sequence[Token], others: Sequence[Token]) -> list[Token]:
    return [token for token in some if not any(alike(token, other) for other in others)]


def _excludes(wanted: str, found: str, lost: list[Token], added: list[Token]) -> bool:
    """Whether something that is lost is replaced by another of its kind: a quantity, a name, a direction, a day."""
    if any(not isinstance(t, str) for t in lost) and any(not isinstance(t, str) for t in added):
        return True
    gone, come = ({t for t in some if isinstance(t, str)} for some in (lost, added))
    if any(gone & group and come & group for group in _EXCLUSIVE):
        return True
    return bool(gone & _names(wanted)) and bool(come & _names(found))


def _names(text: str) -> set[str]:
    """The words with a capital that no beginning of a sentence explains."""
    inner = re.findall(r"(?<=[\w,] )[A-Z][\w'\u2019-]+", text)
    return {token for word in inner for token in tokens(word) if isinstance(token, str)}


def _in_order(ours: Sequence[Token], theirs: Sequence[Token]) -> bool:
    kept = [token for token in theirs if any(alike(token, other) for other in ours)]
    return len(kept) < len(ours) or all(alike(a, b) for a, b in zip(ours, kept, strict=False))


def _shorter(wanted: str, found: str, passage: str) -> bool | None:
    """The found phrase leaves words out: it stands for the wanted one where nothing else of the text is called so."""
    places, whole = find_phrase(passage, found), find_phrase(passage, wanted)
    if places and whole:
        size, short = len(tokens(wanted)), len(tokens(found))
        inside = [any(w <= at and at + short <= w + size for w in whole) for at in places]
        return True if all(inside) else None
    named = set(content(found)) <= _names(f", {found}")
    return True if named or len(content(found)) >= MOSTLY * len(content(wanted)) else None


def _longer(wanted: str, found: str, passage: str, added: list[Token]) -> bool | None:
    """The found phrase says more: a sentence around the wanted one, more of its place in the text, or a qualifier."""
    at = find_phrase(found, wanted)
    if not at:
        return True if len(content(wanted)) >= MOSTLY * len(content(found)) and not _qualified(found, wanted) else None
    longer, inner = find_phrase(passage, found), find_phrase(passage, wanted)
    if longer and inner:
        size, short = len(tokens(found)), len(tokens(wanted))
        return True if all(any(p <= i and i + short <= p + size for p in longer) for i in inner) else None
    return None if _qualified(found, wanted) or _placed_elsewhere(found, wanted, passage) else True


def _qualified(found: str, wanted: str) -> bool:
    """Whether a word of content stands between the article or preposition and the wanted phrase: the acting clerk."""
    said, inner = tokens(found, articles=True), tokens(wanted)
    for at in range(len(said) - len(inner) + 1):
        if not same_tokens(said[at : at + len(inner)], inner) or at == 0:
            continue
        before = said[at - 1]
        if not isinstance(before, str) or before in FUNCTION_WORDS or before in ARTICLES:
            continue
        if at == 1 or said[at - 2] in _LEADS_IN:
            return True
    return False


def _placed_elsewhere(found: str, wanted: str, passage: str) -> bool:
    """Whether a preposition behind the phrase ties it to something that the text does not have."""
    said, inner = tokens(found), tokens(wanted)
    known = content(passage)
    for at in find_phrase(found, wanted):
        behind = said[at + len(inner) : at + len(inner) + 3]
        if len(behind) > 1 and isinstance(behind[0], str) and behind[0] in _PLACES and known:
            named = [t for t in behind[1:] if not (isinstance(t, str) and t in FUNCTION_WORDS)]
            if named and not any(alike(named[0], token) for token in known):
                return True
    return False
