"""A remark that an answer was gone over once more: left over from instructions that its reader does not see."""

from __future__ import annotations

import re

_MARK = r"^[ \t>]*(?:[-*•]\s+|\(?\w{1,2}[.)]\s+|#+\s+|step \d+[.:]?\s+)?[*_]{0,2}"
_LEAD = r"(?:(?:now|finally|lastly|then|and|after|on|upon|having|i|we|to be sure|for safety)[ ,]+){0,3}"
_PART = (
    r"(?:answer|steps?|reasoning|working|workings|results?|lists?|figures|clues|rules|solution|argument|calculations?|sums?|draft"
    r"|text|requirements?|conditions?|points?|arrangement|task|above|whole|choice|chain|assumptions?|numbers)"
)
_IT = (
    r"(?:it|this|that|them|these|everything|all|all of (?:it|this|that)|what i (?:wrote|have)"
    rf"|(?:(?:the|my|our|each|every|all) )?(?:\w+ )?{_PART})"
)
_AGAIN = r"(?:once more|once again|again|a second time|a last time|one (?:last|more) time|twice|from the (?:start|top|beginning))"
_GONE = (
    r"(?:going|gone|went|looking|looked|running|ran|walking|reading|read|working) "
    rf"(?:back )?(?:over|through|back (?:over|through)) {_IT}(?: {_AGAIN})?"
)
_CHECKED = (
    r"(?:(?:re-?)?(?:checked|checking)|verified|verifying|reviewed|reviewing|re-?read|re-?reading|tested|testing|counted|counting)"
    rf"(?: {_IT})? {_AGAIN}"
)
_DOUBLE = rf"(?:double|cross)-?check(?:ed|ing)?(?: {_IT})?(?: {_AGAIN})?"
_END = r"[*_]{0,2}(?=\s*(?:[:.,;!…\u2013\u2014]|$|-\s|\.\.\.))"
_REMARK = re.compile(rf"{_MARK}{_LEAD}(?:{_GONE}|{_CHECKED}|{_DOUBLE}){_END}", re.I | re.M)
_SENTENCE = re.compile(r"(?<=[.!?]) +(?=[A-Z])")
_WANTS_CHECK = re.compile(
    r"\b(?:re-?)?(?:check|verif|proof-?read|review|double-check|test)|\b(?:go|going|look|read|run) (?:back )?(?:over|through)\b",
    re.I,
)


def wants_check(asked: str) -> bool:
    """Whether a task asks for a check, so that a report of one is an answer."""
    return _WANTS_CHECK.search(asked) is not None


def gone_over(text: str) -> int:
    """The number of the first sentence or line that reports that the answer was gone over; 0 if there is none."""
    lines = [part for line in text.splitlines() for part in _SENTENCE.split(line) if part.strip()]
    return next((number for number, line in enumerate(lines, 1) if _REMARK.search(line)), 0)
