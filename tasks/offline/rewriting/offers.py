"""What the offline author can ask for in a given text: the slots of each change, or nothing where it would not show."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from tasks.offline.passage import Passage
from tasks.offline.rewriting import rules
from tasks.offline.rewriting.lexicon import EMOJIS, OPENINGS

_Slots = dict[str, str]
_STYLED = re.compile(r"[*_][^*_\n]{1,200}[*_]")


def always(passage: Passage, draw: Random) -> _Slots | None:
    return {}


def some(low: int, high: int, spare: int) -> Callable[[Passage, Random], _Slots | None]:
    def offer(passage: Passage, draw: Random) -> _Slots | None:
        most = min(high, len(passage.finished) - spare)
        return {"n": str(draw.randint(low, most))} if most >= low else None

    return offer


def short(passage: Passage, draw: Random) -> _Slots | None:
    total = len(passage.flat.split())
    return {"n": str(max(40, 10 * round(total * draw.choice((0.03, 0.04, 0.05)))))} if total >= 90 else None


def long(passage: Passage, draw: Random) -> _Slots | None:
    return {"n": str(len(passage.flat.split()) + draw.randint(12, 20))} if passage.finished else None


def plain(passage: Passage) -> list[str]:
    """Frequent words that the text does not style already."""
    styled = " ".join(_STYLED.findall(passage.raw)).lower()
    return [w for w in passage.topics if w not in styled][:8]


def keyword(passage: Passage, draw: Random) -> _Slots | None:
    words = plain(passage)
    return {"word": draw.choice(words)} if words else None


def dropped(passage: Passage, draw: Random) -> _Slots | None:
    words = [w for w in passage.content if 1 <= passage.spans[w] <= len(passage.finished) // 3]
    return {"word": draw.choice(words[:30])} if words else None


def pair(passage: Passage, draw: Random) -> _Slots | None:
    words = plain(passage)
    return dict(zip(("first", "second"), draw.sample(words, 2), strict=True)) if len(words) > 1 else None


def letter(passage: Passage, draw: Random) -> _Slots | None:
    share = {ch: sum(ch in s.lower() for s in passage.finished) for ch in "zqxjkvwyb"}
    fit = [ch for ch, n in share.items() if 0 < n <= len(passage.finished) * 0.6]
    return {"letter": draw.choice(fit)} if fit else None


def longest(passage: Passage, draw: Random) -> _Slots | None:
    lengths = sorted(rules.longest(s) for s in passage.finished)
    limit = max(7, lengths[len(lengths) // 2]) if lengths else 0
    return {"n": str(limit)} if lengths and lengths[-1] > limit else None


def opened(passage: Passage, draw: Random) -> _Slots | None:
    most = min(8, len(rules.simple(passage)))
    return {"n": str(draw.randint(3, most)), "opening": draw.choice(OPENINGS)} if most >= 3 else None


def merry(passage: Passage, draw: Random) -> _Slots | None:
    most = min(8, len(passage.finished))
    return {"n": str(draw.randint(2, most)), "emoji": draw.choice(EMOJIS)} if most >= 2 else None


def nth(passage: Passage, draw: Random) -> _Slots | None:
    return {"nth": draw.choice(("second", "third", "fourth", "fifth"))}


def dates(passage: Passage, draw: Random) -> _Slots | None:
    return {} if rules.datable(passage.raw) else None


def closing(passage: Passage, draw: Random) -> _Slots | None:
    words = passage.topics[:5]
    if not words:
        return None
    word = draw.choice(words)
    count = passage.counts[word]
    times = {1: "once", 2: "twice"}.get(count, f"{count} times")
    return {"close": f'In the full account the word "{word}" occurs {times}.'}


def never(passage: Passage, draw: Random) -> _Slots | None:
    return None
