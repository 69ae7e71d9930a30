"""Whether an answer has the length that its request asks for, or at least one that its form allows."""

from __future__ import annotations

import re

from tasks.checks.constraints import REQUIREMENTS
from tasks.checks.constraints.met import body
from tasks.checks.constraints.parts import tokens
from tasks.records import Record
from tasks.text.numbers import quantities
from tasks.text.plain import calm, plain
from tasks.text.replies import reply
from tasks.text.sentences import sentences

_LONGEST = {
    "option": 1500,
    "truth": 1500,
    "number": 1500,
    "span": 800,
    "order": 1500,
    "set": 1200,
    "matching": 1500,
    "calls": 1200,
}
"""Words above which an answer of this form is absurd, its reasoning included."""
TEXT_LONGEST = 6000

_PROSE = re.compile(
    r"\b(?:explain|describe|discuss|summari[sz]e|sum up|compare|contrast|argue|analy[sz]e|assess|evaluate|outline|paraphrase"
    r"|rewrite|retell|recast|why|how (?:does|do|did|is|are|was|were|can|could|might|would|should)"
    r"|write (?:an? |the |me |us |two |three )?(?:\w+ ){0,2}(?:essay|letter|story|paragraph|report|review|summary"
    r"|article|speech"
    r"|description|explanation))\b"
)
_LONG = re.compile(
    r"\b(?:essay|article|report|story|paragraphs?|in detail|detailed|at length|thorough|full explanation)\b"
)
_SHORT = re.compile(
    r"\b(?:(?:one|a|single|two|three|few)[- ]words?|phrase|titles?|headline|heading|name\b|slogan|label|keyword|emoji|number"
    r"|figure|yes|true|false|only|nothing else|alone|briefly|in short|short answer|terse|one line"
    r"|how (?:many|much|long|far|old|often|tall))\b"
)
_AS = r"(?<!counts )(?<!count )(?<!counted )(?<!treated )(?<!taken )\bas"
"""What counts as one word or sentence is a rule for counting, and no length."""
_ONE_WORD = re.compile(
    rf"(?:\b(?:in|with|give|name|write|use)|{_AS}) (?:just |only |exactly )?(?:one|a single) word\b(?! (?:that|of|from|for) )"
)
_ONE_SENTENCE = re.compile(
    rf"(?:\b(?:in|with|to|write|give|into)|{_AS}) (?:just |only |exactly |no more than )?(?:one|a single)"
    r" (?:\w+ )?(?:sentence|line)\b"
    r"|\bone-sentence (?:answer|summary|reply|explanation)\b"
)
_LIMIT = re.compile(
    r"\b(at most|no more than|not more than|up to|a maximum of|max(?:imum)?\.?|under|fewer than|less than|within|below|at least"
    r"|no fewer than|no less than|not less than|a minimum of|more than|over|about|around|roughly|approximately|exactly|in"
    r"|some)\s+((?:a |one |two |three |four |five |six |seven |eight |nine )?(?:hundred|thousand)|[\w,-]{1,14})\s+words?\b"
    r"(?! (?:of (?:the|each|every|it|this)|long(?:er)? than|each|apiece|per|or (?:phrases|expressions)|that|which|from"
    r"|in (?:bold|capitals|italics|the)|used))"
)
_MOST = frozenset(
    {
        "at most",
        "no more than",
        "not more than",
        "up to",
        "a maximum of",
        "max",
        "maximum",
        "under",
        "fewer than",
        "less than",
        "within",
        "below",
    }
)
_LEAST = frozenset({"at least", "no fewer than", "no less than", "not less than", "a minimum of", "more than", "over"})
_EACH = re.compile(
    r"\b(?:each|apiece|per|either)\b|\b(?:every|both|an?) (?:\w+ )?(?:answers?|items?|parts?|sections?|paragraphs?|sentences?"
    r"|lines?|bullets?|points?|steps?|entry|entries|verses?)\b"
)
"""Signs that a number of words is meant for each of several parts."""


def length_in_bounds(record: Record) -> str | None:
    """Rejects an answer that is absurdly short or long for its form, or far from a length that the instruction states.

    Exact limits are the business of constraints; here an answer has to miss by a good part to fall out.
    """
    text = body(calm(reply(record)))
    count = len(tokens(text))
    if not count or not record.instruction:
        return None
    asked = plain(record.instruction)
    most = _LONGEST.get(record.answer_form, TEXT_LONGEST)
    if count > most:
        return f"{count} words, more than an answer of this form takes"
    if record.answer_form != "text" or not record.answerable:
        return None
    return _far_from_stated(asked, count) or _too_long(asked, text, count) or _too_short(asked, count, record)


def _far_from_stated(asked: str, count: int) -> str | None:
    found = _LIMIT.findall(asked)
    if len(found) != 1 or _EACH.search(asked):
        return None
    how, number = found[0][0].rstrip("."), _amount(found[0][1])
    if number is None or number < 5:
        return None
    most = number if how in _MOST else number * 2 if how not in _LEAST else None
    least = number if how in _LEAST else number / 2 if how not in _MOST else None
    if most is not None and count > 1.25 * most + 5:
        return f"{count} words where {number} were the limit"
    if least is not None and count < 0.7 * least - 3:
        return f"{count} words where {number} were wanted"
    return None


def _amount(said: str) -> int | None:
    if m := re.fullmatch(r"(?:(\w+) )?(hundred|thousand)", said):
        base = next((int(v) for v, _ in quantities(m[1] or "one")), 1)
        return base * (100 if m[2] == "hundred" else 1000)
    return next((int(v) for v, _ in quantities(said) if v == int(v)), None)


def _too_long(asked: str, text: str, count: int) -> str | None:
    if _EACH.search(asked):
        return None
    if _ONE_WORD.search(asked) and count > 12:
        return f"{count} words where one was asked for"
    if _ONE_SENTENCE.search(asked) and (count > 120 or len(sentences(text)) > 4):
        return f"{count} words where a sentence was asked for"
    return None


def _too_short(asked: str, count: int, record: Record) -> str | None:
    bounded = any((row := REQUIREMENTS.get(c.get("kind", ""))) and row.short for c in record.constraints)
    if bounded or _SHORT.search(asked):
        return None
    if _PROSE.search(asked) and count < 3:
        return f"{count} words where prose was asked for"
    return f"{count} words where a longer text was asked for" if _LONG.search(asked) and count < 12 else None
