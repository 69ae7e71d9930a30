"""Whether a set of checkable requirements makes sense before anyone tries to meet it."""

from __future__ import annotations

import re
from collections.abc import Callable

from tasks.checks.check import Finding
from tasks.checks.constraints import REQUIREMENTS
from tasks.checks.constraints.clashes import constraint_clash
from tasks.checks.constraints.contract import Constraint
from tasks.checks.constraints.met import constraints_of
from tasks.checks.constraints.parts import occurrences
from tasks.checks.constraints.requirement import UNLIMITED, StatedNumber, StatedWords
from tasks.records import Record
from tasks.text.plain import plain
from tasks.text.words import LETTER_RUN, uses, words


def constraints_sound(record: Record) -> str | Finding | None:
    """Rejects constraints that are malformed, contradict each other, or cannot be met with the facts to keep."""
    found = constraints_of(record)
    if found is None:
        return "a constraint of unknown form"
    return (
        next((p for c in found if (p := _malformed(c, record))), None)
        or _contradictory(found)
        or constraint_clash(found)
        or _infeasible(found, record)
    )


def _malformed(c: Constraint, record: Record) -> Finding | None:
    row = REQUIREMENTS[c.kind]
    number, words = row.number or StatedNumber(least=0), row.words or StatedWords(least=0)
    if not all(w.strip() for w in c.words):
        problem: str | None = "an empty word"
    elif c.number < number.least:
        problem = "the number is too small"
    elif c.number > number.most:
        problem = "the number is too large"
    elif len(c.words) < words.least:
        problem = "no words"
    elif len(c.words) > words.most:
        problem = "more than one word"
    else:
        problem = row.sound(c, record) if row.sound else None
    if not problem:
        return None
    return Finding(f"{c.kind}: {problem}", told=" and ".join(f"“{word}”" for word in c.words[:4]))


def _contradictory(found: list[Constraint]) -> str | None:
    numbers: dict[str, list[int]] = {}
    said: dict[str, list[str]] = {}
    for c in found:
        numbers.setdefault(c.kind, []).append(c.number)
        said.setdefault(c.kind, []).extend(c.words)
    if twice := [kind for kind, values in numbers.items() if len(values) > 1 and not REQUIREMENTS[kind].repeatable]:
        return f"{twice[0]}: stated twice"
    most = numbers.get("max_words", [UNLIMITED])[0]
    wanted = _chosen(found, lambda words: words.wanted)
    if sum(len(words(w)) for w in dict.fromkeys(map(plain, said.get("include", [])))) > most:
        return "the words to include exceed max_words"
    banned = _chosen(found, lambda words: words.banned)
    if any(uses(w, b) for b in banned for w in wanted):
        return "a word is both wanted and banned"
    marks = {m.strip() for m in said.get("exclude_punctuation", [])} | ({","} if "no_commas" in said else set())
    if any(m in w for m in marks for w in wanted):
        return "a wanted text contains a banned mark"
    letters = _letters(said)
    if letters and any(set(plain(w)) & letters for w in wanted):
        return "a wanted word contains a banned letter"
    starts = [*said.get("sentence_start", []), *said.get("line_starts_with", [])]
    if letters and starts and all(set(plain(w)) & letters for w in starts):
        return "every sentence start contains a banned letter"
    if (limit := numbers.get("max_word_length", [0])[0]) and any(len(t) > limit for w in wanted for t in words(w)):
        return "a wanted word is longer than max_word_length"
    if "every_nth_word_upper" in numbers and "letter_case" in numbers:
        return "two rules for letter case"
    return None


def _infeasible(found: list[Constraint], record: Record) -> str | None:
    said: dict[str, list[str]] = {}
    for c in found:
        said.setdefault(c.kind, []).extend(c.words)
    letters = _letters(said)
    limit = next((c.number for c in found if c.kind == "max_word_length"), 0)
    most = next((c.number for c in found if c.kind == "max_words"), UNLIMITED)
    signs = next((c.number for c in found if c.kind == "max_characters"), UNLIMITED)
    for number, fact in enumerate(record.evidence, 1):
        if any(uses(fact, w) for w in said.get("exclude", [])):
            return f"fact {number} to keep contains a banned word"
        if letters & set(plain(fact)):
            return f"fact {number} to keep contains a banned letter"
        if limit and any(len(t) > limit for t in LETTER_RUN.findall(fact)):
            return f"fact {number} to keep has a word longer than max_word_length"
        if "no_commas" in said and "," in re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", fact):
            return f"fact {number} to keep has a comma"
        if any(occurrences(fact, c.words[0]) > c.number for c in found if c.kind == "keyword_at_most"):
            return f"fact {number} to keep has a word too often"
    if sum(len(f.split()) for f in record.evidence) > most:
        return "the facts to keep exceed max_words"
    if sum(map(len, record.evidence)) > signs:
        return "the facts to keep exceed max_characters"
    if record.evidence and {"one_of", "number_only"} & said.keys():
        return "an answer of one value keeps no facts"
    return None


def _chosen(found: list[Constraint], part: Callable[[StatedWords], slice | None]) -> list[str]:
    """The words of all constraints that play this part in the answer."""
    rows = ((c, REQUIREMENTS[c.kind].words) for c in found)
    return [w for c, words in rows if words and (chosen := part(words)) for w in c.words[chosen]]


def _letters(said: dict[str, list[str]]) -> set[str]:
    return {c for w in said.get("exclude_letters", []) for c in plain(w)}
