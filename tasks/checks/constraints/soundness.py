"""Whether a set of checkable requirements makes sense before anyone tries to meet it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from tasks.checks.constraints.clashes import clash
from tasks.checks.constraints.contract import Constraint
from tasks.checks.constraints.met import read
from tasks.checks.constraints.words import CASES, ISO, LETTERS, OTHER_DATES, occurrences
from tasks.records import Record
from tasks.text.dates import named_dates
from tasks.text.json_schema import is_usable
from tasks.text.languages import language_code
from tasks.text.plain import plain
from tasks.text.words import bare, uses, words

COUNTED = frozenset(
    {
        "max_words",
        "min_words",
        "max_characters",
        "min_sentences",
        "max_sentences",
        "sentence_count",
        "sentence_max_words",
        "paragraphs",
        "line_count",
        "max_word_length",
        "keyword_count",
        "letter_at_least",
        "capital_words_at_least",
        "every_nth_word_upper",
        "bullets",
        "bullet_count",
        "numbered",
        "emojis",
        "highlights",
        "sections",
        "placeholders",
        "citations",
        "paragraph_starts_with",
    }
)
"""Kinds that need a number above nought."""
_WORDED = frozenset(
    {
        "sentence_start",
        "starts_with",
        "ends_with",
        "paragraph_starts_with",
        "line_starts_with",
        "acrostic",
        "include",
        "exclude",
        "exclude_letters",
        "exclude_punctuation",
        "bold",
        "italic",
        "keyword_count",
        "keyword_at_most",
        "letter_at_least",
        "letter_at_most",
        "table_columns",
        "csv_columns",
        "json_keys",
    }
)
_ONE_WORD = frozenset(
    {"starts_with", "ends_with", "paragraph_starts_with", "acrostic", "language", "sections", "json_schema"}
    | {"keyword_count", "keyword_at_most", "letter_at_least", "letter_at_most"}
)
_LIMITS = {"max_word_length": 3, "every_nth_word_upper": 2, "sentence_max_words": 2, "max_characters": 2}
_MOST = {"keyword_count": 50, "letter_at_least": 500, "paragraph_starts_with": 50, "sections": 30, "paragraphs": 60}
"""Above these a number is a slip of the author's."""
_ONCE = COUNTED - {"keyword_count", "letter_at_least", "paragraph_starts_with"} | {
    *("letter_case", "dates_iso", "sentence_start", "capital_words_at_most", "starts_with", "ends_with"),
    *("line_starts_with", "acrostic", "language", "json_keys", "json_schema", "one_of", "postscript"),
}


def constraints_sound(record: Record) -> str | None:
    """Rejects constraints that are malformed, contradict each other, or cannot be met with the facts to keep."""
    found = read(record)
    if found is None:
        return "a constraint of unknown form"
    return (
        next((p for c in found if (p := _malformed(c, record))), None)
        or _contradictory(found)
        or clash(found)
        or _infeasible(found, record)
    )


def _malformed(c: Constraint, record: Record) -> str | None:
    given = [w for w in c.words if w.strip()]
    if len(given) < len(c.words):
        return f"{c.kind}: an empty word"
    if c.kind in COUNTED and c.number < _LIMITS.get(c.kind, 1):
        return f"{c.kind}: the number is too small"
    if c.number < 0:
        return f"{c.kind}: the number is too small"
    if c.kind in _MOST and c.number > _MOST[c.kind]:
        return f"{c.kind}: the number is too large"
    if c.kind in _WORDED | _ONE_WORD and not given:
        return f"{c.kind}: no words"
    if c.kind in _ONE_WORD and len(given) > 1:
        return f"{c.kind}: more than one word"
    return next(_misworded(c, given, record), None)


