"""Prose that people wrote: sentences of this project's own prompts and example documents, in two halves that share none."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import cache
from itertools import cycle, islice
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")


@cache
def halves() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Sentences that items are made of, and sentences that rows are made of."""
    globs = ("examples/documents/*.md", "examples/documents/*.txt", "examples/sources/*.txt", "prompts/**/*.md")
    pages = [page for each in globs for page in sorted(ROOT.glob(each))]
    text = "\n\n".join(_FENCED.sub("", page.read_text(encoding="utf-8")) for page in pages)
    paragraphs = [
        " ".join(each.split())
        for each in re.split(r"\n\s*\n", text)
        if not each.lstrip().startswith(("|", "#", "-", "<"))
    ]
    sentences = dict.fromkeys(
        each for paragraph in paragraphs for each in _SENTENCE.split(paragraph) if 8 <= len(each.split()) <= 40
    )
    drawn = list(sentences)
    random.Random(3).shuffle(drawn)
    return tuple(drawn[::2]), tuple(drawn[1::2])


def dealt(seed: int) -> Callable[[random.Random, int], str]:
    """What deals sentences for items, none twice before all are dealt."""
    sentences = list(halves()[0])
    random.Random(seed).shuffle(sentences)
    deck = cycle(sentences)
    return lambda draw, number: " ".join(islice(deck, number))


def for_rows(draw: random.Random, sentences: int) -> str:
    """Some sentences for a row; an item holds none of them."""
    return " ".join(draw.sample(halves()[1], sentences))
