"""What Markdown puts around words: code fences and emphasis."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol, TypeVar

FENCE = re.compile(r"```[ \t]*+(\w*)[ \t]*+\r?\n(.*?)```", re.S)
"""A fenced block anywhere in a text: group 1 is the language it names, group 2 what stands in it."""
CODE_OR_ADDRESS = r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)|`[^`\n]*`|https?://\S+"
"""Pattern, for `re.S`, of what is no prose: fenced blocks to their end or that of the text, code in a line, addresses."""
_CODE = re.compile(CODE_OR_ADDRESS, re.S)
EMPHASIS = re.compile(r"[*`]+|(?<!\w)_+|_+(?!\w)")
"""The signs that make words bold, slanted or code."""


class Spot(Protocol):
    """A place in a text."""

    @property
    def start(self) -> int: ...


S = TypeVar("S", bound=Spot)


def outside_code(text: str, spots: Sequence[S], *, to_the_end: bool = True) -> list[S]:
    """Those of the places, which come in order, that are in no code of the text; a fence that never closes holds the rest of
    it, unless `to_the_end` is off."""
    blocks = (m.span() for m in _CODE.finditer(text) if to_the_end or m[0].endswith(("`", "~")))
    left: list[S] = []
    start, end = next(blocks, (len(text), len(text)))
    for spot in spots:
        while end <= spot.start and start < len(text):
            start, end = next(blocks, (len(text), len(text)))
        if not start <= spot.start < end:
            left.append(spot)
    return left
