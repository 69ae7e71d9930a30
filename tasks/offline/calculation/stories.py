"""What the offline teacher says about a figure, clause by clause: written by the author, read back by the responder."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from tasks.offline.passage import NUMBER, STOP, Passage, canonical
from tasks.offline.wording import Wording
from tasks.text.units import read_unit

START = Wording(
    "This much is known: “{sentence}” Take the {number} {noun} in it as given.",
    "One figure to start from: “{sentence}” Keep to these {number} {noun}.",
    "“{sentence}” What follows is about those {number} {noun}.",
)
RANGE = Wording("Anything from {low} to {high} would be plausible for each.")
LOTS = Wording("There are {lots} lots of that size, though it may be as few as {few} or as many as {many}.")
SHARE = Wording("Only a share of {share} % counts, with {least} % and {most} % as its limits.")
LOSS = Wording("Of the total, {percent} % is lost.")
IDLE = Wording("Another {idle} {other} belong elsewhere and do not count.")
ASKS: dict[str, Wording] = {
    "value": Wording("Roughly what does that come to in {unit}?", "Estimate the total in {unit}."),
    "upper": Wording("What is the most, in {unit}, that these ranges allow?"),
    "lower": Wording("What is the least, in {unit}, that these ranges allow?"),
    "claim": Wording(
        "Somebody puts the total at {claim} {unit}. True or false: allowing a factor of {factor} either way, that is right."
    ),
    "sensitivity": Wording(
        "Let each of the three assumptions (amount for each, number of lots, share counted) run through its limits "
        "while the others stay. Which one moves the total in {unit} most?"
    ),
    "exact": Wording("How much is left, in {unit}? Round to two decimals."),
}
SENSITIVE = ("amount for each", "number of lots", "share counted")


@dataclass(frozen=True)
class Story:
    """What each of the counted things takes, costs or holds."""

    words: tuple[str, ...]
    """Parts of a task type's name that it suits."""
    clause: Wording
    unit: str
    per: int = 1
    """How many of the clause's units make one of the result's."""
    each: str = ""
    """Unit of the amount for each."""


def _story(words: str, clause: str, unit: str, per: int = 1, each: str = "") -> Story:
    return Story(tuple(words.split()), Wording(clause), unit, per, each or unit)


STORIES = [
    _story("duration time staff", "Assume that dealing with one of them takes {mid} minutes.", "hours", 60, "minutes"),
    _story("cost budget price market break", "Assume that one of them costs {mid} euros.", "euros"),
    _story("energy power", "Assume that one of them uses {mid} watt-hours a day.", "kilowatt-hours", 1000, "watt-hours"),
    _story("mass physical weight", "Assume that one of them weighs {mid} kilograms.", "kilograms"),
    _story("resource water footprint", "Assume that one of them needs {mid} litres of water.", "litres"),
    _story("capacity volume space", "Assume that one of them fills {mid} litres of space.", "cubic metres", 1000, "litres"),
    _story("data information", "Assume that the record of one of them fills {mid} kilobytes.", "megabytes", 1000, "kilobytes"),
    _story("length distance", "Assume that, laid end to end, one of them adds {mid} metres.", "metres"),
    _story("rate count population", "Assume that one of them is looked at {mid} times.", "looks"),
]  # fmt: skip
_YEAR = re.compile(r"(?:1[0-9]|20)\d\d")
_AFTER = re.compile(r" ((?:[a-z]{3,} )?[a-z]{2,}(?<!s)s)\b(?!['\u2019-])")
_LEANING = re.compile(
    r"(?:It|They|This|That|These|Those|He|She|We|I|You|His|Her|Their|Its|Here|There|And|But|So|Then|Both|"
    r"In both|Another|The (?:next|other|former|latter|first|second|third|same))\b"
)
_ROW = re.compile(r";.*;|; [\d.,]+$")
"""A row of a table that was written out as a sentence."""
_READS = re.compile(
    r"\b(?:the|this) (?:text|article|passage|chapter|page|section|report|letter|document|story|leaflet)\b", re.I
)


def apart(passage: Passage, draw: Random) -> list[str]:
    """Sentences that can be read without the rest, in drawn order."""
    found = [s for s in passage.spread(draw) if not _LEANING.match(s) and not _READS.search(s) and s[-1] in ".!"]
    return [s for s in found if not re.search(r"[“”\"{}]", s) and not _ROW.search(s)]


def figures(passage: Passage, draw: Random) -> list[dict[str, str]]:
    """Slots of :data:`START`: a sentence, a figure in it that is no year, and what it counts."""
    found = []
    for sentence in apart(passage, draw):
        for m in NUMBER.finditer(sentence):
            noun = _AFTER.match(sentence, m.end())
            value = Fraction(canonical(m[0]))
            if noun and _counted(noun[1]) and 2 <= value <= 10**7 and not _YEAR.fullmatch(m[0]):
                found.append({"sentence": sentence, "number": m[0], "noun": noun[1]})
    # A statement has at least its own words to count.
    return found or [{"sentence": s, "number": str(len(s.split())), "noun": "words"} for s in apart(passage, draw)]


def _counted(noun: str) -> bool:
    """Whether the words name things that can be counted one by one, and no measure."""
    unit = read_unit(noun)
    words = set(noun.split())
    return unit is not None and not unit.powers and unit.scale == 1 and not words & {*STOP, "times"}


def story_for(task_type: str, draw: Random) -> Story:
    """The story that the task type names, or a drawn one."""
    fitting = [s for s in STORIES if any(word in task_type for word in s.words)]
    return draw.choice(fitting or STORIES)


def told(message: str) -> dict[str, str] | None:
    """Every slot that the message fills, with the story's number and what is asked; None if it is no such task."""
    start = START.find(message)
    asks = next(((name, m) for name, wording in ASKS.items() if (m := wording.find(message))), None)
    if not start or not asks:
        return None
    slots = {
        **start.groupdict(),
        **asks[1].groupdict(),
        "asks": asks[0],
        "end": str(asks[1].end()),
        "start": str(start.start()),
    }
    for number, story in enumerate(STORIES):
        if m := story.clause.find(message):
            slots |= {**m.groupdict(), "story": str(number)}
    for wording in (RANGE, LOTS, SHARE, LOSS, IDLE):
        if m := wording.find(message):
            slots |= m.groupdict()
    return slots


def amount(text: str) -> Fraction:
    return Fraction(text.replace(",", ""))


def digits(value: Fraction) -> str:
    """A number as people write it: whole or with two decimals, one in a thousand or smaller with more."""
    places = 2 if value >= 1 else 6
    text = f"{float(value):.{places}f}"
    return text.rstrip("0").rstrip(".")
