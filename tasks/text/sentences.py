"""Sentences, told apart without taking an abbreviation for an end; items of a list and headings stand for themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator

LIST_MARK = re.compile(r"^[ \t]*(?:[-*•+\u2013·]|\(?\d{1,3}[.)])[ \t]+", re.M)
"""The dash, dot or number before an item of a list, with its indent."""
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"'])(?:mr|mrs|ms|dr|prof|st|no|nos|vs|fig|figs|eq|approx|ca|cf|vol|pp?|e\.g|i\.e|al|jr|sr|gen|col|capt|"
    r"lt|rev|hon|inc|ltd|co|dept|[a-z]|(?:[a-z]\.)+[a-z])\.$",
    re.I,
)
_TITLE = re.compile(
    r"(?:^|[\s(\"'])(?:mr|mrs|ms|dr|prof|st|fig|figs|eq|approx|ca|cf|vol|pp|e\.g|i\.e|jr|sr|gen|col|capt|lt|rev|hon|vs)\.$",
    re.I,
)
"""Short forms that something always follows."""
_HALF_DAY = re.compile(r"(?:^|[\s\d])[ap]\.m\.$", re.I)
_DAY_OR_MONTH = re.compile(
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|may|june|july|august|september|october"
    r"|november|december|[gu]mt|utc|[cew]e?s?t\b",
    re.I,
)
_SAID = re.compile(
    r"(?!(?:then|when|so|but|and|as|after|before|while|if)\b)(?:\w+ ){0,3}?(?:said|says|ask(?:s|ed)|answer(?:s|ed)"
    r"|repl(?:ies|ied)|shout(?:s|ed)|cri(?:es|ed)|call(?:s|ed)|whisper(?:s|ed)"
    r"|mutter(?:s|ed)|murmur(?:s|ed)|add(?:s|ed)|told|tells|snap(?:s|ped)|yell(?:s|ed)|scream(?:s|ed)|exclaim(?:s|ed)"
    r"|sigh(?:s|ed)"
    r"|laugh(?:s|ed)|order(?:s|ed)|insist(?:s|ed)|wrote|writes|explain(?:s|ed)|announc(?:es|ed)|protest(?:s|ed)|groan(?:s|ed)"
    r"|bark(?:s|ed)|beg(?:s|ged)|demand(?:s|ed)|warn(?:s|ed)|roar(?:s|ed)|mumbl(?:es|ed)|continued|went on|wondered|thought)\b",
    re.I,
)
_SENTENCE_END = re.compile(r"[.!?…]+[\"'”\u2019)\]*_]*(?=\s)|[。\uff01\uff1f]+")
# Possessive, and never from within a run of stops: else a long line of dots takes quadratic time.
_STOP = re.compile(
    r"(?<![.!?\u2026])[.!?\u2026]++[\"'\u201d\u2019\u00bb)\]*_]*+\s++(?=\S)"
    r"|(?<![\u3002\uff01\uff1f])[\u3002\uff01\uff1f]++[\u300d\u300f\u201d\u2019\uff09]*+\s*+(?=\S)"
    r"|[\u0964\u06d4\u061f]\s++(?=\S)"
)
_SHORT_FORM = re.compile(
    r"(?:^|[\s(\[\"'\u201c\u2018])(?:[^\W\d_]|(?:[^\W\d_]\.)+[^\W\d_]|mrs?|ms|dr|prof|st|jr|sr|vs|etc|ca|cf|al|eds?"
    r"|vol|no|nos|nr|pp?|figs?|"
    r"eqs?|sec|ch|art|approx|dept|est|inc|ltd|co|corp|gen|col|lt|sgt|capt|rev|hon|gov|sen|rep|jan|feb|mar|apr|jun|jul|aug|"
    r"sept?|oct|nov|dec|mt|min|max|ave|bzw|usw|evtl|ggf|sog|vgl|abs|bd|hrsg)$",
    re.IGNORECASE,
)


def sentences(text: str) -> list[str]:
    """The sentences of a text; a blank line or a list item ends one, a simple line break does not."""
    return [s for block in _blocks(text) for s in _cut(block, open_ends=False)]


def sentence_counts(text: str) -> range:
    """How many sentences people may count in the text: some ends are open, as after "etc." or between speech and speaker."""
    blocks = list(_blocks(text))
    fewest, most = (sum(len(_cut(block, open_ends)) for block in blocks) for open_ends in (False, True))
    return range(min(fewest, len(sentences(text))), max(fewest, most) + 1)


def _cut(block: str, open_ends: bool) -> list[str]:
    """The sentences of one block; with `open_ends` also cut where an end is one only to some readers."""
    found: list[str] = []
    start = 0
    for end in _SENTENCE_END.finditer(block):
        if _is_end(block, start, end, open_ends):
            found.append(block[start : end.end()].strip())
            start = end.end()
    found.append(block[start:].strip())
    return [s for s in found if any(c.isalnum() for c in s)]


def _is_end(block: str, start: int, end: re.Match[str], open_ends: bool) -> bool:
    after = block[end.end() :].lstrip()
    before, sign = block[max(start, end.start() - 12) : end.start() + 1], end.group()
    if sign == "." and _ABBREVIATION.search(before):
        if after[:1].islower() or _TITLE.search(before):
            return False
        if _HALF_DAY.search(before):
            return not _DAY_OR_MONTH.match(after)
        return open_ends
    speech = sign[-1] in "\"'”\u2019"
    if after[:1].islower():
        return sign[0] not in ".…" and not speech
    # `"Stop!" Anna shouted.` is one sentence, however it is counted.
    return not (speech and sign[0] in "!?…" and _SAID.match(after)) or open_ends


def _blocks(text: str) -> Iterator[str]:
    lines: list[str] = []
    for line in text.splitlines():
        item = LIST_MARK.match(line) or line.lstrip().startswith(("#", "|"))
        if lines and (item or not line.strip() or lines[-1].lstrip().startswith("#")):
            yield " ".join(lines)
            lines = []
        if line.strip():
            lines.append(line.strip() if not item else LIST_MARK.sub("", line).strip())
    if lines:
        yield " ".join(lines)


def sentence_spans(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where the sentences of one paragraph of a document stand, in any script; together they hold all but the spaces between.

    Unlike :func:`sentences` it changes nothing, takes an item of a list as it stands, and knows more short forms.
    """
    left = start
    for stop in _STOP.finditer(text, start, end):
        if text[stop.start()] == "." and not _ends(text, left, stop):
            continue
        yield left, stop.start() + len(stop.group().rstrip())
        left = stop.end()
    yield left, end


def _ends(text: str, left: int, stop: re.Match[str]) -> bool:
    """Whether a full stop ends its sentence: no abbreviation or initial before it, no small letter after it."""
    if text[stop.end()].islower():
        return False
    return len(stop.group().rstrip()) > 1 or not _SHORT_FORM.search(text[max(left, stop.start() - 20) : stop.start()])
