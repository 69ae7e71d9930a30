"""What a question template is: how it is worded, how it is drafted from a passage, and how it is solved."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from random import Random

from tasks.offline.passage import NUMBER, STOP, WORD, Passage, canonical, capitalised, opening
from tasks.offline.wording import Wording

GAP = "____"
Slots = dict[str, str]


@dataclass(frozen=True, slots=True)
class Draft:
    """The slots of a wording and the options to show."""

    slots: Slots = field(default_factory=dict)
    options: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Solution:
    """The answer, the sentences that it rests on, and the reason in words."""

    key: list[str]
    evidence: list[str]
    reason: str = ""


@dataclass(frozen=True)
class Template:
    """One sort of question; both the author's key and the responder's answer come from `solve`.

    `draft` gives nothing where the passage does not lend itself; `solve` gives nothing where the passage does not say.
    """

    name: str
    form: str
    wording: Wording
    draft: Callable[[Passage, Random], Draft | None]
    solve: Callable[[Passage, Slots, list[str]], Solution | None]
    hard: bool = False
    local: bool = True
    """Whether the passage without the sentences that the answer rests on gives no answer any more."""


Found = tuple[Template, Slots, int, int]
"""A template, its slots, and where in the text its question begins and ends."""


def found_in(text: str, templates: Iterable[Template]) -> Found | None:
    """The first of the templates whose question the text asks."""
    matched = ((template, template.wording.find(text)) for template in templates)
    return next(((template, m.groupdict(), m.start(), m.end()) for template, m in matched if m), None)


def opened(fits: Callable[[str], bool]) -> Callable[[Passage, Random], Draft | None]:
    """A `draft` that takes the first drawn sentence that fits and names it by its opening, if no other begins like it."""

    def draft(passage: Passage, draw: Random) -> Draft | None:
        fit = (s for s in passage.spread(draw) if passage.starting(opening(s)) == s and fits(s))
        return next((Draft({"opening": opening(s)}) for s in fit), None)

    return draft


def quoted(sentence: str) -> str:
    """A reason: the sentence as a quotation."""
    return f"The text reads: “{sentence}”"


def fill(passage: Passage, gapped: str) -> tuple[str, str] | None:
    """What stands in the gap of a quoted sentence, and the whole sentence; nothing if the passage lacks it."""
    before, _, after = gapped.partition(GAP)
    start = passage.flat.find(before) if before else -1
    while start >= 0:
        at = start + len(before)
        end = passage.flat.find(after, at + 1, at + 41 + len(after)) if after else -1
        if end > at and " " not in (word := passage.flat[at:end]):
            return word, before + word + after
        start = passage.flat.find(before, start + 1)
    return None


def gapped(sentence: str, passage: Passage, draw: Random, want: str = "any") -> tuple[str, str] | None:
    """The sentence with one word or number taken out, and what was taken out; `want` is any, word or number."""
    numbers = [m for m in NUMBER.finditer(sentence)]
    names = set(capitalised(sentence)) & set(passage.names)
    tokens = [m for m in WORD.finditer(sentence) if m.start() > 0]
    ranked = [
        [] if want == "word" else numbers,
        [] if want == "number" else [m for m in tokens if m[0] in names],
        [] if want == "number" else [m for m in tokens if m[0].islower() and len(m[0]) >= 4 and m[0] not in STOP],
        [] if want == "number" else tokens,
    ]
    for group in ranked:
        for m in draw.sample(group, len(group)):
            text = f"{sentence[: m.start()]}{GAP}{sentence[m.end() :]}"
            once = len(re.findall(rf"(?<!\w){re.escape(m[0])}(?!\w)", sentence, re.IGNORECASE)) == 1
            if m.start() >= 3 and m.end() < len(sentence) and once and fill(passage, text) == (m[0], sentence):
                return text, m[0]
    return None


def number_in(text: str) -> str | None:
    """The text as a canonical number, if it is one."""
    return canonical(text) if NUMBER.fullmatch(text) else None
