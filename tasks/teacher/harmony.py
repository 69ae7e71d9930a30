"""Harmony, in which a model writes to channels: its thoughts, its calls and what the user is told.

Servers hand it on with its tokens (`<|channel|>final<|message|>…`) or drop them, so that the channels' names are glued to the
words ("analysisWe need to …assistantfinalThe answer").
"""

from __future__ import annotations

import re
from typing import NamedTuple

from tasks.records import Json
from tasks.teacher.faults import Fault
from tasks.text.markdown import outside_code

_PART = re.compile(
    r"<\|channel\|>(?P<head>[^<\n]{1,120})(?:<\|constrain\|>[^<\n]{0,20})?<\|message\|>(?P<content>.*?)"
    r"(?=<\|(?:start|channel|end|return|call)\|>|\Z)",
    re.S,
)
_GLUED = re.compile(r"assistant(final|commentary)")
_GLUED_CALL = re.compile(r"\s*(to=[\w.-]+)\s*(?:<\|constrain\|>)?(?:json|code)?\s*(\{.*)", re.S)
_GLUED_THOUGHTS = re.compile(r"\s*(analysis[A-Z][a-z'\u2019]*)\s")
_ANOTHER = re.compile(r"<\|(?:start|end|return)\|>")
_TO = re.compile(r"\bto=(?:functions\.)?([\w.-]+)")


class _Spot(NamedTuple):
    start: int
    match: re.Match[str]


def told(text: str, asked: str = "") -> tuple[str, list[Json]]:
    """What the user is told, and the calls as `{name, arguments}` with arguments as they were written; a text without channels
    comes back as it is. `asked` is what the model was told, which may speak of channels itself.

    Raises Fault, unusable, where there are thoughts alone.
    """
    parts = _parts(text, asked)
    if not parts:
        return text, []
    calls: list[Json] = []
    finals, spoken = [], []
    for head, content in parts:
        if (to := _TO.search(head)) is not None:
            calls.append({"name": to[1], "arguments": content.strip()})
        elif head.strip().startswith("final"):
            finals.append(content)
        elif head.strip().startswith("commentary"):
            spoken.append(content)
    if not (finals or spoken or calls):
        raise Fault("unusable", "cut_off", "the reasoning never ended")
    return (finals or spoken or [""])[-1], calls


def _parts(text: str, asked: str) -> list[tuple[str, str]]:
    """Channel, with its address if it has one, and content."""
    if "<|channel|>" not in asked:
        written = _not_shown(text, _PART)
        if written and (not text[: written[0].start()].strip() or _ANOTHER.search(text, 0, written[0].start())):
            return [(m["head"], m["content"]) for m in written]
    if marks := [m for m in _not_shown(text, _GLUED) if m[0] not in asked]:
        ends = [*(m.start() for m in marks[1:]), len(text)]
        return [_glued(mark[1], text[mark.end() : end]) for mark, end in zip(marks, ends, strict=True)]
    # No word begins so, but for a name in code, which comes again.
    thoughts = _GLUED_THOUGHTS.match(text)
    if thoughts and text.count(thoughts[1]) == 1 and thoughts[1] not in asked:
        return [("analysis", text)]
    return []


def _not_shown(text: str, pattern: re.Pattern[str]) -> list[re.Match[str]]:
    """Where the pattern is found outside the code that the text shows."""
    spots = [_Spot(m.start(), m) for m in pattern.finditer(text)]
    return [spot.match for spot in outside_code(text, spots, to_the_end=False)]


def _glued(channel: str, content: str) -> tuple[str, str]:
    call = _GLUED_CALL.match(content)
    return (f"{channel} {call[1]}", call[2]) if call else (channel, content)
