"""Whether a puzzle's prose says what its data say, as far as names and figures show."""

from __future__ import annotations

import re

from tasks.kinds.puzzle.arrangement import Arrangement, Rule
from tasks.kinds.puzzle.contract import Formal, Journey, Sequence
from tasks.records import Record
from tasks.text.numbers import quantities
from tasks.text.plain import plain
from tasks.text.words import bare

_SHARED = 2
"""Rules that one sentence may state."""
_CLAIMS = {"must", "could", "cannot", "fixes_all", "same_effect", "follows", "arrangement"}
_LISTS = {"possible_values", "possible_things"}


def formal_given(record: Record) -> str | None:
    """Rejects a puzzle without data, where a program has to be able to solve it."""
    return None if record.formal.get("model") else "the puzzle is not given as data"


def rules_stated(record: Record) -> str | None:
    """Rejects prose that lacks a rule, a name or a figure of its data, and choices that name others than their data do."""
    formal = Formal.model_validate(record.formal)
    if formal.arrangement:
        return _arrangement(formal.arrangement, record)
    if formal.sequence:
        return _sequence(formal.sequence, record)
    return _journey(formal.journey, record) if formal.journey else None


def _arrangement(puzzle: Arrangement, record: Record) -> str | None:
    said = f" {plain(record.instruction)} "
    if not all(_named(thing, said) for thing in puzzle.things):
        return "a thing of the data does not occur in the instruction"
    words: list[str] = []
    for number, rule in enumerate([*puzzle.rules, *puzzle.added], 1):
        text = plain(rule.words).strip(" .;,:\"'")
        if len(bare(text)) < 3 or text not in said:
            return f"rule {number} is not stated in the instruction"
        if not all(_named(name, text) for name in _things(rule)):
            return f"the words of rule {number} do not name what its data name"
        words.append(text)
    if any(words.count(text) > _SHARED for text in words):
        return "one sentence is given as the words of several rules"
    return _choices(puzzle, record)


def _choices(puzzle: Arrangement, record: Record) -> str | None:
    for number, choice in enumerate(puzzle.choices, 1):
        names = _things(choice) if puzzle.asks in _CLAIMS else choice.members if puzzle.asks in _LISTS else []
        # The claim that is judged true or false stands in the instruction.
        text = plain(choice.words) if record.options else plain(record.instruction)
        if not all(_named(name, text) for name in names):
            return f"choice {number} does not name what its data name"
        if puzzle.asks in _LISTS and any(_named(t, text) and t not in names for t in _listed(puzzle)):
            return f"choice {number} names what its data do not hold"
    return None


def _listed(puzzle: Arrangement) -> list[str]:
    return puzzle.things if puzzle.asks == "possible_things" else []


def _things(rule: Rule) -> list[str]:
    statements = [*rule.first, *rule.second]
    # Several things told in one claim may be meant by a word such as "both" or "all"; one alone is named.
    return [t.rpartition("=")[2] for s in statements for t in s.things if len(s.things) <= 3]


def _named(name: str, text: str) -> bool:
    """Whether the text holds the name, or a word of it that is no mere article or title."""
    whole = plain(name).strip()
    if re.search(rf"(?<!\w){re.escape(whole)}", text):
        return True
    return any(len(word) > 2 and re.search(rf"(?<!\w){re.escape(word)}", text) for word in bare(name).split())


def _sequence(puzzle: Sequence, record: Record) -> str | None:
    shown = [term for place, term in enumerate(puzzle.terms, 1) if place != puzzle.place]
    return _figures(shown, record)


def _journey(puzzle: Journey, record: Record) -> str | None:
    said = plain(record.instruction)
    places = [place for link in puzzle.links for place in (link.a, link.b)]
    names = [*puzzle.items, *places, *puzzle.through, *puzzle.avoid]
    if not all(_named(name, said) for name in names):
        return "a name of the data does not occur in the instruction"
    figures = [*puzzle.sizes, *([puzzle.goal] if puzzle.kind == "jugs" else [])]
    return _figures([*figures, *(link.cost for link in puzzle.links if link.cost > 1)], record)


def _figures(wanted: list[int], record: Record) -> str | None:
    stated = {int(value) for value, _ in quantities(record.instruction) if value == int(value)}
    return None if set(wanted) <= stated else "a figure of the data does not occur in the instruction"