def _misworded(c: Constraint, given: list[str], record: Record) -> Iterator[str]:
    """What is wrong with the words, by what each kind needs."""
    first = given[0].strip() if given else ""
    if c.kind == "letter_case" and (len(given) != 1 or first.lower() not in CASES):
        yield "letter_case: neither upper, lower nor title"
    if c.kind == "exclude_letters" and any(len(w.strip()) > 5 or not w.strip().isalpha() for w in given):
        yield "exclude_letters: not letters"
    if c.kind in {"letter_at_least", "letter_at_most"} and (len(first) != 1 or not first.isalpha()):
        yield f"{c.kind}: not a letter"
    if c.kind == "exclude_punctuation" and any(len(w.strip()) > 3 or any(map(str.isalnum, w)) for w in given):
        yield "exclude_punctuation: not marks"
    if c.kind == "acrostic" and (not re.sub(r"[\W\d_]", "", first) or len(first) > 30):
        yield "acrostic: not a word"
    if c.kind == "language" and language_code(first) is None:
        yield "language: an unknown language"
    if c.kind == "postscript" and given and not re.fullmatch(r"(?:[Pp]\.? ?){1,3}[Ss]\.?:?", first):
        yield "postscript: not a mark such as P.S."
    if c.kind == "sections" and not first.strip("#") and len(first) > 6:
        yield "sections: no heading has so many marks"
    if c.kind == "one_of" and len({plain(w) for w in given}) < 2:
        yield "one_of: fewer than two answers"
    if c.kind in {"json_keys", "table_columns", "csv_columns"} and len({plain(w) for w in given}) < len(given):
        yield f"{c.kind}: a name comes twice"
    if c.kind in {"table_columns", "csv_columns"} and len(given) < 2:
        yield f"{c.kind}: fewer than two columns"
    if c.kind == "json_schema":
        if not is_usable(c.words[0]):
            yield "json_schema: no usable schema"
        elif json.loads(c.words[0]).get("type", "object") != "object":
            yield "json_schema: not of an object"
    if c.kind == "replace":
        if len(given) != 2 or bare(given[0]) == bare(given[1]):
            yield "replace: not an old and a new word"
        elif record.passage and not uses(record.passage, given[0]):
            yield "replace: the old word is not in the text"
    if (
        c.kind == "dates_iso"
        and record.passage
        and not (named_dates(record.passage) or OTHER_DATES.search(record.passage) or ISO.search(record.passage))
    ):
        yield "dates_iso: the text has no date"


def _contradictory(found: list[Constraint]) -> str | None:
    numbers: dict[str, list[int]] = {}
    said: dict[str, list[str]] = {}
    for c in found:
        numbers.setdefault(c.kind, []).append(c.number)
        said.setdefault(c.kind, []).extend(c.words)
    if twice := [kind for kind, values in numbers.items() if kind in _ONCE and len(values) > 1]:
        return f"{twice[0]}: stated twice"
    most = numbers.get("max_words", [10**9])[0]
    wanted = _wanted(said)
    if sum(len(words(w)) for w in dict.fromkeys(map(plain, said.get("include", [])))) > most:
        return "the words to include exceed max_words"
    for banned in [*said.get("exclude", []), *said.get("replace", [])[::2]]:
        if any(uses(w, banned) for w in wanted):
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
    most = next((c.number for c in found if c.kind == "max_words"), 10**9)
    signs = next((c.number for c in found if c.kind == "max_characters"), 10**9)
    for number, fact in enumerate(record.evidence, 1):
        if any(uses(fact, w) for w in said.get("exclude", [])):
            return f"fact {number} to keep contains a banned word"
        if letters & set(plain(fact)):
            return f"fact {number} to keep contains a banned letter"
        if limit and any(len(t) > limit for t in LETTERS.findall(fact)):
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


def _wanted(said: dict[str, list[str]]) -> list[str]:
    kinds = ("include", "bold", "italic", "keyword_count", "starts_with", "ends_with", "paragraph_starts_with")
    return [*(w for kind in kinds for w in said.get(kind, [])), *said.get("replace", [])[1::2]]


def _letters(said: dict[str, list[str]]) -> set[str]:
    return {c for w in said.get("exclude_letters", []) for c in plain(w)}
