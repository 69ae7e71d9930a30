"""Sentences taken over from what was shown, with one thing in them changed: a figure, a name or word, or what they deny."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tasks.checks.check import Doubt
from tasks.checks.constraints.met import body
from tasks.records import Record
from tasks.text.phrases import FUNCTION_WORDS, NEGATIVE, Token, alike, same_token, tokens
from tasks.text.sentences import sentences

_LEAST = 4
"""Tokens from which on a sentence is somebody's own, so that saying it again is taking it over."""
_LEAST_CHANGED = 5
"""The same where one of them is another."""
_QUOTED = re.compile(r"“([^”]+)”|\"([^\"\n]+)\"|„([^“”]+)[“”]|«([^»]+)»")
_GAP = re.compile(r"_{3,}|\[\.{3}\]|\[…\]")
_BLANK = " blankspace "
"""Stands for a word that is to be filled in."""


def restated(record: Record) -> Doubt | None:
    """Doubts an answer with a sentence of the material, of the task or of an earlier turn in which one thing is another."""
    said: list[str] = []
    shown = _sources(record.passage)
    first = next((m for m in record.messages if m.get("role") == "user"), None)
    for message in record.messages:
        text = message.get("content")
        if not isinstance(text, str) or message.get("role") not in ("user", "assistant"):
            continue
        if message["role"] == "assistant" and (found := _changed(body(text), shown, said)):
            return Doubt(
                "a sentence of the material is given with another figure, name or word, or denied",
                "The answer takes a sentence over and changes one thing in it. Is what it says with the change still true "
                "to the material and the conversation, or clearly wanted so?",
                {"sentence": found[0], "in the answer": found[1]},
            )
        if message["role"] == "user" and message is not first:
            said.append(text)
        shown = {**shown, **_sources(text)}
    return None


def _sources(text: str) -> dict[tuple[Token, ...], str]:
    """The sentences of a text and of what it quotes, by their tokens."""
    quoted = [part for found in _QUOTED.findall(text) for part in found if part]
    whole = [s for part in (text, *quoted) for s in sentences(part)]
    return {found: sentence for sentence in whole if len(found := tokens(sentence)) >= _LEAST}


def _changed(text: str, shown: dict[tuple[Token, ...], str], said: Sequence[str]) -> tuple[str, str] | None:
    """A sentence that was shown, and the text's own with one thing changed."""
    # Lines of verse and of a list are read on: a sentence may be cut anywhere.
    for sentence in sentences(" ".join(text.split())):
        ours = tokens(_GAP.sub(_BLANK, sentence))
        if len(ours) < _LEAST or sentence.rstrip('"”*_ ').endswith("?"):
            continue
        whole: set[int] = set()
        near: list[tuple[range, str]] = []
        used = {t for t in ours if isinstance(t, str)}
        for theirs, source in shown.items():
            if len({t for t in theirs if isinstance(t, str)} - used) > 1 + ours.count(_BLANK.strip()):
                continue
            for start in range(len(ours) - len(theirs) + 2):
                here = ours[start:]
                same = _common(theirs, here)
                if same == len(theirs):
                    whole |= set(range(start, start + same))
                elif any(_tells(old, new, theirs, said) for old, new in _edits(theirs, here, same, start == 0)):
                    near.append((range(start, start + len(theirs)), source))
        for place, source in near:
            if not whole & set(place):
                return source, sentence
    return None


def _common(theirs: Sequence[Token], here: Sequence[Token]) -> int:
    """How many tokens the two have in common from the start."""
    for at, (one, other) in enumerate(zip(theirs, here, strict=False)):
        if not same_token(one, other) and other != _BLANK.strip():
            return at
    return min(len(theirs), len(here))


def _edits(
    theirs: Sequence[Token], here: Sequence[Token], same: int, first: bool
) -> Iterator[tuple[Token | None, Token | None]]:
    """What was replaced, put in or left out, if their sentence is ours but for one token."""
    rest = len(theirs) - same
    # A last word that goes on otherwise is another sentence, and so is one that is led up to otherwise.
    inside = (rest > 1 or len(here) == len(theirs)) and (same > 0 or first)
    if inside and same < len(here) and _common(theirs[same + 1 :], here[same + 1 :]) == rest - 1:
        yield theirs[same], here[same]
    if same and same < len(here) and _common(theirs[same:], here[same + 1 :]) == rest:
        yield None, here[same]
    if same and rest > 1 and _common(theirs[same + 1 :], here[same:]) == rest - 1:
        yield theirs[same], None


def _tells(old: Token | None, new: Token | None, theirs: Sequence[Token], said: Sequence[str]) -> bool:
    """Whether a change of this kind makes another statement of the sentence."""
    if old is None or new is None or {old, new} & NEGATIVE:
        return bool({old, new} & NEGATIVE)
    if len(theirs) < _LEAST_CHANGED or alike(old, new):
        return False
    if isinstance(old, str) and isinstance(new, str):
        return len(theirs) > _LEAST_CHANGED and not {old, new} & FUNCTION_WORDS
    # A value that the user gives later takes the place of another, as where a mistake is put right.
    return not any(same_token(new, token) for text in said for token in tokens(text))
