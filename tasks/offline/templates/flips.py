"""Passages with one detail changed, which the offline editor tries one by one until the answer is another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from random import Random

from tasks.offline.passage import NUMBER, Passage, altered, other_number
from tasks.offline.sentences import tidy
from tasks.offline.templates.options import distractors, nearest
from tasks.offline.templates.template import GAP, Slots, Solution, fill


def variants(slots: Slots, options: list[str], solution: Solution, text: Passage, draw: Random) -> Iterator[str]:
    """The passage with one detail changed, in ways that may flip the answer."""
    if "claim" in slots and solution.key == ["false"]:
        yield substituted(text.raw, solution.evidence[0], slots["claim"])
    if (cut := slots.get("sentence")) and (found := fill(text, cut)):
        spare = [o for o in options if o != found[0]] or distractors(found[0], found[1], text, draw, 4)
        for other in draw.sample(spare, len(spare)):
            yield substituted(text.raw, found[1], cut.replace(GAP, other))
    for sentence in solution.evidence[:3]:
        for m in NUMBER.finditer(sentence):
            yield substituted(
                text.raw, sentence, sentence[: m.start()] + other_number(m[0], draw) + sentence[m.end() :]
            )
    yield from _exchanged(options, solution, text, draw)
    if "phrase" in slots and solution.evidence:
        tail = solution.key[0].split()
        for word in draw.sample(text.content, min(4, len(text.content))):
            old = f"{slots['phrase']} {tail[0]}"
            yield substituted(text.raw, old, f"{slots['phrase']} {word}")
    for member in solution.key if "opening" in slots else []:
        same = [w for w in text.content if w[0] == member[0].lower() and w not in solution.evidence[0].lower()]
        for word in [*same[:3], *distractors(member, solution.evidence[0], text, draw, 3)]:
            yield substituted(text.raw, solution.evidence[0], _with_word(solution.evidence[0], member, word))
    names = [o.split(": ", 1)[-1] for o in options]
    for a, b in pairwise(names):
        if len(a.split()) == len(b.split()) == 1:
            yield _swapped(text.raw, a, b)
    if len(solution.evidence) > 1:
        first, second = solution.evidence[:2]
        marked = substituted(text.raw, first, "\x00")
        yield substituted(marked, second, first).replace("\x00", second)
    for sentence in solution.evidence[:1]:
        last = sentence.rstrip(".!?").split()[-1]
        for word in distractors(last, sentence, text, draw, 3):
            yield substituted(text.raw, sentence, _with_word(sentence, last, word))
    for sentence in solution.evidence:
        yield without(text, [sentence])


def _exchanged(options: list[str], solution: Solution, text: Passage, draw: Random) -> Iterator[str]:
    """The passage with another of several statements made, or with two endings exchanged."""
    right = solution.evidence[0] if solution.evidence else ""
    for other in options if right in options else []:
        near = nearest(other, text) if other != right else ""
        versions = altered(right, text, draw)
        if near == right:
            yield substituted(text.raw, right, other)
        elif near and versions:
            yield substituted(substituted(text.raw, near, other), right, versions[0])
    endings = [o.split(": ", 1)[1] for o in options if re.match(r"[A-H]: .* ", o)]
    if len(endings) > 1:
        a, b = endings[:2]
        yield substituted(substituted(substituted(text.raw, a, "\x00"), b, a), "\x00", b)


def substituted(raw: str, old: str, new: str) -> str:
    """The text with one sentence in place of another, however its lines are broken."""
    pattern = r"\s+".join(re.escape(w) for w in old.split())
    return re.sub(pattern, lambda _: new, raw) if pattern else raw


def _with_word(sentence: str, old: str, new: str) -> str:
    return re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", lambda _: new, sentence)


def _swapped(text: str, a: str, b: str) -> str:
    other = {a.lower(): b, b.lower(): a}
    pattern = rf"(?<!\w)(?:{re.escape(a)}|{re.escape(b)})(?!\w)"
    return re.sub(pattern, lambda m: other.get(m[0].lower(), m[0]), text, flags=re.IGNORECASE)


def without(text: Passage, sentences: list[str]) -> str:
    """The text without every sentence that says one of these, introduced by other words or not."""
    gone = [s[1:].casefold() for s in sentences if len(s) > 1]
    raw = text.raw
    for piece in reversed(text.pieces):
        if any(g in piece.text.casefold() for g in gone):
            raw = raw[: piece.start] + raw[piece.end :]
    return tidy(raw)
