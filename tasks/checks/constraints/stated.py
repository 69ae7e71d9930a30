"""Whether the instruction says what will be tested: nobody can meet a requirement that is not told."""

from __future__ import annotations

import re

from tasks.checks.constraints import REQUIREMENTS
from tasks.checks.constraints.contract import Constraint
from tasks.checks.constraints.met import constraints_of
from tasks.checks.constraints.numerals import numbers_in
from tasks.checks.constraints.requirement import StatedNumber, StatedWords
from tasks.records import Record
from tasks.text.languages import language_of
from tasks.text.plain import plain
from tasks.text.words import holds

_MARKS = {
    ",": "commas?",
    ";": "semi-?colons?",
    ":": "colons?",
    "!": "exclamation",
    "?": "question marks?|questions?",
    ".": "full stops?|periods?|dots?",
    "-": "dash|dashes|hyphens?|bullets?",
    "—": "dash|dashes|em-dash|em dashes",
    "\u2013": "dash|dashes|en-dash|en dashes",
    "(": "parenthes[ei]s|brackets?",
    ")": "parenthes[ei]s|brackets?",
    '"': "quot|quotation marks?|quotes",
    "'": "apostrophes?|quot|quotation marks?",
    ">": "block-?quotes?|quotations?|greater-than",
    "*": "asterisks?|stars?|bullets?",
    "#": "headings?|headers?|hash|hashes|hashtags?",
}
_ALL = re.compile(
    r"\b(?:all|any|each|every|everything|everyone|everybody|wherever|whatever|no|none|never|without|only|both|names?"
    r"|words?|terms?|phrases?|figures?|numbers?|dates?|places?|people|persons?)\b"
)
_BELOW = re.compile(r"\b(?:fewer|less|under|below|shorter|short of|within|not reach)\b")
_ABOVE = re.compile(r"\b(?:more|over|above|longer|beyond|exceed)\b")


def constraints_stated(record: Record) -> str | None:
    """Rejects an instruction that does not state the numbers, words and forms that its constraints test."""
    found = constraints_of(record)
    if found is None:
        return "a constraint of unknown form"
    # What is asked for is recognised by English words alone.
    if (language_of(record.instruction, 0) or language_of(record.passage) or "en") != "en":
        return None
    return next((f"{c.kind}: {p}" for c in found if (p := _unstated(c, found, record))), None)


def _unstated(c: Constraint, found: list[Constraint], record: Record) -> str | None:
    row, said = REQUIREMENTS[c.kind], plain(record.instruction)
    first = c.words[0].strip().lower() if c.words else ""
    cue = row.cue if isinstance(row.cue, str) else row.cue.get(first, "")
    if cue and not re.search(cue, said, re.S):
        return "the instruction does not ask for it"
    if c.number and row.number and not _number_stated(c, row.number, found, record.instruction):
        return "the number is not stated"
    words = row.words or StatedWords()
    return next(
        (f"word {i} is not stated" for i, w in enumerate(c.words, 1) if not _word_stated(w, words, said, record)), None
    )


def _number_stated(c: Constraint, needed: StatedNumber, found: list[Constraint], asked: str) -> bool:
    numbers, said = numbers_in(asked), plain(asked)
    if c.number in numbers:
        return True
    if needed.under and c.number + 1 in numbers:
        return _BELOW.search(said) is not None
    if needed.over and c.number - 1 in numbers:
        return _ABOVE.search(said) is not None
    return needed.also is not None and needed.also(c, asked, found)


def _word_stated(word: str, needed: StatedWords, said: str, record: Record) -> bool:
    wanted = plain(word)
    if needed.stated is not None:
        return needed.stated(word, said)
    if _verbatim(wanted, said):
        return True
    if wanted and not any(map(str.isalnum, wanted)):
        names = "|".join(_MARKS[ch] for ch in dict.fromkeys(wanted) if ch in _MARKS)
        return bool(names) and re.search(rf"\b(?:{names})", said) is not None
    if needed.by_rule and _ALL.search(said) and record.passage and holds(record.passage, word):
        return True
    return holds(record.instruction, word)


def _verbatim(wanted: str, said: str) -> bool:
    start, end = (r"\b" if wanted[i : i + 1 or None].isalnum() else "" for i in (0, -1))
    return bool(wanted) and re.search(f"{start}{re.escape(wanted)}{end}", said) is not None
