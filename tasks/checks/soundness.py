"""Whether a set of checkable requirements makes sense before anyone tries to meet it."""

from __future__ import annotations

from tasks.checks.constraints import read
from tasks.checks.constraints_words import CASES, ISO, LETTERS, OTHER_DATES
from tasks.checks.normal import bare, named_dates, plain, uses, words
from tasks.contracts import Constraint
from tasks.records import Record

_COUNTED = frozenset(
    {
        "max_words",
        "min_words",
        "max_sentences",
        "max_word_length",
        "every_nth_word_upper",
        "bullets",
        "numbered",
        "emojis",
        "line_count",
    }
)
_WORDED = frozenset({"sentence_start", "include", "exclude", "exclude_letters", "bold", "italic"})
_LIMITS = {"max_word_length": 3, "every_nth_word_upper": 2}


def constraints_sound(record: Record) -> str | None:
    """Rejects constraints that are malformed, contradict each other, or cannot be met with the facts to keep."""
    found = read(record)
    if found is None:
        return "a constraint of unknown form"
    return (
        next((p for c in found if (p := _malformed(c, record))), None)
        or _contradictory(found)
        or _infeasible(found, record)
    )


def _malformed(c: Constraint, record: Record) -> str | None:
    given = [w for w in c.words if w.strip()]
    if len(given) < len(c.words):
        return f"{c.kind}: an empty word"
    if c.kind in _COUNTED and c.number < _LIMITS.get(c.kind, 1):
        return f"{c.kind}: the number is too small"
    if c.kind in _WORDED and not given:
        return f"{c.kind}: no words"
    if c.kind == "letter_case" and (len(given) != 1 or given[0].strip().lower() not in CASES):
        return "letter_case: neither upper, lower nor title"
    if c.kind == "exclude_letters" and any(len(w.strip()) > 5 or not w.strip().isalpha() for w in given):
        return "exclude_letters: not letters"
    if c.kind == "replace":
        if len(given) != 2 or bare(given[0]) == bare(given[1]):
            return "replace: not an old and a new word"
        if record.passage and not uses(record.passage, given[0]):
            return "replace: the old word is not in the text"
    if (
        c.kind == "dates_iso"
        and record.passage
        and not (named_dates(record.passage) or OTHER_DATES.search(record.passage) or ISO.search(record.passage))
    ):
        return "dates_iso: the text has no date"
    return None


def _contradictory(found: list[Constraint]) -> str | None:
    numbers: dict[str, list[int]] = {}
    said: dict[str, list[str]] = {}
    for c in found:
        numbers.setdefault(c.kind, []).append(c.number)
        said.setdefault(c.kind, []).extend(c.words)
    singles = _COUNTED | {"letter_case", "dates_iso", "sentence_start"}
    if twice := [kind for kind, values in numbers.items() if kind in singles and len(values) > 1]:
        return f"{twice[0]}: stated twice"
    most, least = numbers.get("max_words", [10**9])[0], numbers.get("min_words", [0])[0]
    if least > most:
        return "min_words is above max_words"
    wanted = _wanted(said)
    if sum(len(words(w)) for w in dict.fromkeys(map(plain, said.get("include", [])))) > most:
        return "the words to include exceed max_words"
    for banned in [*said.get("exclude", []), *said.get("replace", [])[::2]]:
        if any(uses(w, banned) for w in wanted):
            return "a word is both wanted and banned"
    letters = _letters(said)
    if letters and any(set(plain(w)) & letters for w in wanted):
        return "a wanted word contains a banned letter"
    starts = said.get("sentence_start", [])
    if letters and starts and all(set(plain(w)) & letters for w in starts):
        return "every sentence start contains a banned letter"
    if (limit := numbers.get("max_word_length", [0])[0]) and any(len(t) > limit for w in wanted for t in words(w)):
        return "a wanted word is longer than max_word_length"
    if "every_nth_word_upper" in numbers and "letter_case" in numbers:
        return "two rules for letter case"
    lines, items = numbers.get("line_count", [0])[0], sum(numbers.get(k, [0])[0] for k in ("bullets", "numbered"))
    return "more list items than lines" if lines and items > lines else None


def _infeasible(found: list[Constraint], record: Record) -> str | None:
    said: dict[str, list[str]] = {}
    for c in found:
        said.setdefault(c.kind, []).extend(c.words)
    letters = _letters(said)
    limit = next((c.number for c in found if c.kind == "max_word_length"), 0)
    most = next((c.number for c in found if c.kind == "max_words"), 10**9)
    for number, fact in enumerate(record.evidence, 1):
        if any(uses(fact, w) for w in said.get("exclude", [])):
            return f"fact {number} to keep contains a banned word"
        if letters & set(plain(fact)):
            return f"fact {number} to keep contains a banned letter"
        if limit and any(len(t) > limit for t in LETTERS.findall(fact)):
            return f"fact {number} to keep has a word longer than max_word_length"
    if sum(len(f.split()) for f in record.evidence) > most:
        return "the facts to keep exceed max_words"
    return None


def _wanted(said: dict[str, list[str]]) -> list[str]:
    return [*said.get("include", []), *said.get("bold", []), *said.get("italic", []), *said.get("replace", [])[1::2]]


def _letters(said: dict[str, list[str]]) -> set[str]:
    return {c for w in said.get("exclude_letters", []) for c in plain(w)}
