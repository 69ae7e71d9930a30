"""A passage as the offline teacher reads it: sentences, words, numbers and names, each found when first asked for."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from random import Random

from tasks.text import dates

WORD = re.compile(r"[^\W_]+(?:['\u2019\-][^\W_]+)*")
NUMBER = re.compile(r"(?<![\w.,/:\-\u2013⅛-⅞¼-¾])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?![\w/:\-\u2013%°]|[.,]\d)")
MONTHS = [name.capitalize() for name in dates.MONTHS]
STOP = frozenset(
    WORD.findall(
        """
    a about after again all also am an and any are as at be because been before being between both but by
    can could did do does doing down during each few for from further had has have having he her here hers
    him his how i if in into is it its itself just may me might more most must my no nor not now of off on
    once one only or other our out over own same shall she should since so some such than that the their
    theirs them then there these they this those through to too two under until up upon very was we were
    what when where which while who whom whose why will with within without would yet you your says said
    text passage task context answer following read description question statement words word
        """
    )
)

_BLOCK = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*+•#>|]|\d{1,3}[.)]\s|[A-Z][\w ]{0,30}:\s))")
_MARK = re.compile(r"\s*(?:(?:[-*+•#>]+|\d{1,3}[.)])\s+)?(?:[A-Z][\w ]{0,30}:\s+)?")
_END = re.compile(r"[.!?]+[\"”\u2019')\]]*(?=\s+(?![a-z]))|[。\uff01\uff1f]+[”」』\uff09]*")
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|Dr|Mr|Mrs|Ms|St|No|vs|cf|approx|Fig|Prof|[A-Z])\.$")
_AWKWARD = re.compile(
    r"[|#*`{}<>\[\]“”_\\~^=@]|https?:|\.\.\.|…"
    r"|\b(?:TODO|(?i:figure|page|above|below|image|diagram|table|video|original|passage|answer|task|reads|"
    r"continues))\b"
)
_UNQUOTABLE = re.compile(r"[“”{}<>|]|_{2,}")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_FINISHED = re.compile(r"[.!?。\uff01\uff1f][\"”\u2019')\]」』\uff09]*$")


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence, heading or row of a text: its place in the text and its words with single spaces."""

    start: int
    end: int
    text: str


def flat(text: str) -> str:
    """The text with every run of white space as one space."""
    return " ".join(text.split())


def size(text: str) -> int:
    """Number of words; scripts without spaces count two characters as one."""
    return len(text.split()) + len(_CJK.findall(text)) // 2


def pieces(text: str) -> list[Piece]:
    """The text cut into sentences and unfinished lines, list marks and speakers' labels left out."""
    found: list[Piece] = []
    start = 0
    bounds = [(m.start(), m.end()) for m in _BLOCK.finditer(text)] + [(len(text), len(text))]
    for stop, following in bounds:
        mark = _MARK.match(text, start, stop)
        here = mark.end() if mark else start
        for end in _END.finditer(text, here, stop):
            if _ABBREVIATION.search(text, max(here, end.end() - 8), end.end()):
                continue
            here = _add(found, text, here, end.end())
        _add(found, text, here, stop)
        start = following
    return found


def _add(found: list[Piece], text: str, start: int, end: int) -> int:
    words = flat(text[start:end])
    if words:
        start += len(text[start:end]) - len(text[start:end].lstrip())
        found.append(Piece(start, end, words))
    return end


