"""What was changed in a text, word by word: what stayed, what went and what came."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

How = Literal["same", "removed", "added"]


class Change(NamedTuple):
    """A run of text that stayed, went or came."""

    how: How
    text: str


# Writing without spaces is taken sign by sign.
_TOKEN = re.compile(r"\n[^\S\n]*|[^\S\n]+|[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+|.", re.DOTALL)
_SENTENCE = re.compile(r".+?(?:[.!?;:。]\s+|\n+|$)", re.DOTALL)
_MOST_TOKENS = 1_500
_ALIKE = 0.25
"""Share of the words that two texts have in common at least, to be told apart word by word."""


def differences(before: str, after: str) -> list[Change]:
    """How `after` came of `before`: joined, what stayed and what went is `before`, what stayed and what came is `after`.

    Long texts are compared by sentences and only their changed parts by words; texts that have little in common are told whole.
    """
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    start, middle_old, middle_new = old[:head], old[head : len(old) - tail], new[head : len(new) - tail]
    changes = [
        Change("same", "".join(start)),
        *_middle(middle_old, middle_new),
        Change("same", "".join(old[len(old) - tail :])),
    ]
    joined = _joined(changes)
    kept = sum(len(change.text) for change in joined if change.how == "same")
    if kept < _ALIKE * max(len(before), len(after)) and len(joined) > 2:
        joined = _joined([Change("removed", before), Change("added", after)])
    return joined


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    return next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))


def _middle(old: list[str], new: list[str]) -> Iterator[Change]:
    if max(len(old), len(new)) <= _MOST_TOKENS:
        yield from _compared(old, new)
        return
    sentences = [_SENTENCE.findall("".join(tokens)) for tokens in (old, new)]
    went, came = "", ""
    for how, text in [*_compared(*sentences), Change("same", "")]:
        if how == "same":
            pair = _TOKEN.findall(went), _TOKEN.findall(came)
            small = max(map(len, pair)) <= _MOST_TOKENS
            yield from _compared(*pair) if small else (Change("removed", went), Change("added", came))
            went, came = "", ""
            yield Change("same", text)
        elif how == "removed":
            went += text
        else:
            came += text


def _compared(old: list[str], new: list[str]) -> Iterator[Change]:
    for how, a, b, c, d in SequenceMatcher(str.isspace, old, new, autojunk=False).get_opcodes():
        if how == "equal":
            yield Change("same", "".join(old[a:b]))
        else:
            yield Change("removed", "".join(old[a:b]))
            yield Change("added", "".join(new[c:d]))


def _joined(changes: list[Change]) -> list[Change]:
    """The same with neighbours of a sort as one; a lone word or space between changes is taken with them, to read well."""
    result: list[Change] = []
    went, came = "", ""
    for place, (how, text) in enumerate(changes):
        if how == "removed":
            went += text
        elif how == "added":
            came += text
        elif (went or came) and len(text.split()) < 2 and "\n" not in text and _more(changes[place + 1 :]):
            went, came = went + text, came + text
        else:
            result += _told(went, came)
            went, came = "", ""
            if result and result[-1].how == "same":
                result[-1] = Change("same", result[-1].text + text)
            elif text:
                result.append(Change("same", text))
    return [*result, *_told(went, came)]


def _more(rest: Sequence[Change]) -> bool:
    """Whether a change follows at once."""
    following = next((change for change in rest if change.text), None)
    return following is not None and following.how != "same"


def _told(went: str, came: str) -> list[Change]:
    if went == came:
        return [Change("same", went)] if went else []
    return [Change(how, text) for how, text in (("removed", went), ("added", came)) if text]  # type: ignore[arg-type]
