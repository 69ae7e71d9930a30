"""Changes of a text that the offline teacher can ask for in words, recognise in a request and carry out by rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from tasks.offline.passage import Passage
from tasks.offline.rewriting import offers, rules
from tasks.offline.wording import Wording

_Slots = dict[str, str]
Constraints = list[dict[str, Any]]


@dataclass(frozen=True)
class Change:
    """One change: its wording, when it takes its turn, what it excludes, and what a program can check afterwards."""

    name: str
    turn: int
    group: str
    wording: Wording
    offer: Callable[[Passage, Random], _Slots | None]
    apply: Callable[[str, _Slots], str]
    constraints: Callable[[_Slots], Constraints]


Step = tuple[Change, _Slots]


@dataclass(frozen=True, slots=True)
class Request:
    """The changes that a message asks for, and where in the message it does."""

    steps: list[Step]
    start: int
    end: int


def requested(message: str) -> Request | None:
    """The changes that a message asks for on one line, or nothing."""
    found = [(m.start(), m.end(), c, m.groupdict()) for c in CHANGES for m in c.wording.find_all(message)]
    if not found:
        return None
    found.sort(key=lambda f: f[0])
    line_end = message.find("\n", found[0][1])
    same = [f for f in found if line_end < 0 or f[0] < line_end]
    return Request([(c, slots) for _, _, c, slots in same], same[0][0], max(f[1] for f in same))


def rewritten(text: str, steps: list[Step]) -> str:
    """The text after all changes, each in its turn."""
    for change, slots in sorted(steps, key=lambda step: step[0].turn):
        text = change.apply(text, slots)
    return text.strip() or "The text has nothing that meets these requirements."


def required(steps: list[Step]) -> Constraints:
    """What a program can check of the answer, as `Constraint` in JSON."""
    found = [{"number": 0, "words": [], **c} for change, slots in steps for c in change.constraints(slots)]
    # A closing sentence comes on top of those that are kept.
    closed = any(change.name == "close" for change, _ in steps)
    return [{**c, "number": c["number"] + 1} if closed and c["kind"] == "max_sentences" else c for c in found]


def _number(kind: str) -> Callable[[_Slots], Constraints]:
    return lambda slots: [{"kind": kind, "number": int(slots["n"])}]


def _words(kind: str, *names: str) -> Callable[[_Slots], Constraints]:
    return lambda slots: [{"kind": kind, "words": [slots[n] for n in names]}]


def _case(case: str) -> Callable[[_Slots], Constraints]:
    return lambda slots: [{"kind": "letter_case", "words": [case]}]


def _nth_constraint(slots: _Slots) -> Constraints:
    return [{"kind": "every_nth_word_upper", "number": rules.ORDINALS[slots["nth"]]}]


CHANGES = [
    Change("shorten", 0, "extent", Wording(
        "Shorten the text to at most {n} words, keeping its most telling sentences as they are.",
    ), offers.short, rules.shorten, _number("max_words")),
    Change("sentences", 0, "extent", Wording(
        "Reduce the text to no more than {n} of its own sentences.",
        "Keep only the {n} sentences that say most.",
    ), offers.some(2, 6, 2), rules.reduce, _number("max_sentences")),
    Change("omit", 0, "content", Wording(
        "Leave out every sentence or line that contains the word “{word}”.",
        "Delete each sentence or line in which “{word}” occurs.",
    ), offers.dropped, rules.omit, _words("exclude", "word")),
    Change("letter", 0, "extent", Wording(
        "Use no word with the letter “{letter}”: keep just the sentences that do without it.",
    ), offers.letter, rules.without_letter, _words("exclude_letters", "letter")),
    Change("length", 0, "extent", Wording(
        "Allow no word of more than {n} letters: keep just the sentences that stay within this.",
    ), offers.longest, rules.within_length, _number("max_word_length")),
    Change("replace", 1, "", Wording(
        "Replace “{old}” by “{new}” throughout.",
        "Wherever the text has “{old}”, put “{new}” instead.",
    ), offers.never, rules.replace, _words("replace", "old", "new")),
    Change("dates", 1, "", Wording(
        "Write every date as YYYY-MM-DD.",
    ), offers.dates, rules.iso_dates, lambda slots: [{"kind": "dates_iso"}]),
    Change("expand", 2, "extent", Wording(
        "Expand the text to at least {n} words: after it, add a paragraph that counts its sentences, words and figures and "
        "names its chief subjects.",
    ), offers.long, rules.expand, _number("min_words")),
    Change("close", 3, "", Wording(
        "End with this sentence: “{close}”",
        "Let the last sentence be “{close}”",
    ), offers.closing, rules.close, _words("include", "close")),
    Change("bullets", 2, "extent", Wording(
        "Turn the first {n} sentences of the text into a bulleted list and leave out the rest.",
    ), offers.some(3, 10, 0), rules.bullets, _number("bullets")),
    Change("numbered", 2, "extent", Wording(
        "Give the first {n} sentences of the text as a numbered list, one to an item, and nothing else.",
    ), offers.some(3, 10, 0), rules.numbered, _number("numbered")),
    Change("lines", 2, "extent", Wording(
        "Set the sentences of the text as exactly {n} lines of print.",
    ), offers.some(2, 8, 1), rules.lines, _number("line_count")),
    Change("emojis", 2, "extent", Wording(
        "Reduce the text to its first {n} sentences and put the emoji {emoji} after each of them.",
    ), offers.merry, rules.merry, _number("emojis")),
    Change("opened", 2, "extent", Wording(
        "Take {n} sentences of the text and begin each of them with the words “{opening}”.",
    ), offers.opened, rules.opened, _words("sentence_start", "opening")),
    Change("bold", 4, "style", Wording(
        "Set the words “{first}” and “{second}” in bold wherever they occur.",
    ), offers.pair, rules.bold, _words("bold", "first", "second")),
    Change("italic", 4, "style", Wording(
        "Put the word “{word}” in italics at every occurrence.",
    ), offers.keyword, rules.italic, _words("italic", "word")),
    Change("upper", 5, "case", Wording(
        "Write the whole of it in capital letters.",
    ), offers.always, lambda text, slots: text.upper(), _case("upper")),
    Change("lower", 5, "case", Wording(
        "Write all of it in small letters, without a single capital.",
    ), offers.always, lambda text, slots: text.lower(), _case("lower")),
    Change("title", 5, "case", Wording(
        "Begin every word of it with a capital letter.",
    ), offers.always, rules.titled, _case("title")),
    Change("nth", 5, "case", Wording(
        "Put every {nth} word in capitals and leave the others as they are.",
    ), offers.nth, rules.nth_upper, _nth_constraint),
]  # fmt: skip
"""All changes; an instruction may ask for several of different groups."""
BY_NAME = {c.name: c for c in CHANGES}