class Passage:
    """A text and what can be read off it."""

    def __init__(self, raw: str, focus: str = "") -> None:
        self.raw, self.focus = raw, focus.lower()

    @cached_property
    def flat(self) -> str:
        return flat(self.raw)

    @cached_property
    def pieces(self) -> list[Piece]:
        return pieces(self.raw)

    @cached_property
    def finished(self) -> list[str]:
        """Every piece that ends like a sentence, each once."""
        return list(dict.fromkeys(p.text for p in self.pieces if _FINISHED.search(p.text)))

    @cached_property
    def sentences(self) -> list[str]:
        """Sentences fit to be quoted in a question, in order; lines of any kind where the text has none."""
        fit = [s for s in self.finished if 6 <= size(s) <= 45 and not s[0].islower()]
        clean = [s for s in fit if not _AWKWARD.search(s)]
        if len(clean) >= 3:
            return clean
        plain = [s for s in fit if not _UNQUOTABLE.search(s)]
        if len(plain) >= 2:
            return plain
        return list(
            dict.fromkeys(p.text for p in self.pieces if 4 <= size(p.text) <= 45 and not _UNQUOTABLE.search(p.text))
        )

    def spread(self, draw: Random) -> list[str]:
        """The sentences in drawn order, those of the part that the focus names first."""
        total = len(self.sentences)
        third = max(1, total // 3)
        if any(w in self.focus for w in ("begin", "first", "open", "start")):
            near = self.sentences[:third]
        elif any(w in self.focus for w in ("end", "last", "clos", "final")):
            near = self.sentences[-third:]
        elif "middle" in self.focus or "second" in self.focus:
            near = self.sentences[third : max(third + 1, total - third)]
        else:
            near = self.sentences
        chosen = set(near)
        rest = [s for s in self.sentences if s not in chosen]
        return [*draw.sample(near, len(near)), *draw.sample(rest, len(rest))]

    @cached_property
    def tokens(self) -> list[str]:
        return [w.lower() for w in WORD.findall(self.flat)]

    @cached_property
    def counts(self) -> Counter[str]:
        return Counter(self.tokens)

    @cached_property
    def names(self) -> list[str]:
        """Capitalised words inside sentences that the text never writes small, in order of appearance."""
        small = {w for w in WORD.findall(self.flat) if w[0].islower()}
        found = dict.fromkeys(w for s in self.sentences for w in capitalised(s))
        return [w for w in found if w.lower() not in small]

    @cached_property
    def content(self) -> list[str]:
        """Plain content words, in order of appearance."""
        names = {n.lower() for n in self.names}
        return [w for w in self.counts if len(w) >= 4 and w.isalpha() and w not in STOP and w not in names]

    @cached_property
    def topics(self) -> list[str]:
        """Content words by how often they occur, most frequent first."""
        return sorted(self.content, key=lambda w: -self.counts[w])[:12]

    def holding(self, word: str) -> list[str]:
        """The sentences that hold the word; of any piece where no sentence does."""
        word = word.lower()
        found = [s for s, words in self.worded.items() if word in words]
        return found or [p.text for p in self.pieces if word in p.text.lower() and word in WORD.findall(p.text.lower())]

    @cached_property
    def worded(self) -> dict[str, list[str]]:
        """The sentences with their words."""
        return {s: WORD.findall(s.lower()) for s in self.sentences}

    @cached_property
    def spans(self) -> Counter[str]:
        """In how many sentences each word stands."""
        return Counter(w for words in self.worded.values() for w in set(words))

    def starting(self, opening: str) -> str:
        """The sentence that begins with these words, or nothing."""
        return next((p.text for p in self.pieces if p.text.startswith(opening)), "")

    def verbatim(self, sentence: str) -> str:
        """The sentence as it stands in the text, line breaks included."""
        return next((self.raw[p.start : p.end].strip() for p in self.pieces if p.text == sentence), sentence)


def capitalised(sentence: str) -> list[str]:
    """Capitalised words of a sentence other than its first; sentences in capitals have none."""
    if sentence.upper() == sentence:
        return []
    return [
        w for w in WORD.findall(sentence)[1:] if w[0].isupper() and len(w) > 2 and w.isalpha() and w.lower() not in STOP
    ]


def opening(sentence: str, words: int = 5) -> str:
    """The first few words of a sentence, as they stand."""
    return " ".join(sentence.split()[:words])


def canonical(number: str | Decimal) -> str:
    """A number in digits, without separators or idle zeros."""
    text = format(Decimal(str(number).replace(",", "")), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def other_number(number: str, draw: Random) -> str:
    """A number near this one and written like it."""
    plain = number.replace(",", "")
    if "." in plain:
        places = len(plain.split(".")[1])
        step = Decimal(draw.randint(1, 9)).scaleb(-places)
        return f"{Decimal(plain) + step:,}" if "," in number else str(Decimal(plain) + step)
    value = int(plain)
    wide = draw.randint(2, 9) if 1000 <= value <= 2100 else draw.randint(1, max(3, value // 5))
    near = value + (wide if draw.random() < 0.6 or value - wide < 1 else -wide)
    return f"{near:,}" if "," in number else str(near)


_VERB = re.compile(r" (is|are|was|were|can|will|must|may|should) (not )?")


def altered(sentence: str, passage: Passage, draw: Random) -> list[str]:
    """Versions of the sentence that the passage does not hold, each with one number, name, negation or word changed."""
    versions: list[str] = []
    for m in NUMBER.finditer(sentence):
        versions.append(sentence[: m.start()] + other_number(m[0], draw) + sentence[m.end() :])
    if verb := _VERB.search(sentence):
        denied = f" {verb[1]} " if verb[2] else (" cannot " if verb[1] == "can" else f" {verb[1]} not ")
        versions.append(sentence[: verb.start()] + denied + sentence[verb.end() :])
    tokens = list(WORD.finditer(sentence))[1:]
    for m in tokens:
        if m[0] in passage.names and (others := [n for n in passage.names if n not in sentence]):
            versions.append(sentence[: m.start()] + draw.choice(others) + sentence[m.end() :])
    plain = [m for m in tokens if m[0] in passage.counts and m[0] not in STOP and len(m[0]) >= 4]
    for m in draw.sample(plain, min(4, len(plain))):
        alike = [
            w
            for w in passage.content
            if w[-2:] == m[0][-2:] and w not in sentence.lower() and abs(len(w) - len(m[0])) < 4
        ]
        if alike:
            versions.append(sentence[: m.start()] + draw.choice(alike) + sentence[m.end() :])
    return list(dict.fromkeys(v for v in versions if v not in passage.flat))
