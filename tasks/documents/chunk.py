"""Where a document is cut: into segments that belong together, and segments into pieces of even size.

A segment is a sentence, a line of code, of a table or of a fence; its price says how bad it is to start a piece there. No
segment holds more than a quarter of the limit, so pieces of at least a fifth of the limit can always be found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from tasks.text.sentences import sentence_spans
from tasks.text.words import DENSE, WORD_CHARACTERS, count_words

_PARAGRAPH, _SENTENCE, _ITEM, _INSIDE, _HEADED, _BROKEN, _TINY = 0.0, 0.3, 0.2, 0.8, 1.0, 1.5, 9.0
_API_FACTOR = 6

_LINE = re.compile(r"[^\n]+")
_WORD = re.compile(r"\S+")
_FENCE = re.compile(r"\s{0,3}(```+|~~~+)")
_HEADING = re.compile(r"#{1,6} ")
_BULLET = re.compile(r"\s*(?:[-*+\u2022\u2013]|\d{1,3}[.)]|[a-zA-Z][.)])\s")
_CLOSING = re.compile(r"[)\]}>]|end\b|else\b|elif\b|except\b|finally\b|catch\b|#\s*endif|EOF\b")
_LEADS_ON = re.compile(r"@|#|//|/\*|\*|--|\"\"\"|<!--|\[")


class Segment(NamedTuple):
    start: int
    end: int
    words: int
    price: float


def chunk(text: str, kind: str, limit: int, overlap: int = 0) -> list[tuple[int, int]]:
    """Spans of `text` of at most `limit` words (six times that for an API description), in order.

    They hold every character that is no space, each once; with `overlap`, a piece starts with the last whole sentences
    of the one before, up to so many words (at most half the limit) and within the limit.
    """
    limit *= _API_FACTOR if kind == "api" else 1
    if count_words(text) <= limit:
        start = text.rfind("\n", 0, len(text) - len(text.lstrip())) + 1  # a first line keeps its indentation
        return [(start, len(text.rstrip()))] if text.strip() else []
    overlap = min(overlap, limit // 2)
    body = limit - overlap
    cutter = {"code": _code, "api": _api}.get(kind, _prose)
    segments = [segment for span in cutter(text) for segment in _fitting(text, span, max(1, body // 4))]
    spans = []
    for first, last in _pack(segments, body):
        start, spare = first, overlap
        while start > 0 and segments[start - 1].words <= spare:
            start -= 1
            spare -= segments[start].words
        while start < first and segments[start].price > _HEADED:
            start += 1
        spans.append((segments[start].start, segments[last].end))
    return spans


def _pack(segments: list[Segment], limit: int) -> Iterator[tuple[int, int]]:
    """First and last segment of each piece: as even as the prices allow."""
    rest, first = sum(segment.words for segment in segments), 0
    while rest > limit:
        target = rest / -(-rest // limit)
        best, chosen, taken, size = float("inf"), first, segments[first].words, 0
        for last in range(first, len(segments) - 1):
            size += segments[last].words
            if size > limit:
                break
            price = abs(size - target) / target + segments[last + 1].price
            if min(size, rest - size) * 5 < limit:
                price += _TINY
            if price < best:
                best, chosen, taken = price, last, size
        yield first, chosen
        first, rest = chosen + 1, rest - taken
    yield first, len(segments) - 1


def _fitting(text: str, segment: Segment, quarter: int) -> Iterator[Segment]:
    """The segment, or its lines, or runs of its words, none above `quarter` words."""
    if segment.words <= quarter:
        yield segment
        return
    start, end, size, price = segment.start, segment.start, 0, segment.price
    for match in _WORD.finditer(text, segment.start, segment.end):
        for left, right in _slices(text, match.start(), match.end(), quarter):
            cost = count_words(text[left:right])
            if size and size + cost > quarter:
                yield Segment(start, end, size, price)
                start, size = left, 0
                price = _BROKEN - 0.3 * ("\n" in text[end:left])
            end, size = right, size + cost
    yield Segment(start, end, size, price)


def _slices(text: str, start: int, end: int, quarter: int) -> Iterator[tuple[int, int]]:
    if end - start <= min(WORD_CHARACTERS, quarter):
        yield start, end
        return
    token = text[start:end]
    step = WORD_CHARACTERS * quarter if token.isascii() or not DENSE.search(token) else quarter
    for left in range(start, end, step):
        yield left, min(left + step, end)


def _prose(text: str) -> Iterator[Segment]:
    """Sentences of paragraphs; lines of fences and tables; a heading binds what follows it."""
    fence, table, price, paragraph = "", False, _PARAGRAPH, (0, 0)
    previous = 0
    for line in _LINE.finditer(text):
        body = line.group()
        if not body.strip():
            continue
        blank = text.count("\n", previous, line.start()) > 1
        previous = line.end()
        row, heading, mark = body.lstrip().startswith("|"), _HEADING.match(body), _FENCE.match(body)
        starts = bool(fence) or row or table or bool(heading) or bool(mark) or blank or bool(_BULLET.match(body))
        if starts and paragraph[1] > paragraph[0]:
            yield from _sentences(text, *paragraph, price)
            leads_on = text[paragraph[1] - 1] in ":\uff1a"
            price, paragraph = (_INSIDE if leads_on else _PARAGRAPH if blank else _ITEM), (0, 0)
        if fence or row or heading or mark:
            inside = bool(fence) or (row and table and not blank)
            yield Segment(line.start(), line.end(), count_words(body), _INSIDE if inside else price)
            price = _HEADED if heading and not fence else _PARAGRAPH
            if mark:
                fence = "" if fence and mark.group(1).startswith(fence) else fence or mark.group(1)
            table = row and not fence
            continue
        table = False
        paragraph = (paragraph[0] if paragraph[1] else line.start(), line.end())
    if paragraph[1] > paragraph[0]:
        yield from _sentences(text, *paragraph, price)


def _sentences(text: str, start: int, end: int, price: float) -> Iterator[Segment]:
    for left, right in sentence_spans(text, start, end):
        yield Segment(left, right, count_words(text[left:right]), price)
        price = _SENTENCE


def _code(text: str) -> Iterator[Segment]:
    """Lines; cheapest is a cut before an unindented line that follows a blank one, where a definition starts."""
    previous, bound = 0, False
    for line in _LINE.finditer(text):
        body = line.group()
        if not body.strip():
            continue
        blank = text.count("\n", previous, line.start()) > 1
        closing, indented = _CLOSING.match(body.lstrip()), body[0] in " \t"
        price = (0.5 if blank else 0.9) if indented else (_PARAGRAPH if blank else 0.4)
        if closing or (bound and not blank):
            price = _INSIDE + 0.1
        yield Segment(line.start(), line.end(), count_words(body), price)
        previous, bound = line.end(), bool(_LEADS_ON.match(body))


def _api(text: str) -> Iterator[Segment]:
    """Lines; the less indented, the better to cut before."""
    for line in _LINE.finditer(text):
        body = line.group()
        if body.strip():
            indent = len(body) - len(body.lstrip())
            price = 0.9 if body.lstrip()[0] in "}]" else min(0.9, 0.1 * indent)
            yield Segment(line.start(), line.end(), count_words(body), price)
